import { matmul, type Tensor } from "../../mod.ts";
import type { Case } from "../support/case.ts";
import { normal } from "../support/inputs.ts";

export const square = (name: string, n: number): Case => ({
  name,
  title: `matmul ${n} x ${n}`,
  inputs: () => [normal([n, n], 1), normal([n, n], 2)],
  ours: (a: Tensor<[number, number], "f32">, b: Tensor<[number, number], "f32">) => [matmul(a, b)],
  jax: (jax) => (a, b) => [jax.numpy.matmul(a, b)],
  tf: (tf) => (a, b) => [tf.matMul(a, b)],
  onnx: (g, a, b) => [g.op("MatMul", [a, b])],
  torch: "def call(a, b): return [a @ b]",
  flops: 2 * n ** 3,
});
/** Square matrix products. */
export const matmulCases = (tiny: boolean): readonly Case[] => [
  square("matmul-512", tiny ? 13 : 512),
  square("matmul-1024", tiny ? 24 : 1024),
];
