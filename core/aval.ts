import type { DType } from "./dtype.ts";

/** The extents of a value at run time; the type-level twin with names and unknowns is `Shape` in `shape/dim.ts`. */
export type Extents = readonly number[];

/** An abstract value: what is known of a tensor before it is computed. */
export interface Aval {
  readonly shape: Extents;
  readonly dtype: DType;
}

export const aval = (shape: Extents, dtype: DType): Aval => ({ shape, dtype });

/** `f32[2,3]` */
export const showAval = (a: Aval): string => `${a.dtype}[${a.shape.join(",")}]`;

export const sameShape = (a: Extents, b: Extents): boolean => a.length === b.length && a.every((d, i) => d === b[i]);
export const sameAval = (a: Aval, b: Aval): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** Number of elements. */
export const size = (s: Extents): number => {
  let n = 1;
  for (const d of s) n *= d;
  return n;
};

/** Row-major strides. */
export const strides = (s: Extents): readonly number[] => {
  const out = new Array<number>(s.length);
  let n = 1;
  for (let i = s.length - 1; i >= 0; i--) {
    out[i] = n;
    n *= s[i]!;
  }
  return out;
};
