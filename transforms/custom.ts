import { showAval } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import { evaluate } from "../core/evaluate.ts";
import { no, type Primitive, type Tangent } from "../core/primitive.ts";
import { asAtom, asTensor, type Program } from "../core/program.ts";
import { bindAll, constant, replay } from "../core/trace.ts";
import { kindOf, type Tensor } from "../core/tensor.ts";
import { flatten, type Structure, unflatten } from "../core/tree.ts";
import { type AnyFunction, rebuild, traceCall, type TracedCall } from "./call.ts";
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
  name: "customVjp",
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

/** What a rule must give: trees of these structures, tensors of these types. */
interface Wanted {
  readonly structure: Structure;
  readonly leaves: readonly Tensor[];
}
/** The tensors of what a rule returned. Throws `ShapeError` where they are not what was wanted. */
const expectRule = (what: string, given: unknown, want: Wanted): readonly Tensor[] => {
  const { leaves, structure } = flatten(given, what);
  const refuse = (expected: string, got: string): never => {
    throw new ShapeError(`${what}: expected ${expected}, got ${got}`, { op: what.split(":")[0]!, expected, got });
  };
  if (structure.text !== want.structure.text) refuse(want.structure.text, structure.text);
  leaves.forEach((t, i) => {
    const [expected, got] = [want.leaves[i]!, t].map((x) => showAval(asAtom(x).aval)) as [string, string];
    if (expected !== got) refuse(expected, got);
  });
  return leaves;
};
/** What is wanted of each argument, its tensors among those of all. */
const slotsOf = (slots: readonly Structure[], leaves: readonly Tensor[]): readonly Wanted[] => {
  let from = 0;
  return slots.map((structure) => ({ structure, leaves: leaves.slice(from, from += structure.count) }));
};

/** A rule primitive applied to a traced function; what the function borrows becomes an argument without derivative. */
const applyCustom = (
  p: Primitive<CustomParams>,
  name: string,
  f: AnyFunction,
  args: readonly unknown[],
  register: (call: TracedCall) => number,
): unknown => {
  const call = traceCall(name, f, args), rule = register(call);
  return unflatten(call.out, bindAll(p, [...call.borrowed, ...call.leaves], { body: call.program, rule }));
};

/**
 * A function with its forward derivative given by hand: `rule(primals, tangents)` returns the tangent of the result, and
 * must be linear in the tangents; reverse mode transposes it. Throws `ShapeError` where that is not like the result.
 */
export const customJvp =
  <A extends readonly unknown[], R>(f: (...args: A) => R, rule: (primals: A, tangents: A) => R) => (...args: A): R =>
    applyCustom(customJvpP, "customJvp", f as AnyFunction, args, ({ slots, borrowed, out, program }) => {
      const tree = (xs: readonly Tensor[]): A => rebuild(slots, xs.slice(borrowed.length)) as unknown as A;
      return jvpRules.push((primals, tangents) =>
        expectRule("customJvp: the tangent", rule(tree(primals), tree(tangents)), {
          structure: out,
          leaves: program.outputs.map(asTensor),
        })
      ) - 1;
    }) as R;

/**
 * A function with its reverse derivative given by hand: `forward(...args)` returns `[result, residuals]`, and
 * `backward(residuals, cotangent)` the cotangents of the arguments as a tuple; `null` stands for 0. Throws `ShapeError` where these
 * are not like the result and the arguments.
 */
export const customVjp = <A extends readonly unknown[], R, S>(
  f: (...args: A) => R,
  forward: (...args: A) => readonly [R, S],
  backward: (residuals: S, cotangent: R) => { readonly [I in keyof A]: A[I] | null },
) =>
(...args: A): R =>
  applyCustom(customVjpP, "customVjp", f as AnyFunction, args, ({ slots, borrowed, out, program }) => {
    const n = borrowed.length;
    let saved: Structure, wanted: readonly Wanted[];
    return vjpRules.push({
      forward: (primals) => {
        wanted = slotsOf(slots, primals.slice(n));
        const pair: unknown = forward(...rebuild(slots, primals.slice(n)) as unknown as A);
        if (!Array.isArray(pair) || pair.length !== 2) {
          throw new TypeError("customVjp: forward must return [result, residuals]");
        }
        const outs = expectRule("customVjp: the result of forward", pair[0], {
          structure: out,
          leaves: program.outputs.map(asTensor),
        });
        const residuals = flatten(pair[1], "customVjp: the residuals");
        saved = residuals.structure;
        return { outs, residuals: residuals.leaves };
      },
      backward: (residuals, cts) => {
        const back: unknown = backward(unflatten(saved, residuals), unflatten(out, cts));
        if (!Array.isArray(back) || back.length !== slots.length) {
          const got = Array.isArray(back) ? `${back.length}` : kindOf(back);
          throw new TypeError(`customVjp: backward must return ${slots.length} cotangents as a tuple, got ${got}`);
        }
        const own = wanted.flatMap((want, i) =>
          back[i] === null
            ? want.leaves.map(zerosLike)
            : expectRule(`customVjp: the cotangent of argument ${i + 1}`, back[i], want)
        );
        return [...borrowed.map(zerosLike), ...own];
      },
    }) - 1;
  }) as R;
