/** Variables of a model made in no time, for tests of its layers: nothing is drawn on the device. */
import type { AnyModel } from "../../models/mod.ts";
import { variablesOf } from "../../models/mod.ts";
import { type Tensor, tensor } from "../../mod.ts";

const length = 1 << 20;
/** Numbers from -1 to 1 without a pattern that a convolution could see. */
const noise = ((): Float32Array => {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
})();
/** `n` numbers from -bound to bound. */
export const someNumbers = (n: number, bound: number, from = 0): Float32Array => {
  const out = new Float32Array(n);
  for (let i = 0; i < n; i++) out[i] = bound * noise[(i + from) % length]!;
  return out;
};

/** Weights of the size that He's initializer gives, no shifts, statistics of a model that has seen nothing. */
export const someVariables = <M extends AnyModel>(model: M): ReturnType<M["init"]> => {
  const { variables, structure } = variablesOf(model);
  const leaves = variables.map(({ path, shape }, i) => {
    const n = shape.reduce((a, d) => a * d, 1), name = path.at(-1);
    if (name === "scale" || name === "variance") return tensor(new Float32Array(n).fill(1), shape) as Tensor;
    if (shape.length < 2) return tensor(new Float32Array(n), shape) as Tensor;
    return tensor(someNumbers(n, Math.sqrt(6 / (n / shape[0]!)), 7919 * i), shape) as Tensor;
  });
  return structure.build(leaves) as ReturnType<M["init"]>;
};
