/** Contractions as kernels, and every way to do them. */
import { allocate, type Data, type DType } from "../../core/dtype.ts";
import { acc, type Axis, axis, type Expr, guard, lit, load } from "../../core/expr.ts";
import { all, iadd, idiv, ieq, imod, imul, int, ravel, within } from "../../core/index_expr.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import { choices } from "../../compiler/wasm/contract.ts";
import { emitDirect } from "../../compiler/wasm/direct.ts";
import type { Imports } from "../../compiler/wasm/evaluate.ts";
import { emitGemm } from "../../compiler/wasm/gemm.ts";
import { mergeAxes } from "../../compiler/wasm/merge.ts";
import type { PhaseCode } from "../../compiler/wasm/phase.ts";
import { emitPlain, plainSchedule } from "../../compiler/wasm/plain.ts";
import { prepare } from "../../compiler/wasm/prepare.ts";
import { withoutContraction } from "../../compiler/wasm/split.ts";
import {
  allAtOnce,
  difference,
  interpretKernel,
  inThrees,
  moduleOf,
  oneByOneBackwards,
  runKernel,
  runModule,
} from "./wasm_run.ts";

export const read = (dtype: DType, length: number) => ({ dtype, length, access: "read" as const });
export const write = (dtype: DType, length: number) => ({ dtype, length, access: "write" as const });
export const volume = (axes: readonly Axis[]): number => axes.reduce((n, a) => n * a.extent, 1);
/** Whole numbers from -4 to 4: sums of their products are exact. */
export const whole = (kernel: Kernel): readonly Data[] =>
  kernel.buffers.filter((b) => b.access === "read").map(({ dtype, length }, k) => {
    const numbers = Array.from(
      { length },
      (_, i) => (Math.imul(i + 17 * k, 2654435761) >>> 29) - (dtype === "u32" ? 0 : 3),
    );
    if (dtype === "f16") return new Uint16Array(Float16Array.from(numbers).buffer);
    const data = allocate(dtype, length);
    data.set(dtype === "bool" ? numbers.map((x) => x & 1) : numbers);
    return data;
  });

export interface Shape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Whether an operand lies transposed. */
  readonly turnA?: boolean;
  readonly turnB?: boolean;
  readonly dtype?: DType;
}
export const matmul = ({ m: M, n: N, k: K, turnA = false, turnB = false, dtype = "f32" }: Shape): Kernel => {
  const m = axis(M), n = axis(N), k = axis(K);
  return {
    name: `matmul ${M}x${N}x${K} ${turnA} ${turnB} ${dtype}`,
    buffers: [read(dtype, M * K), read(dtype, K * N), write(dtype, M * N)],
    grid: [m, n],
    stores: [{ target: 2, index: ravel([m, n], [M, N]), value: acc(dtype), axes: [] }],
    contraction: {
      batch: [],
      m: [m],
      n: [n],
      k: [k],
      dtype,
      a: load(0, turnA ? ravel([k, m], [K, M]) : ravel([m, k], [M, K]), dtype),
      b: load(1, turnB ? ravel([n, k], [N, K]) : ravel([k, n], [K, N]), dtype),
    },
  };
};

export interface Window {
  readonly n: number;
  readonly c: number;
  readonly o: number;
  readonly groups?: number;
  readonly size: readonly [number, number];
  readonly kernel: number;
  readonly padding?: number;
  readonly stride?: number;
  readonly dilation?: number;
}
/** The three contractions of a convolution: its result, and its gradients. */
export const convolution = (role: "y" | "x" | "w", w: Window): Kernel => {
  const { n: N, c: C, o: O, groups: G = 1, size: [H, W], kernel: K, padding = 0, stride = 1, dilation = 1 } = w;
  const out = (d: number) => Math.floor((d + 2 * padding - dilation * (K - 1) - 1) / stride) + 1,
    [OH, OW] = [out(H), out(W)];
  const [n, g, o, c, h, v, kh, kw] = [N, G, O, C, role === "x" ? H : OH, role === "x" ? W : OW, K, K].map(axis) as [
    Axis,
    Axis,
    Axis,
    Axis,
    Axis,
    Axis,
    Axis,
    Axis,
  ];
  const image = { x: [N, G, C, H, W], y: [N, G, O, OH, OW], w: [G, O, C, K, K] } as const;
  const length = (r: "x" | "y" | "w") => image[r].reduce((p, d) => p * d, 1);
  const weights = (s: number) => load(s, ravel([g, o, c, kh, kw], image.w), "f32");
  const seen = (p: Expr, k: Expr) => iadd(iadd(imul(p, stride), imul(k, dilation)), int(-padding));
  const [y, x] = [seen(h, kh), seen(v, kw)];
  const pixels = (s: number) =>
    guard(all([within(y, 0, H), within(x, 0, W)]), load(s, ravel([n, g, c, y, x], image.x), "f32"), lit(0, "f32"));
  const back = (p: Expr, k: Expr) => iadd(iadd(p, imul(k, -dilation)), int(padding));
  const [p, q] = [back(h, kh), back(v, kw)];
  const from = all([[p, OH] as const, [q, OW] as const].flatMap(([e, d]) => [
    within(e, 0, (d - 1) * stride + 1),
    ...(stride === 1 ? [] : [ieq(imod(e, stride), int(0))]),
  ]));
  const cotangent = guard(
    from,
    load(1, ravel([n, g, o, idiv(p, stride), idiv(q, stride)], image.y), "f32"),
    lit(0, "f32"),
  );
  const parts = {
    y: {
      grid: [n, g, o, h, v],
      m: [o],
      n: [n, h, v],
      k: [c, kh, kw],
      a: weights(0),
      b: pixels(1),
      sources: ["w", "x"],
    },
    x: {
      grid: [n, g, c, h, v],
      m: [c],
      n: [n, h, v],
      k: [o, kh, kw],
      a: weights(0),
      b: cotangent,
      sources: ["w", "y"],
    },
    w: {
      grid: [g, o, c, kh, kw],
      m: [o],
      n: [c, kh, kw],
      k: [n, h, v],
      a: load(0, ravel([n, g, o, h, v], image.y), "f32"),
      b: pixels(1),
      sources: ["y", "x"],
    },
  } as const;
  const { grid, m, n: columns, k, a, b, sources } = parts[role];
  return {
    name: `convolution ${role} ${JSON.stringify(w)}`,
    buffers: [read("f32", length(sources[0])), read("f32", length(sources[1])), write("f32", length(role))],
    grid,
    stores: [{ target: 2, index: ravel(grid, image[role]), value: acc("f32"), axes: [] }],
    contraction: { batch: [g], m, n: columns, k, a, b, dtype: "f32" },
  };
};

interface Way {
  readonly name: string;
  readonly phases: (imports: Imports) => readonly PhaseCode[];
  /** Elements of the temporary buffer. */
  readonly temp: number;
}
/** Every way to do a contraction: panels, tiles of registers with each axis in the lanes, dot products, and the plain sum. */
const ways = (merged: Kernel): readonly Way[] => {
  const c = merged.contraction!, plain = withoutContraction(merged);
  const one = (emit: (imports: Imports) => PhaseCode) => (imports: Imports) => [emit(imports)];
  return [
    { name: "plain", temp: 0, phases: one((imports) => emitPlain(plain, imports, plainSchedule(plain), "run0")) },
    ...choices(merged, c).map(({ contraction, how }): Way => {
      const role = contraction === c ? "" : "swapped ";
      switch (how.tag) {
        case "gemm":
          return {
            name: `${role}panels`,
            temp: 0,
            phases: one((imports) => emitGemm(merged, contraction, how.plan, 1e7, imports, "run0")),
          };
        case "direct":
          return {
            name: `${role}tiles along ${how.plan.lanes.extent}`,
            temp: 0,
            phases: one((imports) => emitDirect(merged, contraction, how.plan, 1e7, imports, "run0")),
          };
        case "dot":
          return { name: "dot", temp: 0, phases: one((imports) => emitPlain(plain, imports, how.plan, "run0")) };
      }
    }),
  ];
};
/** The same after what is padded has been laid out with its padding. */
const preparedWays = (merged: Kernel): readonly Way[] => {
  const prepared = prepare(merged, merged.contraction!);
  if (prepared === null) return [];
  const copies = prepared.copies.map(mergeAxes);
  const copy = (imports: Imports) => copies.map((k, i) => emitPlain(k, imports, plainSchedule(k), `copy${i}`));
  return ways(mergeAxes(prepared.kernel)).map(({ name, phases }) => ({
    name: `prepared ${name}`,
    temp: prepared.length,
    phases: (imports) => [...copy(imports), ...phases(imports)],
  }));
};
/** What the ways get wrong, the one that is chosen among them. */
export const failures = (kernel: Kernel): { readonly tried: readonly string[]; readonly wrong: readonly string[] } => {
  const inputs = whole(kernel), right = interpretKernel(kernel, inputs), merged = mergeAxes(kernel);
  const all = [...ways(merged), ...preparedWays(merged)];
  const wrong = all.flatMap(({ name, phases, temp }) => {
    return ([[allAtOnce, true], [oneByOneBackwards, false]] as const).flatMap(([ranges, relaxed]) => {
      const made = moduleOf(phases, { relaxed, temp });
      const found = difference(kernel, inputs, runModule(made, kernel.buffers, inputs, { ranges }), right);
      return found === null ? [] : [`${kernel.name}, ${name}: ${found}`];
    });
  });
  const chosen = [allAtOnce, inThrees].flatMap((ranges) =>
    difference(kernel, inputs, runKernel(kernel, inputs, { ranges }), right) ?? []
  );
  return {
    tried: all.map(({ name }) => name),
    wrong: [...wrong, ...chosen.map((found) => `${kernel.name}, chosen: ${found}`)],
  };
};
