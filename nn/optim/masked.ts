/** Transformations of a part of the parameters. */
import { type Mask, restoreTree, selectTree } from "../../core/mask.ts";
import { extents, type Tensor } from "../../core/tensor.ts";
import { zeros } from "../../ops/source.ts";
import type { GradientTransformation, OptimizerState, Updated } from "./transformation.ts";

const part = (
  op: string,
  transformation: GradientTransformation,
  mask: Mask,
  rest: (gradient: Tensor) => Tensor,
): GradientTransformation => ({
  init: <P>(params: P): OptimizerState<P> => transformation.init(selectTree(op, params, mask)),
  update: <P>(gradients: NoInfer<P>, state: OptimizerState<NoInfer<P>>, params: P): Updated<P> => {
    const [own, next] = transformation.update(
      selectTree(op, gradients, mask),
      state,
      selectTree<P>(op, params, mask),
    );
    return [restoreTree(own as P, gradients as P, (g) => rest(g as Tensor)), next];
  },
});

/**
 * A transformation of the gradients that the mask means; the others pass it as they are. What it keeps from step to step, and a
 * norm of all gradients, is of those alone. (Optax: masked) Throws `TypeError` for a mask that is not like the parameters.
 *
 * @example
 * ```ts
 * import { nn, optim, random } from "@pullback/pullback";
 * const net = nn.model([3], nn.named("hidden", nn.linear(8)), nn.named("out", nn.linear(2)));
 * const decay = optim.masked(optim.addDecayedWeights(0.01), { hidden: { weight: true, bias: false }, out: false });
 * const optimizer = optim.chain(optim.scaleByAdam(), decay, optim.scaleByLearningRate(0.001));
 * const memory = optimizer.init(net.init(random.key(0)).params);
 * ```
 */
export const masked = (transformation: GradientTransformation, mask: Mask): GradientTransformation =>
  part("masked", transformation, mask, (gradient) => gradient);

/**
 * An optimizer of the parameters that the mask means; the updates of the others are 0, whatever their gradients, weight decay and
 * momentum, and nothing is kept for them. `model.trainable` is the mask of what `nn.freeze` does not hold. The state is another
 * one than that of the optimizer alone: begin with `init` where a mask changes. (Optax: selective_transform) Throws `TypeError`
 * for a mask that is not like the parameters.
 *
 * @example
 * ```ts
 * import { nn, optim, random } from "@pullback/pullback";
 * const net = nn.model([3], nn.freeze(nn.named("features", nn.linear(8))), nn.named("head", nn.linear(2)));
 * const optimizer = optim.selective(optim.adamw(0.001), net.trainable); // { features: false, head: true }
 * const memory = optimizer.init(net.init(random.key(0)).params);
 * ```
 */
export const selective = (optimizer: GradientTransformation, mask: Mask): GradientTransformation =>
  part("selective", optimizer, mask, (gradient) => zeros(extents(gradient), gradient.dtype));
