/** Randomness from explicit keys: keys, bits, and samplers of distributions. */
export { bernoulli, bits, foldIn, type Key, key, normal, split, uniform } from "./random.ts";
export {
  beta,
  categorical,
  dirichlet,
  exponential,
  gamma,
  gumbel,
  laplace,
  permutation,
  truncatedNormal,
} from "./distributions.ts"; // deno-fmt-ignore
