import { softmax, type Tensor } from "../../mod.ts";
import type { Case } from "../support/case.ts";
import { normal } from "../support/inputs.ts";

/** Two reductions and two passes over each row. */
export const softmaxCases: readonly Case[] = [{
  name: "softmax",
  title: "softmax of the rows of 1024 x 1024",
  inputs: () => [normal([1024, 1024], 1, 3)],
  ours: (x: Tensor<[1024, 1024], "f32">) => [softmax(x, -1)],
  jax: ({ nn }) => (x) => [nn.softmax(x, -1)],
  tf: (tf) => (x) => [tf.softmax(x)],
  torch: "def call(x): return [F.softmax(x, dim=-1)]",
}];
