import { type Axis, axis, type Expr, guard, lit, type Load, visit } from "../../core/expr.ts";
import { affine, iadd, ilt, imul, int } from "../../core/index_expr.ts";
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
import { indent, Module, vectorOf } from "./module.ts";
import { along } from "./flat.ts";
import { range } from "./register_tile.ts";
import { type Stage, stage } from "./stage.ts";
import type { Target } from "./target.ts";

/** A tile of the result for a workgroup of `down * across` invocations, each with `rows * columns` sums (multiples of 4). */
export interface WorkgroupTile {
  readonly down: number;
  readonly across: number;
  readonly rows: number;
  readonly columns: number;
  /** How much of k is in workgroup memory at a time. */
  readonly depth: number;
}
/** Vectors from one k to the next in workgroup memory: odd, so that neighbours along k are in different banks. */
const pitch = (elements: number): number => elements / 4 | 1;
/** Bytes of workgroup memory a tile takes, at four bytes an element. */
export const tileBytes = (t: WorkgroupTile): number =>
  16 * t.depth * (pitch(t.down * t.rows) + pitch(t.across * t.columns));

/**
 * A contraction with tiles of both operands in workgroup memory and of the result in registers: for hardware adapters.
 * The operands are arbitrary expressions, computed while the tiles are filled: a convolution needs no copy of its input.
 */
export const workgroupTile = (k: Kernel, c: Contraction, t: WorkgroupTile, target: Target): Stage => {
  const e = extentsOfContraction(c), lanes = t.down * t.across;
  const high = t.down * t.rows,
    wide = t.across * t.columns,
    down = Math.ceil(e.m / high),
    across = Math.ceil(e.n / wide);
  const tiles = e.batch * down * across, steps = Math.ceil(e.k / t.depth);
  const epilogue = epilogueOf(k, c);
  const a = filler(c, "a", Math.ceil(e.m / 4), steps * t.depth),
    b = filler(c, "b", Math.ceil(e.n / 4), steps * t.depth);
  const module = new Module(k.buffers, target, [...a.values, ...b.values, ...epilogue.roots], [], k.step);
  const type = `vec4<${sumTypeOf(c)}>`;
  const finishing = writeFinish(module, c, epilogue, { rows: high, columns: wide });
  const filling = [a, b].map((f) => f.write(module, c, type));
  module.global(`var<workgroup> tile_a: array<${type}, ${t.depth * pitch(high)}>;`);
  module.global(`var<workgroup> tile_b: array<${type}, ${t.depth * pitch(wide)}>;`);

  const { workgroups, index } = geometry(tiles, target.maxWorkgroups);
  const cells = range(t.rows).flatMap((r) => range(t.columns / 4).map((v) => ({ r, v, name: `c${r}_${v}` })));
  const fill = (side: "a" | "b", units: number, first: string, alongK: boolean): readonly string[] => {
    const per = units / 4, all = per * t.depth, [q, r] = alongK ? [t.depth, "k"] : [per, "u"], s = alongK ? "u" : "k";
    const body = [
      `let ${r} = f % ${q}i;`,
      `let ${s} = f / ${q}i;`,
      `tile_${side}[k * ${pitch(units)}i + u] = fill_${side}(z, ${first} * ${per}i + u, k0 + k);`,
    ];
    return [`for (var f = i32(l); f < ${all}i; f += ${lanes}i) {`, ...indent(body), "}"];
  };
  const inner = [
    ...range(t.rows / 4).map((v) => `let x${v} = tile_a[k * ${pitch(high)}i + row + ${v * t.down}i];`),
    ...range(t.columns / 4).map((v) => `let y${v} = tile_b[k * ${pitch(wide)}i + column + ${v * t.across}i];`),
    ...cells.map(({ r, v, name }) =>
      `${name} = ${multiplyAdd(c, `${type}(x${r >> 2}.${"xyzw"[r & 3]})`, `y${v}`, name)};`
    ),
  ];
  const step = [
    ...fill("a", high, "i", a.alongK),
    ...fill("b", wide, "j", b.alongK),
    "workgroupBarrier();",
    `for (var k = 0i; k < ${t.depth}i; k++) {`,
    ...indent(inner),
    "}",
    "workgroupBarrier();",
  ];
  const finish = cells.flatMap(({ r, v, name }) =>
    range(4).map((x) => {
      const m = `i * ${high}i + (row + ${(r >> 2) * t.down}i) * 4i + ${r & 3}i`;
      const n = `j * ${wide}i + (column + ${v * t.across}i) * 4i + ${x}i`;
      return `finish(z, ${m}, ${n}, ${name}.${"xyzw"[x]});`;
    })
  );
  const entry = [
    `let t = ${index};`,
    `if (t >= ${tiles}u) { return; }`,
    `let j = i32(t % ${across}u);`,
    `let i = i32(t / ${across}u % ${down}u);`,
    `let z = i32(t / ${across * down}u);`,
    `let row = i32(l) / ${t.across}i;`,
    `let column = i32(l) % ${t.across}i;`,
    ...cells.map(({ name }) => `var ${name} = ${type}();`),
    `for (var k0 = 0i; k0 < ${e.k}i; k0 += ${t.depth}i) {`,
    ...indent(step),
    "}",
    ...finish,
  ];
  const turns = (high + wide) / 4 * t.depth / lanes, fills = Math.max(...filling);
  const trips = steps * (1 + t.depth + Math.ceil(turns) * (1 + fills) + 2) + cells.length * 4 * finishing;
  return stage(k, `tiles ${high}x${wide}x${t.depth}`, module.text(lanes, entry), workgroups, trips);
};

/** What fills the tile of one operand: four neighbours along m or n at a time. */
interface Filler {
  readonly values: readonly Expr[];
  /** Whether neighbouring invocations should take neighbours along k. */
  readonly alongK: boolean;
  /** Writes `fn fill_a(z, u, k)`; gives the loop trips of a call. */
  readonly write: (module: Module, c: Contraction, type: string) => number;
}
const filler = (c: Contraction, side: "a" | "b", units: number, depth: number): Filler => {
  const { batch, k } = extentsOfContraction(c);
  const [z, atBatch] = line(batch), [u, unit] = line(units), [d, atK] = line(depth), zero = lit(0, c.dtype);
  const inside = ilt(atK, int(k));
  const values = range(4).map((x) =>
    guard(inside, operandAt(c, side, { batch: atBatch, own: iadd(imul(unit, 4), int(x)), k: along(c.k, atK) }), zero)
  );
  return {
    values,
    alongK: neighboursAlongK(c, side),
    write: (module, contraction, type) => {
      const body = new Body(module, values, named([z, "z"], [u, "u"], [d, "k"]));
      const parts = values.map((v) => widened(contraction, body.factor(v, body.root)));
      body.root.lines.push(`return ${vectorOf(type, parts)};`);
      module.fn(`fn fill_${side}(z: i32, u: i32, k: i32) -> ${type}`, body.root.lines);
      return body.root.trips;
    },
  };
};

/** Whether an operand lies in memory with k as the fastest axis. */
const neighboursAlongK = (c: Contraction, side: "a" | "b"): boolean => {
  const loads: Load[] = [];
  visit([c[side]], (e) => e.tag === "load" && loads.push(e));
  const last = (axes: readonly Axis[]): Axis => axes.at(-1) ?? axis(1);
  const own = last(side === "a" ? c.m : c.n), k = last(c.k);
  const stride = (e: Load, a: Axis): number => Math.abs(affine(e.index).terms.get(a) ?? Infinity);
  const votes = loads.map((e) => Math.sign(stride(e, own) - stride(e, k)) || 0);
  return votes.reduce((n, v) => n + v, 0) > 0;
};
