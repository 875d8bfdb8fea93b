import { describe, expect, test } from "bun:test";
import fc from "../support/properties.ts";
import { batchCount, batches, type Examples, shuffled, take } from "../../datasets/mod.ts";

const examples = (count: number): Examples<2, 3> => ({
  images: Uint8Array.from({ length: 6 * count }, (_, i) => i % 256),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  count,
  channels: 1,
  height: 2,
  width: 3,
});

const all = (count: number, options: Parameters<typeof batches>[1]) => [...batches(examples(count), options)];

describe("shuffled", () => {
  test("is an order of all, decided by seed and epoch", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(), fc.nat(5), (count, seed, epoch) => {
        const order = shuffled(count, seed, epoch);
        expect([...order].toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        expect(shuffled(count, seed, epoch)).toEqual(order);
      }),
    );
    const orders = [shuffled(50, 0), shuffled(50, 1), shuffled(50, 0, 1), shuffled(50, 1, 1)];
    expect(new Set(orders.map(String)).size).toBe(4);
    expect(shuffled(50, 0)).toEqual(shuffled(50, 0, 0));
  });

  test("is the same on every machine", () => {
    expect([...shuffled(10, 0)]).toEqual([7, 8, 9, 6, 3, 2, 1, 4, 5, 0]);
  });

  test("gives each of the orders of three equally often", () => {
    const seen = new Map<string, number>();
    for (let seed = 0; seed < 3000; seed++) {
      const order = shuffled(3, seed).join();
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const n of seen.values()) expect(Math.abs(n - 500)).toBeLessThan(90);
  });

  test.each([[-1, 0, 0], [1.5, 0, 0], [3, -1, 0], [3, 0, -1], [3, 0, 0.5], [3, NaN, 0]])(
    "refuses count %p, seed %p, epoch %p",
    (count, seed, epoch) => {
      expect(() => shuffled(count, seed, epoch)).toThrow(RangeError);
    },
  );
});

describe("batches", () => {
  test("gives pixels between 0 and 1, labels and the shape", () => {
    const [batch] = all(5, { size: 2 });
    expect(batch).toEqual({
      images: Float32Array.from({ length: 12 }, (_, i) => i / 255),
      labels: Int32Array.of(0, 1),
      shape: [2, 1, 2, 3],
      indices: Uint32Array.of(0, 1),
    });
  });

  test("keeps a smaller last batch unless told to drop it", () => {
    expect(all(5, { size: 2 }).map((b) => b.shape[0])).toEqual([2, 2, 1]);
    expect(all(5, { size: 2, dropLast: true }).map((b) => b.shape[0])).toEqual([2, 2]);
    expect(all(3, { size: 10, dropLast: true })).toEqual([]);
    expect(all(0, { size: 4 })).toEqual([]);
  });

  test("normalizes by mean and deviation", () => {
    const [batch] = all(1, { size: 1, mean: 0.5, deviation: 0.25 });
    expect(batch!.images[5]).toBe(Math.fround((5 / 255 - 0.5) / 0.25));
  });

  test("visits every example once, whatever the size, and keeps picture and label together", () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 70 }), fc.nat(), (count, size, seed) => {
        const from = examples(count);
        const passed = [...batches(from, { size, shuffle: { seed } })];
        expect(passed).toHaveLength(batchCount(count, { size }));
        const indices = passed.flatMap((b) => [...b.indices]);
        expect(indices).toEqual([...shuffled(count, seed)]);
        for (const b of passed) {
          expect([...b.labels]).toEqual(Array.from(b.indices, (i) => from.labels[i]!));
          expect(b.images).toEqual(
            Float32Array.from(
              [...b.indices].flatMap((i) => [...from.images.subarray(6 * i, 6 * i + 6)]),
              (v) => v / 255,
            ),
          );
        }
      }),
    );
  });

  test("can be gone through again, with the same result", () => {
    const pass = batches(examples(7), { size: 3, shuffle: { seed: 1, epoch: 2 } });
    expect([...pass]).toEqual([...pass]);
  });

  test.each([{ size: 0 }, { size: 1.5 }, { size: 1, deviation: 0 }, { size: 1, deviation: NaN }, {
    size: 1,
    mean: Infinity,
  }])(
    "refuses %j when it is called, not later",
    (options) => {
      expect(() => batches(examples(2), options)).toThrow(RangeError);
    },
  );
});

describe("take", () => {
  test("gives the first examples, as a view", () => {
    const from = examples(5);
    const some = take(2, from);
    expect(some).toMatchObject({ count: 2, height: 2, width: 3, labels: Uint8Array.of(0, 1) });
    expect(some.images).toEqual(from.images.subarray(0, 12));
    expect(some.images.buffer).toBe(from.images.buffer);
    expect(take(100, from)).toEqual(from);
  });

  test("refuses what is no count", () => {
    for (const count of [-1, 0.5, NaN]) expect(() => take(count, examples(3))).toThrow(RangeError);
  });
});
