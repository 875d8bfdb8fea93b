import type { OnnxGraph } from "../support/onnx.ts";
import { inTurn, type Operations } from "./operations.ts";

/** The operations as nodes of a graph, which are called by the names of their results. */
export const onnxOperations = (g: OnnxGraph, params: readonly string[]): Operations<string> => {
  const pads = (n: number): readonly number[] => [n, n, n, n];
  return {
    param: inTurn(params),
    conv: (x, w, { stride, padding, bias }) =>
      g.op("Conv", bias === undefined ? [x, w] : [x, w, bias], { strides: [stride, stride], pads: pads(padding) }),
    up: (x, w, bias) => g.op("ConvTranspose", [x, w, bias], { strides: [2, 2] }),
    batchNorm: (x, scale, shift, known) => {
      if (known === null) throw new Error("a graph for inference has no statistics of the batch");
      return g.op("BatchNormalization", [x, scale, shift, ...known], { epsilon: 1e-5 });
    },
    relu: (x) => g.op("Relu", [x]),
    add: (x, y) => g.op("Add", [x, y]),
    maxPool: (x, size, stride, padding) =>
      g.op("MaxPool", [x], { kernel_shape: [size, size], strides: [stride, stride], pads: pads(padding) }),
    mean: (x) => g.op("Flatten", [g.op("GlobalAveragePool", [x])]),
    linear: (x, w, bias) => g.op("Gemm", [x, w, bias], { transB: 1 }),
    concat: (x, y) => g.op("Concat", [x, y], { axis: 1 }),
  };
};
