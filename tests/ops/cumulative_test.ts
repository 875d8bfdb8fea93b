import { describe, expect, test } from "bun:test";
import { cummax, cummin, cumprod, cumsum, logCumSumExp } from "../../ops/cumulative.ts";
import { type Any, given, noise, slope, values } from "./support.ts";

const running = (xs: readonly number[], f: (a: number, b: number) => number): number[] =>
  xs.map((_, i) => xs.slice(0, i + 1).reduce(f));
const close = (got: readonly number[], want: readonly number[]) => {
  expect(got.length).toBe(want.length);
  want.forEach((v, i) =>
    Number.isFinite(v) ? expect(Math.abs(got[i]! - v)).toBeLessThan(1e-9 * (1 + Math.abs(v))) : expect(got[i]).toBe(v)
  );
};

describe("running sums and products", () => {
  test("are those of every prefix, for lengths around the blocks", () => {
    for (const n of [0, 1, 2, 31, 32, 33, 64, 100]) {
      const x = { ...noise([n], n + 1), dtype: "f64" as const }, data = Array.from(x.values);
      close(values((a: Any) => cumsum(a), x), running(data, (a, b) => a + b));
      close(values((a: Any) => cumprod(a), x), running(data, (a, b) => a * b));
      close(
        values((a: Any) => logCumSumExp(a), x),
        data.map((_, i) => Math.log(data.slice(0, i + 1).reduce((s, v) => s + Math.exp(v), 0))),
      );
    }
  });
  test("have derivatives that sum what comes after", () => {
    const n = 70, x = { ...noise([n], 3), dtype: "f64" as const };
    close(slope((a: Any) => cumsum(a), x), Array.from({ length: n }, (_, i) => (n * (n + 1) - i * (i + 1)) / 2));
  });
  test("of products are right at zeros", () => {
    // y = [x0, x0 x1, x0 x1 x2] with weights 1, 2, 3
    expect(slope((a: Any) => cumprod(a), given([3], [2, 0, 5], "f64"))).toEqual([1, 34, 0]);
    expect(slope((a: Any) => cumprod(a), given([3], [0, 0, 5], "f64"))).toEqual([1, 0, 0]);
  });
  test("keep NaN and infinities to what comes after them", () => {
    const x = given([40], Array.from({ length: 40 }, (_, i) => i === 35 ? Infinity : i === 38 ? NaN : 1), "f64"),
      y = values((a: Any) => cumsum(a), x);
    expect(y.slice(33)).toEqual([34, 35, Infinity, Infinity, Infinity, NaN, NaN]);
    expect(values((a: Any) => logCumSumExp(a), given([3], [-Infinity, -Infinity, 2], "f64"))).toEqual([
      -Infinity,
      -Infinity,
      2,
    ]);
  });
  test("go along any axis and over whole numbers", () => {
    expect(values((a: Any) => cumsum(a, 0), given([2, 2], [1, 2, 3, 4], "i32"))).toEqual([1, 2, 4, 6]);
    expect(() => values((a: Any) => cumsum(a, 2), given([2, 2], [1, 2, 3, 4]))).toThrow(
      "cumsum: axis 2 is out of range for [2, 2]",
    );
  });
});

describe("running extremes", () => {
  const x = given([7], [1, 3, 3, 2, NaN, 9, 4]);
  test("take the last of equals, and stay NaN", () => {
    expect(values((a: Any) => cummax(a).values, x)).toEqual([1, 3, 3, 3, NaN, NaN, NaN]);
    expect(values((a: Any) => cummax(a).indices, x)).toEqual([0, 1, 2, 2, 4, 4, 4]);
    expect(values((a: Any) => cummin(a).indices, given([5], [3, 1, 2, 1, 0]))).toEqual([0, 1, 1, 3, 4]);
  });
  test("send derivatives to the element found", () => {
    expect(slope((a: Any) => cummax(a).values, given([4], [1, 3, 2, 4]))).toEqual([1, 5, 0, 4]);
  });
});
