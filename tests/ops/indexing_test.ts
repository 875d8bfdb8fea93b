import { describe, expect, test } from "bun:test";
import { lastByIndex, sumsByIndex } from "../../ops/segments.ts";
import { gatherAlong, gatherP, scatterAddP } from "../../ops/gather.ts";
import { lastP } from "../../ops/last.ts";
import { bincount, embedding, oneHot } from "../../ops/embedding.ts";
import { maskedSelect, nonzero, unique } from "../../ops/mask.ts";
import { gather, scatter, scatterAdd } from "../../ops/scatter.ts";
import { addRowsP, take, takeP } from "../../ops/take.ts";
import { full } from "../../ops/source.ts";
import { bind, trace } from "../../core/trace.ts";
import { jit } from "../../transforms/jit.ts";
import { type Any, given, noise, slope, values } from "./support.ts";

const draws = (count: number, n: number, seed: number): number[] => {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  });
};

describe("an index outside its axis", () => {
  const x = given([3], [1, 2, 3]), out = given([3], [-5, 7, 1], "i32");
  test("is clamped where it is not known, and its derivative goes where was read", () => {
    expect(values((a: Any, i: Any) => take(a, i), x, out)).toEqual([1, 3, 2]);
    expect(values((a: Any, i: Any) => gather(a, 0, i), x, out)).toEqual([1, 3, 2]);
    expect(slope((a: Any, i: Any) => take(a, i), x, out)).toEqual([1, 3, 2]);
    expect(values((a: Any, i: Any) => scatterAdd(a, 0, i, a), x, out)).toEqual([2, 5, 5]);
  });
  test("is an error where it is known, with the axis and the index", () => {
    const wrong = full([2], 3, "i32") as Any, fine = full([2], 2, "i32") as Any;
    for (
      const [f, sentence] of [
        [(a: Any) => take(a, wrong), "take: index 3 is out of range for axis 0 of [3]"],
        [(a: Any) => gather(a, 0, wrong), "gather: index 3 is out of range for axis 0 of [3]"],
        [(a: Any) => scatter(a, 0, wrong, full([2], 1) as Any), "scatter: index 3 is out of range for axis 0 of [3]"],
        [(a: Any) => embedding(wrong, a), "embedding: index 3 is out of range for axis 0 of [3]"],
        [() => oneHot(wrong, 3), "oneHot: index 3 is out of range for 3 classes"],
      ] as const
    ) expect(() => values(f as Any, x)).toThrow(sentence);
    expect(values((a: Any) => take(a, fine), x)).toEqual([3, 3]);
  });
  test("that is no whole number is refused", () => {
    expect(() => values((a: Any) => take(a, a), x)).toThrow("take: expected whole numbers as indices, got f32");
  });
});

describe("gather, scatter and take", () => {
  test("of an index shorter than the tensor read and write its corner", () => {
    const x = given([2, 3], [1, 2, 3, 4, 5, 6]), i = given([1, 2], [2, 0], "i32");
    expect(values((a: Any, b: Any) => gather(a, 1, b), x, i)).toEqual([3, 1]);
    expect(values((a: Any, b: Any) => scatter(a, 1, b, full([1, 2], 9) as Any), x, i)).toEqual([9, 2, 9, 4, 5, 6]);
    expect(slope((a: Any, b: Any) => gather(a, 1, b), x, i)).toEqual([2, 0, 1, 0, 0, 0]);
  });
  test("of one place written twice keep the last, and give it the derivative", () => {
    const i = given([3], [1, 1, 0], "i32"), u = given([3], [7, 8, 9]);
    expect(values((a: Any, b: Any) => scatter(full([3], 0) as Any, 0, b, a), u, i)).toEqual([9, 8, 0]);
    expect(slope((a: Any, b: Any) => scatter(full([3], 0) as Any, 0, b, a), u, i)).toEqual([0, 2, 1]);
  });
  test("add by sorting what they add by looking at everything", () => {
    for (
      const [a, m, b, extent] of [[2, 7, 3, 5], [1, 1, 1, 4], [3, 20, 2, 6], [1, 33, 4, 50], [2, 64, 1, 3]] as const
    ) {
      const u = noise([a, m, b], m), each = given([a, m, b], draws(a * m * b, extent + 2, m).map((v) => v - 1), "i32");
      const one = given([m], draws(m, extent + 2, m + 1).map((v) => v - 1), "i32"), axis = 1;
      const along = (x: Any, i: Any): Any => gatherAlong(x, i, axis),
        rows = (x: Any, i: Any): Any => bind(takeP, [x, i], { axis });
      const close = (got: readonly number[], want: readonly number[]) =>
        got.forEach((v, i) => expect(v).toBeCloseTo(want[i]!, 10));
      close(
        values((x: Any, i: Any) => sumsByIndex(i, x, axis, extent, along, along), u, each),
        values((x: Any, i: Any) => bind(scatterAddP, [i, x], { axis, extent }), u, each),
      );
      close(
        values((x: Any, i: Any) => sumsByIndex(i, x, axis, extent, (y, j) => gatherAlong(y, j, 0), rows), u, one),
        values((x: Any, i: Any) => bind(addRowsP, [i, x], { axis, extent }), u, one),
      );
      expect(values((i: Any) => lastByIndex(i, axis, extent, along), each)).toEqual(
        values((i: Any) => bind(lastP, [i], { axis, extent }), each),
      );
    }
  });
  test("never put NaN where an update of NaN does not go", () => {
    expect(
      values(
        (u: Any, i: Any) => scatterAdd(full([3], 1) as Any, 0, i, u),
        given([2], [NaN, 5]),
        given([2], [0, 2], "i32"),
      ),
    ).toEqual([NaN, 1, 6]);
  });
  test("of a permutation have a gather as adjoint", () => {
    const { program } = trace((x, i) => [bind(gatherP, [x, i], { axis: 0, permutation: true })], [{
      shape: [3],
      dtype: "f32",
    }, { shape: [3], dtype: "i32" }]);
    expect(program.eqns.length).toBe(1);
    expect(slope((a: Any, i: Any) => gatherAlong(a, i, 0, true), given([3], [1, 2, 3]), given([3], [2, 0, 1], "i32")))
      .toEqual([2, 3, 1]);
  });
});

describe("results as long as a condition is true", () => {
  test("know their number, or are told", () => {
    const x = given([2, 3], [0, 5, 0, -1, NaN, 0]);
    expect(values((a: Any) => nonzero(a, 3), x)).toEqual([0, 1, 1, 0, 1, 1]);
    expect(values((a: Any) => nonzero(a, 4), x)).toEqual([0, 1, 1, 0, 1, 1, -1, -1]);
    const mask = given([2, 3], [1, 0, 0, 0, 1, 1], "bool");
    expect(values((a: Any, m: Any) => maskedSelect(a, m, 3), x, mask)).toEqual([0, NaN, 0]);
    expect(slope((a: Any, m: Any) => maskedSelect(a, m, 3), given([2, 3], [1, 2, 3, 4, 5, 6]), mask)).toEqual([
      1,
      0,
      0,
      0,
      2,
      3,
    ]);
  });
  test("are refused inside a traced function, with what to do", () => {
    const inside = (f: (x: Any) => unknown) => () => (jit as Any)(f)(full([3], 1));
    expect(inside((x) => nonzero(x))).toThrow(
      "nonzero: how many elements there are is not known while the program is built",
    );
    expect(inside((x) => maskedSelect(x, full([3], 1, "bool") as Any))).toThrow("maskedSelect: how many");
    expect(unique).toBeInstanceOf(Function);
  });
  test("count by comparing and by sorting alike", () => {
    const data = draws(3000, 400, 5), index = given([3000], data, "i32");
    const want = Array.from({ length: 390 }, (_, k) => data.filter((v) => v === k).length);
    expect(values((i: Any) => bincount(i, 390), index)).toEqual(want);
    const few = data.slice(0, 20);
    expect(values((i: Any) => bincount(i, 400), given([20], few, "i32"))).toEqual(
      Array.from({ length: 400 }, (_, k) => few.filter((v) => v === k).length),
    );
  });
});
