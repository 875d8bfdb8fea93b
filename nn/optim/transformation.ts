/**
 * Optimizers as gradient transformations: `{ init, update }` on trees, without any state of their own. `update` turns
 * gradients into updates that are added to the parameters; `chain` composes transformations from left to right.
 */
import { showAval } from "../../core/aval.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import { extents, type Tensor } from "../../core/tensor.ts";
import { mapTree, type Tree } from "../../core/tree.ts";
import { add } from "../../ops/arithmetic.ts";

/** The state of an optimizer of parameters `P`: a tree, to be passed on as it is. */
export type OptimizerState<P> = Tree & { readonly "~of"?: P };
/** Updates, and the state of the next step. */
export type Updated<P> = readonly [updates: P, state: OptimizerState<P>];

/** An optimizer, or a part of one. */
export interface GradientTransformation {
  init<P>(params: P): OptimizerState<P>;
  update<P>(gradients: NoInfer<P>, state: OptimizerState<NoInfer<P>>, params: P): Updated<P>;
}
/** Refuses a tree whose tensors are not of the shapes and dtypes of the parameters. Throws `ShapeError` or `DTypeError`. */
const needLikeParams = (what: string, given: unknown, params: unknown): void => {
  const show = (t: Tensor) => showAval({ shape: extents(t), dtype: t.dtype });
  mapTree(
    (g, p) => {
      const got = show(g!), expected = show(p!);
      if (got === expected) return g!;
      const Mistake = g!.dtype === p!.dtype ? ShapeError : DTypeError;
      throw new Mistake(`optimizer: expected ${what} like its parameter ${expected}, got ${got}`, {
        op: "optimizer",
        expected,
        got,
      });
    },
    given,
    params,
  );
};

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
  update: <P>(gradients: NoInfer<P>, state: OptimizerState<NoInfer<P>>, params: P): Updated<P> => {
    needLikeParams("a gradient", gradients, params);
    const states = state as readonly OptimizerState<P>[], next: OptimizerState<P>[] = [];
    let updates: P = gradients;
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
export const applyUpdates = <P>(params: P, updates: NoInfer<P>): P => {
  needLikeParams("an update", updates, params);
  return mapTree((p, u) => add(p!, u!), params, updates);
};
