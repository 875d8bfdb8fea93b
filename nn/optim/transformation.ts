/**
 * Optimizers as gradient transformations: `{ init, update }` on trees, without any state of their own. `update` turns
 * gradients into updates that are added to the parameters; `chain` composes transformations from left to right.
 */
import { mapTree, type Tree } from "../../core/tree.ts";
import { add } from "../../ops/arithmetic.ts";

/** The state of an optimizer of parameters `P`: a tree, to be passed on as it is. */
export type OptimizerState<P> = Tree & { readonly "~of"?: P };
/** Updates, and the state of the next step. */
export type Updated<P> = readonly [updates: P, state: OptimizerState<P>];

/** An optimizer, or a part of one. */
export interface GradientTransformation {
  init<P>(params: P): OptimizerState<P>;
  update<P>(gradients: P, state: OptimizerState<P>, params: P): Updated<P>;
}

/**
 * Transformations one after another: what one makes of the gradients is handed to the next.
 *
 * @example
 * ```ts
 * import { optim } from "@pullback/pullback";
 * const optimizer = optim.chain(optim.clipByGlobalNorm(1), optim.momentum(0.9), optim.scaleByLearningRate(0.1));
 * ```
 */
export const chain = (...transformations: readonly GradientTransformation[]): GradientTransformation => ({
  init: (params) => transformations.map((t) => t.init(params)) as Tree[],
  update: <P>(gradients: P, state: OptimizerState<P>, params: P): Updated<P> => {
    const states = state as readonly OptimizerState<P>[], next: OptimizerState<P>[] = [];
    let updates = gradients;
    transformations.forEach((t, i) => {
      const [after, own] = t.update(updates, states[i]!, params);
      updates = after;
      next.push(own);
    });
    return [updates, next];
  },
});

/**
 * A transformation without state: `f` of a gradient and its parameter.
 *
 * @example
 * ```ts
 * import { optim, sign } from "@pullback/pullback";
 * const optimizer = optim.chain(optim.each((g) => sign(g!)), optim.scaleByLearningRate(0.01));
 * ```
 */
export const each = (f: Parameters<typeof mapTree>[0]): GradientTransformation => ({
  init: () => ({}),
  update: (gradients, state, params) => [mapTree(f, gradients, params), state],
});

/**
 * params + updates, leaf by leaf. `tree, tree -> tree`
 *
 * @example
 * ```ts
 * import { ones, optim } from "@pullback/pullback";
 * const params = { weight: ones([3]) }, gradients = { weight: ones([3]) }, optimizer = optim.adam(0.001);
 * const [updates, state] = optimizer.update(gradients, optimizer.init(params), params);
 * const better = optim.applyUpdates(params, updates);
 * ```
 */
export const applyUpdates = <P>(params: P, updates: P): P => mapTree((p, u) => add(p!, u!), params, updates);
