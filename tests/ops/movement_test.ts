import { describe, expect, test } from "bun:test";
import { arange, linspace, meshgrid } from "../../ops/grid.ts";
import { pad } from "../../ops/padding.ts";
import { chunk, select, split, stridedSlice } from "../../ops/pieces.ts";
import { repeatInterleave, tile } from "../../ops/repetition.ts";
import { flip, roll } from "../../ops/reverse.ts";
import { channelShuffle, pixelShuffle, pixelUnshuffle } from "../../ops/shuffle.ts";
import { swapAxes } from "../../ops/swap.ts";
import { diagonal, eye, tril, triu } from "../../ops/triangle.ts";
import { fold, unfold } from "../../ops/unfold.ts";
import { add, mul } from "../../ops/arithmetic.ts";
import { sum } from "../../ops/structure.ts";
import { type Any, given, noise, results, slope, values } from "./support.ts";

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const line = (n: number) => given([n], count(n));

describe("stridedSlice", () => {
  const cases: readonly (readonly [readonly (number | null)[], readonly number[]])[] = [
    [[1, 5, 2], [1, 3]],
    [[null, null, -1], [6, 5, 4, 3, 2, 1, 0]],
    [[5, 1, -2], [5, 3]],
    [[-2, null, 1], [5, 6]],
    [[null, -3, 1], [0, 1, 2, 3]],
    [[-100, 100, 3], [0, 3, 6]],
    [[3, 3, 1], []],
    [[100, null, -3], [6, 3, 0]],
    [[null, 2, -3], [6, 3]],
    [[1, 5, -1], []],
  ];
  test.each(cases)("%p walks as in Python", (range, want) => {
    expect(values((x: Any) => stridedSlice(x, [range as Any]), line(7))).toEqual([...want]);
  });
  test("has derivatives where it walked", () => {
    expect(slope((x: Any) => stridedSlice(x, [[null, null, -2]]), line(4))).toEqual([0, 2, 0, 1]);
  });
  test("refuses a step of 0 and ranges without axes", () => {
    expect(() => values((x: Any) => stridedSlice(x, [[0, 1, 0]]), line(4))).toThrow(
      "the step must be a whole number other than 0",
    );
    expect(() => values((x: Any) => stridedSlice(x, [[0], [0]]), line(4))).toThrow("got 2 ranges for [4]");
  });
});

describe("pad", () => {
  const at = (amounts: Any, fill?: Any) => values((x: Any) => pad(x, amounts, fill), line(4));
  test("mirrors, repeats, goes round, and fills", () => {
    expect(at([[3, 2]], "reflect")).toEqual([3, 2, 1, 0, 1, 2, 3, 2, 1]);
    expect(at([[2, 1]], "replicate")).toEqual([0, 0, 0, 1, 2, 3, 3]);
    expect(at([[1, 4]], "circular")).toEqual([3, 0, 1, 2, 3, 0, 1, 2, 3]);
    expect(at([[1, 0]], 7)).toEqual([7, 0, 1, 2, 3]);
    expect(at([[-1, -2]])).toEqual([1]);
    expect(at([[-1, 2]], "replicate")).toEqual([1, 2, 3, 3, 3]);
  });
  test("has derivatives that add up", () => {
    expect(slope((x: Any) => pad(x, [[1, 2]], "replicate"), line(2))).toEqual([3, 12]);
    expect(slope((x: Any) => pad(x, [[1, 1]], "reflect"), line(3))).toEqual([2, 9, 4]);
  });
  test("refuses what a mode cannot give", () => {
    expect(() => at([[4, 0]], "reflect")).toThrow(
      "pad: reflect takes at most 3 on each side of axis 0 of [4], got [4, 0]",
    );
    expect(() => at([[5, 0]], "circular")).toThrow("pad: circular takes at most 4");
    expect(() => at([[-3, -2]])).toThrow("pad: cutting takes at most");
    expect(() => at([[1, 1], [1, 1]])).toThrow("pad: expected 1 pairs of whole numbers for [4]");
  });
});

describe("pieces, repetitions and turns", () => {
  test("put together give the whole", () => {
    expect(results((x: Any) => split(x, [1, 0, 3]), line(4)).map((p) => p.values)).toEqual([[0], [], [1, 2, 3]]);
    expect(results((x: Any) => split(x, 3), line(7)).map((p) => p.shape[0])).toEqual([3, 3, 1]);
    expect(results((x: Any) => chunk(x, 4), line(6)).map((p) => p.shape[0])).toEqual([2, 2, 2]);
    expect(() => results((x: Any) => split(x, [2, 1]), line(4))).toThrow("split: expected extents that add up to 4");
    expect(() => results((x: Any) => select(x, 0, 4), line(4))).toThrow(
      "select: index 4 is out of range for axis 0 of [4]",
    );
  });
  test("repeat as numpy does", () => {
    const x = given([2, 2], [1, 2, 3, 4]);
    expect(values((a: Any) => tile(a, [1, 2]), x)).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
    expect(results((a: Any) => tile(a, [2, 1, 1]), x)[0]!.shape).toEqual([2, 2, 2]);
    expect(values((a: Any) => repeatInterleave(a, 2, 0), x)).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
    expect(results((a: Any) => tile(a, [0, 1]), x)[0]!.shape).toEqual([0, 2]);
  });
  test("turn and roll", () => {
    const x = given([2, 3], count(6));
    expect(values((a: Any) => flip(a), x)).toEqual([5, 4, 3, 2, 1, 0]);
    expect(values((a: Any) => roll(a, 1), x)).toEqual([5, 0, 1, 2, 3, 4]);
    expect(values((a: Any) => roll(a, -4, 1), x)).toEqual([1, 2, 0, 4, 5, 3]);
    expect(results((a: Any) => swapAxes(a, 0, -1), given([2, 3, 4], count(24)))[0]!.shape).toEqual([4, 3, 2]);
  });
  test("exchange pixels and channels there and back", () => {
    const x = noise([2, 8, 3, 3]);
    expect(values((a: Any) => pixelUnshuffle(pixelShuffle(a, 2) as Any, 2), x)).toEqual(Array.from(x.values));
    expect(values((a: Any) => channelShuffle(a, 2), given([1, 4, 1], [0, 1, 2, 3]))).toEqual([0, 2, 1, 3]);
    expect(() => values((a: Any) => pixelShuffle(a, 3), x)).toThrow("pixelShuffle: expects channels divisible by 9");
  });
});

describe("matrices and grids", () => {
  test("have triangles and diagonals", () => {
    const x = given([2, 3], [1, 2, 3, 4, 5, 6]);
    for (const k of [-3, -1, 0, 1, 2, 3]) {
      const kept = (keep: (r: number, c: number) => boolean) =>
        count(6).map((i) => keep(Math.floor(i / 3), i % 3) ? i + 1 : 0);
      expect(values((a: Any) => tril(a, k), x)).toEqual(kept((r, c) => c <= r + k));
      expect(values((a: Any) => triu(a, k), x)).toEqual(kept((r, c) => c >= r + k));
      expect(values((a: Any) => diagonal(a, k), x)).toEqual(
        count(6).filter((i) => i % 3 === Math.floor(i / 3) + k).map((i) => i + 1),
      );
    }
    expect(values(() => eye(2, 3))).toEqual([1, 0, 0, 0, 1, 0]);
    expect(values((a: Any) => tril(a), given([2, 2], [1, NaN, 3, 4]))).toEqual([1, 0, 3, 4]);
  });
  test("are evenly spaced, exact at both ends", () => {
    expect(values(() => linspace(0, 1, 4)).map((v) => Math.fround(v))).toEqual([0, 1 / 3, 2 / 3, 1].map(Math.fround));
    expect(values(() => linspace(-1, 1, 3))).toEqual([-1, 0, 1]);
    expect(values(() => arange(1, 0, -0.25))).toEqual([1, 0.75, 0.5, 0.25]);
    expect(results((a: Any, b: Any) => meshgrid([a, b], "xy"), line(2), line(3)).map((r) => r.shape)).toEqual([[3, 2], [
      3,
      2,
    ]]);
    expect(() => arange(0, 1, -1)).toThrow("arange: the step must lead from start to stop");
  });
  test("fold is the adjoint of unfold", () => {
    for (const options of [{}, { padding: 1 }, { stride: 2, padding: 1, dilation: 2 }]) {
      const x = { ...noise([1, 2, 5, 6], 1), dtype: "f64" as const },
        shape = results((a: Any) => unfold(a, [2, 3], options), x)[0]!.shape;
      const y = { ...noise(shape, 2), dtype: "f64" as const };
      const dots = results(
        (
          a: Any,
          b: Any,
        ) => [sum(mul(unfold(a, [2, 3], options), b) as Any), sum(mul(a, fold(b, [5, 6], [2, 3], options)) as Any)],
        x,
        y,
      );
      expect(dots[0]!.values[0]).toBeCloseTo(dots[1]!.values[0]!, 10);
    }
    expect(values((a: Any) => add(fold(unfold(a, 1) as Any, [2, 2], 1), 0), given([1, 1, 2, 2], [1, 2, 3, 4]))).toEqual(
      [1, 2, 3, 4],
    );
  });
});
