import { describe, expect, test } from "bun:test";
import fc from "../support/properties.ts";
import { padding, sequences, strands, vocabulary, windowCount, windows } from "../../datasets/mod.ts";

describe("vocabulary", () => {
  test("numbers the characters in their order", () => {
    const letters = vocabulary("hello 🌍");
    expect(letters.characters).toEqual([" ", "e", "h", "l", "o", "🌍"]);
    expect(letters.size).toBe(6);
    expect(letters.encode("hole 🌍")).toEqual(Int32Array.of(2, 4, 3, 1, 0, 5));
    expect(letters.decode([5, 1])).toBe("🌍e");
  });

  test("gives back what it is given", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const { encode, decode } = vocabulary(text);
      expect(decode(encode(text))).toBe(text);
    }));
  });

  test("refuses what it does not know", () => {
    const { encode, decode } = vocabulary("ab");
    expect(() => encode("abc")).toThrow('encode: "c" is not in the vocabulary');
    for (const id of [2, -1, 0.5]) expect(() => decode([0, id])).toThrow(`decode: ${id} is not below 2`);
    expect(vocabulary("").size).toBe(0);
  });
});

const tokens = (count: number) => Int32Array.from({ length: count }, (_, i) => i);
const sizes = fc.record({
  count: fc.nat(200),
  length: fc.integer({ min: 1, max: 9 }),
  size: fc.integer({ min: 1, max: 6 }),
});

describe("windows", () => {
  test("have the next token as target, and none overlaps another", () => {
    fc.assert(fc.property(sizes, fc.nat(50), ({ count, length, size }, seed) => {
      const all = [...windows(tokens(count), { length, size, shuffle: { seed, epoch: seed % 3 } })];
      expect(all).toHaveLength(windowCount(count, { length, size }));
      for (const { inputs, targets, shape } of all) {
        expect(shape).toEqual([size, length]);
        expect(targets).toEqual(inputs.map((t) => t + 1));
        expect(Math.max(...targets)).toBeLessThan(count);
      }
      const seen = all.flatMap((batch) => [...batch.inputs]);
      expect(new Set(seen).size).toBe(seen.length);
      expect(count - seen.length).toBeLessThan((size + 2) * length + 1);
    }));
  });

  test("come in another order and from other places in another epoch, and in the same by the same seed", () => {
    const pass = (seed: number, epoch: number) =>
      [...windows(tokens(100), { length: 7, size: 2, shuffle: { seed, epoch } })].map((b) => b.inputs.join()).join();
    expect(pass(0, 0)).toBe(pass(0, 0));
    expect(new Set([pass(0, 0), pass(0, 1), pass(1, 0), pass(0, 2)]).size).toBe(4);
    const places = Array.from({ length: 30 }, (_, epoch) => Number(pass(0, epoch).split(",")[0]) % 7);
    expect(new Set(places).size).toBeGreaterThan(4);
  });

  test("refuses what is no size", () => {
    const shuffle = { seed: 0 };
    expect(() => windows(tokens(9), { length: 0, size: 1, shuffle })).toThrow("windows: length must be a whole number");
    expect(() => windows(tokens(9), { length: 1, size: 1.5, shuffle })).toThrow("windows: size must be a whole number");
    expect(() => windows(tokens(9), { length: 1, size: 1, shuffle: { seed: -1 } })).toThrow(RangeError);
    expect(() => strands(tokens(9), { length: 1, size: 0 })).toThrow("strands: size must be a whole number");
  });
});

describe("strands", () => {
  test("go on from batch to batch", () => {
    expect([...strands(tokens(14), { length: 3, size: 2 })].map((b) => [[...b.inputs], [...b.targets]])).toEqual([
      [[0, 1, 2, 6, 7, 8], [1, 2, 3, 7, 8, 9]],
      [[3, 4, 5, 9, 10, 11], [4, 5, 6, 10, 11, 12]],
    ]);
    fc.assert(fc.property(sizes, ({ count, length, size }) => {
      let before: number[] | null = null;
      for (const { inputs, targets } of strands(tokens(count), { length, size })) {
        const firsts = Array.from({ length: size }, (_, row) => inputs[row * length]!);
        if (before !== null) expect(firsts).toEqual(before);
        before = Array.from({ length: size }, (_, row) => targets[(row + 1) * length - 1]!);
        expect(Math.max(...before)).toBeLessThan(count);
      }
    }));
  });
});

describe("sequences", () => {
  const words = [[1, 2], [3], [], [4, 5, 6]];
  test("have a row each, with a mark around them and nothing asked for after it", () => {
    const all = [...sequences(words, { length: 4, size: 2, mark: 0 })];
    expect(all.map((b) => [[...b.inputs], [...b.targets], b.shape, b.counted])).toEqual([
      [[0, 1, 2, 0, 0, 3, 0, 0], [1, 2, 0, padding, 3, 0, padding, padding], [2, 4], 5],
      [[0, 0, 0, 0, 0, 4, 5, 6], [0, padding, padding, padding, 4, 5, 6, 0], [2, 4], 5],
    ]);
  });

  test("come each once, in an order of seed and epoch, in full batches", () => {
    const many = Array.from({ length: 23 }, (_, i) => [i + 1]);
    const pass = (seed: number, epoch: number) =>
      [...sequences(many, { length: 2, size: 4, mark: 0, shuffle: { seed, epoch } })].flatMap((b) => [...b.inputs])
        .filter((token) => token !== 0);
    expect(new Set(pass(0, 0)).size).toBe(20);
    expect(pass(0, 0)).toEqual(pass(0, 0));
    expect(new Set([pass(0, 0), pass(0, 1), pass(1, 0)].map(String)).size).toBe(3);
  });

  test("refuses what does not fit", () => {
    const told = "sequences: sequence 3 has 3 tokens, at most 2 go into rows of 3";
    expect(() => sequences(words, { length: 3, size: 1, mark: 0 })).toThrow(told);
    expect(() => sequences(words, { length: 4, size: 0, mark: 0 })).toThrow("sequences: size must be a whole number");
  });
});
