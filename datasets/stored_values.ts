/** Elements of a stored tensor as numbers. */
import type { StoredTensor } from "./safetensors.ts";

/** The number that the 16 bits of an IEEE half stand for: sign, 5 bits of exponent, 10 of fraction. */
export const halfToNumber = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
};

/** bfloat16 is the upper half of a float. */
const brainToFloats = (bits: Uint16Array): Float32Array<ArrayBuffer> =>
  new Float32Array(Uint32Array.from(bits, (b) => b << 16).buffer);

/** The elements of any stored tensor as floats, rounded to the nearest where they need more than 24 bits. */
export const asFloat32 = (tensor: StoredTensor): Float32Array<ArrayBuffer> => {
  switch (tensor.dtype) {
    case "f16":
      return Float32Array.from(tensor.data, halfToNumber);
    case "bf16":
      return brainToFloats(tensor.data);
    case "i64":
    case "u64":
      return Float32Array.from(tensor.data as ArrayLike<bigint>, Number);
    default:
      return new Float32Array(tensor.data);
  }
};
