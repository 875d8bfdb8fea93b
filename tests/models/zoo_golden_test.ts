/** Small networks of the zoo's blocks against reference runs: a residual one, and one of Inception modules with two losses. */
import { describe } from "bun:test";
import { basicPath, inception, projection, residualBlock, residualNaming } from "../../models/mod.ts";
import { add, mul, nn, type Tensor } from "../../mod.ts";
import { onDevices } from "../support/backends.ts";
import { shared } from "../support/skips.ts";
import { type Course, expectCourse } from "./zoo_golden.ts";

const residual = nn.model(
  [3, 12, 12],
  nn.named("conv1", nn.conv2d(8, { kernel: 3, padding: 1, bias: false })),
  nn.named("bn1", nn.batchNorm()),
  nn.relu,
  nn.named(
    "layers",
    nn.sequential(residualBlock(basicPath(8)), residualBlock(basicPath(16, 2), projection(16, 2))),
  ),
  nn.globalAvgPool,
  nn.named("fc", nn.linear(10)),
);
const modules = nn.model(
  [3, 16, 16],
  nn.named("stem", nn.conv2d(8, { kernel: 3, stride: 2, padding: 1 })),
  nn.relu,
  nn.localResponseNorm(5),
  nn.named("inc1", inception(4, 4, 6, 2, 4, 2)),
  nn.auxiliary("aux", nn.sequential(nn.globalAvgPool, nn.linear(10))),
  nn.maxPool2d(3, { stride: 2, fit: "ceil" }),
  nn.named("inc2", inception(4, 4, 6, 2, 4, 4)),
  nn.globalAvgPool,
  nn.named("fc", nn.linear(10)),
);
type Of<M extends { init(...x: never[]): unknown }> = ReturnType<M["init"]>;
const folder = shared("golden");
const courses: readonly Course[] = [
  {
    path: `${folder}/models/resnet.safetensors`,
    name: "resnet",
    model: { ...residual, naming: residualNaming },
    pass: (trees, x, labels) => {
      const [logits, state] = residual.apply(trees as Of<typeof residual>, x as Tensor<[4, 3, 12, 12], "f32">, {
        training: true,
      });
      return { loss: nn.softmaxCrossEntropy(logits, labels as Tensor<[4], "i32">), outputs: { logits }, state };
    },
    predict: (trees, x) => residual.predict(trees as Of<typeof residual>, x as Tensor<[4, 3, 12, 12], "f32">),
  },
  {
    path: `${folder}/models/inception.safetensors`,
    name: "inception",
    model: {
      ...modules,
      naming: {
        renames: [
          [/\.b(\d)\.([01])\.0/, (b, i) => b === "4" ? ".b4" : `.b${b}${i === "0" ? "a" : "b"}`],
          [/\.b1\.0/, ".b1"],
          [/^aux\.1/, "aux"],
        ],
      },
    },
    pass: (trees, x, labels) => {
      const [logits, state, outputs] = modules.apply(trees as Of<typeof modules>, x as Tensor<[3, 3, 16, 16], "f32">, {
        training: true,
      });
      const of = (y: Tensor<[number, 10], "f32">) => nn.softmaxCrossEntropy(y, labels as Tensor<[number], "i32">);
      return {
        loss: add(of(logits), mul(of(outputs.aux), 0.3)),
        outputs: { logits, aux_logits: outputs.aux },
        state,
      };
    },
    predict: (trees, x) => modules.predict(trees as Of<typeof modules>, x as Tensor<[3, 3, 16, 16], "f32">),
  },
];

describe("the zoo's blocks against golden runs", () => {
  for (const course of courses) {
    if (folder === null) onDevices(`${course.name} [skipped: ../shared/golden is absent]`, () => {});
    else onDevices(`${course.name}: outputs, gradients and five training steps`, () => expectCourse(course));
  }
});
