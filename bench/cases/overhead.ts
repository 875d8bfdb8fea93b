import { add, matmul, tanh, type Tensor } from "../../mod.ts";
import type { Case } from "../support/case.ts";
import { filled, normal } from "../support/inputs.ts";

type Matrix = Tensor<[number, number], "f32">;
type Vector = Tensor<[number], "f32">;
const layers = (count: number, width: number): Case => ({
  name: `compile-${count}`,
  title: `first call of ${count} layers of ${width}: trace, compile, run`,
  inputs: () => [normal([4, width], 1), ...Array.from({ length: count }, (_, i) => normal([width, width], i + 2, 0.3))],
  first: true,
  ours: (x: Matrix, ...weights: Matrix[]) => [weights.reduce((h, w) => tanh(matmul(h, w)) as Matrix, x)],
  jax: ({ numpy: np }) => (x, ...weights) => [weights.reduce((h, w) => np.tanh(np.matmul(h, w)), x)],
});
/** What a call costs that has nothing to do, and what a longer program costs before its first. */
export const overheadCases = (tiny: boolean): readonly Case[] => [
  {
    name: "dispatch",
    title: "a call that adds two vectors of 16",
    inputs: () => [filled([16], 1), filled([16], 2)],
    queued: 200,
    ours: (x: Vector, y: Vector) => [add(x, y)],
    jax: () => (x, y) => [x.add(y)],
    tf: () => (x, y) => [x.add(y)],
    onnx: (g, x, y) => [g.op("Add", [x, y])],
    torch: "def call(x, y): return [x + y]",
  },
  ...(tiny ? [3] : [10, 100, 1000]).map((count) => layers(count, 16)),
];
