import type { Axis, Expr } from "../../core/expr.ts";
import { type Blocks, overBlocks } from "./blocks.ts";
import { estimate } from "./cost.ts";
import { type Context, type Env, wide } from "./env.ts";
import { type Panel, placeIn, type Side } from "./panel.ts";
import type { Staged } from "./stage.ts";
import { storeLanes } from "./store.ts";
import { entire, whole } from "./tile.ts";
import { turned } from "./turn.ts";
import { splatWord } from "./values.ts";

/** Whether the values of `down` should be in lanes, rather than those of `across`. */
const downInLanes = (cx: Context, e: Expr, down: Axis | undefined, across: Axis | undefined): boolean => {
  if (down === undefined || down.extent < 4 || !cx.analysis.free(e).has(down)) return false;
  if (across === undefined || across.extent < 4) return true;
  const costs = estimate(cx.analysis, cx.width), loops = [down, across];
  return costs.of(e, loops, down) < costs.of(e, loops, across);
};

/** Vectors that are copied in one round. */
const mostVectors = 8;
/** All vectors of a short row in one round, where the box has whole rows; else a few, where boxes are cut into as many. */
const together = (cx: Context, { extent }: Axis, size: number): number => {
  const all = Math.ceil(extent / cx.width);
  if (size === extent && all <= mostVectors) return all;
  return [4, 2].find((n) => size % (n * cx.width) === 0) ?? 1;
};

/**
 * Writes the elements of a box of `rows` times a box of `columns`, each computed once, to a panel. Rows are written one after
 * the other, and vectors may reach beyond the end of each, and of the panel.
 */
export const pack = (cx: Context, e: Expr, rows: Side, columns: Side, panel: Panel, env: Env): void => {
  const down = rows.tiling.axes.at(-1), across = columns.tiling.axes.at(-1), turn = downInLanes(cx, e, down, across);
  const blocksOf = (side: Side, lanes: boolean): readonly (readonly [Blocks, Side, number])[] =>
    side.tiling.axes.map((axis, i) => {
      const last = i === side.tiling.axes.length - 1;
      const unroll = !last
        ? 1
        : turn
        ? lanes ? 1 : Math.min(4, axis.extent)
        : lanes
        ? together(cx, axis, side.tiling.sizes[i]!)
        : 1;
      return [{ axis, unroll, lanes: lanes && last, conditions: cx.conditions }, side, i] as const;
    });
  const loops = turn
    ? [...blocksOf(columns, false), ...blocksOf(rows, true)]
    : [...blocksOf(rows, false), ...blocksOf(columns, true)];
  const walk = (at: number, family: readonly Env[]): void => {
    const loop = loops[at];
    if (loop === undefined) {
      return turn ? writeTurned(cx, e, rows, columns, panel, family) : write(cx, e, rows, columns, panel, family);
    }
    const [blocks, { box }, i] = loop;
    overBlocks(cx, family, blocks, { from: box.from[i]!, to: box.to[i]! }, [], (envs) => {
      walk(at + 1, envs);
      return [];
    });
  };
  walk(0, [env]);
};

/** Writes a copy to a panel. */
export const layOut = (cx: Context, { axes, value }: Staged, panel: Panel, env: Env): void => {
  const [down, across] = [whole(axes.slice(0, -1)), whole(axes.slice(-1))];
  pack(cx, value, entire(cx, down), entire(cx, across), panel, env);
};

const write = (cx: Context, e: Expr, rows: Side, columns: Side, panel: Panel, family: readonly Env[]): void => {
  for (const env of family) {
    const value = wide(cx, cx.evaluate(e, env), "f32");
    const count = env.lanes === null ? 1 : cx.width;
    cx.b.store(storeLanes(cx, "f32", placeIn(cx, rows, columns, panel, env), value, count));
  }
};
/** Lanes are rows: the vectors of four columns become four rows of four. */
const writeTurned = (cx: Context, e: Expr, rows: Side, columns: Side, panel: Panel, family: readonly Env[]): void => {
  const { b } = cx,
    lines = family.map((env) => wide(cx, cx.evaluate(e, env), "f32")),
    place = placeIn(cx, rows, columns, panel, family[0]!);
  const zero = splatWord(b, 0),
    [v0 = zero, v1 = zero, v2 = zero, v3 = zero] = lines,
    rows4 = turned(b, [v0, v1, v2, v3]);
  const count = family[0]!.mask?.count ?? cx.width;
  for (let k = 0; k < count; k++) {
    cx.b.store(
      storeLanes(
        cx,
        "f32",
        { address: place.address, offset: place.offset + 4 * k * panel.pitch },
        rows4[k]!,
        Math.min(4, family.length),
      ),
    );
  }
};
