import type { Expr } from "../../core/expr.ts";
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
  /** 1, 2, 3 or a multiple of 4. */
  readonly columns: number;
}
const INVOCATIONS = 64;

/**
 * A contraction with a tile of the result in the registers of each invocation and no barriers: for software adapters.
 * Every operand loaded serves a whole row or column of the tile.
 */
export const registerTile = (k: Kernel, c: Contraction, tile: RegisterTile, target: Target): Stage => {
  const { batch, m, n } = extentsOfContraction(c), { rows, columns } = tile;
  const down = Math.ceil(m / rows), across = Math.ceil(n / columns), tiles = batch * down * across;
  const [z, atBatch] = line(batch), [i, atRow] = line(down), [j, atColumn] = line(across);
  const a = range(rows).map((r) => operandAt(c, "a", { batch: atBatch, own: iadd(imul(atRow, rows), int(r)) }));
  const b = range(columns).map((q) => operandAt(c, "b", { batch: atBatch, own: iadd(imul(atColumn, columns), int(q)) }));
  const epilogue = epilogueOf(k, c), roots: readonly Expr[] = [...a, ...b];
  const module = new Module(k.buffers, target, [...roots, ...epilogue.roots]), finishing = writeFinish(module, c, epilogue);
  const body = new Body(module, roots, named([z, "z"], [i, "i"], [j, "j"])), { lines } = body.root;

  const { workgroups, index } = geometry(Math.ceil(tiles / INVOCATIONS), target.maxWorkgroups);
  lines.push(
    `let t = ${index} * ${INVOCATIONS}u + l;`,
    `if (t >= ${tiles}u) { return; }`,
    `let j = i32(t % ${across}u);`,
    `let i = i32(t / ${across}u % ${down}u);`,
    `let z = i32(t / ${across * down}u);`,
  );
  const width = Math.min(4, columns), vectors = columns / width, scalar = sumTypeOf(c);
  const type = width === 1 ? scalar : `vec${width}<${scalar}>`;
  const cells = range(rows).flatMap((r) => range(vectors).map((v) => ({ r, v, name: `c${r}_${v}` })));
  lines.push(...cells.map(({ name }) => `var ${name} = ${type}();`));
  body.loops(body.root, [c.k], (inner) => {
    const right = range(vectors).map((v) => {
      const parts = range(width).map((x) => widened(c, body.value(b[v * width + x]!, inner))), name = body.fresh("b_");
      inner.lines.push(`let ${name} = ${vectorOf(type, parts)};`);
      return name;
    });
    for (const r of range(rows)) {
      const name = body.fresh("a_"), left = widened(c, body.value(a[r]!, inner));
      inner.lines.push(`let ${name} = ${type}(${left});`);
      for (const cell of cells) {
        if (cell.r === r) inner.lines.push(`${cell.name} = ${multiplyAdd(c, name, right[cell.v]!, cell.name)};`);
      }
    }
  });
  // One copy of the epilogue, in a loop whose end the driver cannot know (unrolled it would compile for seconds), and the
  // sums move up one place in every turn (an array with a computed index would, too).
  lines.push(
    `let count = select(${cells.length}i, 0i, t == 4294967295u);`,
    `for (var e = 0i; e < count; e++) {`,
    ...range(width).map((x) => {
      const column = `j * ${columns}i + e % ${vectors}i * ${width}i + ${x}i`, sum = cells[0]!.name;
      return `  finish(z, i * ${rows}i + e / ${vectors}i, ${column}, ${width === 1 ? sum : `${sum}.${"xyzw"[x]}`});`;
    }),
    ...cells.slice(1).map(({ name }, e) => `  ${cells[e]!.name} = ${name};`),
    "}",
  );
  const trips = body.root.trips + cells.length * (1 + width * finishing);
  return stage(k, `registers ${rows}x${columns}`, module.text(INVOCATIONS, lines), workgroups, trips);
};

export const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
