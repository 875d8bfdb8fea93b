/** LeNet-5 as it was published: maps that see some of the maps before them, learned subsampling, fixed codes for the digits. */
import type { Dim } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import * as nn from "../nn/mod.ts";
import { add, mul, neg } from "../ops/arithmetic.ts";
import { tanh } from "../ops/exponential.ts";
import { mean } from "../ops/reduction.ts";
import { concat } from "../ops/slice.ts";
import { full } from "../ops/source.ts";
import { logSumExp } from "../ops/statistics.ts";
import { digitCodes } from "./digit_codes.ts";
import { published } from "./model.ts";
import type { Preprocessing } from "./preprocess.ts";
import { places } from "./weights.ts";
import { digitLabels } from "./labels.ts";

const source =
  "LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86 (1998)";
const { renames } = places({ c1: "0", s2: "2", c3: "3.maps", s4: "4", c5: "5", f6: "8", out: "10" });
const naming = { renames: [...renames ?? [], [/^(3\.maps\.\d+)\.1/, "$1"] as const] };
/** The background to -0.1, ink to 1.175. */
const preprocessing: Preprocessing = { resize: 32, crop: 32, mean: [0.1 / 1.275], deviation: [1 / 1.275] };

/** Which maps of S2 each map of C3 sees: table I of the paper. */
export const c3Connections = [
  ...[[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [0, 4, 5], [0, 1, 5]] as const,
  ...[[0, 1, 2, 3], [1, 2, 3, 4], [2, 3, 4, 5], [0, 3, 4, 5], [0, 1, 4, 5], [0, 1, 2, 5]] as const,
  ...[[0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5], [0, 1, 2, 3, 4, 5]] as const,
] as const;

const kernels = () => nn.conv2d(1, { kernel: 5 });
const map = (seen: readonly number[]) => nn.sequential(nn.selectChannels(...seen), kernels());
type Maps<T extends readonly (readonly number[])[]> = {
  -readonly [K in keyof T]: nn.Sequential<[nn.SelectChannels<T[K]>, ReturnType<typeof kernels>]>;
};
const c3 = nn.concat(...c3Connections.map((seen) => map(seen)) as unknown as Maps<typeof c3Connections>);

/** The squashing function 1.7159 tanh(2 x / 3), which takes 1 to 1 and -1 to -1. (Appendix A of the paper) */
const squash = nn.stateless<nn.Pointwise<"squash">>(
  "squash",
  (shape) => [...shape],
  (x) => mul(tanh(mul(x, 2 / 3) as Tensor<number[], "f32">), 1.7159),
);

/**
 * LeNet-5 of 1998: each map of C3 sees three, four or all maps of S2, subsampling learns a coefficient and a bias, and the output
 * is the squared distance of F6 from a fixed code of each digit, so the least one wins. `f32[n,1,32,32] -> f32[n,10]` distances.
 * 60,840 parameters, of which the 840 of the codes are not learned. Its loss is `lenet1998Loss`.
 *
 * Pixels go in from -0.1 (background) to 1.175 (ink), so that their mean is about 0 and their variance about 1: of digits in the
 * middle of 32x32 pixels from 0 to 1, `preprocess` makes that.
 *
 * Source: LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86 (1998),
 * section II.B. It has no options: there is a code for each of the ten digits, and table I is for six maps of 14x14.
 */
export const lenet1998 = published(
  { name: "lenet5_1998", source, naming, preprocessing, labels: digitLabels },
  nn.model(
    [1, 32, 32],
    nn.named("c1", nn.conv2d(6, { kernel: 5 })), // [6, 28, 28]
    squash,
    nn.named("s2", nn.subsample2d(2)), // [6, 14, 14]
    squash,
    nn.named("c3", c3), // [16, 10, 10]
    squash,
    nn.named("s4", nn.subsample2d(2)), // [16, 5, 5]
    squash,
    nn.named("c5", nn.conv2d(120, { kernel: 5 })), // [120, 1, 1]
    squash,
    nn.flatten, // [120]
    nn.named("f6", nn.linear(84)),
    squash,
    nn.freeze(nn.named("out", nn.radialBasis(10, { weightInit: digitCodes }))),
  ),
);

/**
 * The loss of distances and labels: y_label + log(exp(-j) + Σ exp(-y)), which pulls the code of the label near and, as far as j,
 * pushes the others away. `f32[n,c], i32[n] -> f32[]`, the mean over the examples. (Equation 9 of the paper)
 */
export const lenet1998Loss = <N extends Dim>(
  distances: Tensor<readonly [N, Dim], "f32">,
  labels: Tensor<readonly [NoInfer<N>], "i32">,
  { j = 0.1 }: { readonly j?: number } = {},
): Tensor<[], "f32"> => {
  const scores = neg(distances as Tensor) as Tensor, rest = full([distances.shape[0] as number, 1], -j);
  const others = logSumExp(concat([scores, rest as Tensor], 1) as Tensor<Dim[], "f32">, 1) as Tensor;
  return add(nn.nllLoss(scores as Tensor<Dim[], "f32">, labels), mean(others)) as Tensor as Tensor<[], "f32">;
};
