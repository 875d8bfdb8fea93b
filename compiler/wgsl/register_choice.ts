import { type Axis, type Load, visit } from "../../core/expr.ts";
import { affine } from "../../core/index_expr.ts";
import type { Contraction } from "../kernel.ts";
import { extentsOfContraction } from "./contraction.ts";
import { loadsOf, range, type RegisterTile } from "./register_tile.ts";
import type { Target } from "./target.ts";

/*
 * What things cost on a software adapter, in nanoseconds (llvmpipe of Mesa 22.3 on two cores at 3 GHz): a load and a
 * multiplication of eight invocations, which run together; compiling one of each; a dispatch, and a shader more.
 */
const LOAD = 60, MULTIPLY = 0.7, COMPILE_LOAD = 6e6, COMPILE_MULTIPLY = 3e5, DISPATCH = 25e3, SHADER = 5e7;
const SIMD = 8, CORES = 2;
/** A kernel is compiled once for so many runs. */
const RUNS = 100;
/** Sums in one invocation, and lines in the innermost loop: with more, compiling takes seconds. */
const CELLS = 256, LINES = 1024;
/** Invocations that keep all cores busy, and the least depth worth an invocation of its own. */
const CROWD = 128, DEEP = 64;

export interface RegisterChoice {
  readonly tile: RegisterTile;
  /** The sum over k is cut into so many. */
  readonly parts: number;
}

/** The register tile that costs least, and into how many parts the sum is cut. */
export const chooseRegisters = (c: Contraction, target: Target): RegisterChoice => {
  const e = extentsOfContraction(c),
    sharing = { a: shares(c, "a"), b: shares(c, "b") },
    shared = sharing.a || sharing.b;
  const unroll = shared ? divisors(c.k.at(-1)!.extent).findLast((u) => u <= 8)! : 1;
  const rows = even(e.m, [1, 2, 3, 4, 6, 8, 12, 16]);
  const columns = even(e.n, [1, 2, 3, 4, 8, 12, 16]), runs = shared ? whole(c.n) : [];
  const memo = new Map<string, number>();
  const loads = (side: "a" | "b", t: RegisterTile): number => {
    const count = side === "a" ? t.rows : t.columns;
    if (t.unroll === 1 || !sharing[side]) return count * t.unroll;
    const key = `${side}${count},${t.unroll}`, known = memo.get(key) ?? loadsOf(c, side, t);
    memo.set(key, known);
    return known;
  };
  const parts = (t: RegisterTile): number => {
    const invocations = e.batch * Math.ceil(e.m / t.rows) * Math.ceil(e.n / t.columns);
    // Half of the trips at most: the loops over the axes of k and the epilogue count, too.
    return Math.max(
      1,
      Math.min(Math.ceil(CROWD / invocations), Math.floor(e.k / DEEP)),
      Math.ceil(2 * e.k / target.maxTrips),
    );
  };
  const cost = (t: RegisterTile): number => {
    const read = loads("a", t) + loads("b", t), cells = t.rows * t.columns * t.unroll, p = parts(t);
    const invocations = e.batch * Math.ceil(e.m / t.rows) * Math.ceil(e.n / t.columns) * p;
    const rounds = Math.max(Math.ceil(invocations / SIMD) / CORES, 1), turns = e.k / t.unroll / p;
    const sums = p === 1 ? 0 : SHADER + RUNS * (DISPATCH + e.batch * e.m * e.n * p * LOAD / SIMD / CORES);
    return RUNS * rounds * turns * (read * LOAD + cells * MULTIPLY) + read * COMPILE_LOAD + cells * COMPILE_MULTIPLY +
      sums;
  };
  // Turns are written out only for columns that lie in a row: others share little.
  const fitting = rows.flatMap((r) => [
    ...columns.map((q): RegisterTile => ({ rows: r, columns: q, unroll: 1 })),
    ...runs.map((q): RegisterTile => ({ rows: r, columns: q, unroll })),
  ]).filter((t) => t.rows * t.columns <= CELLS && t.rows * t.columns * t.unroll <= LINES);
  const tile = fitting.map((t) => ({ t, cost: cost(t) })).reduce((best, x) => x.cost < best.cost ? x : best).t;
  return { tile, parts: parts(tile) };
};

/** Sizes near those wished for that cut an extent evenly. */
const even = (extent: number, wishes: readonly number[]): readonly number[] => [
  ...new Set(wishes.map((w) => Math.ceil(extent / Math.ceil(extent / w)))),
];
const divisors = (n: number): readonly number[] => range(n).map((d) => d + 1).filter((d) => n % d === 0);
/** Runs of columns that stay in one row of the last axis, or are whole rows. */
const whole = (n: readonly Axis[]): readonly number[] => {
  const last = n.at(-1)?.extent ?? 1, before = n.at(-2)?.extent ?? 1;
  return [...divisors(last), ...divisors(before).map((d) => d * last)].filter((d) => d >= 4 && d <= 28);
};
/** Whether turns of the innermost loop read the same elements for neighbouring rows or columns, as in a convolution. */
const shares = (c: Contraction, side: "a" | "b"): boolean => {
  const own = (side === "a" ? c.m : c.n).at(-1), k = c.k.at(-1), loads: Load[] = [];
  if (own === undefined || k === undefined) return false;
  visit([c[side]], (e) => e.tag === "load" && loads.push(e));
  return loads.some(({ index }) => {
    const { terms } = affine(index), [x, y] = [own, k].map((a) => Math.abs(terms.get(a) ?? 0)) as [number, number];
    return x > 0 && y > 0 && Math.max(x, y) <= 4 * Math.min(x, y) && Math.max(x, y) % Math.min(x, y) === 0;
  });
};
