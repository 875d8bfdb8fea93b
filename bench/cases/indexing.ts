import { indexAdd, take, type Tensor } from "../../mod.ts";
import type { Case } from "../support/case.ts";
import { integers, normal } from "../support/inputs.ts";

type Matrix = Tensor<[number, number], "f32">;
type Index = Tensor<[number], "i32">;
/** Rows of a table, as an embedding takes them, and rows added to a table, as its derivative does. */
export const indexingCases = (
  tiny: boolean,
  [words, count, width] = tiny ? [10, 16, 3] as const : [50_000, 32_768, 128] as const,
): readonly Case[] => [
  {
    name: "gather",
    title: `${count} rows of ${width} out of ${words}`,
    inputs: () => [normal([words, width], 1), integers([count], 2, words)],
    ours: (table: Matrix, index: Index) => [take(table, index)],
    jax: ({ numpy: np }) => (table, index) => [np.take(table, index, 0)],
    tf: (tf) => (table, index) => [tf.gather(table, index)],
    onnx: (g, table, index) => [g.op("Gather", [table, index], { axis: 0 })],
    torch: "def call(table, index): return [table.index_select(0, index)]",
  },
  {
    name: "scatter-add",
    title: `${count} rows of ${width} added to ${words}`,
    inputs: () => [normal([words, width], 1), integers([count], 2, words), normal([count, width], 3)],
    ours: (table: Matrix, index: Index, rows: Matrix) => [indexAdd(table, 0, index, rows)],
    torch: "def call(table, index, rows): return [table.index_add(0, index, rows)]",
  },
];
