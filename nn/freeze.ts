import { mapTree } from "../core/tree.ts";
import { stopGradient } from "../ops/gradient.ts";
import type { Layer } from "./layer.ts";

/**
 * The layer as it is, but not learned: its parameters have the derivative 0, and it is applied as outside of training, so that its
 * state stays and statistics are the running ones. Types, names and variables are those of the layer. Weight decay, and
 * momentum from before, move parameters without a gradient: `optim.selective(optimizer, model.trainable)` leaves these as they are.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * const features = nn.named("features", nn.sequential(nn.conv2d(8, { kernel: 3 }), nn.batchNorm(), nn.relu, nn.globalAvgPool));
 * const tuned = nn.model([3, 32, 32], nn.freeze(features), nn.named("head", nn.linear(5))); // learns params.head alone
 * ```
 */
export const freeze = <L extends Layer>(layer: L): L => ({
  ...layer,
  frozen: true,
  apply: ((variables, x, context) => {
    const fixed = { params: mapTree(stopGradient, variables.params), state: variables.state };
    const [y, , outputs] = layer.apply(fixed, x, { ...context, training: false });
    return [y, variables.state, outputs];
  }) satisfies Layer["apply"],
});
