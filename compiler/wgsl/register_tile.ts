import { type Axis, type Expr, type Load, visit } from "../../core/expr.ts";
import { iadd, imul, int } from "../../core/index_expr.ts";
import type { Contraction, Kernel } from "../kernel.ts";
import { Body } from "./body.ts";
import {
  epilogueOf,
  extentsOfContraction,
  line,
  multiplyAdd,
  named,
  operandAt,
  sumTypeOf,
  widened,
  writeFinish,
} from "./contraction.ts";
import { geometry } from "./geometry.ts";
import { Module, vectorOf } from "./module.ts";
import { type Stage, stage } from "./stage.ts";
import type { Target } from "./target.ts";

/** What one invocation computes: `rows` of m times `columns` of n. */
export interface RegisterTile {
  readonly rows: number;
  readonly columns: number;
  /** So many turns of the innermost loop are written out; divides the extent of the last axis of k. */
  readonly unroll: number;
}
const INVOCATIONS = 64;

/**
 * A contraction with a tile of the result in the registers of each invocation and no barriers: for software adapters.
 * Every operand loaded serves a whole row or column of the tile; where turns written out read the same element, as those of
 * a convolution do, it is loaded once.
 */
export const registerTile = (k: Kernel, c: Contraction, tile: RegisterTile, target: Target): Stage => {
  const { batch, m, n } = extentsOfContraction(c), { rows, columns } = tile;
  const down = Math.ceil(m / rows), across = Math.ceil(n / columns), tiles = batch * down * across;
  const at = { z: line(batch), i: line(down), j: line(across) };
  const inner = innermost(c, tile.unroll), { loops } = inner;
  const a = operandsOf(c, "a", tile, inner, at.z[1], at.i[1]), b = operandsOf(c, "b", tile, inner, at.z[1], at.j[1]);
  const epilogue = epilogueOf(k, c), roots: readonly Expr[] = [...a.flat(), ...b.flat()];
  const module = new Module(k.buffers, target, [...roots, ...epilogue.roots]);
  const finishing = writeFinish(module, c, epilogue, tile);
  const body = new Body(module, roots, named([at.z[0], "z"], [at.i[0], "i"], [at.j[0], "j"])), { lines } = body.root;

  const { workgroups, index } = geometry(Math.ceil(tiles / INVOCATIONS), target.maxWorkgroups);
  lines.push(
    `let t = ${index} * ${INVOCATIONS}u + l;`,
    `if (t >= ${tiles}u) { return; }`,
    `let j = i32(t % ${across}u);`,
    `let i = i32(t / ${across}u % ${down}u);`,
    `let z = i32(t / ${across * down}u);`,
  );
  const width = [4, 3, 2, 1].find((w) => columns % w === 0)!, vectors = columns / width, scalar = sumTypeOf(c);
  const type = width === 1 ? scalar : `vec${width}<${scalar}>`;
  const cells = range(rows).flatMap((r) => range(vectors).map((v) => ({ r, v, name: `c${r}_${v}` })));
  lines.push(...cells.map(({ name }) => `var ${name} = ${type}();`));
  body.loops(body.root, [loops], (turn) => {
    for (const u of range(tile.unroll)) {
      const right = range(vectors).map((v) => {
        const parts = range(width).map((x) => widened(c, body.value(b[u]![v * width + x]!, turn))),
          name = body.fresh("y");
        turn.lines.push(`let ${name} = ${vectorOf(type, parts)};`);
        return name;
      });
      for (const r of range(rows)) {
        const name = body.fresh("x"), left = widened(c, body.value(a[u]![r]!, turn));
        turn.lines.push(`let ${name} = ${width === 1 ? left : `${type}(${left})`};`);
        for (const cell of cells) {
          if (cell.r === r) turn.lines.push(`${cell.name} = ${multiplyAdd(c, name, right[cell.v]!, cell.name)};`);
        }
      }
    }
  });
  // A few copies of the epilogue, in a loop whose end the driver cannot know (unrolled it would compile for seconds), and the
  // sums move up in every turn (an array with a computed index would compile as long).
  const step = range(Math.ceil(4 / width)).map((s) => s + 1).findLast((s) => cells.length % s === 0)!;
  lines.push(
    `let count = select(${cells.length / step}i, 0i, t == 4294967295u);`,
    `for (var e = 0i; e < count; e++) {`,
    ...range(step * width).map((x) => {
      const flat = `(e * ${step * width}i + ${x}i)`, cell = cells[Math.floor(x / width)]!.name;
      const sum = width === 1 ? cell : `${cell}.${"xyzw"[x % width]}`;
      return `  finish(z, i * ${rows}i + ${flat} / ${columns}i, j * ${columns}i + ${flat} % ${columns}i, ${sum});`;
    }),
    ...cells.slice(step).map(({ name }, e) => `  ${cells[e]!.name} = ${name};`),
    "}",
  );
  const trips = body.root.trips + cells.length / step * (1 + step * width * finishing);
  return stage(k, `registers ${rows}x${columns}`, module.text(INVOCATIONS, lines), workgroups, trips);
};

/** The innermost loop of a tile: the axis in the place of the last one of k, and the latter's value in turn `u` written out. */
const innermost = (c: Contraction, unroll: number) => {
  const last = c.k.at(-1), [counter, turn] = line(last === undefined ? 1 : last.extent / unroll);
  const at = (u: number): readonly (readonly [Axis, Expr])[] =>
    last === undefined ? [] : [[last, iadd(imul(turn, unroll), int(u))]];
  return { at, loops: [...c.k.slice(0, -1), ...(counter === null ? [] : [counter])] };
};
/** One operand of a tile, at a batch and a row or column of tiles: by turn written out, then by row or column of the tile. */
const operandsOf = (
  c: Contraction,
  side: "a" | "b",
  tile: RegisterTile,
  inner: ReturnType<typeof innermost>,
  batch: Expr,
  at: Expr,
): readonly (readonly Expr[])[] => {
  const count = side === "a" ? tile.rows : tile.columns;
  return range(tile.unroll).map((u) =>
    range(count).map((x) => operandAt(c, side, { batch, own: iadd(imul(at, count), int(x)), k: inner.at(u) }))
  );
};

/** How many loads the innermost loop of a tile makes for one operand, with equal ones counted once. */
export const loadsOf = (c: Contraction, side: "a" | "b", tile: RegisterTile): number => {
  const { batch, m, n } = extentsOfContraction(c), loads = new Set<Load>();
  const tiles = side === "a" ? Math.ceil(m / tile.rows) : Math.ceil(n / tile.columns);
  const operands = operandsOf(c, side, tile, innermost(c, tile.unroll), line(batch)[1], line(tiles)[1]);
  visit(operands.flat(), (e) => e.tag === "load" && loads.add(e));
  return loads.size;
};

export const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
