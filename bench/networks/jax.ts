import type { Jax, JaxArray } from "../support/jax.ts";
import { inTurn, type Operations } from "./operations.ts";

const channels = (v: JaxArray): JaxArray => v.reshape([-1, 1, 1]);
const square = (n: number): [[number, number], [number, number]] => [[n, n], [n, n]];

/** The operations in jax-js, where every use of an array but the last says so. */
export const jaxOperations = ({ numpy: np, nn, lax }: Jax, params: readonly JaxArray[]): Operations<JaxArray> => ({
  param: inTurn(params),
  conv: (x, w, { stride, padding, bias }) => {
    const y = lax.convGeneralDilated(x.ref, w, [stride, stride], square(padding));
    return bias === undefined ? y : y.add(channels(bias));
  },
  up: (x, w, bias) => lax.convTranspose(x.ref, w, [2, 2], "VALID", { transposeKernel: true }).add(channels(bias)),
  batchNorm: (x, scale, shift, known) => {
    const mean = known === null ? np.mean(x.ref, [0, 2, 3]) : known[0];
    const centred = x.sub(channels(mean));
    const variance = known === null ? np.mean(np.square(centred.ref), [0, 2, 3]) : known[1];
    return centred.div(np.sqrt(channels(variance.add(1e-5)))).mul(channels(scale)).add(channels(shift));
  },
  relu: (x) => nn.relu(x),
  add: (x, y) => x.add(y),
  maxPool: (x, size, stride, padding) => {
    const wide = padding === 0 ? x.ref : np.pad(x.ref, [[0, 0], [0, 0], ...square(padding)]);
    return lax.reduceWindow(wide, (v) => np.max(v), [size, size], [stride, stride]);
  },
  mean: (x) => np.mean(x, [2, 3]),
  linear: (x, w, bias) => np.matmul(x, w.transpose()).add(bias),
  concat: (x, y) => np.concatenate([x, y], 1),
});
