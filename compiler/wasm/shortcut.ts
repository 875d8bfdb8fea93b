import type { DType } from "../../core/dtype.ts";
import type { Expr, OpExpr } from "../../core/expr.ts";
import type { Context } from "./env.ts";
import type { Value } from "./ir.ts";
import { splatWord } from "./values.ts";

/** Instructions on lanes that engines have in one machine instruction, where the usual ones take several; null: none. */
export const shortcut = (cx: Context, e: OpExpr, from: DType, args: readonly Value[]): Value | null => {
  switch (e.op) {
    case "min":
    case "max":
      return from === "f32" || from === "f16" || from === "f64" ? extremum(cx, e.op, from, e.args, args) : null;
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return from === "u32" ? comparison(cx, e.op, e.args, args) : null;
    default:
      return null;
  }
};

/**
 * The lesser or greater of x and a constant c. `pmin(x, c)` is `c < x ? c : x`: a NaN stays, only zeros of different signs come
 * out wrong. max(-0, 0) = 0 is made right by adding 0; min(0, -0) is left to the usual instruction.
 */
const extremum = (
  { b }: Context,
  op: "min" | "max",
  from: "f32" | "f16" | "f64",
  [p, q]: readonly Expr[],
  args: readonly Value[],
): Value | null => {
  const [x, c, bound] = q!.tag === "lit"
    ? [args[0]!, args[1]!, q!.value]
    : p!.tag === "lit"
    ? [args[1]!, args[0]!, p!.value]
    : [];
  if (x === undefined || bound === undefined || Number.isNaN(bound) || (op === "min" && Object.is(bound, -0))) {
    return null;
  }
  const shape = from === "f64" ? "f64x2" : "f32x4", found = b.op(`${shape}.p${op}`, x, c!);
  return op === "max" && Object.is(bound, 0) ? b.op(`${shape}.add`, found, splatWord(b, 0)) : found;
};
/** Of u32: as i32 where both are less than 2^31, else with equality allowed, which takes fewer instructions. */
const comparison = (
  { b }: Context,
  op: "lt" | "le" | "gt" | "ge",
  operands: readonly Expr[],
  [x, y]: readonly Value[],
): Value | null => {
  if (operands.every(below31)) return b.op(`i32x4.${op}_s`, x!, y!);
  const bound = operands[1]!;
  if (bound.tag !== "lit") return null;
  if (op === "gt" && bound.value < 0xffffffff) return b.op("i32x4.ge_u", x!, splatWord(b, bound.value + 1));
  return op === "lt" && bound.value > 0 ? b.op("i32x4.le_u", x!, splatWord(b, bound.value - 1)) : null;
};
/** Whether a u32 is known to be less than 2^31: then it compares as an i32, which is one instruction. */
const below31 = (e: Expr): boolean => {
  const small = (x: Expr | undefined): boolean => x?.tag === "lit" && x.value < 2 ** 31;
  if (e.tag === "op" && e.op === "and") return e.args.some(small);
  if (e.tag === "op" && e.op === "shr") return e.args[1]!.tag === "lit" && e.args[1]!.value > 0;
  return small(e);
};
