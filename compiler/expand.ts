import { isExpansion } from "../core/primitive.ts";
import type { Program } from "../core/program.ts";
import { bindAll, replay, trace } from "../core/trace.ts";

/** Replaces every equation that stands for several (a loop, a branch, a checkpoint) by those. */
export const expand = (p: Program): Program => {
  if (!p.eqns.some((e) => isExpansion(e.primitive.lower))) return p;
  const { program, borrowed } = trace(
    (...xs) =>
      replay(p, xs, (e, inputs) => {
        const { lower } = e.primitive;
        return isExpansion(lower) ? lower.expand(inputs, e.params) : bindAll(e.primitive, inputs, e.params);
      }),
    p.inputs.map((v) => v.aval),
  );
  if (borrowed.length > 0) throw new Error("expand: an expansion must not borrow values");
  return expand(program);
};
