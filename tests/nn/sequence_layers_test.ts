/** Layers on sequences are the functions of the same names on their parameters. */
import { describe, expect, test } from "bun:test";
import type { Tensor } from "../../core/tensor.ts";
import { multiHeadAttention } from "../../nn/functional/attention.ts";
import { gru, lstm, rnn } from "../../nn/functional/recurrent.ts";
import * as nn from "../../nn/mod.ts";
import { key } from "../../ops/random.ts";
import { compute, noise } from "./support.ts";

// deno-lint-ignore no-explicit-any -- tensors of every shape
type Any = any;
const f32 = (x: Tensor): Any => x;
const close = (got: readonly number[], want: readonly number[]): void => {
  expect(got.length).toBe(want.length);
  got.forEach((v, i) => expect(Math.abs(v - want[i]!)).toBeLessThan(1e-12));
};
const x = noise([2, 5, 3]);

describe("recurrent layers", () => {
  const functions = { rnn, lstm, gru } as const;
  test.each(["rnn", "lstm", "gru"] as const)(
    "%s is the function on its parameters, both ways and several deep",
    (kind) => {
      const options = { layers: 2, bidirectional: true };
      const m = nn.model([5, 3], nn.named("r", nn[kind](4, options))) as Any;
      const ends = nn.model([5, 3], nn.named("r", nn[kind](4, { ...options, last: true }))) as Any;
      const [y, want, last, hidden] = compute((t) => {
        const start = m.init(key(4)), { y, hidden } = functions[kind](start.params.r, f32(t));
        return [m.predict(start, t), y, ends.predict(start, t), hidden];
      }, x);
      expect([y!.shape, last!.shape]).toEqual([[2, 5, 8], [2, 8]]);
      close(y!.values, want!.values);
      const of = (direction: number, row: number) =>
        hidden!.values.slice(((2 + direction) * 2 + row) * 4, ((2 + direction) * 2 + row + 1) * 4);
      close(last!.values, [0, 1].flatMap((row) => [...of(0, row), ...of(1, row)]));
    },
  );
  test("start with weights within one over the root of their width, and say what they need", () => {
    const m = nn.model([7, 3], nn.lstm(4, { layers: 3, bias: false }));
    const drawn = compute(() => m.init(key(0)).params[0].map((l) => [l.forward.input, l.forward.hidden]));
    expect(drawn.map((t) => t.shape)).toEqual([[16, 3], [16, 4], [16, 4], [16, 4], [16, 4], [16, 4]]);
    expect(Math.max(...drawn.flatMap((t) => t.values.map(Math.abs)))).toBeLessThanOrEqual(0.5);
    expect(m.summary()).toMatch(/lstm +\[7, 4\] +368 +2,576\n/); // 16 (3 + 4) + 2 · 16 (4 + 4) products in each of 7 steps
    expect(() => nn.model([3, 4, 5] as number[], nn.gru(2))).toThrow("gru: expects [time, features], got [3, 4, 5]");
  });
});

describe("attention layers", () => {
  const t = noise([2, 5, 6]);
  test("multiHeadAttention is the function on its parameters", () => {
    const m = nn.model([5, 6], nn.named("a", nn.multiHeadAttention(3, { causal: true })));
    const [y, want] = compute((v) => {
      const start = m.init(key(1)), of = f32(v);
      return [
        m.predict(start, of),
        multiHeadAttention(start.params.a as Any, of, of, of, { heads: 3, causal: true }).y,
      ];
    }, t);
    close(y!.values, want!.values);
  });
  test("overlook places in training alone, each draw of its own", () => {
    const block = nn.transformerBlock({ heads: 2, hidden: 8, dropout: 0.5, norm: "pre" });
    const m = nn.model([5, 6], block, block);
    const run = (context: () => nn.Context) =>
      compute((v) => m.apply(m.init(key(1)), f32(v), context())[0], t)[0]!.values;
    const still = run(() => ({})), one = run(() => ({ training: true, key: key(5) }));
    expect(run(() => ({ training: true, key: key(5) }))).toEqual(one);
    expect(run(() => ({ training: true, key: key(6) }))).not.toEqual(one);
    expect(one).not.toEqual(still);
    expect(() => run(() => ({ training: true }))).toThrow("multiHeadAttention: training needs a key");
  });
  test("a causal block does not look ahead", () => {
    const m = nn.model([5, 6], nn.transformerBlock({ heads: 2, hidden: 8, causal: true }));
    const later = { ...t, values: Array.from(t.values, (v, i) => i % 30 >= 18 ? v + 1 : v) };
    const [a, b] = [t, later].map((given) => compute((v) => m.predict(m.init(key(1)), f32(v)), given)[0]!.values);
    for (const row of [0, 1]) expect(a!.slice(row * 30, row * 30 + 18)).toEqual(b!.slice(row * 30, row * 30 + 18));
    expect(a!.slice(18, 30)).not.toEqual(b!.slice(18, 30));
  });
});

describe("positions", () => {
  test("sinusoids turn at rates from 1 to 1 in 10000", () => {
    const m = nn.model([3, 5], nn.sinusoidalPositions);
    const [y] = compute((v) => m.predict({ params: {} }, f32(v)), { shape: [1, 3, 5], values: new Array(15).fill(0) });
    const want = [0, 1, 2].flatMap((t) =>
      [0, 1, 2, 3, 4].map((c) => {
        const angle = t / 10000 ** ((c - c % 2) / 5);
        return c % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      })
    );
    close(y!.values, want);
  });
  test("a class token stands first, and select finds it; patches are cut row by row", () => {
    const m = nn.model(
      [1, 4, 4],
      nn.named("patch", nn.patchEmbedding(2, 2)),
      nn.named("cls", nn.classToken(nn.init.constant(3))),
    );
    const image = { shape: [1, 1, 4, 4], values: Array.from({ length: 16 }, (_, i) => i) };
    const weight = { shape: [2, 1, 2, 2], values: [1, 0, 0, 0, 0, 0, 0, 1] }, bias = { shape: [2], values: [0, 0.5] };
    const [y, first] = compute(
      (v, w, b) => {
        const params: Any = { patch: { projection: { weight: w, bias: b } }, cls: m.init(key(0)).params.cls };
        const y = m.predict({ params }, f32(v));
        return [y, nn.model([5, 2], nn.select(0)).predict({ params: {} }, y)];
      },
      image,
      weight,
      bias,
    );
    expect(y!.values).toEqual([3, 3, 0, 5.5, 2, 7.5, 8, 13.5, 10, 15.5]);
    expect(first!.values).toEqual([3, 3]);
  });
});
