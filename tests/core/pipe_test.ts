import { describe, expect, test } from "bun:test";
import { AxisError, DTypeError, isMistake, ShapeError, within } from "../../core/errors.ts";
import { flow, pipe } from "../../core/pipe.ts";
import type { Tensor } from "../../core/tensor.ts";
import { asShape } from "../../core/typed.ts";
import { relu } from "../../ops/activation.ts";
import { add, mul, sub } from "../../ops/arithmetic.ts";
import { cast } from "../../ops/cast.ts";
import { greater } from "../../ops/comparison.ts";
import { matmul } from "../../ops/contraction.ts";
import { slice } from "../../ops/slice.ts";
import { expandDims, permute, reshape, sum, transpose } from "../../ops/structure.ts";
import { maxPool2d } from "../../ops/window.ts";
import { compute, given } from "../nn/support.ts";

const x = given([2, 3], [1, 2, 3, 4, 5, 6]);
type X = Tensor<[2, 3], "f32">;
const run = (f: (x: X) => Tensor) => compute((t) => f(t as X), x)[0]!;

describe("pipe and flow", () => {
  test("apply operations from left to right, the data coming first in each", () => {
    expect(run((t) => pipe(t, sub(1), mul(10)))).toEqual({ shape: [2, 3], values: [0, 10, 20, 30, 40, 50] });
    expect(run((t) => pipe(t, transpose, sum(0)))).toEqual({ shape: [2], values: [6, 15] });
    expect(run((t) => pipe(t, sum))).toEqual({ shape: [], values: [21] });
    expect(run((t) => pipe(t, greater(3), cast("f32"))).values).toEqual([0, 0, 0, 1, 1, 1]);
    expect(run((t) => pipe(t, permute([1, 0]), slice(0, 1, 3), reshape([-1]))).values).toEqual([2, 5, 3, 6]);
    expect(run((t) => pipe(t, expandDims(0), expandDims(0), maxPool2d(2))).values).toEqual([5]);
    expect(run((t) => pipe(t)).values).toEqual([1, 2, 3, 4, 5, 6]);
  });
  test("compose without an input, as often as wanted", () => {
    const shift = flow(add(-3), relu), twice = flow(shift, mul(2));
    expect(run((t) => twice(t)).values).toEqual([0, 0, 0, 2, 4, 6]);
    expect(run((t) => pipe(t, twice, sum(-1))).values).toEqual([0, 12]);
    expect([shift.kind, add(1).kind, relu.kind, sum.kind, sum(1).kind]).toEqual(["flow", "add", "relu", "sum", "sum"]);
  });
  test("throw the sentence of the type checker where the types knew too little", () => {
    const unknown = (t: Tensor): Tensor => t;
    expect(() => run((t) => pipe(unknown(t), matmul(unknown(t))))).toThrow(
      "matmul: inner dimensions 3 and 2 differ: [2, 3] @ [2, 3]",
    );
    expect(() => run((t) => pipe(unknown(t), sum(2)))).toThrow("sum: axis 2 is out of range for [2, 3]");
  });
});

describe("asShape", () => {
  test("lets through what has the shape, names and all, and refuses the rest", () => {
    expect(run((t) => asShape(["rows", 3])(t)).shape).toEqual([2, 3]);
    expect(() => run((t) => asShape([3, 2])(t))).toThrow("asShape: expected [3, 2], got [2, 3]");
    expect(() => run((t) => asShape(["n"])(t))).toThrow("asShape: expected [n], got [2, 3]");
  });
});

describe("mistakes", () => {
  const details = { op: "f", expected: "[2]", got: "[3]" };
  test("are type and range errors that carry what was expected", () => {
    const e = new ShapeError("f: no", details);
    expect([e.name, e.message, e.op, e.expected, e.got, e.path]).toEqual([
      "ShapeError",
      "f: no",
      "f",
      "[2]",
      "[3]",
      "",
    ]);
    expect([e instanceof TypeError, new DTypeError("", details) instanceof TypeError]).toEqual([true, true]);
    expect(new AxisError("", details) instanceof RangeError).toBe(true);
    expect([isMistake(e), isMistake(new TypeError("other"))]).toEqual([true, false]);
  });
  test("gather their path on the way out, and stay of their kind", () => {
    const fail = (e: Error) => () =>
      within("a", () =>
        within("b", () =>
          within("c", () => {
            throw e;
          })));
    for (const Kind of [ShapeError, DTypeError, AxisError]) {
      const thrown = (() => {
        try {
          return fail(new Kind("f: no", details))();
        } catch (e) {
          return e as ShapeError;
        }
      })() as unknown as ShapeError;
      expect([thrown.message, thrown.sentence, thrown.path, thrown instanceof Kind]).toEqual([
        "f: no [in a/b/c]",
        "f: no",
        "a/b/c",
        true,
      ]);
    }
    expect(fail(new SyntaxError("mine"))).toThrow("mine");
    expect(within("a", () => 3)).toBe(3);
  });
});
