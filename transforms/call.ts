import { showAval } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import { AxisError, DTypeError } from "../core/errors.ts";
import { engine } from "../core/engine.ts";
import { asAtom, type Program } from "../core/program.ts";
import type { Tensor } from "../core/tensor.ts";
import { expose, trace, tracing, within } from "../core/trace.ts";
import { flatten, type Structure, unflatten } from "../core/tree.ts";

// deno-lint-ignore no-explicit-any -- a function of any arguments; the public types are exact
export type AnyFunction = (...args: any[]) => any;

/** A function traced on trees: the program on their tensors, and the structure of the result. */
export interface TracedCall {
  readonly program: Program;
  readonly borrowed: readonly Tensor[];
  readonly leaves: readonly Tensor[];
  /** The leaves of each argument. */
  readonly slots: readonly Structure[];
  readonly out: Structure;
}

/** Traces `f` on the avals of its arguments. */
export const traceCall = (name: string, f: AnyFunction, args: readonly unknown[]): TracedCall => {
  const flat = args.map((a, i) => flatten(a, `${name}: argument ${i + 1}`));
  const leaves = flat.flatMap((a) => a.leaves), slots = flat.map((a) => a.structure);
  let out: Structure | null = null;
  const { program, borrowed } = trace((...xs) => {
    const result = flatten(f(...rebuild(slots, xs)), `${name}: the result`);
    out = result.structure;
    return result.leaves;
  }, leaves.map((t) => asAtom(t).aval));
  return { program, borrowed, leaves, slots, out: out! };
};
/** Arguments of these structures from their leaves in a row. */
export const rebuild = (slots: readonly Structure[], xs: readonly Tensor[]): unknown[] => {
  let from = 0;
  return slots.map((s) => unflatten(s, xs.slice(from, from += s.count)));
};
/** Refuses positions where there is no argument, and an argument that is named twice. */
export const needPositions = (name: string, positions: readonly number[], count: number): void => {
  positions.forEach((p, i) => {
    const twice = positions.indexOf(p) !== i;
    if (!twice && Number.isInteger(p) && p >= 0 && p < count) return;
    const expected = `an argument from 0 to ${count - 1}`;
    const sentence = twice ? `argument ${p} is chosen twice` : `there is no argument ${p} among ${count}`;
    throw new AxisError(`${name}: ${sentence}`, { op: name, expected, got: `${p}` });
  });
};
/** Which inputs of the program (borrowed first) belong to the arguments at these positions. */
export const chosen = (call: TracedCall, positions: readonly number[]): readonly boolean[] => [
  ...call.borrowed.map(() => false),
  ...call.slots.flatMap((s, i) => Array.from({ length: s.count }, () => positions.includes(i))),
];
/** Refuses to differentiate in what is not a float. */
export const needFloats = (name: string, call: TracedCall, wrt: readonly boolean[]): void => {
  call.program.inputs.forEach((v, i) => {
    if (!wrt[i] || isFloat(v.aval.dtype)) return;
    throw new DTypeError(`${name}: expected floats to differentiate in, got ${showAval(v.aval)}`, {
      op: name,
      expected: "a float",
      got: v.aval.dtype,
    });
  });
};
/** Runs the body of a transform; its results become values the user holds. */
export const transform = (body: () => readonly Tensor[]): readonly Tensor[] => {
  if (!tracing()) engine().settle();
  return expose(within(body));
};
