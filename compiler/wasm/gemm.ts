import type { Axis, Expr } from "../../core/expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { type Blocks, overBlocks } from "./blocks.ts";
import { createBuilder } from "./builder.ts";
import { addProduct } from "./combine.ts";
import { bind, type Context, derive, emptyEnv, type Env, type Val } from "./env.ts";
import { createContext, type Imports } from "./evaluate.ts";
import { decode, overTasks } from "./grid.ts";
import type { Value } from "./ir.ts";
import { pack } from "./pack.ts";
import { clear, type Panel, readPanel } from "./panel.ts";
import type { PhaseCode } from "./phase.ts";
import { writeStores } from "./store.ts";
import { type Box, boxAt, boxCount, boxes, boxLength, type Tiling, tiling } from "./tile.ts";
import { splatWord } from "./values.ts";

/**
 * Contraction by packed panels, after Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008): a task is a
 * tile of the output; for each block of k the pieces of both operands are computed once into scratch memory, then multiplied in
 * registers, 4 rows by 8 columns at a time, the rows of the left one in one load. What the operands are does not matter: of a convolution only the patches of
 * the tile in work are ever laid out. The sums end in scratch memory, where the stores read them.
 */
const tileRows = 4, tileColumns = 8;
/** Elements of a tile: rows, columns, and of k in one block. */
const mostRows = 192, mostColumns = 240, mostDeep = 192;

const up = (n: number, to: number): number => Math.ceil(n / to) * to;
/** A pitch that does not send rows to the same cache lines. */
const pitchOf = (n: number): number => up(n, 4) + 16;

export interface GemmPlan {
  readonly batch: Tiling;
  readonly m: Tiling;
  readonly n: Tiling;
  readonly k: Tiling;
}
/** The tiles of a contraction: large ones, as long as there are enough of them. */
export const gemmPlan = (c: Contraction): GemmPlan => {
  const batch = tiling(c.batch, c.batch.map(() => 1)), k = boxes(c.k, mostDeep, 4);
  let [rows, columns] = [mostRows, mostColumns];
  for (;;) {
    const m = boxes(c.m, rows, tileRows), n = boxes(c.n, columns, tileColumns);
    const tiles = boxCount(batch) * boxCount(m) * boxCount(n);
    if (tiles >= 12 || rows * columns <= 48 * 96) return { batch, m, n, k };
    if (rows > columns / 2) rows = rows / 2;
    else columns = columns / 2;
  }
};

export const emitGemm = (
  kernel: Kernel,
  c: Contraction,
  plan: GemmPlan,
  cost: number,
  imports: Imports,
  name: string,
): PhaseCode => {
  const { batch, m, n, k } = plan, b = createBuilder(imports.relaxed);
  const rows = up(m.length, tileRows),
    pitchA = pitchOf(rows),
    pitchC = up(n.length, tileColumns),
    pitchB = pitchOf(pitchC);
  const sizes = [k.length * pitchA, k.length * pitchB, rows * pitchC].map((s) => up(4 * s, 64));
  const scratch = b.param(3),
    [a, bb, cc] = sizes.map((_, i) => b.op("i32.add", scratch, b.i32(sizes.slice(0, i).reduce((x, y) => x + y, 0))));
  const panelA: Panel = { address: a!, pitch: pitchA },
    panelB: Panel = { address: bb!, pitch: pitchB },
    panelC: Panel = { address: cc!, pitch: pitchC };
  let boxM: Box, boxN: Box;
  const roots: readonly Expr[] = [c.a, c.b, ...kernel.stores.flatMap((s) => [s.index, s.value])];
  const of = (env: Env): Val => readPanel(cx, env, { tiling: m, box: boxM }, { tiling: n, box: boxN }, panelC);
  const acc = { axes: [...c.batch, ...c.m, ...c.n], of };
  const cx: Context = createContext({ b, imports, roots, buffers: kernel.buffers.length + 1, width: 4, acc });
  const counts = [...batch.counts, ...m.counts, ...n.counts], tasks = counts.reduce((x, y) => x * y, 1);
  overTasks(cx, tasks, (task) => {
    const numbers = decode(cx, task, counts), [nb, nm] = [batch.axes.length, m.axes.length];
    boxM = boxAt(cx, m, numbers.slice(nb, nb + nm));
    boxN = boxAt(cx, n, numbers.slice(nb + nm));
    const env = batch.axes.reduce<Env>((e, axis, i) => bind(e, axis, numbers[i]!, 0), derive(emptyEnv, {}));
    const [height, wide] = [boxLength(cx, m, boxM), boxLength(cx, n, boxN)], single = boxCount(k) === 1;
    if (!single) clear(cx, panelC.address, sizes[2]!);
    overBoxes(cx, k, (boxK) => {
      const deep = boxLength(cx, k, boxK), sideK = { tiling: k, box: boxK };
      pack(cx, c.a, sideK, { tiling: m, box: boxM }, panelA, env);
      pack(cx, c.b, sideK, { tiling: n, box: boxN }, panelB, env);
      multiply(cx, { height, wide, deep }, panelA, panelB, panelC, single);
    });
    epilogue(cx, kernel, plan, boxM, boxN, env);
  });
  return { code: b.finish(name), tasks, cost, scratchBytes: sizes.reduce((x, y) => x + y, 0) };
};

/** One box after the other, in row-major order. */
const overBoxes = (cx: Context, t: Tiling, body: (box: Box) => void, numbers: readonly Value[] = []): void => {
  const count = t.counts[numbers.length];
  if (count === undefined) return body(boxAt(cx, t, numbers));
  cx.b.loop({ from: cx.b.i32(0), to: cx.b.i32(count) }, [], (i) => {
    overBoxes(cx, t, body, [...numbers, i]);
    return [];
  });
};
interface Extent {
  readonly height: Value;
  readonly wide: Value;
  readonly deep: Value;
}
/**
 * C = A B, or C += A B, in tiles of registers; `a` holds A transposed. Rows and columns beyond the box are computed with what lies
 * there, and never read.
 */
const multiply = (cx: Context, { height, wide, deep }: Extent, a: Panel, bb: Panel, c: Panel, fresh: boolean): void => {
  const { b } = cx, zero = splatWord(b, 0), vectors = tileColumns / 4;
  const at = ({ address }: Panel, i: Value): Value => b.op("i32.add", address, b.op("i32.shl", i, b.i32(2)));
  b.loop({ from: b.i32(0), to: wide, step: tileColumns }, [], (j) => {
    b.loop({ from: b.i32(0), to: height, step: tileRows }, [], (i) => {
      const start = [...Array.from({ length: tileRows * vectors }, () => zero), at(a, i), at(bb, j)];
      const totals = b.loop({ from: b.i32(0), to: deep }, start, (_k, carried) => {
        const sums = carried.slice(0, -2), [x, y] = carried.slice(-2) as [Value, Value];
        const left = b.loadScratch("v128.load", x, 0);
        const right = Array.from({ length: vectors }, (_, q) => b.loadScratch("v128.load", y, 16 * q));
        for (let r = 0; r < tileRows; r++) {
          const all = b.shuffle(Array.from({ length: 16 }, (_, byte) => 4 * r + byte % 4), left, left);
          right.forEach((v, q) => {
            const s = r * vectors + q;
            sums[s] = b.assign(sums[s]!, addProduct(cx, sums[s]!, all, v));
          });
        }
        return [...sums, b.op("i32.add", x, b.i32(4 * a.pitch)), b.op("i32.add", y, b.i32(4 * bb.pitch))];
      }).slice(0, -2);
      const place = b.op("i32.add", at(c, j), b.op("i32.mul", i, b.i32(4 * c.pitch)));
      b.store(totals.map((v, s) => {
        const offset = 4 * Math.floor(s / vectors) * c.pitch + 16 * (s % vectors);
        const value = fresh ? v : b.op("f32x4.add", b.loadScratch("v128.load", place, offset), v);
        return { name: "v128.store", address: place, offset, value } as const;
      }));
      return [];
    });
    return [];
  });
};

/** The stores of a tile, along the grid. */
const epilogue = (cx: Context, kernel: Kernel, { m, n }: GemmPlan, boxM: Box, boxN: Box, start: Env): void => {
  const ranges = new Map<Axis, readonly [Value, Value]>();
  m.axes.forEach((a, i) => ranges.set(a, [boxM.from[i]!, boxM.to[i]!]));
  n.axes.forEach((a, i) => ranges.set(a, [boxN.from[i]!, boxN.to[i]!]));
  const axes = kernel.grid.filter((a) => ranges.has(a));
  const walk = (at: number, family: readonly Env[]): void => {
    const axis = axes[at];
    if (axis === undefined) return writeStores(cx, kernel.stores, kernel.buffers.map((x) => x.dtype), family);
    const blocks: Blocks = {
      axis,
      unroll: 1,
      lanes: axis === n.axes.at(-1) && at === axes.length - 1,
      conditions: cx.conditions,
    };
    const [from, to] = ranges.get(axis)!;
    overBlocks(cx, family, blocks, { from, to }, [], (envs) => {
      walk(at + 1, envs);
      return [];
    });
  };
  walk(0, [start]);
};
