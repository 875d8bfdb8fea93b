import type { DType } from "../core/dtype.ts";
import { convert } from "../core/expr.ts";
import type { Lowering } from "../core/lowering.ts";

/** Sums and products of f16 are f32, and rounded once they are whole: parts of them may be out of the range of f16. */
export const inSingle = (form: Lowering, dtype: DType): { readonly form: Lowering; readonly dtype: DType } => {
  if (dtype !== "f16" || form.tag === "map") return { form, dtype };
  if (form.tag === "contract") {
    const { a, b } = form;
    return {
      form: { ...form, a: (...at) => convert(a(...at), "f32"), b: (...at) => convert(b(...at), "f32") },
      dtype: "f32",
    };
  }
  if (form.combine !== "add" && form.combine !== "mul") return { form, dtype };
  if (form.tag === "scatter") {
    const { start, update } = form;
    return {
      form: {
        ...form,
        start: (...at) => convert(start(...at), "f32"),
        update: (...at) => convert(update(...at), "f32"),
      },
      dtype: "f32",
    };
  }
  const { body } = form, single: typeof body = (...at) => convert(body(...at), "f32");
  return { form: { ...form, body: single }, dtype: "f32" };
};
