import { type Expr, lit, load, op } from "../../core/expr.ts";
import type { Kernel, Store } from "../kernel.ts";
import { substitute } from "./rewrite.ts";

/** The kernel with the step of the loop it is launched in read from memory: from one more buffer, the last. */
export const stepInMemory = (k: Kernel): Kernel => {
  if (k.step === undefined) return k;
  // What is read is in range; saying so keeps index arithmetic simple.
  const read = load(k.buffers.length, lit(0, "i32"), "i32"), last = lit(k.step.extent - 1, "i32");
  const now = op("min", op("max", read, lit(0, "i32")), last), given = new Map<Expr, Expr>([[k.step, now]]);
  const change = (e: Expr): Expr => substitute(e, given), c = k.contraction;
  return {
    ...k,
    step: undefined,
    buffers: [...k.buffers, { dtype: "i32", length: 1, access: "read" }],
    stores: k.stores.map((s): Store => ({ ...s, index: change(s.index), value: change(s.value) })),
    contraction: c === null ? null : { ...c, a: change(c.a), b: change(c.b) },
  };
};
