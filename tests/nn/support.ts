/** Runs functions of tensors without a back end: they are traced, and the records of their primitives evaluate them. */
import { aval } from "../../core/aval.ts";
import type { DType } from "../../core/dtype.ts";
import type { Tensor } from "../../core/tensor.ts";
import { trace } from "../../core/trace.ts";
import { flatten } from "../../core/tree.ts";
import { evaluate } from "../../core/evaluate.ts";

/** A value to compute with. */
export interface Given {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  readonly dtype?: DType;
}
export const given = (shape: readonly number[], values: ArrayLike<number>, dtype: DType = "f32"): Given => ({
  shape,
  values,
  dtype,
});
/** Values that look random, always the same. */
export const noise = (shape: readonly number[], seed = 1): Given =>
  given(
    shape,
    Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) =>
      Math.sin(seed * 78.233 + 12.9898 * (i + 1)) * 1.7 % 1),
  );

/** What a function of tensors gives: the shape and the elements of every tensor of its result. */
export const compute = (
  f: (...xs: Tensor[]) => unknown,
  ...inputs: readonly Given[]
): { shape: number[]; values: number[] }[] => {
  const { program } = trace(
    (...xs) => flatten(f(...xs)).leaves,
    inputs.map((x) => aval(x.shape, x.dtype ?? "f32")),
  );
  const outputs = evaluate(program, inputs.map((x) => x.values));
  return program.outputs.map((v, i) => ({ shape: [...v.aval.shape], values: Array.from(outputs[i]!) }));
};
