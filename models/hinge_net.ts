import type { Dim } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { mul } from "../ops/arithmetic.ts";
import { published } from "./model.ts";

const source = "Weston, Watkins, Multi-class support vector machines, technical report, Royal Holloway (1998)";

/** Options of `hingeNet`. */
export interface HingeNetConfig<I extends number, H extends number, C extends number> {
  /** How many numbers describe an example. */
  readonly inputs: I;
  /** How many rectified units there are. */
  readonly hidden: H;
  /** How many classes there are. */
  readonly classes: C;
}
/**
 * A net of two layers that scores classes for the hinge loss: W₂ max(W₁ x + b₁, 0) + b₂. `f32[n,inputs] -> f32[n,classes]` scores.
 * Its loss is `hingeNetLoss`.
 */
export const hingeNet = <const I extends number, const H extends number, const C extends number>(
  config: HingeNetConfig<I, H, C>,
) => {
  const { inputs, hidden, classes } = optionsOf("hingeNet", config, { inputs: true, hidden: true, classes: true });
  return published(
    { name: "hinge_net", source, naming: {} },
    nn.model(
      [inputs],
      nn.named("fc1", nn.linear(hidden, { weightInit: nn.init.heNormal })),
      nn.relu,
      nn.named("fc2", nn.linear(classes)),
    ),
  );
};

/**
 * The multiclass hinge loss, Σ max(0, y_j - y_label + margin) over the other classes j, the mean over the examples.
 * `f32[n,c], i32[n] -> f32[]`; the margin is 1 unless given. Throws as `nn.multiMarginLoss` does.
 *
 * Source: Weston and Watkins, Multi-class support vector machines, technical report, Royal Holloway (1998).
 */
export const hingeNetLoss = <N extends Dim>(
  scores: Tensor<readonly [N, Dim], "f32">,
  labels: Tensor<readonly [NoInfer<N>], "i32">,
  options: { readonly margin?: number } = {},
): Tensor<[], "f32"> => {
  const classes = extents(scores as Tensor)[1]!,
    loss = nn.multiMarginLoss(scores as Tensor as Tensor<Dim[], "f32">, labels, options);
  return mul(loss, classes) as Tensor as Tensor<[], "f32">;
};
