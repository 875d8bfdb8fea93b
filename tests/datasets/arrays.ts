/** What the tests of NumPy's files share: tensors of every kind, and little-endian numbers. */
import type { StoredTensor } from "../../datasets/mod.ts";

/** Bytes of a text. */
export const text = (s: string) => new TextEncoder().encode(s);
/** 16-bit numbers, little-endian. */
export const short = (...values: readonly number[]) => values.flatMap((v) => [v & 255, (v >>> 8) & 255]);
/** 32-bit numbers, little-endian. */
export const long = (...values: readonly number[]) => values.flatMap((v) => short(v & 0xffff, v >>> 16));

/** A tensor of every kind. */
export const tensors: readonly StoredTensor[] = [
  { dtype: "f64", shape: [2], data: Float64Array.of(0.1, -Infinity) },
  { dtype: "f32", shape: [2, 1], data: Float32Array.of(1.5, 1e-45) },
  { dtype: "f16", shape: [], data: Uint16Array.of(0x3c00) },
  { dtype: "i64", shape: [1], data: BigInt64Array.of(-1n) },
  { dtype: "i32", shape: [0, 7], data: new Int32Array(0) },
  { dtype: "u8", shape: [1, 1, 3], data: Uint8Array.of(1, 2, 3) },
  { dtype: "bool", shape: [2], data: Uint32Array.of(1, 0) },
];
