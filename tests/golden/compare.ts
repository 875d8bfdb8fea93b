/** Comparing numbers within a tolerance. */
import type { Tolerance } from "./layout.ts";

/** The worst element that is off. */
export interface Miss {
  readonly index: number;
  readonly got: number;
  readonly want: number;
  /** What was allowed there. */
  readonly allowed: number;
  /** How many elements are off, and of how many. */
  readonly wrong: number;
  readonly total: number;
}

/** By how many times the tolerance `got` is off: at most 1 is right. NaN is NaN, an infinity itself. */
const excess = (got: number, want: number, allowed: number): number => {
  if (got === want || (Number.isNaN(got) && Number.isNaN(want))) return 0;
  const off = Math.abs(got - want);
  if (!Number.isFinite(off)) return Infinity;
  return off <= allowed ? off / Math.max(allowed, Number.MIN_VALUE) : allowed === 0 ? Infinity : off / allowed;
};

/** The worst element outside the tolerance, or null. Both have one length. */
export const compare = (got: ArrayLike<number>, want: ArrayLike<number>, { rtol, atol }: Tolerance): Miss | null => {
  let worst: { readonly index: number; readonly excess: number } | null = null, wrong = 0;
  for (let i = 0; i < want.length; i++) {
    const e = excess(got[i]!, want[i]!, atol + rtol * Math.abs(want[i]!));
    if (e <= 1) continue;
    wrong++;
    if (worst === null || e > worst.excess) worst = { index: i, excess: e };
  }
  if (worst === null) return null;
  const w = want[worst.index]!;
  return {
    index: worst.index,
    got: got[worst.index]!,
    want: w,
    allowed: atol + rtol * Math.abs(w),
    wrong,
    total: want.length,
  };
};

const short = (x: number): string => Object.is(x, -0) ? "-0" : String(Number(x.toPrecision(9)));
/** The index of a position in a shape: `[1,0,2]`. */
const indexIn = (shape: readonly number[], position: number): string => {
  let rest = position;
  const index = shape.toReversed().map((d) => {
    const i = rest % d;
    rest = (rest - i) / d;
    return i;
  });
  return `[${index.toReversed()}]`;
};
/** `y[0,3]: got 1.5, want 1, tolerance 1e-6 (2 of 15 elements are off)` */
export const showMiss = (label: string, shape: readonly number[], m: Miss): string =>
  `${label}${indexIn(shape, m.index)}: got ${short(m.got)}, want ${short(m.want)}, tolerance ${
    short(Number(m.allowed.toPrecision(3)))
  } (${m.wrong} of ${m.total} off)`;
