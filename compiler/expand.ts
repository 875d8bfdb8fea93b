import { type Device, isExpansion } from "../core/primitive.ts";
import type { Eqn, Program } from "../core/program.ts";
import type { Tensor } from "../core/tensor.ts";
import { bindAll, replay, trace } from "../core/trace.ts";
import { repetitionOf, staysLoop } from "./repetition.ts";

/**
 * Replaces every equation that stands for several (a branch, a checkpoint, a short loop) by those. `prepared` makes the body
 * of a loop that stays one ready: with everything replaced in it, too.
 */
export const expand = (p: Program, prepared: (body: Program) => Program, device: Device): Program => {
  const standing = (e: Eqn) => isExpansion(e.primitive.lower);
  if (!p.eqns.some(standing)) return p;
  const step = (e: Eqn, inputs: readonly Tensor[]): readonly Tensor[] => {
    const { lower } = e.primitive, loop = repetitionOf(e);
    if (loop !== null) {
      const body = prepared(loop.body);
      if (staysLoop(loop, body)) return bindAll(e.primitive, inputs, { ...loop, body });
    }
    if (!isExpansion(lower)) return bindAll(e.primitive, inputs, e.params);
    const { program, borrowed } = trace(
      (...xs) => lower.expand(xs, e.params, device),
      e.inputs.map((a) => a.aval),
    );
    if (borrowed.length > 0) throw new Error("expand: an expansion must not borrow values");
    return replay(program, inputs, step);
  };
  const { program, borrowed } = trace((...xs) => replay(p, xs, step), p.inputs.map((v) => v.aval));
  if (borrowed.length > 0) throw new Error("expand: an expansion must not borrow values");
  return program;
};
