import { conv2d, grad, mul, sum, type Tensor } from "../../mod.ts";
import type { Case } from "../support/case.ts";
import { normal } from "../support/inputs.ts";
import type { TfTensor } from "../support/tf.ts";

type Images = Tensor<[number, number, number, number], "f32">;
const pads = [[1, 1], [1, 1]] as const;
const toLast = (x: TfTensor) => x.transpose([0, 2, 3, 1]), toFirst = (x: TfTensor) => x.transpose([0, 3, 1, 2]);

/** The convolution in the middle of a network for images of 28 x 28, its two gradients, and the same for each channel alone. */
export const convolutionCases = (tiny: boolean): readonly Case[] => {
  const [n, c, h] = tiny ? [2, 4, 6] : [32, 64, 28], images = [n, c, h, h], kernels = [c, c, 3, 3];
  const inputs = () => [normal(images, 1), normal(kernels, 2, 0.05)];
  const withCotangent = () => [...inputs(), normal(images, 3)];
  const conv = (x: Images, w: Images): Images => conv2d(x, w, { padding: 1 }) as Images;
  const alone = (x: Images, w: Images): Images => conv2d(x, w, { padding: 1, groups: c }) as Images;
  const flops = 2 * n * c * c * h * h * 9, bytes = 2 * 4 * n * c * h * h;
  const what = `${images.join("x")} * ${kernels.join("x")}, pad 1`;
  return [
    {
      name: "conv2d",
      title: `conv2d ${what}`,
      inputs,
      ours: (x: Images, w: Images) => [conv(x, w)],
      jax: ({ lax }) => (x, w) => [lax.convGeneralDilated(x, w, [1, 1], pads)],
      tf: (tf) => (x, w) => [tf.conv2d(x, w, 1, 1)],
      tfLoad: ([x, w]) => [toLast(x!), w!.transpose([2, 3, 1, 0])],
      tfRead: ([y]) => [toFirst(y!)],
      onnx: (g, x, w) => [g.op("Conv", [x, w], { pads: [1, 1, 1, 1] })],
      torch: "def call(x, w): return [F.conv2d(x, w, padding=1)]",
      flops,
    },
    {
      name: "conv2d-grad-input",
      title: "gradient of that convolution by its input",
      inputs: withCotangent,
      ours: (x: Images, w: Images, dy: Images) => [grad((x: Images) => sum(mul(conv(x, w), dy)))(x)],
      jax: ({ lax, grad }) => (x, w, dy) => [
        grad((x) => lax.convGeneralDilated(x, w, [1, 1], pads).mul(dy).sum())(x) as typeof x,
      ],
      torch: "def call(x, w, dy): return [torch.nn.grad.conv2d_input(x.shape, w, dy, padding=1)]",
      flops,
    },
    {
      name: "conv2d-grad-weight",
      title: "gradient of that convolution by its kernels",
      inputs: withCotangent,
      ours: (x: Images, w: Images, dy: Images) => [grad((w: Images) => sum(mul(conv(x, w), dy)))(w)],
      jax: ({ lax, grad }) => (x, w, dy) => [
        grad((w) => lax.convGeneralDilated(x, w, [1, 1], pads).mul(dy).sum())(w) as typeof x,
      ],
      torch: "def call(x, w, dy): return [torch.nn.grad.conv2d_weight(x, w.shape, dy, padding=1)]",
      flops,
    },
    {
      name: "conv2d-depthwise",
      title: `depthwise conv2d ${images.join("x")} * 3x3, pad 1`,
      inputs: () => [normal(images, 1), normal([c, 1, 3, 3], 2, 0.3)],
      ours: (x: Images, w: Images) => [alone(x, w)],
      jax: ({ lax }) => (x, w) => [lax.convGeneralDilated(x, w, [1, 1], pads, { featureGroupCount: c })],
      tf: (tf) => (x, w) => [tf.depthwiseConv2d(x, w, 1, "same")],
      tfLoad: ([x, w]) => [toLast(x!), w!.transpose([2, 3, 0, 1])],
      tfRead: ([y]) => [toFirst(y!)],
      onnx: (g, x, w) => [g.op("Conv", [x, w], { pads: [1, 1, 1, 1], group: c })],
      torch: `def call(x, w): return [F.conv2d(x, w, padding=1, groups=${c})]`,
      bytes,
    },
  ];
};
