/** The rows of a PNG file: their five filters, and the seven passes of an interlaced picture. */
import type { PngHeader } from "./png_format.ts";

/** Pixels that are stored together: `(x0 + dx * i, y0 + dy * j)`. */
export interface Pass {
  readonly x0: number;
  readonly y0: number;
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
}

const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The passes of a picture that have pixels. */
export const passesOf = ({ width, height, interlaced }: Pick<PngHeader, "width" | "height" | "interlaced">) =>
  (interlaced ? adam7 : [[0, 0, 1, 1]] as const)
    .map(([x0, y0, dx, dy]): Pass => {
      const [w, h] = [Math.ceil((width - x0) / dx), Math.ceil((height - y0) / dy)];
      return { x0, y0, dx, dy, width: Math.max(w, 0), height: Math.max(h, 0) };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);

/** Bytes of a row of `width` pixels, without its filter. */
export const rowBytes = (width: number, bitsPerPixel: number): number => Math.ceil(width * bitsPerPixel / 8);

/** Of left, above and above left the one that is nearest to left + above - above left. */
export const paeth = (a: number, b: number, c: number): number => {
  const p = a + b - c, pa = Math.abs(p - a), pb = Math.abs(p - b), pc = Math.abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
};

/**
 * Undoes the filters of `rows` rows in place; each is a byte for its filter and `length` bytes. `step` is the distance to the
 * byte on the left, a pixel or a byte. Gives the number of the first row whose filter is unknown, or -1.
 */
export const unfilter = (bytes: Uint8Array, rows: number, length: number, step: number): number => {
  for (let row = 0; row < rows; row++) {
    const at = row * (length + 1) + 1, above = row === 0 ? -1 : at - length - 1, kind = bytes[at - 1]!;
    if (kind > 4) return row;
    if (kind === 0) continue;
    for (let i = 0; i < length; i++) {
      const a = i < step ? 0 : bytes[at + i - step]!;
      const b = above < 0 ? 0 : bytes[above + i]!;
      const c = i < step || above < 0 ? 0 : bytes[above + i - step]!;
      const guess = kind === 1 ? a : kind === 2 ? b : kind === 3 ? (a + b) >> 1 : paeth(a, b, c);
      bytes[at + i] = bytes[at + i]! + guess;
    }
  }
  return -1;
};

const score = (bytes: Uint8Array): number => {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += bytes[i]! < 128 ? bytes[i]! : 256 - bytes[i]!;
  return sum;
};

/** Filters rows of `length` bytes, each by the filter that leaves the smallest numbers; the opposite of `unfilter`. */
export const filterRows = (bytes: Uint8Array, rows: number, length: number, step: number): Uint8Array<ArrayBuffer> => {
  const out = new Uint8Array(rows * (length + 1));
  const nothing = new Uint8Array(length), tries = Array.from({ length: 5 }, () => new Uint8Array(length));
  for (let row = 0; row < rows; row++) {
    const now = bytes.subarray(row * length, (row + 1) * length);
    const above = row === 0 ? nothing : bytes.subarray((row - 1) * length, row * length);
    for (let i = 0; i < length; i++) {
      const [v, a, b, c] = [now[i]!, i < step ? 0 : now[i - step]!, above[i]!, i < step ? 0 : above[i - step]!];
      tries[0]![i] = v;
      tries[1]![i] = v - a;
      tries[2]![i] = v - b;
      tries[3]![i] = v - ((a + b) >> 1);
      tries[4]![i] = v - paeth(a, b, c);
    }
    const scores = tries.map(score), best = scores.indexOf(Math.min(...scores));
    out[row * (length + 1)] = best;
    out.set(tries[best]!, row * (length + 1) + 1);
  }
  return out;
};
