import { showAval } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { asAtom } from "../core/program.ts";
import type { Tensor } from "../core/tensor.ts";
import { constant, replay } from "../core/trace.ts";
import type { Guard } from "../core/typed.ts";
import { flatten, type Structure, unflatten } from "../core/tree.ts";
import { optionsOf } from "../core/options.ts";
import { type AnyFunction, chosen, needFloats, needPositions, traceCall, type TracedCall, transform } from "./call.ts";
import type { DirectionFit, PositionsFit, Tangents } from "./fit.ts";
import { jvpProgram, linearizeProgram, zerosLike } from "./linearize.ts";
import type { ScalarLoss } from "./scalar_loss.ts";
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
/** Value of the loss, auxiliary leaves and gradients of the chosen arguments, flat. */
const run = (name: string, f: AnyFunction, options: GradOptions, args: readonly unknown[]) => {
  needPositions(name, positions(options), args.length);
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
  options?: Guard<O, PositionsFit<"grad", Args<F>, O, "argnums">>,
) => {
  const o = optionsOf("grad", (options ?? {}) as GradOptions, { argnums: true, aux: true });
  return (...args: Args<F>): Chosen<Args<F>, Num<O>> => {
    const { call, gradients } = run("grad", f as F, o, args);
    return trees(call, o, gradients) as Chosen<Args<F>, Num<O>>;
  };
};
/** The gradient in the first argument, in the name of `name`. */
export const gradientOf = (name: string, f: AnyFunction) => (...args: readonly unknown[]): unknown => {
  const { call, gradients } = run(name, f, {}, args);
  return trees(call, {}, gradients);
};
/** Value and gradient at once: `[loss, gradients]`, or `[[loss, auxiliary], gradients]` with `aux: true`. */
export const valueAndGrad = <F extends AnyFunction, const O extends GradOptions = GradOptions>(
  f: ScalarLoss<"valueAndGrad", F>,
  options?: Guard<O, PositionsFit<"valueAndGrad", Args<F>, O, "argnums">>,
) => {
  const o = optionsOf("valueAndGrad", (options ?? {}) as GradOptions, { argnums: true, aux: true });
  return (...args: Args<F>): [ReturnType<F>, Chosen<Args<F>, Num<O>>] => {
    const { call, outputs, gradients } = run("valueAndGrad", f as F, o, args);
    return [unflatten(call.out, outputs), trees(call, o, gradients) as Chosen<Args<F>, Num<O>>];
  };
};

/**
 * The outputs of `f`, and the function that carries cotangents of the outputs back to all arguments. Throws `ShapeError` where a
 * cotangent is not like its output, `DTypeError` where an argument is no float.
 */
export const vjp = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...args: A
): [R, <C = R>(cotangent: Guard<C, DirectionFit<"vjp", "cotangent", R, C>>) => A] => {
  const call = traceCall("vjp", f as AnyFunction, args), wrt = chosen(call, args.map((_, i) => i));
  needFloats("vjp", call, wrt);
  const inputs = [...call.borrowed, ...call.leaves];
  let linear: Parameters<typeof transposeProgram>[0];
  const outputs = transform(() => {
    const r = linearizeProgram(call.program, inputs, wrt);
    linear = r.linear;
    return r.outputs;
  });
  const pull = (cotangent: unknown): A => {
    const cts = flatten(cotangent, "vjp: the cotangent");
    expectStructure("vjp", "cotangent", cts.structure, call.out);
    expectLike("vjp", "cotangent", cts.leaves, outputs);
    const back = transform(() => transposeProgram(linear, cts.leaves).map((t, i) => t ?? zerosLike(call.leaves[i]!)));
    let from = 0;
    return call.slots.map((s) => unflatten(s, back.slice(from, from += s.count))) as unknown as A;
  };
  return [unflatten(call.out, outputs), pull];
};
/**
 * The outputs of `f` at `args` and their derivative in the direction `tangents`. Forward mode. Throws `ShapeError` where a tangent is
 * not like its argument.
 */
export const jvp = <A extends readonly unknown[], R, T extends readonly unknown[] = A>(
  f: (...args: A) => R,
  args: A,
  tangents: readonly [...Tangents<"jvp", A, T>],
): [R, R] => {
  const call = traceCall("jvp", f as AnyFunction, args), ts = directions("jvp", tangents, call);
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
): [R, <T extends readonly unknown[] = A>(...tangents: Tangents<"linearize", A, T>) => R] => {
  const call = traceCall("linearize", f as AnyFunction, args), wrt = chosen(call, args.map((_, i) => i));
  const inputs = [...call.borrowed, ...call.leaves];
  let linear: ReturnType<typeof linearizeProgram>["linear"];
  const outputs = transform(() => {
    const r = linearizeProgram(call.program, inputs, wrt);
    linear = r.linear;
    return r.outputs;
  });
  const push = (...tangents: readonly unknown[]): R => {
    const ts = directions("linearize", tangents, call);
    return unflatten(call.out, transform(() => replay(linear.program, [...linear.borrowed, ...ts])));
  };
  return [unflatten(call.out, outputs), push];
};
/** The tangents of all arguments in a row. */
const directions = (name: string, tangents: readonly unknown[], call: TracedCall): readonly Tensor[] => {
  const flat = tangents.map((t, i) => flatten(t, `${name}: tangent ${i + 1}`));
  if (flat.length !== call.slots.length) {
    const expected = `${call.slots.length} tangents`, got = `${flat.length}`;
    throw new ShapeError(`${name}: expected ${expected}, got ${got}`, { op: name, expected, got });
  }
  flat.forEach(({ structure }, i) => expectStructure(name, "tangent", structure, call.slots[i]!));
  const leaves = flat.flatMap((t) => t.leaves);
  expectLike(name, "tangent", leaves, call.leaves);
  return leaves;
};
const expectStructure = (name: string, what: string, { text: got }: Structure, { text: expected }: Structure): void => {
  if (got === expected) return;
  const sentence = `${name}: expected a ${what} of the structure of its value: ${expected}, got ${got}`;
  throw new ShapeError(sentence, { op: name, expected, got });
};
const expectLike = (name: string, what: string, got: readonly Tensor[], want: readonly Tensor[]): void => {
  want.forEach((w, i) => {
    const a = showAval(asAtom(w).aval), b = got[i] === undefined ? "nothing" : showAval(asAtom(got[i]!).aval);
    if (a !== b) {
      throw new ShapeError(`${name}: expected a ${what} of type ${a}, got ${b}`, { op: name, expected: a, got: b });
    }
  });
};
