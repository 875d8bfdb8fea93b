import { type Blocks, least, overBlocks } from "./blocks.ts";
import { type Context, derive, emptyEnv, type Env } from "./env.ts";
import type { Value } from "./ir.ts";

/** How an index space is cut into tasks: tiles of `sizes`, in row-major order. */
export interface Partition {
  readonly sizes: readonly number[];
  readonly tasks: number;
}
/** A task should be worth starting (in elementary operations); more tasks than this are not needed on any machine. */
const worthwhile = 16384;
export const mostTasks = 256;

/**
 * Cuts the outer axes until there are enough tasks. `spans`: multiples in which an axis may be cut; `tiles`: the lengths of
 * pieces into which axes are cut in any case.
 */
export const partition = (
  extents: readonly number[],
  spans: readonly number[],
  cost: number,
  most = mostTasks,
  tiles: readonly (number | null)[] = [],
): Partition => {
  const wanted = Math.max(1, Math.min(most, Math.floor(cost / worthwhile)));
  let tasks = tiles.reduce<number>((n, size, i) => size === null ? n : n * Math.ceil(extents[i]! / size), 1);
  const sizes = extents.map((extent, i) => {
    const tile = tiles[i] ?? null;
    if (tile !== null) return Math.min(extent, tile);
    const pieces = Math.min(Math.ceil(wanted / tasks), Math.ceil(extent / spans[i]!));
    if (pieces <= 1) return extent;
    const length = Math.ceil(extent / pieces / spans[i]!) * spans[i]!;
    tasks *= Math.ceil(extent / length);
    return length;
  });
  return { sizes, tasks };
};

/**
 * What is done before the loop over axis `at` (or the body, after the last): calls `next`, which makes the rest, for the same
 * family or another.
 */
export type Between = (at: number, family: readonly Env[], next: (inside?: readonly Env[]) => void) => void;

/** Runs `body` over the index space of each of this call's tasks, in blocks. */
export const overGrid = (
  cx: Context,
  axes: readonly Blocks[],
  { sizes, tasks }: Partition,
  body: (family: readonly Env[]) => void,
  between: Between = (_at, _family, next) => next(),
): void => {
  const { b } = cx;
  overTasks(cx, tasks, (task) => {
    const counts = axes.map(({ axis }, i) => Math.ceil(axis.extent / sizes[i]!));
    const numbers = decode(cx, task, counts);
    const walk = (at: number, family: readonly Env[]): void =>
      between(at, family, (inside = family) => step(at, inside));
    const step = (at: number, family: readonly Env[]): void => {
      const blocks = axes[at];
      if (blocks === undefined) return body(family);
      const { extent } = blocks.axis, size = sizes[at]!, from = b.op("i32.mul", numbers[at]!, b.i32(size));
      const end = b.op("i32.add", from, b.i32(size));
      const to = counts[at] === 1 ? b.i32(extent) : extent % size === 0 ? end : least(cx, end, b.i32(extent));
      overBlocks(cx, family, blocks, { from, to }, [], (envs) => {
        walk(at + 1, envs);
        return [];
      });
    };
    walk(0, [derive(emptyEnv, {})]);
  });
};
/** The loop over `begin..end` of a phase. */
export const overTasks = ({ b }: Context, tasks: number, body: (task: Value) => void): void => {
  b.loop({ from: b.param(1), to: b.param(2) }, [], (t) => {
    body(tasks === 1 ? b.i32(0) : t);
    return [];
  });
};
/** The row-major index of a position. */
export const decode = ({ b }: Context, position: Value, extents: readonly number[]): readonly Value[] => {
  const out = new Array<Value>(extents.length);
  let rest = position;
  const first = extents.findIndex((d) => d > 1);
  for (let i = extents.length - 1; i >= 0; i--) {
    const d = extents[i]!;
    if (d === 1) out[i] = b.i32(0);
    else if (i === first) out[i] = rest;
    else {
      const next = b.op("i32.div_u", rest, b.i32(d));
      out[i] = b.op("i32.sub", rest, b.op("i32.mul", next, b.i32(d)));
      rest = next;
    }
  }
  return out;
};
