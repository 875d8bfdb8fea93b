import { describe, expect, test } from "bun:test";
import { attention, multiHeadAttention } from "../../nn/functional/attention.ts";
import { gru, lstm, rnn } from "../../nn/functional/recurrent.ts";
import { gruCell, lstmCell, rnnCell } from "../../nn/functional/recurrent_cells.ts";
import { select } from "../../ops/pieces.ts";
import { stack } from "../../ops/slice.ts";
import { full, zeros } from "../../ops/source.ts";
import { vmap } from "../../transforms/vmap.ts";
import { type Any, given, noise, results, values } from "../ops/support.ts";

const f64 = (shape: readonly number[], seed: number) => ({ ...noise(shape, seed), dtype: "f64" as const });
const close = (got: readonly number[], want: readonly number[]) => {
  expect(got.length).toBe(want.length);
  want.forEach((v, i) => expect(got[i]).toBeCloseTo(v, 10));
};

describe("recurrent layers", () => {
  const x = f64([2, 4, 3], 1),
    w = (gates: number) =>
      [f64([5 * gates, 3], 2), f64([5 * gates, 5], 3), f64([5 * gates], 4), f64([5 * gates], 5)] as const;
  const weights = (a: Any, b: Any, c: Any, d: Any) => ({ input: a, hidden: b, inputBias: c, hiddenBias: d });
  const start = () => zeros([2, 5], "f64") as Any;
  /** The states of a cell applied step by step. */
  const steps =
    (cell: (x: Any, state: readonly Any[]) => readonly Any[], parts: number, order: readonly number[]) => (t: Any) => {
      let state: readonly Any[] = Array.from({ length: parts }, start);
      const ys: Any[] = [];
      for (const k of order) {
        state = cell(select(t, 1, k), state);
        ys[k] = state[0];
      }
      return stack(ys as Any, 1);
    };
  test("are their cells step by step, forwards and backwards", () => {
    const kinds = [
      [1, (l: Any, t: Any) => rnn(l, t), (p: Any) => (t: Any, [h]: readonly Any[]) => [rnnCell(p, t, h)], 1],
      [3, (l: Any, t: Any) => gru(l, t), (p: Any) => (t: Any, [h]: readonly Any[]) => [gruCell(p, t, h)], 1],
      [4, (l: Any, t: Any) => lstm(l, t), (p: Any) => (t: Any, [h, c]: readonly Any[]) => [...lstmCell(p, t, h, c)], 2],
    ] as const;
    for (const [gates, layer, cell, parts] of kinds) {
      const both = results(
        (t: Any, ...p: Any[]) => {
          const own = (weights as Any)(...p), { y } = layer([{ forward: own, backward: own }], t) as Any;
          return [y, steps(cell(own) as Any, parts, [0, 1, 2, 3])(t), steps(cell(own) as Any, parts, [3, 2, 1, 0])(t)];
        },
        x,
        ...w(gates),
      );
      const [y, there, back] = both.map((r) => r.values),
        of = (k: number) => y!.filter((_, i) => Math.floor(i % 10 / 5) === k);
      close(of(0), there!);
      close(of(1), back!);
    }
  });
  test("refuse weights and states that do not fit", () => {
    const run = (first: Any) =>
      results(
        (t: Any, ...p: Any[]) => lstm([{ forward: (weights as Any)(...p) }], t, first?.(), undefined),
        x,
        ...w(4),
      );
    expect(run(undefined)[0]!.shape).toEqual([2, 4, 5]);
    expect(() => run(() => zeros([1, 2, 4], "f64"))).toThrow("lstm: expected a first state [1, 2, 5], got [1, 2, 4]");
    expect(() => results((t: Any, ...p: Any[]) => gru([{ forward: (weights as Any)(...p) }], t), x, ...w(4))).toThrow(
      "gru: expected weights [3 h, 3] and [3 h, h]",
    );
  });
});

describe("attention", () => {
  const q = f64([2, 3, 4], 6), k = f64([2, 5, 4], 7), v = f64([2, 5, 6], 8);
  test("of equal keys is the mean of the values that may be seen", () => {
    const even = given([2, 5, 4], new Array(40).fill(1), "f64"),
      mask = given([5], [1, 0, 1, 0, 0], "bool"),
      data = Array.from(v.values);
    const got = values((a: Any, b: Any, c: Any, m: Any) => attention(a, b, c, { mask: m }), q, even, v, mask);
    const want = [0, 1].flatMap((n) =>
      [0, 1, 2].flatMap(() => [0, 1, 2, 3, 4, 5].map((e) => (data[n * 30 + e]! + data[n * 30 + 12 + e]!) / 2))
    );
    close(got, want);
  });
  test("that is causal does not see what comes later", () => {
    const run = (last: number) =>
      values(
        (a: Any, b: Any, c: Any) => attention(a, b, c, { causal: true }),
        f64([4, 4], 6),
        f64([4, 4], 7),
        given([4, 1], [1, 2, 3, last], "f64"),
      );
    expect(run(4).slice(0, 3)).toEqual(run(1000).slice(0, 3));
    expect(run(4)[3]).not.toBe(run(1000)[3]!);
  });
  test("of a query that sees nothing is NaN, and of the others is not", () => {
    const mask = given([3, 5], Array.from({ length: 15 }, (_, i) => i < 5 ? 0 : 1), "bool");
    const y = values((a: Any, b: Any, c: Any, m: Any) => attention(a, b, c, { mask: m }), q, k, v, mask);
    expect(y.map((e) => Number.isNaN(e))).toEqual(y.map((_, i) => i % 18 < 6));
  });
  test("over a batch by vmap is that of the examples", () => {
    close(
      values((a: Any, b: Any, c: Any) => (vmap as Any)(attention)(a, b, c), q, k, v),
      values((a: Any, b: Any, c: Any) => attention(a, b, c), q, k, v),
    );
  });
  test("of several heads refuses heads that do not divide the features", () => {
    const w = { input: full([12, 4], 1, "f64") as Any, output: full([4, 4], 1, "f64") as Any };
    expect(() => values((a: Any) => multiHeadAttention(w, a, a, a, { heads: 3 }).y, q)).toThrow(
      "multiHeadAttention: expected queries [b, l, features] divisible by 3 heads",
    );
    expect(results((a: Any) => multiHeadAttention(w, a, a, a, { heads: 2 }), q)[1]!.shape).toEqual([2, 3, 3]);
  });
});
