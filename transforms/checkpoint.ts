import { evaluate } from "../core/evaluate.ts";
import { no, type Primitive } from "../core/primitive.ts";
import type { Program } from "../core/program.ts";
import { bindAll, replay } from "../core/trace.ts";
import { unflatten } from "../core/tree.ts";
import { barrier } from "../ops/barrier.ts";
import { type AnyFunction, traceCall } from "./call.ts";
import { batchedProgram } from "./cond.ts";
import { stage } from "./linearize.ts";

let marks = 0;

/** A program whose intermediate values are not kept for the derivative: it is run again when that is computed. */
export const checkpointP: Primitive<{ readonly body: Program }> = {
  name: "checkpoint",
  kind: "opaque",
  abstractEval: (_inputs, { body }) => body.outputs.map((a) => a.aval),
  evaluate: (inputs, _outs, { body }) => evaluate(body, inputs.map((x) => x.data)),
  // The second stage starts from the primals, behind a barrier: so their values are all that is kept.
  linearize: (primals, _outs, { body }) => (tangents) => {
    const mark = ++marks;
    return stage(body, primals.map((x) => barrier(x, mark))).push(tangents);
  },
  transpose: no("a checkpoint disappears when it is linearized"),
  batch: (inputs, batched, length, { body }) =>
    bindAll(checkpointP, inputs, { body: batchedProgram(body, batched, length) }),
  lower: { expand: (inputs, { body }) => replay(body, inputs) },
  samples: [],
};

/**
 * The same function, whose intermediate values are not kept between the forward and the backward pass but computed again:
 * less memory for more work.
 *
 * @example
 * ```ts
 * import { checkpoint, mul, tanh, type Tensor } from "@pullback/pullback";
 * const block = checkpoint((x: Tensor<[8], "f32">) => tanh(mul(tanh(x), x)));
 * ```
 */
export const checkpoint = <F extends AnyFunction>(f: F): F =>
  ((...args: Parameters<F>): ReturnType<F> => {
    const { program, borrowed, leaves, out } = traceCall("checkpoint", f, args);
    return unflatten(out, bindAll(checkpointP, [...borrowed, ...leaves], { body: program }));
  }) as F;
