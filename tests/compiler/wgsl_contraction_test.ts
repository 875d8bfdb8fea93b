/** Contractions as WGSL: every template on every kind of shape, on a device against the interpreter. */
import { describe, expect, test } from "bun:test";
import { allocate, type Data, type DType } from "../../core/dtype.ts";
import { acc, type Axis, axis, type Expr, guard, lit, load, op } from "../../core/expr.ts";
import { all, iadd, idiv, ieq, imod, imul, int, ravel, within } from "../../core/index_expr.ts";
import type { Kernel, KernelBuffer } from "../../compiler/kernel.ts";
import { loadsOf, type RegisterTile } from "../../compiler/wgsl/register_tile.ts";
import { spell } from "../../compiler/wgsl/spell.ts";
import { leastTarget, type Target } from "../../compiler/wgsl/target.ts";
import { chooseVariant, type Variant } from "../../compiler/wgsl/variant.ts";
import type { Machine } from "../../runtime/webgpu/machine.ts";
import { expectClose, interpretKernel, openMachine, restAfter, runKernel } from "../support/gpu.ts";
import { noWebGpu, testUnless } from "../support/skips.ts";

const reason = await noWebGpu();
const gpuTest = testUnless(reason);
const machine: Machine | null = reason === null ? await openMachine() : null;
restAfter();

const buffer = (dtype: DType, length: number, access: "read" | "write" = "read"): KernelBuffer => ({
  dtype,
  length,
  access,
});
const numbers = (dtype: DType, length: number, salt: number): Data => {
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
const matmul = (z: number, m: number, n: number, k: number, o: MatmulOptions = {}): Kernel => {
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
const convolution = (role: "x" | "w" | "y"): Kernel => {
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

/** Invocations that run together, as far as the device says so. */
const lanes = machine?.target.lanes ?? 1;
const registers = (rows: number, columns: number, parts: number, more: Partial<RegisterTile> = {}): Variant => ({
  tag: "registers",
  tile: { rows, columns, unroll: 1, lanes: 1, turned: false, ...more },
  parts,
});
const variants: Readonly<Record<string, Variant>> = {
  plain: { tag: "pointwise" },
  "registers 4x8": registers(4, 8, 1),
  "registers 2x3 in 3 parts": registers(2, 3, 3),
  "registers 1x1": registers(1, 1, 1),
  "registers 16x4 with lanes": registers(16, 4, 1, { lanes }),
  "registers 5x2 with lanes, turned, in 2 parts": registers(5, 2, 2, { lanes, turned: true }),
  tiles: { tag: "tiles", tile: { down: 4, across: 4, rows: 4, columns: 4, depth: 8 }, parts: 1 },
  "wide tiles in 2 parts": { tag: "tiles", tile: { down: 2, across: 8, rows: 8, columns: 4, depth: 4 }, parts: 2 },
};
const check = async (k: Kernel, variant?: Variant): Promise<void> => {
  const inputs = k.buffers.filter((b) => b.access === "read").map((b, i) => numbers(b.dtype, b.length, i));
  const got = await runKernel(machine!, k, inputs, variant), want = interpretKernel(k, inputs);
  // Whole numbers: sums and products are exact, in any order.
  want.forEach((w, i) => expectClose(got[i]!, w, 0, `${k.name}, ${variant?.tag ?? "chosen"}`));
};
type Shape = readonly [number, number, number, number];
const shapes: readonly Shape[] = [
  [1, 1, 1, 1],
  [1, 1, 9, 5],
  [1, 9, 1, 5],
  [1, 17, 19, 1],
  [1, 16, 16, 16],
  [1, 33, 18, 21],
  [3, 5, 7, 11],
  [2, 8, 12, 40],
  [1, 4, 8, 0],
  [0, 4, 8, 3],
];

/** Numbers from a seed: the same in every run. */
const dice = (seed: number) => (n: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return 1 + Math.floor(seed / 2 ** 32 * n);
};

describe("a contraction on a device", () => {
  gpuTest("is right for random shapes", async () => {
    const roll = dice(7);
    for (let i = 0; i < 16; i++) {
      const variant: Variant = i % 2 === 0
        ? registers(roll(12), roll(9), roll(3), { lanes: i % 4 === 0 ? lanes : 1, turned: roll(2) === 1 })
        : {
          tag: "tiles",
          tile: { down: roll(4), across: roll(4), rows: 4, columns: 4 * roll(2), depth: roll(9) },
          parts: roll(3),
        };
      const flip = (["a", "b", "both"] as const)[roll(3) - 1]!;
      await check(matmul(roll(3), roll(40), roll(40), roll(50), { transposed: flip, epilogue: i % 3 === 0 }), variant);
    }
  });
  gpuTest("has whole turns of four for what neighbours tell each other", async () => {
    for (const rows of [3, 8, 11]) {
      await check(matmul(2, 21, 40, 24, { epilogue: true }), registers(rows, 4, 1, { unroll: 4, lanes }));
    }
  });
  gpuTest("convolves with turns of the loop written out", async () => {
    for (const role of ["y", "x", "w"] as const) {
      for (const [rows, columns, parts] of [[5, 3, 1], [2, 6, 1], [3, 9, 2], [1, 1, 3]] as const) {
        await check(convolution(role), registers(rows, columns, parts, { unroll: 3 }));
        await check(convolution(role), registers(rows, columns, parts, { unroll: 3, lanes }));
      }
      await check(convolution(role));
    }
  });
  for (const [name, variant] of Object.entries(variants)) {
    gpuTest(`is right for every shape: ${name}`, async () => {
      for (const shape of shapes) await check(matmul(...shape), variant);
    });
    gpuTest(`reads transposed operands, with prologue and epilogue: ${name}`, async () => {
      await check(matmul(2, 9, 20, 12, { transposed: "a", epilogue: true }), variant);
      await check(matmul(1, 12, 8, 16, { transposed: "b", prologue: true }), variant);
      await check(matmul(1, 7, 5, 6, { transposed: "both", prologue: true, epilogue: true }), variant);
    });
    gpuTest(`convolves, and both gradients: ${name}`, async () => {
      for (const role of ["y", "x", "w"] as const) await check(convolution(role), variant);
    });
    gpuTest(`adds whole numbers: ${name}`, async () => {
      await check(matmul(1, 6, 7, 9, { dtype: "i32" }), variant);
      await check(matmul(1, 6, 7, 9, { dtype: "u32", epilogue: true }), variant);
    });
  }
  gpuTest("is right with the variant chosen for it, also where the sum is long", async () => {
    const long: readonly Shape[] = [[1, 3, 5, 5000], [1, 40, 50, 60], [1, 1, 3, 700], [64, 2, 2, 3]];
    for (const shape of long) await check(matmul(...shape));
  });
  testUnless(reason ?? (machine!.target.f16 ? null : "the adapter has no shader-f16"))("adds f16 in f32", async () => {
    const k = matmul(1, 5, 6, 3000, { dtype: "f16" }),
      bits = (n: number) => new Uint16Array(new Float16Array(n).fill(0.1).buffer);
    for (const variant of Object.values(variants)) {
      const [got] = await runKernel(machine!, k, [bits(15000), bits(18000)], variant);
      // 0.1 is 0.0999756 in f16.
      expect([...new Float16Array(got!.buffer as ArrayBuffer)].every((v) => Math.abs(v - 29.985) < 0.02)).toBe(true);
    }
  });
});

describe("the variant of a contraction", () => {
  const gpu: Target = { ...leastTarget, adapter: "gpu", maxTrips: Infinity };
  const chosen = (shape: Shape, target: Target) => chooseVariant(matmul(...shape), target);
  test("fits the limits of the device", () => {
    const large: readonly Shape[] = [[1, 4096, 4096, 4096], [1, 6, 25, 100352], [1, 16, 100000, 150], [8, 64, 64, 64]];
    for (const shape of large) {
      const v = chosen(shape, gpu);
      expect(v.tag).toBe("tiles");
      expect(spell(matmul(...shape), gpu).stages.length).toBe("parts" in v && v.parts > 1 ? 2 : 1);
    }
  });
  test("cuts a long sum with a small result into parts, on both classes", () => {
    for (const target of [leastTarget, gpu]) {
      const v = chosen([1, 6, 25, 100352], target), { stages, scratch } = spell(matmul(1, 6, 25, 100352), target);
      expect("parts" in v && v.parts > 8).toBe(true);
      expect(stages).toHaveLength(2);
      expect(scratch).toHaveLength(1);
      expect(Math.max(...stages.map((s) => s.trips))).toBeLessThan(leastTarget.maxTrips);
    }
  });
  test("loads what neighbouring columns of a convolution share once", () => {
    const c = convolution("y").contraction!, tile = { rows: 5, columns: 3, unroll: 3, lanes: 1, turned: false };
    // Three columns at stride 2, three entries each: -1 0 1, 1 2 3, 3 4 5, and what is known to be padding is not read.
    expect(loadsOf(c, "b", tile)).toBe(6);
    expect(loadsOf(c, "a", tile)).toBe(15);
  });
  test("takes whole vectors from memory where rows are multiples of four", () => {
    const text = (n: number) => spell(matmul(1, 256, n, 256), leastTarget).stages[0]!.code;
    expect(text(256)).toContain("var<storage, read> b1: array<vec4<f32>, 16384>");
    expect(text(255)).toContain("var<storage, read> b1: array<f32, 65280>");
  });
});
