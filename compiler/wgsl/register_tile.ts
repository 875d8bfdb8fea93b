import { type Axis, type Expr, visit } from "../../core/expr.ts";
import { affine, iadd, idiv, imod, imul, int } from "../../core/index_expr.ts";
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
import type { Scope } from "./scope.ts";
import { type Stage, stage } from "./stage.ts";
import type { Target } from "./target.ts";

/** What one invocation computes: `rows` of m times `columns` of n. */
export interface RegisterTile {
  readonly rows: number;
  readonly columns: number;
  /** So many turns of the innermost loop are written out; divides the extent of the last axis of k. */
  readonly unroll: number;
  /**
   * So many neighbouring invocations have the same rows and tell each other the elements of a: each loads its share. 1 where
   * every invocation loads all it needs.
   */
  readonly lanes: number;
  /** Whether the operands are exchanged: rows of n, columns of m. */
  readonly turned: boolean;
}
const INVOCATIONS = 64;
/** A contraction with its operands exchanged. */
export const turned = (c: Contraction): Contraction => ({ ...c, m: c.n, n: c.m, a: c.b, b: c.a });

/**
 * A contraction with a tile of the result in the registers of each invocation and no barriers: for software adapters.
 * Every operand loaded serves a whole row or column of the tile; where turns written out read the same element, as those of
 * a convolution do, it is loaded once.
 */
export const registerTile = (k: Kernel, given: Contraction, tile: RegisterTile, target: Target): Stage => {
  const c = tile.turned ? turned(given) : given;
  const { batch, m, n } = extentsOfContraction(c), { rows, columns, lanes } = tile;
  const down = Math.ceil(m / rows), across = Math.ceil(Math.ceil(n / columns) / lanes), tiles = batch * down * across;
  const at = { z: line(batch), i: line(down), j: line(across * lanes), lane: line(lanes) };
  const inner = innermost(c, tile.unroll), { loops } = inner;
  const a = rowsOf(c, tile, inner, { batch: at.z[1], tile: at.i[1], lane: at.lane[1] });
  const b = operandsOf(c, "b", tile, inner, at.z[1], at.j[1]);
  const epilogue = epilogueOf(k, c), roots: readonly Expr[] = [...a.loaded, ...b.flat()];
  const module = new Module(k.buffers, target, [...roots, ...epilogue.roots], [], k.step);
  const finishing = writeFinish(module, c, epilogue, { rows, columns: columns * lanes });
  const names = named([at.z[0], "z"], [at.i[0], "i"], [at.j[0], "j"], [at.lane[0], "lane"]);
  const body = new Body(module, roots, names), { lines } = body.root;

  const { workgroups, index } = geometry(Math.ceil(tiles * lanes / INVOCATIONS), target.maxWorkgroups);
  const t = `${index} * ${INVOCATIONS}u + l`;
  lines.push(
    // Together invocations stay: the last tile is computed by all who are left.
    ...lanes === 1
      ? [`let t = ${t};`, `if (t >= ${tiles}u) { return; }`]
      : [`let t = min((${t}) / ${lanes}u, ${Math.max(tiles, 1) - 1}u);`, `let lane = i32(l % ${lanes}u);`],
    lanes === 1 ? `let j = i32(t % ${across}u);` : `let j = i32(t % ${across}u) * ${lanes}i + lane;`,
    `let i = i32(t / ${across}u % ${down}u);`,
    `let z = i32(t / ${across * down}u);`,
  );
  const width = [4, 3, 2, 1].find((w) => columns % w === 0)!, vectors = columns / width, scalar = sumTypeOf(c);
  const type = width === 1 ? scalar : `vec${width}<${scalar}>`;
  const cells = range(rows).flatMap((r) => range(vectors).map((v) => ({ r, v, name: `c${r}_${v}` })));
  lines.push(...cells.map(({ name }) => `var ${name} = ${type}();`));
  body.loops(body.root, [loops], (turn) => {
    const left = a.loaded.map((e) => lanes === 1 ? () => body.factor(e, turn) : shared(body, turn, e));
    for (const u of range(tile.unroll)) {
      const right = range(vectors).map((v) => {
        const parts = range(width).map((x) => widened(c, body.factor(b[u]![v * width + x]!, turn))),
          name = body.fresh("y");
        turn.lines.push(`let ${name} = ${vectorOf(type, parts)};`);
        return name;
      });
      for (const r of range(rows)) {
        const { number, lane } = a.of(u, r), name = body.fresh("x"), text = left[number]!();
        const own = widened(c, lanes === 1 ? text : `subgroupBroadcast(${text}, ${lane}u)`);
        turn.lines.push(`let ${name} = ${width === 1 ? own : `${type}(${own})`};`);
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
  const how = `registers ${rows}x${columns}${lanes === 1 ? "" : `x${lanes}`}`;
  return stage(k, how, module.text(INVOCATIONS, lines), workgroups, trips);
};
/** A value under a name, so that all invocations have it before one asks for it. */
const shared = (body: Body, turn: Scope, e: Expr): () => string => {
  const name = body.fresh("w");
  turn.lines.push(`let ${name} = ${body.factor(e, turn)};`);
  return () => name;
};

/** The innermost loop of a tile: the axis in the place of the last one of k, and the latter's value in turn `u` written out. */
const innermost = (c: Contraction, unroll: number) => {
  const last = c.k.at(-1), [counter, turn] = line(last === undefined ? 1 : last.extent / unroll);
  const at = (u: Expr): readonly (readonly [Axis, Expr])[] =>
    last === undefined ? [] : [[last, iadd(imul(turn, unroll), u)]];
  return { at, loops: [...c.k.slice(0, -1), ...(counter === null ? [] : [counter])] };
};
type Inner = ReturnType<typeof innermost>;

/** What is loaded of a, and where an element of it is: the number of the load, and the lane that makes it. */
interface Rows {
  readonly loaded: readonly Expr[];
  readonly of: (u: number, r: number) => { readonly number: number; readonly lane: number };
}
/**
 * The elements of a that a tile needs in one round. With lanes, each loads a row of several (r = lane + lanes q), or, where
 * rows are not many times the lanes, one of all elements (r + rows u = lane + lanes q).
 */
const rowsOf = (
  c: Contraction,
  tile: RegisterTile,
  inner: Inner,
  at: { readonly batch: Expr; readonly tile: Expr; readonly lane: Expr },
): Rows => {
  const { rows, unroll, lanes } = tile, first = imul(at.tile, rows);
  if (lanes === 1) {
    return {
      loaded: operandsOf(c, "a", tile, inner, at.batch, at.tile).flat(),
      of: (u, r) => ({ number: u * rows + r, lane: 0 }),
    };
  }
  if (byRows(tile)) {
    const per = Math.ceil(rows / lanes);
    const loaded = range(unroll).flatMap((u) =>
      range(per).map((q) =>
        operandAt(c, "a", {
          batch: at.batch,
          own: iadd(first, iadd(at.lane, int(q * lanes))),
          k: inner.at(int(u)),
        })
      )
    );
    return { loaded, of: (u, r) => ({ number: u * per + Math.floor(r / lanes), lane: r % lanes }) };
  }
  const loaded = range(Math.ceil(rows * unroll / lanes)).map((q) => {
    const element = iadd(at.lane, int(q * lanes));
    return operandAt(c, "a", {
      batch: at.batch,
      own: iadd(first, imod(element, rows)),
      k: inner.at(idiv(element, rows)),
    });
  });
  return {
    loaded,
    of: (u, r) => ({ number: Math.floor((r + rows * u) / lanes), lane: (r + rows * u) % lanes }),
  };
};
/** Whether each lane loads whole rows. */
export const byRows = ({ rows, unroll, lanes }: RegisterTile): boolean =>
  unroll * Math.ceil(rows / lanes) <= Math.ceil(rows * unroll / lanes);

/** One operand of a tile, at a batch and a row or column of tiles: by turn written out, then by row or column of the tile. */
const operandsOf = (
  c: Contraction,
  side: "a" | "b",
  tile: RegisterTile,
  inner: Inner,
  batch: Expr,
  at: Expr,
): readonly (readonly Expr[])[] => {
  const count = side === "a" ? tile.rows : tile.columns;
  return range(tile.unroll).map((u) =>
    range(count).map((x) => operandAt(c, side, { batch, own: iadd(imul(at, count), int(x)), k: inner.at(int(u)) }))
  );
};

/**
 * How many elements the innermost loop of a tile reads of one operand, with equal ones counted once. They are only known to be
 * equal where the tile is a part of a line, or whole lines.
 */
export const loadsOf = (c: Contraction, side: "a" | "b", tile: RegisterTile): number => {
  const own = side === "a" ? c.m : c.n, count = side === "a" ? tile.rows : tile.columns, last = own.at(-1)?.extent ?? 1;
  const lines = last % count === 0 || count % last === 0;
  let loads = 0;
  visit([c[side]], (e) => {
    if (e.tag !== "load") return;
    const { terms } = affine(e.index), step = (a: Axis | undefined): number => a === undefined ? 0 : terms.get(a) ?? 0;
    const [fast, slow, turn] = [step(own.at(-1)), step(own.at(-2)), step(c.k.at(-1))];
    const seen = new Set<number>();
    for (let x = 0; x < count; x++) {
      for (let u = 0; u < tile.unroll; u++) seen.add(Math.floor(x / last) * slow + x % last * fast + u * turn);
    }
    loads += lines ? seen.size : count * tile.unroll;
  });
  return loads;
};

export const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
