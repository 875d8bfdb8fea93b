import { matmul, mul, softmax, swapAxes, type Tensor } from "../../mod.ts";
import type { Case } from "../support/case.ts";
import { normal } from "../support/inputs.ts";

type Heads = Tensor<[number, number, number], "f32">;
/** Scaled dot products of eight heads. */
export const attentionCases = (
  tiny: boolean,
  [heads, length, width] = tiny ? [2, 6, 4] as const : [8, 512, 64] as const,
  scale = 1 / Math.sqrt(width),
): readonly Case[] => [{
  name: "attention",
  title: `attention ${heads}x${length}x${width}`,
  inputs: () => [1, 2, 3].map((seed) => normal([heads, length, width], seed)),
  ours: (q: Heads, k: Heads, v: Heads) => [
    matmul(softmax(mul(matmul(q, swapAxes(k, 1, 2) as Heads) as Heads, scale) as Heads, -1) as Heads, v),
  ],
  jax: ({ numpy: np, nn }) => (q, k, v) => [
    np.matmul(nn.softmax(np.matmul(q, k.transpose([0, 2, 1])).mul(scale), -1), v),
  ],
  tf: (tf) => (q, k, v) => [tf.matMul(tf.softmax(tf.matMul(q, k, false, true).mul(scale)), v)],
  onnx: (g, q, k, v) => {
    const scores = g.op("MatMul", [q, g.op("Transpose", [k], { perm: [0, 2, 1] })]);
    const factor = g.constant({ shape: [], data: Float32Array.of(scale) });
    return [g.op("MatMul", [g.op("Softmax", [g.op("Mul", [scores, factor])]), v])];
  },
  torch: `
def call(q, k, v):
    return [torch.softmax(torch.bmm(q, k.transpose(1, 2)) * ${scale}, -1) @ v]
`,
}];
