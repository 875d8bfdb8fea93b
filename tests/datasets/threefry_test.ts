import { describe, expect, test } from "bun:test";
import fc from "../support/properties.ts";
import { foldIn, keyOf, stream, threefry, type Words } from "../../datasets/threefry.ts";

describe("threefry", () => {
  // Random123, tests/kat_vectors: threefry2x32 with 20 rounds.
  test.each<[Words, Words, Words]>([
    [[0, 0], [0, 0], [0x6b200159, 0x99ba4efe]],
    [[0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], [0x1cb996fc, 0xbb002be7]],
    [[0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], [0xc4923a9c, 0x483df7a0]],
  ])("under key %j gives for counter %j the published words", (key, counter, expected) => {
    expect(threefry(key, counter)).toEqual(expected);
  });

  test("is a bijection of counters under every key, as far as samples tell", () => {
    fc.assert(
      fc.property(fc.tuple(fc.nat(), fc.nat()), fc.uniqueArray(fc.nat(), { maxLength: 50 }), (key, counters) => {
        const seen = new Set(counters.map((c) => threefry(key, [0, c]).join()));
        expect(seen.size).toBe(counters.length);
      }),
    );
  });
});

describe("keyOf", () => {
  test("splits a seed into words", () => {
    expect(keyOf(5)).toEqual([0, 5]);
    expect(keyOf(2 ** 32 + 7)).toEqual([1, 7]);
    expect(keyOf(2 ** 53 - 1)).toEqual([0x1fffff, 0xffffffff]);
  });
  test.each([-1, 0.5, NaN, 2 ** 53, Infinity])("refuses %p", (seed) => {
    expect(() => keyOf(seed)).toThrow(RangeError);
  });
});

test("foldIn gives other keys for other data and other parents", () => {
  const keys = [foldIn([0, 0], 0), foldIn([0, 0], 1), foldIn([0, 1], 0), foldIn(foldIn([0, 0], 0), 0)];
  expect(new Set(keys.map(String)).size).toBe(4);
});

describe("stream", () => {
  test("gives the words of counters 0, 1, ... in order", () => {
    const { word } = stream([1, 2]);
    const drawn = [word(), word(), word(), word()];
    expect(drawn).toEqual([...threefry([1, 2], [0, 0]), ...threefry([1, 2], [0, 1])]);
  });

  test("uniform stays in its range and fills it evenly", () => {
    const { uniform } = stream([0, 3]);
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const v = uniform(-1, 4);
      expect(v >= -1 && v < 4).toBe(true);
      bins[Math.floor((v + 1) * 2)]!++;
    }
    for (const n of bins) expect(Math.abs(n - 1000)).toBeLessThan(150);
  });

  test("below gives every number below its bound and no other", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (bound, seed) => {
        const { below } = stream(keyOf(seed));
        const seen = new Set(Array.from({ length: 60 * bound }, () => below(bound)));
        expect([...seen].toSorted((a, b) => a - b)).toEqual(Array.from({ length: bound }, (_, i) => i));
      }),
      { numRuns: 30 },
    );
    expect(stream([0, 0]).below(2 ** 32)).toBe(0x6b200159);
  });

  test("bell has mean 0, deviation 1 and short tails", () => {
    const { bell } = stream([0, 4]);
    const n = 20_000;
    let [sum, squares, extreme] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const v = bell();
      sum += v;
      squares += v * v;
      extreme = Math.max(extreme, Math.abs(v));
    }
    expect(Math.abs(sum / n)).toBeLessThan(0.03);
    expect(Math.abs(squares / n - 1)).toBeLessThan(0.03);
    expect(extreme).toBeLessThan(3.5);
  });
});
