/** Every primitive: one record each, in the file of its family. */
export { reluP } from "./activation.ts";
export { barrierP } from "./barrier.ts";
export { absP, addP, divP, mulP, negP, remP, signP, subP } from "./arithmetic.ts";
export { shiftLeftP, shiftRightP } from "./bits.ts";
export { bitcastP, castP } from "./cast.ts";
export { andP, eqP, geP, gtP, leP, ltP, maximumP, minimumP, neP, notP, orP, selectP, xorP } from "./comparison.ts";
export { dotP } from "./contraction.ts";
export { convP } from "./convolution.ts";
export { expP, logP, powP, sigmoidP, sqrtP, tanhP } from "./exponential.ts";
export { stopGradientP } from "./gradient.ts";
export { threefryP } from "./random.ts";
export { allP, anyP, maxP, minP } from "./reduction.ts";
export { concatP, padP, sliceP } from "./slice.ts";
export { iotaP } from "./source.ts";
export { erfP, erfinvP } from "./special.ts";
export { broadcastP, permuteP, reshapeP, sumP } from "./structure.ts";
export { cosP, sinP } from "./trigonometry.ts";
export { foldP, windowsP } from "./window.ts";
