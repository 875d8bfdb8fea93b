import { describe, expect, test } from "bun:test";
import { expandMath } from "../../compiler/math.ts";
import { axis, convert, type Expr, fold, guard, lit, load, op, rawOp, visit } from "../../core/expr.ts";
import { basic, type Special, special } from "../../core/scalar.ts";
import { count, expansionOf, operandsOf } from "./math_support.ts";

const names = Object.keys(special) as Special[];
const [x, y] = operandsOf(2) as [Expr, Expr];
const nodes = (roots: readonly Expr[]): Expr[] => {
  const out: Expr[] = [];
  visit(roots, (e) => out.push(e));
  return out;
};

/** Instructions of each function. A change here is a change of speed on every backend. */
const instructions: Record<Special, number> = {
  exp: 28,
  exp2: 24,
  expm1: 33,
  log: 43,
  log2: 41,
  log10: 44,
  log1p: 47,
  sin: 136,
  cos: 136,
  tan: 133,
  asin: 27,
  acos: 30,
  atan: 33,
  atan2: 48,
  sinh: 43,
  cosh: 39,
  tanh: 27,
  asinh: 53,
  acosh: 51,
  atanh: 49,
  erf: 30,
  erfc: 58,
  erfinv: 64,
  pow: 119,
  rsqrt: 2,
  cbrt: 37,
  lgamma: 154,
  digamma: 122,
};

describe("an expansion", () => {
  test.each(names)("of %s has as many instructions as pinned", (name) => {
    expect(count(expansionOf(name))).toBe(instructions[name]);
  });

  test.each(names)("of %s is made of what every backend has", (name) => {
    for (const e of nodes([expansionOf(name)])) {
      if (e.tag === "lit") {
        expect(e.dtype === "f32" ? Math.fround(e.value) : Math.trunc(e.value)).toBe(e.value);
        expect(Number.isFinite(e.value)).toBe(true);
      }
      if (e.tag !== "op") continue;
      expect(Object.keys(basic)).toContain(e.op);
      expect(e.op === "rem" || (e.op === "div" && e.dtype !== "f32")).toBe(false);
      // a vector shifts all its lanes alike
      if (e.op === "shl" || e.op === "shr") expect(e.args[1]!.tag).toBe("lit");
      const of = e.args.slice(e.op === "select" ? 1 : 0).map((a) => a.dtype);
      expect(new Set(of).size).toBe(1);
    }
  });

  test("of sine and cosine of one angle shares the reduction", () => {
    const both = rawOp("add", "f32", [rawOp("sin", "f32", [x]), rawOp("cos", "f32", [x])]);
    expect(count(expandMath([both])[0]!)).toBe(146);
  });
});

describe("expandMath", () => {
  test("returns what holds no special function as it is", () => {
    const i = axis(4), sum = fold("add", [i], guard(op("lt", i, lit(2, "i32")), op("mul", x, y), lit(0, "f32")));
    const roots = [sum, load(2, op("add", i, lit(1, "i32")), "f32"), op("sqrt", x)];
    const out = expandMath(roots);
    out.forEach((e, k) => expect(e === roots[k]).toBe(true));
  });

  test("reaches into guards, folds, loads and the operands of special functions", () => {
    const i = axis(4), e = rawOp("exp", "f32", [rawOp("log", "f32", [load(0, i, "f32")])]);
    const index = rawOp("convert", "i32", [rawOp("exp2", "f32", [y])]);
    const root = fold("add", [i], guard(op("lt", e, x), e, load(1, index, "f32")));
    const out = expandMath([root]);
    expect(nodes(out).some((n) => n.tag === "op" && n.op in special)).toBe(false);
    const kept = out[0]!;
    expect(kept.tag === "fold" && kept.axes[0] === i && kept.value.tag === "guard").toBe(true);
  });

  test("keeps what is shared shared, also between roots", () => {
    const e = rawOp("tanh", "f32", [x]);
    const [a, b, c] = expandMath([op("mul", e, e), e, op("neg", e)]);
    expect(a!.tag === "op" && a!.args[0] === b && a!.args[1] === b).toBe(true);
    expect(c!.tag === "op" && c!.args[0] === b).toBe(true);
  });

  test("computes f16 in f32 and leaves f64 to the platform", () => {
    const half = load(0, axis(1), "f16"), double = rawOp("exp", "f64", [load(0, axis(1), "f64")]);
    const [h, d] = expandMath([rawOp("exp", "f16", [half]), double]);
    expect(h === convert(expandMath([rawOp("exp", "f32", [convert(half, "f32")])])[0]!, "f16")).toBe(true);
    expect(d === double).toBe(true);
  });

  test("writes small constant powers by hand", () => {
    const power = (e: number) => expandMath([rawOp("pow", "f32", [x, lit(e, "f32")])])[0];
    expect(power(0) === lit(1, "f32")).toBe(true);
    expect(power(1) === x).toBe(true);
    expect(power(2) === op("mul", x, x)).toBe(true);
    expect(power(-1) === op("div", lit(1, "f32"), x)).toBe(true);
    const counts = [3, 4, -2, 0.5, -0.5].map((e) => count(power(e)!));
    expect(counts).toEqual([2, 2, 2, 4, 5]);
  });
});
