import { batchNormTraining, layerNorm, mul, softmax, type Tensor, vjp } from "../../mod.ts";
import type { Case } from "../support/case.ts";
import { normal, uniform } from "../support/inputs.ts";
import type { JaxArray } from "../support/jax.ts";

type Matrix = Tensor<[number, number], "f32">;
type Vector = Tensor<[number], "f32">;
type Images = Tensor<[number, number, number, number], "f32">;

const softmaxCase = (n: number): Case => ({
  name: "softmax",
  title: `softmax of the rows of ${n} x ${n}`,
  inputs: () => [normal([n, n], 1, 3)],
  ours: (x: Matrix) => [softmax(x, -1)],
  jax: ({ nn }) => (x) => [nn.softmax(x, -1)],
  tf: (tf) => (x) => [tf.softmax(x)],
  onnx: (g, x) => [g.op("Softmax", [x])],
  torch: "def call(x): return [F.softmax(x, dim=-1)]",
  bytes: 8 * n * n,
});
const layerNormCase = (rows: number, n: number): Case => ({
  name: "layer-norm",
  title: `layer norm of ${rows} rows of ${n}`,
  inputs: () => [normal([rows, n], 1, 2), uniform([n], 2, 0.5, 1.5), normal([n], 3)],
  ours: (x: Matrix, scale: Vector, shift: Vector) => [layerNorm(x, 1, { scale, shift })],
  jax: ({ numpy: np }) => (x, scale, shift) => {
    const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
    const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
    return [centred.div(np.sqrt(variance.add(1e-5))).mul(scale).add(shift)];
  },
  tf: (tf) => (x, scale, shift) => {
    const { mean, variance } = tf.moments(x, 1, true);
    return [x.sub(mean).div(variance.add(1e-5).sqrt()).mul(scale).add(shift)];
  },
  onnx: (g, x, scale, shift) => [g.op("LayerNormalization", [x, scale, shift], { axis: 1, epsilon: 1e-5 })],
  torch: `def call(x, scale, shift): return [F.layer_norm(x, (${n},), scale, shift)]`,
  bytes: 8 * rows * n,
});
const batchNormCase = (n: number, c: number, h: number): Case => ({
  name: "batch-norm-training",
  title: `batch norm of ${n}x${c}x${h}x${h}, forward and all gradients`,
  inputs: () => [
    normal([n, c, h, h], 1, 2),
    uniform([c], 2, 0.5, 1.5),
    normal([c], 3),
    normal([n, c, h, h], 4),
  ],
  ours: (x: Images, scale: Vector, shift: Vector, dy: Images) => {
    const zero = mul(scale, 0);
    const norm = (x: Images, scale: Vector, shift: Vector) =>
      batchNormTraining(x, { mean: zero, variance: zero }, { scale, shift }).y;
    const [y, pull] = vjp(norm, x, scale, shift);
    return [y, ...pull(dy)];
  },
  jax: ({ numpy: np, vjp }) => (x, scale, shift, dy) => {
    const axes = [0, 2, 3], wide = (v: JaxArray) => v.reshape([-1, 1, 1]);
    const norm = (x: JaxArray, scale: JaxArray, shift: JaxArray) => {
      const centred = x.ref.sub(np.mean(x, axes, { keepdims: true }));
      const variance = np.mean(np.square(centred.ref), axes, { keepdims: true });
      return centred.div(np.sqrt(variance.add(1e-5))).mul(wide(scale)).add(wide(shift));
    };
    const [y, pull] = vjp(norm, [x, scale, shift]);
    const g = pull(dy);
    pull.dispose();
    return [y, ...g];
  },
  torch: `
def call(x, scale, shift, dy):
    p = [v.detach().requires_grad_() for v in (x, scale, shift)]
    y = F.batch_norm(p[0], None, None, p[1], p[2], training=True)
    return [y.detach(), *torch.autograd.grad(y, p, dy)]
`,
});
/** Two reductions and two passes over each row or channel. */
export const normalizationCases = (tiny: boolean): readonly Case[] => [
  softmaxCase(tiny ? 20 : 1024),
  layerNormCase(tiny ? 6 : 4096, tiny ? 10 : 768),
  tiny ? batchNormCase(2, 3, 4) : batchNormCase(32, 64, 28),
];
