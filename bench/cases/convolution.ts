import { conv2d, grad, mul, sum, type Tensor } from "../../mod.ts";
import type { Case } from "../support/case.ts";
import { normal } from "../support/inputs.ts";

type Images = Tensor<[32, 64, 28, 28], "f32">;
type Kernels = Tensor<[64, 64, 3, 3], "f32">;
const pads = [[1, 1], [1, 1]] as const;
const inputs = () => [normal([32, 64, 28, 28], 1), normal([64, 64, 3, 3], 2, 0.05)];
const withCotangent = () => [...inputs(), normal([32, 64, 28, 28], 3)];
const conv = (x: Images, w: Kernels): Images => conv2d(x, w, { padding: 1 });

/** The convolution in the middle of a network for images of 28 x 28, and its two gradients. */
export const convolutionCases: readonly Case[] = [
  {
    name: "conv2d",
    title: "conv2d 32x64x28x28 * 64x64x3x3, pad 1",
    inputs,
    ours: (x: Images, w: Kernels) => [conv(x, w)],
    jax: ({ lax }) => (x, w) => [lax.convGeneralDilated(x, w, [1, 1], pads)],
    torch: "def call(x, w): return [F.conv2d(x, w, padding=1)]",
  },
  {
    name: "conv2d-grad-input",
    title: "gradient of that convolution by its input",
    inputs: withCotangent,
    ours: (x: Images, w: Kernels, dy: Images) => [grad((x: Images) => sum(mul(conv(x, w), dy)))(x)],
    jax: ({ lax, grad }) => (x, w, dy) => [
      grad((x) => lax.convGeneralDilated(x, w, [1, 1], pads).mul(dy).sum())(x) as typeof x,
    ],
    torch: "def call(x, w, dy): return [torch.nn.grad.conv2d_input(x.shape, w, dy, padding=1)]",
  },
  {
    name: "conv2d-grad-weight",
    title: "gradient of that convolution by its kernels",
    inputs: withCotangent,
    ours: (x: Images, w: Kernels, dy: Images) => [grad((w: Kernels) => sum(mul(conv(x, w), dy)))(w)],
    jax: ({ lax, grad }) => (x, w, dy) => [
      grad((w) => lax.convGeneralDilated(x, w, [1, 1], pads).mul(dy).sum())(w) as typeof x,
    ],
    torch: "def call(x, w, dy): return [torch.nn.grad.conv2d_weight(x, w.shape, dy, padding=1)]",
  },
];
