import { evaluate } from "../core/evaluate.ts";
import { no, type Primitive, type Tangent } from "../core/primitive.ts";
import type { Program } from "../core/program.ts";
import { bindAll, constant, replay } from "../core/trace.ts";
import type { Tensor } from "../core/tensor.ts";
import { flatten, type Structure, unflatten } from "../core/tree.ts";
import { type AnyFunction, rebuild, traceCall } from "./call.ts";
import { batchedProgram } from "./cond.ts";
import { zerosLike } from "./linearize.ts";

/** A derivative given by hand; functions are not plain data, so parameters refer to them by number. */
type JvpRule = (primals: readonly Tensor[], tangents: readonly Tensor[]) => readonly Tangent[];
interface VjpRule {
  readonly forward: (
    primals: readonly Tensor[],
  ) => { readonly outs: readonly Tensor[]; readonly residuals: readonly Tensor[] };
  readonly backward: (residuals: readonly Tensor[], cotangents: readonly Tensor[]) => readonly Tensor[];
}
const jvpRules: JvpRule[] = [], vjpRules: VjpRule[] = [];

interface CustomParams {
  readonly body: Program;
  readonly rule: number;
}
const custom = (name: string, linearize: Primitive<CustomParams>["linearize"]): Primitive<CustomParams> => {
  const self: Primitive<CustomParams> = {
    name,
    kind: "opaque",
    abstractEval: (_inputs, { body }) => body.outputs.map((a) => a.aval),
    evaluate: (inputs, _outs, { body }) => evaluate(body, inputs.map((x) => x.data)),
    linearize,
    transpose: no(`${name} is linearized by its own rule`),
    batch: (inputs, batched, length, { body }) => replay(batchedProgram(body, batched, length), inputs),
    lower: { expand: (inputs, { body }) => replay(body, inputs) },
    samples: [],
  };
  return self;
};
export const customJvpP = custom(
  "customJvp",
  (primals, _outs, { rule }) => (tangents) =>
    jvpRules[rule]!(primals, tangents.map((t, i) => t ?? zerosLike(primals[i]!))),
);
export const customVjpP = custom("customVjp", (primals, _outs, { body, rule }) => {
  const { outs, residuals } = vjpRules[rule]!.forward(primals);
  const push = (tangents: readonly Tangent[]): readonly Tangent[] => {
    const full = tangents.map((t, i) => t ?? zerosLike(primals[i]!));
    return bindAll(backwardP, [...residuals, ...full], {
      rule,
      residuals: residuals.length,
      outs: body.outputs.map((a) => a.aval),
    });
  };
  return { outs, push };
});
/** The linear map whose transpose the user gave; it has no forward form. */
const backwardP: Primitive<
  {
    readonly rule: number;
    readonly residuals: number;
    readonly outs: readonly { shape: readonly number[]; dtype: Tensor["dtype"] }[];
  }
> = {
  name: "customVjpMap",
  kind: "opaque",
  abstractEval: (_inputs, { outs }) => outs,
  evaluate: () => {
    throw new TypeError("customVjp: only the reverse derivative of this function is known; use grad or vjp, not jvp");
  },
  linearize: no("the rule of customVjp is not differentiated"),
  transpose: (cts, inputs, { rule, residuals, outs }) => {
    const saved = inputs.slice(0, residuals).map((x) => "known" in x ? x.known : constant(0, x.linear));
    const back = vjpRules[rule]!.backward(saved, cts.map((c, i) => c ?? constant(0, outs[i]!)));
    return [...saved.map(() => null), ...back.map((b, i) => "linear" in inputs[residuals + i]! ? b : null)];
  },
  batch: no("only the reverse derivative of a customVjp function is known"),
  lower: no("only the reverse derivative of a customVjp function is known; use grad or vjp, not jvp"),
  samples: [],
};

/** Applies a rule primitive to a traced function; what the function borrows becomes an argument without derivative. */
const applyCustom = (
  p: Primitive<CustomParams>,
  name: string,
  f: AnyFunction,
  args: readonly unknown[],
  register: (slots: readonly Structure[], borrowed: number) => number,
): unknown => {
  const call = traceCall(name, f, args), rule = register(call.slots, call.borrowed.length);
  return unflatten(call.out, bindAll(p, [...call.borrowed, ...call.leaves], { body: call.program, rule }));
};

/**
 * A function with its forward derivative given by hand: `rule(primals, tangents)` returns the tangent of the result, and
 * must be linear in the tangents; reverse mode transposes it.
 */
export const customJvp =
  <A extends readonly unknown[], R>(f: (...args: A) => R, rule: (primals: A, tangents: A) => R) => (...args: A): R =>
    applyCustom(
      customJvpP,
      "customJvp",
      f as AnyFunction,
      args,
      (slots, n) =>
        jvpRules.push((primals, tangents) =>
          flatten(
            rule(rebuild(slots, primals.slice(n)) as unknown as A, rebuild(slots, tangents.slice(n)) as unknown as A),
          ).leaves
        ) - 1,
    ) as R;

/**
 * A function with its reverse derivative given by hand: `forward(...args)` returns `[result, residuals]`, and
 * `backward(residuals, cotangent)` the cotangents of the arguments as a tuple.
 */
export const customVjp = <A extends readonly unknown[], R, S>(
  f: (...args: A) => R,
  forward: (...args: A) => readonly [R, S],
  backward: (residuals: S, cotangent: R) => A,
) =>
(...args: A): R => {
  let structures: readonly [Structure, Structure] | null = null;
  return applyCustom(customVjpP, "customVjp", f as AnyFunction, args, (slots, n) =>
    vjpRules.push({
      forward: (primals) => {
        const [result, saved] = forward(...rebuild(slots, primals.slice(n)) as unknown as A),
          outs = flatten(result),
          residuals = flatten(saved);
        structures = [outs.structure, residuals.structure];
        return { outs: outs.leaves, residuals: residuals.leaves };
      },
      backward: (residuals, cts) => {
        const [out, saved] = structures!,
          lead = Array.from({ length: n }, (): Tensor => constant(0, { shape: [], dtype: "f32" }));
        return [...lead, ...flatten(backward(unflatten(saved, residuals), unflatten(out, cts))).leaves];
      },
    }) - 1) as R;
};
