/** Connected regions of a mask, and how far every pixel is from the two nearest. Pure, on plain numbers. */

/** The number of the region of each pixel, from 1; 0 where there is none. */
export interface Cells {
  readonly labels: Int32Array;
  readonly count: number;
}
/** Regions of pixels that are not 0, connected by edges. */
export const labelCells = (mask: ArrayLike<number>, height: number, width: number): Cells => {
  const labels = new Int32Array(height * width), open: number[] = [];
  let count = 0;
  const visit = (i: number): void => {
    if (mask[i] === 0 || labels[i] !== 0) return;
    labels[i] = count;
    open.push(i);
  };
  for (let start = 0; start < labels.length; start++) {
    if (mask[start] === 0 || labels[start] !== 0) continue;
    count++;
    visit(start);
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      const column = i % width;
      if (column > 0) visit(i - 1);
      if (column < width - 1) visit(i + 1);
      if (i >= width) visit(i - width);
      if (i < labels.length - width) visit(i + width);
    }
  }
  return { labels, count };
};

/**
 * The lower envelope of parabolas: out[i] = min over j of (i - j)² + f[j], along one line.
 * Source: Felzenszwalb and Huttenlocher, Distance transforms of sampled functions, Theory of Computing 8 (2012).
 */
const envelope = (f: Float64Array, out: Float64Array): void => {
  const n = f.length, at = new Int32Array(n), from = new Float64Array(n + 1);
  const meet = (q: number, p: number): number => (f[q]! + q * q - f[p]! - p * p) / (2 * (q - p));
  let top = -1;
  for (let q = 0; q < n; q++) {
    if (f[q] === Infinity) continue;
    while (top >= 0 && meet(q, at[top]!) <= from[top]!) top--;
    from[top + 1] = top < 0 ? -Infinity : meet(q, at[top]!);
    at[++top] = q;
  }
  if (top < 0) return void out.fill(Infinity);
  for (let i = 0, k = 0; i < n; i++) {
    while (k < top && from[k + 1]! < i) k++;
    out[i] = (i - at[k]!) ** 2 + f[at[k]!]!;
  }
};
/** Euclidean distance of every pixel from region `cell`. */
const distancesTo = ({ labels }: Cells, cell: number, height: number, width: number): Float64Array => {
  const squares = Float64Array.from(labels, (l) => l === cell ? 0 : Infinity);
  const along = (length: number, place: (k: number) => number): void => {
    const line = Float64Array.from({ length }, (_, k) => squares[place(k)]!), out = new Float64Array(length);
    envelope(line, out);
    out.forEach((v, k) => squares[place(k)] = v);
  };
  for (let x = 0; x < width; x++) along(height, (y) => y * width + x);
  for (let y = 0; y < height; y++) along(width, (x) => y * width + x);
  return squares.map(Math.sqrt);
};
/** Distances from the nearest region and from the second nearest; Infinity where there is none. */
export const distancesToCells = (cells: Cells, height: number, width: number) => {
  const nearest = new Float64Array(height * width).fill(Infinity), second = nearest.slice();
  for (let cell = 1; cell <= cells.count; cell++) {
    distancesTo(cells, cell, height, width).forEach((d, i) => {
      second[i] = Math.min(second[i]!, Math.max(nearest[i]!, d));
      nearest[i] = Math.min(nearest[i]!, d);
    });
  }
  return { nearest, second };
};
