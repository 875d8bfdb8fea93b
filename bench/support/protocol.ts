/** What the runner and a contestant, each a process, say to each other: one JSON object a line. */
import type { Sizes } from "../cases/mod.ts";
import type { Input } from "./input.ts";

/** Where arrays are in a file, one after the other, little-endian. */
export interface ArrayPlace {
  readonly shape: readonly number[];
  readonly dtype: "f32" | "i32" | "f64";
}
export type Request =
  /** Load the inputs, make the first call, leave its results in a file (`f64` where the contestant is the reference). */
  | {
    readonly do: "prepare";
    readonly case: string;
    readonly sizes: Sizes;
    /** The other way of doing it, where a contestant has two: the first was wrong. */
    readonly other: boolean;
    readonly inputs: readonly ArrayPlace[];
    readonly from: string;
    readonly to: string;
  }
  /** Go on calling for so many milliseconds. */
  | { readonly do: "run"; readonly ms: number }
  /** Forget the case. */
  | { readonly do: "clear" };
export interface Prepared {
  readonly outputs: readonly ArrayPlace[];
  /** The first call, tracing and compiling included. */
  readonly first: Sample;
  /** What one call starts on the device, where the contestant knows. */
  readonly kernels?: number;
  readonly submits?: number;
}
/** Milliseconds of a call: by the clock, and those that all threads of the process computed, whoever else was at work. */
export interface Sample {
  readonly ms: number;
  readonly cpu: number;
}
/** One sample for each wait. */
export interface Ran {
  readonly samples: readonly Sample[];
  readonly queued: number;
}
export type Reply<T> = { readonly ok: T } | { readonly error: string };

export const placeOf = ({ shape, data }: Input): ArrayPlace => ({
  shape,
  dtype: data instanceof Float32Array ? "f32" : "i32",
});
const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** The arrays of a file, and back. */
export const unpack = (bytes: Uint8Array<ArrayBuffer>, places: readonly ArrayPlace[]) => {
  let at = bytes.byteOffset;
  return places.map(({ shape, dtype }) => {
    const n = sizeOf(shape), width = dtype === "f64" ? 8 : 4, piece = bytes.buffer.slice(at, at + n * width);
    at += n * width;
    return dtype === "f32"
      ? new Float32Array(piece)
      : dtype === "i32"
      ? new Int32Array(piece)
      : new Float64Array(piece);
  });
};
export const pack = (arrays: readonly ArrayBufferView<ArrayBuffer>[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(arrays.reduce((n, a) => n + a.byteLength, 0));
  let at = 0;
  for (const a of arrays) {
    bytes.set(new Uint8Array(a.buffer, a.byteOffset, a.byteLength), at);
    at += a.byteLength;
  }
  return bytes;
};
