import type { Axis, Expr } from "../../core/expr.ts";
import { decide } from "./analysis.ts";
import { bind, type Context, type Env, type Mask, together } from "./env.ts";
import type { Value } from "./ir.ts";
import { firstLanes } from "./values.ts";

/** Loops over an axis in blocks: several values of the axis, or several vectors of them, in one round. */
export interface Blocks {
  readonly axis: Axis;
  /** Copies of what is computed in one round. */
  readonly unroll: number;
  /** Whether consecutive values are in lanes. */
  readonly lanes: boolean;
  /** Conditions worth knowing; a loop is cut where they change. */
  readonly conditions: readonly Expr[];
}
/** From and up to which value of the axis: multiples of the block, or the extent. */
export interface Range {
  readonly from: Value;
  readonly to: Value;
}
/** Computes what a family of environments needs from what is carried; gives what is carried on. */
export type Body = (family: readonly Env[], carried: readonly Value[]) => readonly Value[];

/** Values of the axis in one round. */
export const spanOf = (cx: Context, { unroll, lanes }: Blocks): number => lanes ? unroll * cx.width : unroll;
/** An unrolling of at most `most` that the extent fills. */
export const fitted = (cx: Context, axis: Axis, most: number, lanes: boolean): number =>
  Math.max(1, Math.min(most, Math.ceil(axis.extent / (lanes ? cx.width : 1))));

export const overBlocks = (
  cx: Context,
  family: readonly Env[],
  blocks: Blocks,
  range: Range,
  init: readonly Value[],
  body: Body,
): readonly Value[] => {
  const { b } = cx, { axis } = blocks, span = spanOf(cx, blocks), full = Math.floor(axis.extent / span) * span;
  const mainEnd = full === axis.extent ? range.to : least(cx, range.to, b.i32(full));
  let carried = init;
  for (const s of full === 0 ? [] : segments(cx, blocks, span, full)) {
    const from = s.from === 0 ? range.from : most(cx, range.from, b.i32(s.from));
    const to = s.to === full ? mainEnd : least(cx, mainEnd, b.i32(s.to));
    carried = b.loop(
      { from, to, step: span },
      carried,
      (i, c) => body(copies(cx, family, blocks, i, span, s.known), c),
    );
  }
  if (full === axis.extent) return carried;
  const facts = settled(cx, blocks, full, axis.extent), known = new Map(facts);
  const rest = (): readonly Value[] =>
    body(copies(cx, family, blocks, b.i32(full), axis.extent - full, known), carried);
  return b.choose(b.op("i32.gt_s", range.to, b.i32(full)), rest, () => carried);
};
export const least = ({ b }: Context, x: Value, y: Value): Value => b.select(b.op("i32.lt_s", x, y), x, y);
const most = ({ b }: Context, x: Value, y: Value): Value => b.select(b.op("i32.gt_s", x, y), x, y);

/** The copies of one round, for `count` values of the axis from `base`. */
const copies = (
  cx: Context,
  family: readonly Env[],
  { axis, lanes }: Blocks,
  base: Value,
  count: number,
  facts: ReadonlyMap<Expr, boolean>,
): readonly Env[] => {
  const width = lanes ? cx.width : 1, parts = Math.ceil(count / width);
  return together(family.flatMap((env) =>
    Array.from({ length: parts }, (_, u) => {
      const known = facts.size === 0 ? env.known : new Map([...env.known, ...facts]);
      if (!lanes) return bind(env, axis, base, u, { known });
      const left = count - u * width;
      const tail = left < width;
      const mask: Mask | null = tail
        ? { lanes: firstLanes(cx.b, left), any: env.mask?.any ?? null, count: left }
        : env.mask;
      return bind(env, axis, base, u * width, { known, mask, lanes: axis });
    })
  ));
};

interface Segment {
  readonly from: number;
  readonly to: number;
  readonly known: ReadonlyMap<Expr, boolean>;
}
/** Most pieces a loop is cut into. */
const mostSegments = 5;

const settled = (cx: Context, { axis, conditions }: Blocks, from: number, to: number): (readonly [Expr, boolean])[] =>
  conditions.flatMap((e) => {
    const d = decide(e, axis, from, to, cx.analysis.free);
    return d === null ? [] : [[e, d] as const];
  });
/** Where what is known of the conditions changes between 0 and `full`, a multiple of `span`. */
const segments = (cx: Context, blocks: Blocks, span: number, full: number): readonly Segment[] => {
  const cuts = new Set<number>([0, full]);
  for (const e of blocks.conditions) {
    const own = changes(cx, e, blocks.axis, span, full);
    if (own.length <= mostSegments) own.forEach((at) => cuts.add(at));
  }
  const at = [...cuts].sort((x, y) => x - y);
  const all = at.slice(1).map((to, i): Segment => ({
    from: at[i]!,
    to,
    known: new Map(settled(cx, blocks, at[i]!, to)),
  }));
  if (all.length <= mostSegments) return all;
  // Too many: only the longest is told what it knows.
  const longest = all.reduce((x, y) => y.to - y.from > x.to - x.from ? y : x);
  const around: Segment[] = [{ from: 0, to: longest.from, known: new Map() }, longest, {
    from: longest.to,
    to: full,
    known: new Map(),
  }];
  return around.filter((s) => s.from < s.to);
};
/** Positions at which one condition becomes known or unknown, found by bisection. */
const changes = (cx: Context, e: Expr, axis: Axis, span: number, full: number): readonly number[] => {
  const found: number[] = [];
  let last: boolean | null | undefined = undefined, open = 0;
  const walk = (from: number, to: number): void => {
    if (found.length > mostSegments || open > 64) return;
    const d = decide(e, axis, from * span, to * span, cx.analysis.free);
    if (d === null && to - from > 1) {
      const middle = (from + to) >> 1;
      walk(from, middle);
      walk(middle, to);
      return;
    }
    if (last !== undefined && d !== last) found.push(from * span);
    if (d === null) open++;
    last = d;
  };
  walk(0, full / span);
  return open > 64 ? [] : found;
};
