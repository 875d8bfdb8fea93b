import type { Context, Env, Val } from "./env.ts";
import type { Value } from "./ir.ts";
import type { Place } from "./load.ts";
import { type Box, positionIn, type Tiling } from "./tile.ts";
import { splatWord } from "./values.ts";

/** A matrix of f32 in scratch memory: element (row, column) at `address + 4 (row * pitch + column)`. */
export interface Panel {
  readonly address: Value;
  readonly pitch: number;
}
/** The rows or columns of a matrix: axes in boxes, and the box that is in it. */
export interface Side {
  readonly tiling: Tiling;
  readonly box: Box;
}

/** Where the element of what the axes are bound to is: the first one, where one of its columns is in the lanes. */
export const placeIn = (cx: Context, rows: Side, columns: Side, { address, pitch }: Panel, env: Env): Place => {
  const { b } = cx,
    r = positionIn(cx, rows.tiling, rows.box, env, 4 * pitch),
    c = positionIn(cx, columns.tiling, columns.box, env, 4);
  const [outer, nested] = r.value.scope.depth <= c.value.scope.depth ? [r.value, c.value] : [c.value, r.value];
  return { address: b.op("i32.add", b.op("i32.add", address, outer), nested), offset: r.constant + c.constant };
};
/** What is there now. */
export const readPanel = (cx: Context, env: Env, rows: Side, columns: Side, panel: Panel): Val => {
  const { address, offset } = placeIn(cx, rows, columns, panel, env);
  if (env.lanes === null) return { value: cx.b.loadScratch("f32.load", address, offset), wide: false };
  if (env.lanes !== columns.tiling.axes.at(-1)) throw new Error("the lanes of a panel are its last columns");
  return { value: cx.b.loadScratch("v128.load", address, offset), wide: true };
};
/** Fills with zeros; `bytes` is a multiple of 64. */
export const clear = ({ b }: Context, address: Value, bytes: number): void => {
  b.loop({ from: b.i32(0), to: b.i32(bytes), step: 64 }, [], (i) => {
    const at = b.op("i32.add", address, i), value = splatWord(b, 0);
    b.store([0, 16, 32, 48].map((offset) => ({ name: "v128.store", address: at, offset, value }) as const));
    return [];
  });
};
