import { isLoop, type Repetition as RepetitionOf } from "../core/primitive.ts";
import type { Eqn, Program } from "../core/program.ts";

/** A loop of programs. */
export type Repetition = RepetitionOf<Program>;

/** A loop of fewer equations than this, all steps together, becomes its steps: they fuse with each other. */
const SHORT = 64;
/** Whether a loop stays a loop, given its body. */
export const staysLoop = ({ length }: Repetition, body: Program): boolean =>
  length > 3 && length * body.eqns.length > SHORT;

/** The loop an equation is. */
export const repetitionOf = (e: Eqn): Repetition | null => isLoop(e.primitive.lower) ? e.params as Repetition : null;
