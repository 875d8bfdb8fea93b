/** The value below which a part `q` of the numbers lies, between neighbours linearly. */
export const quantile = (numbers: readonly number[], q: number): number => {
  const sorted = numbers.toSorted((a, b) => a - b), at = q * (sorted.length - 1), low = Math.floor(at);
  const a = sorted[low], b = sorted[Math.min(low + 1, sorted.length - 1)];
  return a === undefined || b === undefined ? NaN : a + (b - a) * (at - low);
};
export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);

export const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

/** The middle of some numbers, and the quartiles around it. */
export interface Spread {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}
export const spreadOf = (numbers: readonly number[]): Spread => ({
  low: quantile(numbers, 0.25),
  middle: median(numbers),
  high: quantile(numbers, 0.75),
});

/** The largest error of `got`, as a part of the largest magnitude in `want`; infinite where one is not a number. */
export const errorOf = (got: ArrayLike<number>, want: ArrayLike<number>): number => {
  if (got.length !== want.length) return Infinity;
  let error = 0, scale = 0;
  for (let i = 0; i < want.length; i++) {
    const e = Math.abs(got[i]! - want[i]!);
    if (!(e <= error)) error = Number.isNaN(e) ? Infinity : e;
    scale = Math.max(scale, Math.abs(want[i]!));
  }
  return scale === 0 ? error : error / scale;
};
