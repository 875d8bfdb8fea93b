import { showAval } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import { AxisError, ShapeError } from "../core/errors.ts";
import { asAtom } from "../core/program.ts";
import type { Tensor } from "../core/tensor.ts";
import { constant, replay } from "../core/trace.ts";
import type { Guard } from "../core/typed.ts";
import { flatten, unflatten } from "../core/tree.ts";
import { type AnyFunction, chosen, needFloats, traceCall, type TracedCall, transform } from "./call.ts";
import { jvpProgram, linearizeProgram, zerosLike } from "./linearize.ts";
import type { ChosenFit, ScalarLoss } from "./scalar_loss.ts";
import { transposeProgram } from "./transpose.ts";

/** Which arguments to differentiate in (the first, unless said), and whether the function returns `[loss, auxiliary]`. */
export interface GradOptions {
  readonly argnums?: number | readonly number[];
  readonly aux?: boolean;
}
type Args<F extends AnyFunction> = Parameters<F>;
/** The arguments at these positions: one tree for a number, a tuple for a list. */
export type Chosen<A extends readonly unknown[], N> = N extends number ? A[N]
  : N extends readonly number[] ? { -readonly [I in keyof N]: A[N[I] & number] }
  : A[0];
type Num<O> = O extends { readonly argnums: infer N } ? N : 0;

const positions = (options: GradOptions): readonly number[] => {
  const n = options.argnums ?? 0;
  return typeof n === "number" ? [n] : n;
};
/** Refuses positions where there is no argument, and an argument that is named twice. */
const needPositions = (name: string, options: GradOptions, count: number): void => {
  positions(options).forEach((p, i, all) => {
    const twice = all.indexOf(p) !== i;
    if (!twice && Number.isInteger(p) && p >= 0 && p < count) return;
    const expected = `an argument from 0 to ${count - 1}`;
    const sentence = twice ? `argument ${p} is chosen twice` : `there is no argument ${p} among ${count}`;
    throw new AxisError(`${name}: ${sentence}`, { op: name, expected, got: `${p}` });
  });
};

/** Value of the loss, auxiliary leaves and gradients of the chosen arguments, flat. */
const run = (name: string, f: AnyFunction, options: GradOptions, args: readonly unknown[]) => {
  needPositions(name, options, args.length);
  const call = traceCall(name, f, args), wrt = chosen(call, positions(options));
  needFloats(name, call, wrt);
  const [loss] = call.program.outputs;
  if (loss === undefined || loss.aval.shape.length !== 0 || !isFloat(loss.aval.dtype)) {
    const got = loss === undefined ? "nothing" : `[${loss.aval.shape.join(", ")}]`;
    const shown = loss !== undefined && loss.aval.shape.length === 0 ? showAval(loss.aval) : got;
    throw new ShapeError(`${name}: the loss must be a scalar float, got ${shown}`, {
      op: name,
      expected: "[]",
      got: shown,
    });
  }
  const inputs = [...call.borrowed, ...call.leaves], count = call.program.outputs.length;
  const flat = transform(() => {
    const { outputs, linear } = linearizeProgram(call.program, inputs, wrt);
    const one = constant(1, loss.aval), cotangents = outputs.map((_, i) => i === 0 ? one : null);
    const gradients = transposeProgram(linear, cotangents), of = inputs.filter((_, i) => wrt[i]);
    return [...outputs, ...gradients.map((g, i) => g ?? zerosLike(of[i]!))];
  });
  return { call, outputs: flat.slice(0, count), gradients: flat.slice(count) };
};
const trees = (call: TracedCall, options: GradOptions, leaves: readonly Tensor[]): unknown => {
  let from = 0;
  const of = positions(options).toSorted((a, b) => a - b).map((p) => {
    const s = call.slots[p]!;
    return [p, unflatten(s, leaves.slice(from, from += s.count))] as const;
  });
  const at = new Map(of);
  return typeof (options.argnums ?? 0) === "number"
    ? of[0]![1]
    : (options.argnums as readonly number[]).map((p) => at.get(p));
};

/**
 * The gradient of a scalar function: a function of the same arguments that returns, for the chosen argument (the first), a
 * tree of the same structure. Reverse mode: linearize, then transpose.
 *
 * Throws `ShapeError` where the loss is no scalar, `DTypeError` where an argument is no float.
 *
 * @example
 * ```ts
 * import { grad, item, mul, scalar, type Tensor } from "@pullback/pullback";
 * const slope = grad((x: Tensor<[], "f32">) => mul(x, x));
 * await item(slope(scalar(3))); // 6
 * ```
 */
export const grad = <F extends AnyFunction, const O extends GradOptions = GradOptions>(
  f: ScalarLoss<"grad", F>,
  options?: Guard<O, ChosenFit<"grad", Args<F>, O>>,
) => {
  const o = (options ?? {}) as GradOptions;
  return (...args: Args<F>): Chosen<Args<F>, Num<O>> => {
    const { call, gradients } = run("grad", f as F, o, args);
    return trees(call, o, gradients) as Chosen<Args<F>, Num<O>>;
  };
};
/** Value and gradient at once: `[loss, gradients]`, or `[[loss, auxiliary], gradients]` with `aux: true`. */
export const valueAndGrad = <F extends AnyFunction, const O extends GradOptions = GradOptions>(
  f: ScalarLoss<"valueAndGrad", F>,
  options?: Guard<O, ChosenFit<"valueAndGrad", Args<F>, O>>,
) => {
  const o = (options ?? {}) as GradOptions;
  return (...args: Args<F>): [ReturnType<F>, Chosen<Args<F>, Num<O>>] => {
    const { call, outputs, gradients } = run("valueAndGrad", f as F, o, args);
    return [unflatten(call.out, outputs), trees(call, o, gradients) as Chosen<Args<F>, Num<O>>];
  };
};

/** The outputs of `f`, and the function that carries cotangents of the outputs back to all arguments. */
export const vjp = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...args: A
): [R, (cotangent: R) => A] => {
  const call = traceCall("vjp", f as AnyFunction, args), wrt = chosen(call, args.map((_, i) => i));
  needFloats("vjp", call, wrt);
  const inputs = [...call.borrowed, ...call.leaves];
  let linear: Parameters<typeof transposeProgram>[0];
  const outputs = transform(() => {
    const r = linearizeProgram(call.program, inputs, wrt);
    linear = r.linear;
    return r.outputs;
  });
  const pull = (cotangent: R): A => {
    const cts = flatten(cotangent, "vjp: the cotangent");
    expectLike("vjp", "cotangent", cts.leaves, outputs);
    const back = transform(() => transposeProgram(linear, cts.leaves).map((t, i) => t ?? zerosLike(call.leaves[i]!)));
    let from = 0;
    return call.slots.map((s) => unflatten(s, back.slice(from, from += s.count))) as unknown as A;
  };
  return [unflatten(call.out, outputs), pull];
};
/** The outputs of `f` at `args` and their derivative in the direction `tangents`. Forward mode. */
export const jvp = <A extends readonly unknown[], R>(f: (...args: A) => R, args: A, tangents: A): [R, R] => {
  const call = traceCall("jvp", f as AnyFunction, args);
  const ts = tangents.flatMap((t, i) => flatten(t, `jvp: tangent ${i + 1}`).leaves);
  expectLike("jvp", "tangent", ts, call.leaves);
  const flat = transform(() => {
    const [outputs, out] = jvpProgram(call.program, [...call.borrowed, ...call.leaves], [
      ...call.borrowed.map(() => null),
      ...ts,
    ]);
    return [...outputs, ...out.map((t, i) => t ?? zerosLike(outputs[i]!))];
  });
  const n = call.out.count;
  return [unflatten(call.out, flat.slice(0, n)), unflatten(call.out, flat.slice(n))];
};
/** The outputs of `f` at `args`, and the linear function from tangents of all arguments to tangents of the outputs. */
export const linearize = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...args: A
): [R, (...tangents: A) => R] => {
  const call = traceCall("linearize", f as AnyFunction, args), wrt = chosen(call, args.map((_, i) => i));
  const inputs = [...call.borrowed, ...call.leaves];
  let linear: ReturnType<typeof linearizeProgram>["linear"];
  const outputs = transform(() => {
    const r = linearizeProgram(call.program, inputs, wrt);
    linear = r.linear;
    return r.outputs;
  });
  const push = (...tangents: A): R => {
    const ts = tangents.flatMap((t, i) => flatten(t, `linearize: tangent ${i + 1}`).leaves);
    expectLike("linearize", "tangent", ts, call.leaves);
    return unflatten(call.out, transform(() => replay(linear.program, [...linear.borrowed, ...ts])));
  };
  return [unflatten(call.out, outputs), push];
};
const expectLike = (name: string, what: string, got: readonly Tensor[], want: readonly Tensor[]): void => {
  want.forEach((w, i) => {
    const a = showAval(asAtom(w).aval), b = got[i] === undefined ? "nothing" : showAval(asAtom(got[i]!).aval);
    if (a !== b) {
      throw new ShapeError(`${name}: expected a ${what} of type ${a}, got ${b}`, { op: name, expected: a, got: b });
    }
  });
};
