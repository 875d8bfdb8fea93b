import { matmul, type Tensor } from "../../mod.ts";
import type { Case } from "../support/case.ts";
import { normal } from "../support/inputs.ts";

/** Square matrix products. */
const square = <N extends number>(n: N): Case => ({
  name: `matmul-${n}`,
  title: `matmul ${n} x ${n}`,
  inputs: () => [normal([n, n], 1), normal([n, n], 2)],
  ours: (a: Tensor<[number, number], "f32">, b: Tensor<[number, number], "f32">) => [matmul(a, b)],
  jax: (jax) => (a, b) => [jax.numpy.matmul(a, b)],
  tf: (tf) => (a, b) => [tf.matMul(a, b)],
  torch: "def call(a, b): return [a @ b]",
});
export const matmulCases: readonly Case[] = [square(512), square(1024)];
