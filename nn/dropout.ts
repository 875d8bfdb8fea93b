import { extents } from "../core/tensor.ts";
import { div } from "../ops/arithmetic.ts";
import { where } from "../ops/comparison.ts";
import { bernoulli, foldIn } from "../ops/random.ts";
import type { Pointwise } from "./activation.ts";
import { stateless } from "./layer.ts";

/**
 * In training, sets each entry to 0 with probability `p` and divides the others by 1 - p; otherwise does nothing. The key
 * comes with the context: `model.apply(variables, x, { training: true, key })`; without one it throws. (Srivastava et al. 2014)
 */
export const dropout = (p: number): Pointwise<"dropout"> =>
  stateless<Pointwise<"dropout">>("dropout", (shape) => [...shape], (x, { training = false, key, path = [] }) => {
    if (!training || p === 0) return x;
    if (key === undefined) {
      throw new TypeError("dropout: training needs a key: apply(variables, x, { training: true, key })");
    }
    const own = path.reduce((k, i) => foldIn(k, i), key);
    return where(bernoulli(own, 1 - p, extents(x)), div(x, 1 - p), 0);
  });
