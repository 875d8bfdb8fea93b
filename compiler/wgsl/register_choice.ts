import { type Axis, type Load, visit } from "../../core/expr.ts";
import { affine } from "../../core/index_expr.ts";
import type { Contraction } from "../kernel.ts";
import { extentsOfContraction } from "./contraction.ts";
import { byRows, loadsOf, range, type RegisterTile, turned } from "./register_tile.ts";
import type { Target } from "./target.ts";

/*
 * What things cost on a software adapter, in nanoseconds for all invocations that run together (llvmpipe of Mesa 22.3 on two
 * cores at 3 GHz): a load, a load of four neighbours, a multiplication, a number told by one to all, a turn of a loop, a
 * store; compiling a load and a multiplication; a dispatch, and a shader more.
 */
const LOAD = 11, LOAD_FOUR = 22, MULTIPLY = 0.45, TELL = 0.4, TURN = 10, STORE = 12;
const COMPILE_LOAD = 2e6, COMPILE_MULTIPLY = 1.5e5, DISPATCH = 25e3, SHADER = 5e7;
/** Invocations that run together where the device does not say, and cores. */
const SIMD = 8, CORES = 2;
/** A kernel is compiled once for so many runs. */
const RUNS = 100;
/** Sums in one invocation, and lines in the innermost loop: with more, compiling takes seconds. */
const CELLS = 256, LINES = 1024;
/** Groups of invocations that keep all cores busy, and the least depth worth an invocation of its own. */
const CROWD = 16, DEEP = 64;

export interface RegisterChoice {
  readonly tile: RegisterTile;
  /** The sum over k is cut into so many. */
  readonly parts: number;
}
interface Priced extends RegisterChoice {
  readonly cost: number;
}

/** The register tile that costs least, and into how many parts the sum is cut. */
export const chooseRegisters = (c: Contraction, target: Target): RegisterChoice => {
  const { tile, parts } = priced(c, target).reduce((x, y) => y.cost < x.cost ? y : x);
  return { tile, parts };
};
/** All register tiles, those that should cost least first. */
export const rankRegisters = (c: Contraction, target: Target): readonly RegisterChoice[] =>
  priced(c, target).toSorted((x, y) => x.cost - y.cost).map(({ tile, parts }) => ({ tile, parts }));

const priced = (c: Contraction, target: Target): readonly Priced[] => [
  ...oriented(c, target, false),
  ...(target.lanes === 1 ? [] : oriented(turned(c), target, true)),
];
const oriented = (c: Contraction, target: Target, isTurned: boolean): readonly Priced[] => {
  const e = extentsOfContraction(c), { lanes } = target, simd = lanes > 1 ? lanes : SIMD;
  const facts = { a: factsOf(c, "a"), b: factsOf(c, "b") }, shared = facts.a.shares || facts.b.shares;
  const last = c.k.at(-1)?.extent ?? 1, unroll = shared ? divisors(last).findLast((u) => u <= 8)! : 1;
  const memo = new Map<string, number>();
  /** Loads of one operand in a turn, those of four neighbours apart. */
  const loads = (side: "a" | "b", t: RegisterTile): number => {
    const count = side === "a" ? t.rows : t.columns, told = side === "a" && lanes > 1;
    if (told) {
      const all = byRows(t) ? t.unroll * Math.ceil(t.rows / lanes) : Math.ceil(t.rows * t.unroll / lanes);
      return facts.a.alongK && byRows(t) && t.unroll % 4 === 0 ? all / 4 * LOAD_FOUR : all * LOAD;
    }
    if (t.unroll > 1 && facts[side].shares) {
      const key = `${count},${t.unroll}`, known = memo.get(key) ?? loadsOf(c, side, t);
      memo.set(key, known);
      return known * LOAD;
    }
    const four = facts[side].alongOwn && count % 4 === 0, deep = facts[side].alongK && t.unroll % 4 === 0;
    return count * t.unroll * (four || deep ? LOAD_FOUR / 4 : LOAD);
  };
  const groups = (t: RegisterTile): number =>
    lanes > 1
      ? e.batch * Math.ceil(e.m / t.rows) * Math.ceil(Math.ceil(e.n / t.columns) / lanes)
      : Math.ceil(e.batch * Math.ceil(e.m / t.rows) * Math.ceil(e.n / t.columns) / simd);
  // Half of the trips at most: the loops over the axes of k and the epilogue count, too.
  const parts = (t: RegisterTile): number =>
    Math.max(1, Math.min(Math.ceil(CROWD / groups(t)), Math.floor(e.k / DEEP)), Math.ceil(2 * e.k / target.maxTrips));
  const price = (tile: RegisterTile): Priced => {
    const read = loads("a", tile) + loads("b", tile), cells = tile.rows * tile.columns, p = parts(tile);
    const multiplied = cells * tile.unroll,
      rounds = Math.max(groups(tile) * p / CORES, 1),
      turns = e.k / tile.unroll / p;
    const told = lanes > 1 ? tile.rows * tile.unroll * TELL : 0;
    const run = rounds * (turns * (read + told + multiplied * MULTIPLY + TURN) + cells * STORE);
    const sums = p === 1 ? 0 : SHADER + RUNS * (DISPATCH + e.batch * e.m * e.n * (p * LOAD + STORE) / simd / CORES);
    const compile = read / LOAD * COMPILE_LOAD + multiplied * COMPILE_MULTIPLY;
    return { tile, parts: p, cost: RUNS * run + compile + sums };
  };
  const sizes = lanes > 1 ? [1, 2, 4, 8, 16, 24, 32, 48] : [1, 2, 3, 4, 6, 8, 12, 16];
  const rows = even(e.m, sizes), columns = even(e.n, [1, 2, 3, 4, 8, 12, 16]), runs = shared ? whole(c.n) : [];
  const turns = lanes > 1 && facts.a.alongK && last % 4 === 0 ? [1, 4] : [1];
  // Turns that share are written out only for columns that lie in a row: others share little.
  return rows.flatMap((r) => [
    ...columns.flatMap((q) => turns.map((u) => ({ rows: r, columns: q, unroll: u, lanes, turned: isTurned }))),
    ...runs.map((q) => ({ rows: r, columns: q, unroll, lanes, turned: isTurned })),
  ]).filter((t) => t.rows * t.columns <= CELLS && t.rows * t.columns * t.unroll <= LINES)
    .map(price);
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

/** How an operand lies in memory. */
interface Facts {
  /** Whether turns of the innermost loop read the same elements for neighbouring rows or columns, as in a convolution. */
  readonly shares: boolean;
  /** Whether neighbours along its own last axis, or along that of k, are fours that can be loaded at once. */
  readonly alongOwn: boolean;
  readonly alongK: boolean;
}
const factsOf = (c: Contraction, side: "a" | "b"): Facts => {
  const own = (side === "a" ? c.m : c.n).at(-1), k = c.k.at(-1), loads: Load[] = [];
  visit([c[side]], (e) => e.tag === "load" && loads.push(e));
  const step = ({ index }: Load, a: Axis | undefined): number =>
    a === undefined ? 0 : Math.abs(affine(index).terms.get(a) ?? 0);
  const fours = (a: Axis | undefined): boolean =>
    a !== undefined && a.extent % 4 === 0 && loads.length > 0 &&
    loads.every(({ index }) =>
      affine(index).constant % 4 === 0 && [...affine(index).terms].every(([x, s]) => x === a ? s === 1 : s % 4 === 0)
    );
  return {
    shares: loads.some((e) => {
      const x = step(e, own), y = step(e, k);
      return x > 0 && y > 0 && Math.max(x, y) <= 4 * Math.min(x, y) && Math.max(x, y) % Math.min(x, y) === 0;
    }),
    alongOwn: fours(own),
    alongK: fours(k),
  };
};
