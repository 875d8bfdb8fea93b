import { describe, expect, test } from "bun:test";
import { argsort, sort, topk } from "../../ops/sort.ts";
import { searchSorted } from "../../ops/search.ts";
import { type Any, given, slope, values } from "./support.ts";

/** Whole numbers below `n`, always the same. */
const draws = (count: number, n: number, seed: number): number[] => {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  });
};
const special = [NaN, Infinity, -Infinity, -0, 0];

describe("sorting", () => {
  test("is stable, with NaN last or first, for every length", () => {
    for (let n = 0; n < 70; n += n < 20 ? 1 : 7) {
      const data = draws(n, 9, n + 1).map((v, i) => i % 11 === 5 ? special[v % 5]! : v - 4),
        x = given([n], data, "f64");
      for (const descending of [false, true]) {
        const key = (v: number) => Number.isNaN(v) ? Infinity : v === Infinity ? 1e300 : v;
        const want = data.map((_, i) => i).sort((i, j) => {
          const [a, b] = [key(data[i]!), key(data[j]!)];
          return a === b ? i - j : (a < b) === descending ? 1 : -1;
        });
        expect(values((t: Any) => argsort(t, -1, { descending }), x)).toEqual(want);
        expect(values((t: Any) => sort(t, -1, { descending }).values, x)).toEqual(want.map((i) => data[i]!));
      }
    }
  });
  test("goes along any axis, and over booleans and whole numbers", () => {
    expect(values((t: Any) => sort(t, 0).values, given([3, 2], [3, 1, 2, 5, 1, 0], "i32"))).toEqual([1, 0, 2, 1, 3, 5]);
    expect(values((t: Any) => argsort(t), given([4], [1, 0, 1, 0], "bool"))).toEqual([1, 3, 0, 2]);
  });
  test("sends derivatives back to where elements came from", () => {
    expect(slope((t: Any) => sort(t).values, given([4], [3, 1, 2, 0]))).toEqual([4, 2, 3, 1]);
    expect(slope((t: Any) => topk(t, 2).values, given([4], [3, 1, 2, 0]))).toEqual([1, 0, 2, 0]);
  });
  test("of the k largest and smallest refuses more than there are", () => {
    expect(values((t: Any) => topk(t, 2, 0, { largest: false }).indices, given([4], [3, 1, 2, 0]))).toEqual([3, 1]);
    expect(() => values((t: Any) => topk(t, 5), given([4], [3, 1, 2, 0]))).toThrow("topk: expected k from 0 to 4");
  });
});

describe("searchSorted", () => {
  test("finds the place before or after equal elements, for every length", () => {
    for (let n = 0; n < 20; n++) {
      const row = draws(n, 8, n + 3).sort((a, b) => a - b), queries = [-1, 0, 2.5, 3, 7, 8];
      for (const side of ["left", "right"] as const) {
        const want = queries.map((q) => row.filter((v) => v < q || (side === "right" && v === q)).length);
        expect(values((a: Any, b: Any) => searchSorted(a, b, side), given([n], row), given([6], queries))).toEqual(
          want,
        );
      }
    }
  });
});
