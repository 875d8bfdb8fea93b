import { add, sum, type Tensor } from "../../mod.ts";
import { resnet18, resnet50 } from "../networks/resnet.ts";
import type { Case } from "../support/case.ts";
import { uniform } from "../support/inputs.ts";
import { square } from "./matmul.ts";
import { training } from "./network.ts";

type Vector = Tensor<[number], "f32">;
const length = 64 * 2 ** 20;

/** Sizes that keep a GPU busy: the peak of its arithmetic, the bandwidth of its memory, and the training of photographs. */
export const hardwareCases = (): readonly Case[] => [
  square("matmul-4096", 4096),
  {
    name: "copy-64M",
    title: "64 M numbers read and written",
    inputs: () => [uniform([length], 1)],
    ours: (x: Vector) => [add(x, 1)],
    jax: () => (x) => [x.add(1)],
    torch: "def call(x): return [x + 1]",
    bytes: 8 * length,
  },
  {
    name: "sum-64M",
    title: "sum of 64 M numbers",
    inputs: () => [uniform([length], 1)],
    ours: (x: Vector) => [sum(x)],
    jax: ({ numpy: np }) => (x) => [np.sum(x)],
    torch: "def call(x): return [x.sum()]",
    bytes: 4 * length,
  },
  training("resnet18-step-224", "ResNet-18 training step, 32x3x224x224", resnet18(true), [32, 3, 224, 224], 1000),
  training("resnet50-step-224", "ResNet-50 training step, 32x3x224x224", resnet50(true), [32, 3, 224, 224], 1000),
];
