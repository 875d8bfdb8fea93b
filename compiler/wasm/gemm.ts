import type { Axis, Expr } from "../../core/expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { type Blocks, least, overBlocks } from "./blocks.ts";
import { createBuilder } from "./builder.ts";
import { addProduct } from "./combine.ts";
import { bind, type Context, derive, emptyEnv, type Env, type Val } from "./env.ts";
import { createContext, type Imports } from "./evaluate.ts";
import { decode, overTasks } from "./grid.ts";
import type { Value } from "./ir.ts";
import { pack } from "./pack.ts";
import { type Place, placeOfElement } from "./load.ts";
import { clear, type Panel, readPanel } from "./panel.ts";
import type { PhaseCode } from "./phase.ts";
import { aligned } from "./stage.ts";
import { writeStores } from "./store.ts";
import { type Box, boxAt, boxCount, boxLength, multiplesOf, type Tiling } from "./tile.ts";
import { splatWord } from "./values.ts";

/**
 * Contraction by panels, after Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008): a task is a
 * tile of the output; for each block of k the pieces of both operands are computed once into scratch memory, then multiplied in
 * registers, 4 rows by 8 columns at a time. The left one is read where it is if its rows are contiguous along k. What the operands
 * are does not matter: of a convolution only the patches of the tile in work are ever laid out. The sums end in scratch memory,
 * where the stores read them.
 */
export interface GemmPlan {
  readonly batch: Tiling;
  readonly m: Tiling;
  readonly n: Tiling;
  readonly k: Tiling;
  /** Elements from one row of the left operand to the next where it is read in place; null: it is packed. */
  readonly stride: number | null;
}
/** Rows and columns of a tile of registers, and steps of k that are written out. */
export const tileRows = 4, tileColumns = 8, steps = 4;

const up = (n: number, to: number): number => Math.ceil(n / to) * to;
/** A pitch that spreads rows over the cache: an odd number of half lines. */
const pitchOf = (n: number): number => up(n, 8) + (up(n, 8) % 16 === 0 ? 8 : 0);

export const emitGemm = (
  kernel: Kernel,
  c: Contraction,
  plan: GemmPlan,
  cost: number,
  imports: Imports,
  name: string,
): PhaseCode => {
  const { batch, m, n, k, stride } = plan, b = createBuilder(imports.relaxed);
  const rows = up(m.length, tileRows),
    pitchA = pitchOf(k.length),
    pitchC = up(n.length, tileColumns),
    pitchB = pitchOf(pitchC);
  const sizes = [stride === null ? rows * pitchA : 0, k.length * pitchB, rows * pitchC].map((s) => aligned(4 * s));
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
      if (stride === null) pack(cx, c.a, { tiling: m, box: boxM }, sideK, panelA, env);
      pack(cx, c.b, sideK, { tiling: n, box: boxN }, panelB, env);
      const left = stride === null
        ? { address: panelA.address, offset: 0, pitch: pitchA, beyond: true }
        : { ...firstOf(cx, c.a, [m, k], [boxM, boxK], env), pitch: stride, beyond: false };
      multiply(cx, { height, wide, deep }, left, panelB, panelC, { fresh: single, m, k });
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
/** Where the first element of an operand in a box is. */
const firstOf = (cx: Context, e: Expr, tilings: readonly Tiling[], boxes: readonly Box[], env: Env): Place => {
  if (e.tag !== "load") throw new Error("only what is loaded is read in place");
  const first = tilings.reduce(
    (all, t, i) => t.axes.reduce((some, axis, j) => bind(some, axis, boxes[i]!.from[j]!, 0), all),
    env,
  );
  return placeOfElement(cx, cx.addresses[e.source]!, e.index, e.dtype, first);
};

interface Extent {
  readonly height: Value;
  readonly wide: Value;
  readonly deep: Value;
}
/** The rows of the left operand, each contiguous along k. */
interface Rows extends Place {
  readonly pitch: number;
  /** Whether rows beyond the last may be read. */
  readonly beyond: boolean;
}
interface Shape {
  readonly m: Tiling;
  readonly k: Tiling;
  /** Whether sums are stored, and not added to those that are there. */
  readonly fresh: boolean;
}
/**
 * C = A B, or C += A B, in tiles of registers. Rows and columns beyond the box are computed with what lies there, and never
 * read.
 */
const multiply = (cx: Context, { height, wide, deep }: Extent, a: Rows, bb: Panel, c: Panel, shape: Shape): void => {
  const { b } = cx, zero = splatWord(b, 0), vectors = tileColumns / 4, last = b.op("i32.sub", height, b.i32(1));
  const words = (i: Value, pitch: number): Value => b.op("i32.mul", i, b.i32(4 * pitch));
  const add = (x: Value, bytes: number): Value => b.op("i32.add", x, b.i32(bytes));
  const together = a.beyond || multiplesOf(shape.m, tileRows), whole = multiplesOf(shape.k, steps);
  b.loop({ from: b.i32(0), to: height, step: tileRows }, [], (i) => {
    const rows = Array.from({ length: together ? 1 : tileRows }, (_, r) => {
      const row = r === 0 ? i : least(cx, add(i, r), last);
      return b.op("i32.add", add(a.address, a.offset), words(row, a.pitch));
    });
    b.loop({ from: b.i32(0), to: wide, step: tileColumns }, [], (j) => {
      const round = (count: number) => (_k: Value, carried: readonly Value[]): readonly Value[] => {
        const sums = carried.slice(0, tileRows * vectors), y = carried.at(-1)!;
        const left = carried.slice(tileRows * vectors, -1);
        for (let u = 0; u < count; u++) {
          const right = Array.from(
            { length: vectors },
            (_, q) => b.loadScratch("v128.load", y, 4 * u * bb.pitch + 16 * q),
          );
          for (let r = 0; r < tileRows; r++) {
            const all = b.loadScratch(
              "v128.load32_splat",
              left[together ? 0 : r]!,
              4 * (u + (together ? r * a.pitch : 0)),
            );
            right.forEach((v, q) => {
              const s = r * vectors + q;
              sums[s] = b.assign(sums[s]!, addProduct(cx, sums[s]!, all, v));
            });
          }
        }
        return [...sums, ...left.map((x) => add(x, 4 * count)), add(y, 4 * count * bb.pitch)];
      };
      const start = [
        ...Array.from({ length: tileRows * vectors }, () => zero),
        ...rows,
        b.op("i32.add", bb.address, words(j, 1)),
      ];
      const main = whole ? deep : b.op("i32.and", deep, b.i32(-steps));
      const most = b.loop({ from: b.i32(0), to: main, step: steps }, start, round(steps));
      const totals = (whole ? most : b.loop({ from: main, to: deep }, most, round(1))).slice(0, tileRows * vectors);
      const place = b.op("i32.add", b.op("i32.add", c.address, words(j, 1)), words(i, c.pitch));
      b.store(totals.map((v, s) => {
        const offset = 4 * Math.floor(s / vectors) * c.pitch + 16 * (s % vectors);
        const value = shape.fresh ? v : b.op("f32x4.add", b.loadScratch("v128.load", place, offset), v);
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
