/** Every primitive: one record each, in the file of its family. */
export { reluP } from "./activation.ts";
export { absP, addP, divP, mulP, negP, remP, signP, subP } from "./arithmetic.ts";
export { barrierP } from "./barrier.ts";
export { shiftLeftP, shiftRightP } from "./bits.ts";
export { bitcastP, castP } from "./cast.ts";
export { andP, eqP, geP, gtP, leP, ltP, maximumP, minimumP, neP, notP, orP, selectP, xorP } from "./comparison.ts";
export { dotP } from "./contraction.ts";
export { convP } from "./convolution.ts";
export { prefixSumP } from "./cumulative.ts";
export {
  cbrtP,
  exp2P,
  expm1P,
  expP,
  log10P,
  log1pP,
  log2P,
  logAddExpP,
  logP,
  powP,
  rsqrtP,
  sigmoidP,
  softplusP,
  sqrtP,
  tanhP,
} from "./exponential.ts"; // deno-fmt-ignore
export { scatterInOrderP } from "./in_order.ts";
export { gatherP, scatterAddP, scatterAllP } from "./gather.ts";
export { stopGradientP } from "./gradient.ts";
export { acoshP, asinhP, atanhP, coshP, sinhP } from "./hyperbolic.ts";
export { lastAllP, lastP } from "./last.ts";
export { arrangeP, mergeP, orderP } from "./order.ts";
export { prodP } from "./product.ts";
export { threefryP } from "./random.ts";
export { allP, anyP, maxP, minP } from "./reduction.ts";
export { reverseP } from "./reverse.ts";
export { ceilP, floorP, roundP, truncP } from "./rounding.ts";
export { searchP } from "./search.ts";
export { concatP, padP, sliceP } from "./slice.ts";
export { iotaP } from "./source.ts";
export { digammaP, erfcP, erfinvP, erfP, lgammaP } from "./special.ts";
export { broadcastP, permuteP, reshapeP, sumP } from "./structure.ts";
export { addAllRowsP, addRowsP, takeP } from "./take.ts";
export { acosP, asinP, atan2P, atanP, cosP, hypotP, sinP, tanP } from "./trigonometry.ts";
export { foldP, windowsP } from "./window.ts";
