/** Accumulators of folds. */
import type { Fold } from "../../core/expr.ts";
import { typeOf } from "./module.ts";

export interface Sum {
  readonly fold: Fold;
  readonly name: string;
}
/** Sums of f16 are kept in f32. */
export const sumDtype = (f: Fold) =>
  f.dtype === "f16" && (f.combine === "add" || f.combine === "mul") ? "f32" : f.dtype;
export const sumType = (f: Fold): string => typeOf(sumDtype(f));
