import { sameAval, showAval } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { evaluate } from "../core/evaluate.ts";
import type { Primitive, Tangent } from "../core/primitive.ts";
import { asAtom, type Program } from "../core/program.ts";
import { extents, kindOf, type Tensor } from "../core/tensor.ts";
import { bindAll, replay, trace } from "../core/trace.ts";
import { flatten, isTensor, unflatten } from "../core/tree.ts";
import type { Guard } from "../core/typed.ts";
import { selectP } from "../ops/comparison.ts";
import { expandAxes } from "../ops/structure.ts";
import { type AnyFunction, traceCall } from "./call.ts";
import type { BranchFit, PredicateFit } from "./fit.ts";
import { stage, zerosLike } from "./linearize.ts";
import { transposeProgram } from "./transpose.ts";
import { vmapProgram } from "./vmap.ts";

/**
 * A branch: inputs are the predicate and the operands of both programs. As results are pure, a device computes both sides
 * and keeps one, which also holds for derivatives: nothing of the side not taken, not even a NaN, reaches the result.
 */
export interface CondParams {
  readonly yes: Program;
  readonly no: Program;
}

const choose = (p: Tensor, yes: readonly Tensor[], no: readonly Tensor[]): readonly Tensor[] =>
  yes.map((y, i) => {
    const shape = extents(y), own = extents(p).map((_, k) => k);
    const mask = extents(p).length === shape.length ? p : expandAxes(p, shape, own);
    return bindAll(selectP, [mask, y, no[i]!], null)[0]!;
  });

export const condP: Primitive<CondParams> = {
  name: "cond",
  kind: "opaque",
  abstractEval: (_inputs, { yes }) => yes.outputs.map((a) => a.aval),
  evaluate: ([p, ...rest], _outs, { yes, no }) => evaluate(p!.data[0] ? yes : no, rest.map((r) => r.data)),
  linearize: ([p, ...primals], _outs, { yes, no }) => (tangents) => {
    const wrt = tangents.slice(1).map((t) => t !== null), given = tangents.slice(1).filter((t) => t !== null);
    const side = (branch: Program): Program => tangentProgram(branch, wrt);
    const ts = bindAll(condP, [p!, ...primals, ...given], { yes: side(yes), no: side(no) });
    return ts.map((t, i): Tangent => isFloat(yes.outputs[i]!.aval.dtype) ? t : null);
  },
  transpose: (cts, [p, ...inputs], { yes, no }) => {
    if (!("known" in p!)) return [null, ...inputs.map(() => null)];
    const linear = inputs.map((x) => "linear" in x), known = inputs.flatMap((x) => "known" in x ? [x.known] : []);
    const full = cts.map((c, i) => c ?? zerosOf(yes.outputs[i]!.aval));
    const back = bindAll(condP, [p.known, ...known, ...full], {
      yes: transposedProgram(yes, linear),
      no: transposedProgram(no, linear),
    });
    let next = 0;
    return [null, ...linear.map((l) => l ? back[next++]! : null)];
  },
  batch: ([p, ...xs], [bp, ...batched], length, { yes, no }) => {
    const side = (branch: Program) => batchedProgram(branch, batched, length);
    if (!bp) return bindAll(condP, [p!, ...xs], { yes: side(yes), no: side(no) });
    return choose(p!, replay(side(yes), xs), replay(side(no), xs));
  },
  lower: { expand: ([p, ...xs], { yes, no }) => choose(p!, replay(yes, xs), replay(no, xs)) },
  samples: [],
};
const zerosOf = (a: { readonly shape: readonly number[]; readonly dtype: Tensor["dtype"] }): Tensor =>
  zerosLike({ shape: a.shape, dtype: a.dtype } as unknown as Tensor);

/** primals, tangents of the marked ones -> tangents of the outputs. */
export const tangentProgram = (p: Program, wrt: readonly boolean[]): Program => {
  const n = p.inputs.length, avals = p.inputs.map((v) => v.aval);
  return trace((...xs) => {
    let next = n;
    const { outputs, push } = stage(p, xs.slice(0, n));
    return push(wrt.map((w) => w ? xs[next++]! : null)).map((t, i) => t ?? zerosLike(outputs[i]!));
  }, [...avals, ...avals.filter((_, i) => wrt[i])]).program;
};
/** known inputs, cotangents of the outputs -> cotangents of the linear inputs, of a program linear in those. */
export const transposedProgram = (p: Program, linear: readonly boolean[]): Program => {
  const of = (marked: boolean) => p.inputs.filter((_, i) => linear[i] === marked).map((v) => v.aval);
  const known = of(false), own = of(true);
  return trace((...xs) => {
    const inner = trace((...ts) => {
      let k = 0, t = 0;
      return replay(p, p.inputs.map((_, i) => linear[i] ? ts[t++]! : xs[k++]!));
    }, own);
    const back = transposeProgram(inner, xs.slice(known.length));
    return back.map((c, i) => c ?? zerosOf(own[i]!));
  }, [...known, ...p.outputs.map((a) => a.aval)]).program;
};
/** The program on a batch of the marked inputs; every output has the batch as axis 0. */
export const batchedProgram = (p: Program, batched: readonly boolean[], length: number): Program =>
  trace(
    (...xs) =>
      vmapProgram(p, length, xs.map((x, i) => [x, batched[i]!])).map(([y, b]) =>
        b ? y : expandAxes(y, [length, ...extents(y)], extents(y).map((_, i) => i + 1))
      ),
    p.inputs.map(({ aval: a }, i) => batched[i] ? { shape: [length, ...a.shape], dtype: a.dtype } : a),
  ).program;

/**
 * `yes(...operands)` where the predicate holds, else `no(...operands)`. `bool[], trees -> tree`
 *
 * Both functions must return trees of one structure, shapes and dtypes. Throws `ShapeError` or `DTypeError` otherwise.
 */
export const cond = <P, A extends readonly unknown[], R, Q = R>(
  predicate: Guard<P, PredicateFit<"cond", "predicate", P>>,
  yes: (...operands: A) => R,
  no: Guard<(...operands: A) => Q, BranchFit<R, Q>>,
  ...operands: A
): R => {
  needPredicate("cond", "predicate", predicate);
  const a = traceCall("cond", yes as AnyFunction, operands), b = traceCall("cond", no as AnyFunction, operands);
  expectSame("cond: the second branch", a.program, a.out.text, b.program, b.out.text);
  const leaves = flatten(operands).leaves, borrowed = [...a.borrowed, ...b.borrowed];
  const widen = (own: Program, before: number, after: number): Program => {
    const avals = [...borrowed.map((t) => asAtom(t).aval), ...leaves.map((t) => asAtom(t).aval)];
    return trace(
      (...xs) => replay(own, [...xs.slice(before, borrowed.length - after), ...xs.slice(borrowed.length)]),
      avals,
    ).program;
  };
  const params = { yes: widen(a.program, 0, b.borrowed.length), no: widen(b.program, a.borrowed.length, 0) };
  return unflatten(a.out, bindAll(condP, [predicate as unknown as Tensor, ...borrowed, ...leaves], params));
};
/** Refuses what is not one bool. */
export const needPredicate = (op: string, what: string, predicate: unknown): void => {
  const given = isTensor(predicate) ? asAtom(predicate).aval : null;
  if (given?.dtype === "bool" && given.shape.length === 0) return;
  const kind = typeof predicate === "object" ? kindOf(predicate) : `a ${typeof predicate}`;
  const expected = "bool[]", got = given === null ? kind : showAval(given);
  throw new DTypeError(`${op}: expected a ${what} bool[], got ${got}`, { op, expected, got });
};
/** Refuses two programs whose results differ in structure or type. */
export const expectSame = (what: string, a: Program, aText: string, b: Program, bText: string): void => {
  if (aText !== bText) {
    const sentence = `${what} returns another structure: expected ${aText}, got ${bText}`;
    throw new ShapeError(sentence, { op: "cond", expected: aText, got: bText });
  }
  a.outputs.forEach((x, i) => {
    const [want, got] = [x.aval, b.outputs[i]!.aval];
    if (!sameAval(want, got)) {
      throw new ShapeError(`${what} returns ${showAval(got)}, expected ${showAval(want)}`, {
        op: "cond",
        expected: showAval(want),
        got: showAval(got),
      });
    }
  });
};
