import { size } from "../../core/aval.ts";
import { type Axis, axis, type Expr } from "../../core/expr.ts";
import { int } from "../../core/index_expr.ts";
import type { Contraction, Kernel, Store } from "../kernel.ts";
import { Body } from "./body.ts";
import { type Module, typeOf } from "./module.ts";
import { along, extentsOf } from "./flat.ts";
import { rewriting } from "./rewrite.ts";

/** How often a contraction adds, and over what. */
export interface Extents {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}
export const extentsOfContraction = (c: Contraction): Extents => ({
  batch: size(extentsOf(c.batch)),
  m: size(extentsOf(c.m)),
  n: size(extentsOf(c.n)),
  k: size(extentsOf(c.k)),
});

/** An operand at given positions in the spaces of `batch` and of `m` or `n`, and for given axes of `k`; the others stay. */
export const operandAt = (
  c: Contraction,
  side: "a" | "b",
  at: { readonly batch: Expr; readonly own: Expr; readonly k: readonly (readonly [Axis, Expr])[] },
): Expr => {
  const own = side === "a" ? c.m : c.n;
  return rewriting({ axes: new Map([...along(c.batch, at.batch), ...along(own, at.own), ...at.k]) })(c[side]);
};

/** A space as one axis, and its position: 0 where there is nothing to choose. */
export const line = (extent: number): readonly [Axis | null, Expr] => {
  const a = extent !== 1 ? axis(extent) : null;
  return [a, a ?? int(0)];
};
export const named = (...pairs: readonly (readonly [Axis | null, string])[]): ReadonlyMap<Axis, string> =>
  new Map(pairs.flatMap(([a, name]) => a === null ? [] : [[a, name] as const]));

/** The stores of a contraction over the lines of its spaces, to become a function of the position and the sum. */
export interface Epilogue {
  readonly stores: readonly Store[];
  readonly roots: readonly Expr[];
  readonly axes: ReadonlyMap<Axis, string>;
}
export const epilogueOf = (k: Kernel, c: Contraction): Epilogue => {
  const e = extentsOfContraction(c), [z, batch] = line(e.batch), [m, row] = line(e.m), [n, column] = line(e.n);
  const rewrite = rewriting({ axes: new Map([...along(c.batch, batch), ...along(c.m, row), ...along(c.n, column)]) });
  const stores = k.stores.map((s) => ({ ...s, index: rewrite(s.index), value: rewrite(s.value) }));
  return { stores, roots: stores.flatMap((s) => [s.index, s.value]), axes: named([z, "z"], [m, "m"], [n, "n"]) };
};

/** Products and sums of f16 are f32. */
export const sumTypeOf = (c: Contraction): string => c.dtype === "f16" ? "f32" : typeOf(c.dtype);
/** The text of an operand as the sum's type. */
export const widened = (c: Contraction, text: string): string => c.dtype === "f16" ? `f32(${text})` : text;
/** `sum + a * b`, with one rounding where the device has it. */
export const multiplyAdd = (c: Contraction, a: string, b: string, sum: string): string =>
  c.dtype === "f32" || c.dtype === "f16" ? `fma(${a}, ${b}, ${sum})` : `${a} * ${b} + ${sum}`;

/**
 * Writes `fn finish(z, m, n, sum)`: the stores of one element of the result. What tiles have beyond its edges is
 * ignored. Gives the loop trips of a call.
 */
export const writeFinish = (
  module: Module,
  c: Contraction,
  epilogue: Epilogue,
  tile: { readonly rows: number; readonly columns: number },
): number => {
  const { m, n } = extentsOfContraction(c);
  const body = new Body(module, epilogue.roots, epilogue.axes, { acc: c.dtype === "f16" ? "f16(sum)" : "sum" });
  const beyond = [...(m % tile.rows === 0 ? [] : [`m >= ${m}i`]), ...(n % tile.columns === 0 ? [] : [`n >= ${n}i`])];
  if (beyond.length > 0) body.root.lines.push(`if (${beyond.join(" || ")}) { return; }`);
  body.stores(epilogue.stores, body.root);
  module.fn(`fn finish(z: i32, m: i32, n: i32, sum: ${sumTypeOf(c)})`, body.root.lines);
  return body.root.trips;
};
