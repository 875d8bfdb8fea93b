import { max, mean, sum, type Tensor } from "../../mod.ts";
import type { Case } from "../support/case.ts";
import { normal, uniform } from "../support/inputs.ts";

type Matrix = Tensor<[number, number], "f32">;
/** Everything to one number, rows, and columns, of 4 M elements. */
export const reductionCases = (
  tiny: boolean,
  rows = tiny ? 12 : 4096,
  columns = tiny ? 10 : 1024,
): readonly Case[] => [
  {
    name: "reduce-all",
    title: `sum of ${rows} x ${columns}`,
    inputs: () => [uniform([rows, columns], 1)],
    ours: (x: Matrix) => [sum(x)],
    jax: ({ numpy: np }) => (x) => [np.sum(x)],
    tf: () => (x) => [x.sum()],
    onnx: (g, x) => [g.op("ReduceSum", [x], { keepdims: 0 })],
    torch: "def call(x): return [x.sum()]",
    bytes: 4 * rows * columns,
  },
  {
    name: "reduce-rows",
    title: `mean of each row of ${rows} x ${columns}`,
    inputs: () => [uniform([rows, columns], 1)],
    ours: (x: Matrix) => [mean(x, 1)],
    jax: ({ numpy: np }) => (x) => [np.mean(x, 1)],
    tf: () => (x) => [x.mean(1)],
    onnx: (g, x) => [g.op("ReduceMean", [x], { axes: [1], keepdims: 0 })],
    torch: "def call(x): return [x.mean(1)]",
    bytes: 4 * rows * columns,
  },
  {
    name: "reduce-columns",
    title: `largest of each column of ${rows} x ${columns}`,
    inputs: () => [normal([rows, columns], 1)],
    ours: (x: Matrix) => [max(x, 0)],
    jax: ({ numpy: np }) => (x) => [np.max(x, 0)],
    onnx: (g, x) => [g.op("ReduceMax", [x], { axes: [0], keepdims: 0 })],
    torch: "def call(x): return [x.amax(0)]",
    bytes: 4 * rows * columns,
  },
];
