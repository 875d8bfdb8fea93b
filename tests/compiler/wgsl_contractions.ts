/** Contractions to try in WGSL: products of matrices, and convolutions with both gradients. */
import { allocate, type Data, type DType } from "../../core/dtype.ts";
import { acc, type Axis, axis, type Expr, guard, lit, load, op } from "../../core/expr.ts";
import { all, iadd, idiv, ieq, imod, imul, int, ravel, within } from "../../core/index_expr.ts";
import type { Kernel, KernelBuffer } from "../../compiler/kernel.ts";

/** z, m, n, k */
export type Shape = readonly [number, number, number, number];
const buffer = (dtype: DType, length: number, access: "read" | "write" = "read"): KernelBuffer => ({
  dtype,
  length,
  access,
});
export const numbers = (dtype: DType, length: number, salt: number): Data => {
  const out = allocate(dtype, length);
  for (let i = 0; i < length; i++) out[i] = ((i * 7 + salt * 13) % 23) - (dtype === "u32" ? 0 : 11);
  return out;
};
const axes = (extents: readonly number[]): readonly Axis[] => extents.map((d) => axis(d));
const count = (extents: readonly number[]): number => extents.reduce((n, d) => n * d, 1);
/** Extents of 1 have no axis. */
const real = (list: readonly Axis[]): readonly Axis[] => list.filter((a) => a.extent !== 1);
const exprs = (list: readonly Axis[]): readonly Expr[] => list.map((a) => a.extent === 1 ? int(0) : a);

interface MatmulOptions {
  readonly dtype?: DType;
  readonly transposed?: "a" | "b" | "both";
  readonly prologue?: boolean;
  readonly epilogue?: boolean;
}
/** acc[z, m, n] = a[z, m, k] b[z, k, n], either operand stored transposed; optionally |a| - 1 and relu(acc + bias + residual). */
export const matmul = (z: number, m: number, n: number, k: number, o: MatmulOptions = {}): Kernel => {
  const dtype = o.dtype ?? "f32", list = axes([z, m, n, k]), [zi, mi, ni, ki] = exprs(list) as [Expr, Expr, Expr, Expr];
  const [zx, mx, nx, kx] = list as [Axis, Axis, Axis, Axis];
  const flips = (side: "a" | "b") => o.transposed === side || o.transposed === "both";
  const stored = load(0, flips("a") ? ravel([zi, ki, mi], [z, k, m]) : ravel([zi, mi, ki], [z, m, k]), dtype);
  const a = o.prologue ? op("sub", op("abs", stored), lit(1, dtype)) : stored;
  const b = load(1, flips("b") ? ravel([zi, ni, ki], [z, n, k]) : ravel([zi, ki, ni], [z, k, n]), dtype);
  const out = ravel([zi, mi, ni], [z, m, n]), sum = acc(dtype);
  const finished = o.epilogue
    ? op("max", op("add", op("add", sum, load(2, ni, dtype)), load(3, out, dtype)), lit(0, dtype))
    : sum;
  const extra = o.epilogue ? [buffer(dtype, n), buffer(dtype, z * m * n)] : [];
  return {
    name: `matmul_${z}_${m}_${n}_${k}`,
    buffers: [buffer(dtype, z * m * k), buffer(dtype, z * k * n), ...extra, buffer(dtype, z * m * n, "write")],
    grid: real([zx, mx, nx]),
    stores: [{ target: 2 + extra.length, index: out, value: finished, axes: [] }],
    contraction: { batch: real([zx]), m: real([mx]), n: real([nx]), k: real([kx]), a, b, dtype },
  };
};
/** One role of a grouped, strided, padded convolution: y from x and w, x from w and y, or w from x and y. */
export const convolution = (role: "x" | "w" | "y"): Kernel => {
  const [N, G, C, O, H, W, K, S, P] = [2, 2, 3, 5, 7, 6, 3, 2, 1];
  const [Y, X] = [Math.floor((H + 2 * P - K) / S) + 1, Math.floor((W + 2 * P - K) / S) + 1];
  const [n, g, c, o, h, w, ky, kx, y, x] = axes([N, G, C, O, H, W, K, K, Y, X]) as Axis[] as [
    Axis,
    Axis,
    Axis,
    Axis,
    Axis,
    Axis,
    Axis,
    Axis,
    Axis,
    Axis,
  ];
  const sizes = { x: [N, G, C, H, W], w: [G, O, C, K, K], y: [N, G, O, Y, X] };
  const at = (source: number, r: "x" | "w" | "y", index: readonly Expr[]) =>
    load(source, ravel(index, sizes[r]), "f32");
  const seen = (p: Expr, k: Expr) => iadd(iadd(imul(p, S), k), int(-P));
  const whole = (
    name: string,
    grid: readonly Axis[],
    m: Axis[],
    nn: Axis[],
    batch: Axis[],
    k: Axis[],
    a: Expr,
    b: Expr,
  ): Kernel => {
    const others = (["x", "w", "y"] as const).filter((r) => r !== role);
    return {
      name: `conv_${name}`,
      buffers: [...others.map((r) => buffer("f32", count(sizes[r]))), buffer("f32", count(sizes[role]), "write")],
      grid,
      stores: [{ target: 2, index: ravel(grid, grid.map((q) => q.extent)), value: acc("f32"), axes: [] }],
      contraction: { batch, m, n: nn, k, a, b, dtype: "f32" },
    };
  };
  switch (role) {
    case "y": {
      const [iy, ix] = [seen(y, ky), seen(x, kx)], inside = all([within(iy, 0, H), within(ix, 0, W)]);
      const patch = guard(inside, at(0, "x", [n, g, c, iy, ix]), lit(0, "f32"));
      return whole("y", [n, g, o, y, x], [o], [n, y, x], [g], [c, ky, kx], at(1, "w", [g, o, c, ky, kx]), patch);
    }
    case "x": {
      const [py, px] = [iadd(iadd(h, imul(ky, -1)), int(P)), iadd(iadd(w, imul(kx, -1)), int(P))];
      const inside = all([[py, Y], [px, X]].flatMap(([p, extent]) => [
        within(p as Expr, 0, ((extent as number) - 1) * S + 1),
        ieq(imod(p as Expr, S), int(0)),
      ]));
      const from = guard(inside, at(1, "y", [n, g, o, idiv(py, S), idiv(px, S)]), lit(0, "f32"));
      return whole("x", [n, g, c, h, w], [c], [n, h, w], [g], [o, ky, kx], at(0, "w", [g, o, c, ky, kx]), from);
    }
    case "w": {
      const [iy, ix] = [seen(y, ky), seen(x, kx)], inside = all([within(iy, 0, H), within(ix, 0, W)]);
      const patch = guard(inside, at(0, "x", [n, g, c, iy, ix]), lit(0, "f32"));
      return whole("w", [g, o, c, ky, kx], [o], [c, ky, kx], [g], [n, y, x], at(1, "y", [n, g, o, y, x]), patch);
    }
  }
};
