/** Every basic instruction of WGSL against JavaScript, on the values where they like to differ. */
import { describe, expect } from "bun:test";
import { allocate, type Data, type DType } from "../../core/dtype.ts";
import { axis, bitcast, type Expr, lit, load, op, rawOp } from "../../core/expr.ts";
import { iadd, int } from "../../core/index_expr.ts";
import { type Basic, basic } from "../../core/scalar.ts";
import type { Kernel } from "../../compiler/kernel.ts";
import type { Machine } from "../../runtime/webgpu/machine.ts";
import { interpretKernel, openMachine, restAfter, runKernel } from "../support/gpu.ts";
import { noWebGpu, testUnless } from "../support/skips.ts";

const reason = await noWebGpu();
const gpuTest = testUnless(reason);
const machine: Machine | null = reason === null ? await openMachine() : null;
restAfter();

const max32 = 3.4028234663852886e38, least = 2 ** -126;
const edges: Readonly<Record<"f32" | "i32" | "u32" | "bool", readonly number[]>> = {
  f32: [
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    -1.5,
    2.5,
    -2.5,
    41,
    1e-7,
    3.25e7,
    -1e20,
    max32,
    -max32,
    least,
    Infinity,
    -Infinity,
    NaN,
    2147483648,
    4294967296,
    -2147483648,
    16777217,
    0.1,
    7,
  ],
  i32: [0, 1, -1, 2, -2, 7, -7, 31, 32, 65536, 0x7fffffff, -0x80000000, -0x7fffffff, 12345678],
  u32: [0, 1, 2, 7, 31, 32, 33, 65536, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 12345678],
  bool: [0, 1],
};
type Tested = keyof typeof edges;
/** As the dtype holds them. */
const held = (d: Tested): readonly number[] => d === "f32" ? edges.f32.map(Math.fround) : edges[d];
const array = (dtype: DType, values: readonly number[]): Data => {
  const out = allocate(dtype, values.length);
  values.forEach((v, i) => out[i] = v);
  return out;
};

/** A kernel that puts down what each of `bodies` makes of the operands, one after the other. */
const kernelOf = (
  dtypes: readonly DType[],
  out: DType,
  n: number,
  bodies: readonly ((xs: readonly Expr[]) => Expr)[],
): Kernel => {
  const i = axis(n), operands = dtypes.map((d, k) => load(k, i, d)), read = "read" as const;
  return {
    name: "scalar",
    buffers: [
      ...dtypes.map((dtype) => ({ dtype, length: n, access: read })),
      { dtype: out, length: n * bodies.length, access: "write" },
    ],
    grid: [i],
    stores: bodies.map((body, k) => ({
      target: dtypes.length,
      index: iadd(i, int(n * k)),
      value: body(operands),
      axes: [],
    })),
    contraction: null,
  };
};
/** All combinations of operands. */
const combinations = (dtypes: readonly Tested[]): readonly Data[] => {
  const rows = dtypes.reduce<readonly (readonly number[])[]>(
    (all, d) => all.flatMap((r) => edges[d].map((v) => [...r, v])),
    [[]],
  );
  return dtypes.map((d, k) => array(d, rows.map((r) => r[k]!)));
};
/** Denormals may be taken for zero. */
const flushed = (x: number): number => Math.abs(x) < 2 ** -126 ? 0 : x;

/** Compares with the interpreter, on all combinations of edge values. Rounding must agree, but for `relative`. */
const compare = async (
  dtypes: readonly Tested[],
  out: DType,
  bodies: readonly ((xs: readonly Expr[]) => Expr)[],
  what: string,
  relative = 0,
  device = machine!,
): Promise<void> => {
  const inputs = combinations(dtypes), n = inputs[0]!.length, kernel = kernelOf(dtypes, out, n, bodies);
  const [got] = await runKernel(device, kernel, inputs), [want] = interpretKernel(kernel, inputs);
  const wrong: string[] = [];
  want!.forEach((w, i) => {
    const g = got![i]!, [a, b] = out === "f32" ? [flushed(g), flushed(w)] : [g, w];
    const same = a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= relative * Math.abs(b);
    const operands = dtypes.map((_, k) => inputs[k]![i % n]).join(", ");
    if (!same) wrong.push(`${what} #${Math.floor(i / n)} (${operands}): expected ${w}, got ${g}`);
  });
  expect(wrong.slice(0, 8)).toEqual([]);
};

type Name = Exclude<Basic, "convert" | "bitcast">;
const all = ["f32", "i32", "u32", "bool"] as const, numbers = ["f32", "i32", "u32"] as const;
const whole = ["i32", "u32"] as const, bits = ["i32", "u32", "bool"] as const, float = ["f32"] as const;
/** The dtypes each instruction is tried on: a missing row does not compile. */
const tried: Readonly<Record<Name, readonly Tested[]>> = {
  add: numbers,
  sub: numbers,
  mul: numbers,
  div: numbers,
  rem: numbers,
  min: all,
  max: all,
  neg: numbers,
  abs: numbers,
  floor: float,
  ceil: float,
  trunc: float,
  round: float,
  sqrt: float,
  and: bits,
  or: bits,
  xor: bits,
  not: bits,
  shl: whole,
  shr: whole,
  eq: all,
  ne: all,
  lt: all,
  le: all,
  gt: all,
  ge: all,
  select: all,
};
const compares = new Set<string>(["eq", "ne", "lt", "le", "gt", "ge"]);
const names = Object.keys(tried) as readonly Name[];

describe("WGSL says", () => {
  for (const name of names) {
    gpuTest(`${name} as JavaScript does`, async () => {
      for (const d of tried[name]) {
        const out = compares.has(name) ? "bool" : d;
        const operands = name === "select" ? ["bool", d, d] as const : Array.from({ length: basic[name] }, () => d);
        await compare(operands, out, [(xs) => op(name, ...xs)], `${name} ${d}`, name === "sqrt" ? 2 ** -22 : 0);
      }
    });
  }
  for (const name of names.filter((n) => basic[n] === 2)) {
    gpuTest(`${name} of a literal, on either side, and of literals alone`, async () => {
      for (const d of tried[name]) {
        const some = held(d).filter((_, i) => i % 3 === 0 || i > held(d).length - 2);
        const bodies = some.flatMap((v, i) => [
          ([x]: readonly Expr[]) => op(name, x!, lit(v, d)),
          ([x]: readonly Expr[]) => op(name, lit(v, d), x!),
          () => op(name, lit(v, d), lit(some[some.length - 1 - i]!, d)),
        ]);
        await compare([d], compares.has(name) ? "bool" : d, bodies, `${name} ${d}`);
      }
    });
  }
  gpuTest("div with the refinement that some hardware needs", async () => {
    const rough = { ...machine!, target: { ...machine!.target, exactDivision: false } };
    // A device whose fma rounds twice may be off by a unit; infinities, NaN and zeros are exact on all.
    await compare(["f32", "f32"], "f32", [([x, y]) => op("div", x!, y!)], "div", 2 ** -23, rough);
    await compare(["f32"], "f32", [([x]) => op("div", x!, x!)], "x / x", 0, rough);
  });
  gpuTest("whether a value is NaN by comparing it with itself", async () => {
    await compare(["f32"], "bool", [([x]) => op("ne", x!, x!), ([x]) => op("eq", x!, x!)], "x != x");
  });
  gpuTest("no more of a value and itself than holds for infinities and NaN", async () => {
    const twice = (["sub", "div", "rem", "min", "max", "le", "ge", "lt"] as const).slice(0, 5);
    await compare(["f32"], "f32", twice.map((name) => ([x]) => op(name, x!, x!)), "itself");
    await compare(
      ["f32"],
      "f32",
      [([x]) => op("add", x!, op("neg", x!)), ([x]) => op("add", op("neg", x!), x!)],
      "x - x",
    );
    await compare(
      ["f32"],
      "bool",
      (["lt", "le", "gt", "ge"] as const).map((name) => ([x]) => op(name, x!, x!)),
      "order",
    );
    await compare(["f32"], "bool", [
      ([x]) => op("not", op("lt", x!, lit(1, "f32"))),
      ([x]) => op("not", op("ge", x!, lit(1, "f32"))),
    ], "not <");
    await compare(["f32", "f32"], "f32", [
      ([x, y]) => op("select", op("lt", x!, y!), x!, y!),
      ([x, y]) => op("select", op("ge", x!, y!), x!, y!),
    ], "select");
  });
  for (const from of all) {
    gpuTest(`convert of ${from}`, async () => {
      for (const to of all) await compare([from], to, [([x]) => rawOp("convert", to, [x!])], `${from} to ${to}`);
    });
  }
  gpuTest("bitcast", async () => {
    await compare(["f32"], "u32", [([x]) => bitcast(op("abs", x!), "u32")], "f32 to u32");
    await compare(["f32"], "i32", [([x]) => bitcast(op("neg", op("abs", x!)), "i32")], "f32 to i32");
    await compare(["i32"], "u32", [([x]) => bitcast(x!, "u32")], "i32 to u32");
    await compare(["u32"], "i32", [([x]) => bitcast(x!, "i32")], "u32 to i32");
    await compare(["u32"], "f32", [([x]) => bitcast(op("shr", x!, lit(3, "u32")), "f32")], "u32 to f32");
  });
  gpuTest("every literal", async () => {
    for (const d of all) await compare([d], d, held(d).map((v) => () => lit(v, d)), `literal ${d}`);
  });
});
