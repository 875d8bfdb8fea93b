import { type Extents, size } from "./aval.ts";

/** Row-major position of an index. */
export const position = (index: readonly number[], shape: Extents): number => {
  let p = 0;
  for (let i = 0; i < shape.length; i++) p = p * shape[i]! + index[i]!;
  return p;
};

/** Calls `f` for every index of a shape in row-major order. The index array is reused: copy it to keep it. */
export const forEachIndex = (shape: Extents, f: (index: readonly number[], position: number) => void): void => {
  const n = size(shape), index = new Array<number>(shape.length).fill(0);
  for (let p = 0; p < n; p++) {
    f(index, p);
    for (let k = shape.length - 1; k >= 0; k--) {
      if (++index[k]! < shape[k]!) break;
      index[k] = 0;
    }
  }
};

/** One number for each index of a shape. */
export const tabulate = (shape: Extents, f: (index: readonly number[]) => number): Float64Array => {
  const out = new Float64Array(size(shape));
  forEachIndex(shape, (index, p) => out[p] = f(index));
  return out;
};
