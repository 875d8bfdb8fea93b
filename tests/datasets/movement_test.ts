import { describe, expect, test } from "bun:test";
import fc from "../support/properties.ts";
import {
  batches,
  type Draw,
  inTurn,
  maskedBatches,
  move,
  moveBatch,
  moveMaskedBatch,
  type Movement,
  randomAffine,
  randomCrop,
  randomElastic,
  randomFlip,
} from "../../datasets/mod.ts";

const counting = (length: number) => Float32Array.from({ length }, (_, i) => i);
const draw = (indices: readonly number[], seed = 0, epoch = 0): Draw => ({ seed, epoch, indices });
/** A movement by the same numbers for every picture. */
const shift = (dy: number, dx: number, size: readonly [number, number], count = 1): Movement => ({
  count,
  from: size,
  to: size,
  source: (_, y, x, at) => {
    at[0] = y + dy;
    at[1] = x + dx;
  },
});

describe("move", () => {
  test("looks up values, keeps their kind, and fills what comes from outside", () => {
    const picture = Uint8Array.of(1, 2, 3, 4, 5, 6);
    expect(move(shift(0, 1, [2, 3]), picture, 1)).toEqual(Uint8Array.of(2, 3, 0, 5, 6, 0));
    expect(move(shift(0, 1, [2, 3]), picture, 1, { outside: 9 })).toEqual(Uint8Array.of(2, 3, 9, 5, 6, 9));
    expect(move(shift(0, -2, [2, 3]), picture, 1, { outside: "mirror" })).toEqual(Uint8Array.of(3, 2, 1, 6, 5, 4));
    expect(move(shift(7, 0, [1, 3]), picture.subarray(0, 3), 1, { outside: "mirror" })).toEqual(Uint8Array.of(1, 2, 3));
    expect(move(shift(0, 0.6, [1, 3]), Int32Array.of(7, 8, 9), 1)).toEqual(Int32Array.of(8, 9, 0));
  });

  test("weighs by distance between pixels, in every channel of every picture", () => {
    const linear = { between: "linear" } as const;
    expect(move(shift(0, 0.25, [1, 3]), Float32Array.of(0, 4, 8), 1, linear)).toEqual(Float32Array.of(1, 5, 6));
    expect(move(shift(0.5, 0.5, [2, 2]), Float32Array.of(0, 4, 8, 12), 1, linear)[0]).toBe(6);
    const two = Float32Array.of(0, 2, 10, 12, 20, 22, 30, 32);
    const moved = move(shift(0, 0.5, [1, 2], 2), two, 2, { ...linear, outside: "mirror" });
    expect(moved).toEqual(Float32Array.of(1, 1, 11, 11, 21, 21, 31, 31));
  });

  test("refuses values of other pictures", () => {
    expect(() => move(shift(0, 0, [2, 2]), counting(5), 1)).toThrow("5 values are not [1, 1, 2, 2]");
    expect(() => inTurn(shift(0, 0, [2, 2]), shift(0, 0, [2, 3]))).toThrow("the first gives 1 pictures of 2x2");
  });
});

describe("randomCrop", () => {
  test("gives a piece of the picture, any of them", () => {
    const seen = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const [first, second, , fourth] = move(randomCrop(draw([0], seed), [4, 5], [3, 3]), counting(20), 1);
      expect(second! - first!).toBe(1);
      expect(fourth! - first!).toBe(5);
      seen.add(first!);
    }
    expect([...seen].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 5, 6, 7]);
  });

  test("reaches into the padding, and no further", () => {
    const corners = Array.from({ length: 200 }, (_, i) => i);
    const crops = move(randomCrop(draw(corners), [2, 2], [2, 2], 1), new Uint8Array(800).fill(1), 1);
    const sums = new Set(corners.map((i) => crops.subarray(4 * i, 4 * i + 4).reduce((a, b) => a + b, 0)));
    expect([...sums].toSorted()).toEqual([1, 2, 4]);
  });

  test("refuses what does not fit", () => {
    expect(() => randomCrop(draw([0]), [4, 4], [7, 4], 1)).toThrow("7x4 does not fit into 4x4 padded by 1");
    expect(() => randomCrop(draw([0]), [4, 4], [2, 2], 0.5)).toThrow(RangeError);
  });
});

describe("randomFlip", () => {
  test("turns some pictures around, about as many as it should", () => {
    const indices = Array.from({ length: 400 }, (_, i) => i);
    const flipped = (probability: number, direction: "horizontal" | "vertical") => {
      const pictures = Float32Array.from({ length: 1600 }, (_, i) => i % 4);
      const moved = move(randomFlip(draw(indices), [2, 2], direction, probability), pictures, 1);
      const kinds = indices.map((i) => moved.subarray(4 * i, 4 * i + 4).join());
      expect(new Set([...kinds, "0,1,2,3"]).size).toBe(probability > 0 ? 2 : 1);
      expect(kinds.every((k) => ["0,1,2,3", direction === "horizontal" ? "1,0,3,2" : "2,3,0,1"].includes(k))).toBe(
        true,
      );
      return kinds.filter((k) => k !== "0,1,2,3").length;
    };
    expect(Math.abs(flipped(0.5, "horizontal") - 200)).toBeLessThan(45);
    expect(Math.abs(flipped(0.25, "vertical") - 100)).toBeLessThan(40);
    expect([flipped(0, "vertical"), flipped(1, "vertical")]).toEqual([0, 400]);
    expect(() => randomFlip(draw([0]), [2, 2], "vertical", 2)).toThrow(RangeError);
  });
});

describe("every draw", () => {
  const kinds = {
    crop: (d: Draw) => randomCrop(d, [8, 8], [8, 8], 4),
    flip: (d: Draw) => randomFlip(d, [8, 8], "horizontal"),
    affine: (d: Draw) => randomAffine(d, [8, 8], { rotate: 180, scale: 0.5, shear: 20, shift: 0.2 }),
    elastic: (d: Draw) => randomElastic(d, [8, 8], { deviation: 2 }),
  };
  test.each(Object.entries(kinds))("of %s depends on seed, epoch and picture, not on the batch", (_, make) => {
    const picture = counting(64), linear = { between: "linear" } as const;
    const one = (d: Draw) => move(make(d), picture, 1, linear).join();
    const both = move(make(draw([5, 9])), Float32Array.from([...picture, ...picture]), 1, linear);
    expect(both.subarray(64).join()).toBe(one(draw([9])));
    expect(one(draw([9]))).toBe(one(draw([9])));
    const others = Array.from({ length: 12 }, (_, k) => k);
    for (const vary of [(k: number) => draw([k]), (k: number) => draw([9], k), (k: number) => draw([9], 0, k)]) {
      expect(new Set(others.map((k) => one(vary(k)))).size).toBeGreaterThan(1);
    }
  });

  test("is the same on every machine", () => {
    const at = new Float64Array(2);
    const source = (movement: Movement) => {
      movement.source(0, 3, 5, at);
      return [...at];
    };
    expect(Object.values(kinds).map((make) => source(make(draw([1], 2, 3))))).toEqual([
      [2, 6],
      [3, 5],
      [3.4349135803765956, 3.403051450721683],
      [1.1474720128296318, 7.273941209071971],
    ]);
  });
});

describe("randomAffine", () => {
  test("turns about the middle, and keeps it there", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 0, max: 90 }), (index, rotate) => {
        const { source } = randomAffine(draw([index]), [9, 7], { rotate, scale: 0.3, shear: 10 });
        const [middle, up] = [new Float64Array(2), new Float64Array(2)];
        source(0, 4, 3, middle);
        source(0, 3, 3, up);
        expect([...middle]).toEqual([4, 3]);
        const [dy, dx] = [up[0]! - 4, up[1]! - 3];
        expect(Math.hypot(dy, dx)).toBeWithin(0.7, 1.6);
      }),
    );
  });

  test("leaves pictures alone where all ranges are 0, and shifts by parts of the size", () => {
    const picture = counting(12);
    expect(move(randomAffine(draw([3]), [3, 4], {}), picture, 1)).toEqual(picture);
    for (let i = 0; i < 50; i++) {
      const at = new Float64Array(2);
      randomAffine(draw([i]), [10, 20], { shift: 0.1 }).source(0, 0, 0, at);
      expect(Math.abs(at[0]!)).toBeLessThanOrEqual(1);
      expect(Math.abs(at[1]!)).toBeLessThanOrEqual(2);
    }
    expect(() => randomAffine(draw([0]), [2, 2], { scale: 1 })).toThrow(RangeError);
    expect(() => randomAffine(draw([0]), [2, 2], { rotate: -1 })).toThrow(RangeError);
  });
});

describe("randomElastic", () => {
  test("displaces smoothly, by about as much as it should", () => {
    const indices = Array.from({ length: 300 }, (_, i) => i), at = new Float64Array(2);
    const { source } = randomElastic(draw(indices), [33, 33], { deviation: 5 });
    let square = 0;
    for (const i of indices) {
      source(i, 16, 16, at);
      square += ((at[0]! - 16) ** 2 + (at[1]! - 16) ** 2) / 600;
      const before = [...at];
      source(i, 16, 17, at);
      expect(Math.hypot(at[0]! - before[0]!, at[1]! - before[1]! - 1)).toBeLessThan(2);
    }
    expect(Math.sqrt(square)).toBeWithin(4, 6);
    expect(move(randomElastic(draw([0]), [5, 5], { deviation: 0 }), counting(25), 1)).toEqual(counting(25));
    expect(() => randomElastic(draw([0]), [5, 5], { points: 1 })).toThrow(RangeError);
  });
});

describe("inTurn", () => {
  test("moves as the one and then the other do", () => {
    const d = draw([4, 6]), pictures = Float32Array.from([...counting(30), ...counting(30)]);
    const crop = randomCrop(d, [5, 6], [3, 4]), flip = randomFlip(d, [3, 4], "horizontal");
    const typed: Movement<3, 4> = inTurn(crop, flip);
    expect(move(typed, pictures, 1)).toEqual(move(flip, move(crop, pictures, 1), 1));
  });
});

describe("batches that are moved", () => {
  test("keep the rest, and have the new shape", () => {
    const from = {
      images: Uint8Array.from(counting(18)),
      labels: Uint8Array.of(4, 5),
      count: 2,
      channels: 1,
      height: 3,
      width: 3,
    } as const;
    const [batch] = [...batches(from, { size: 2 })];
    const moved = moveBatch(batch!, randomCrop({ seed: 0, indices: batch!.indices }, [3, 3], [2, 1]));
    const shape: readonly [number, 1, 2, 1] = moved.shape;
    expect(shape).toEqual([2, 1, 2, 1]);
    expect([moved.images.length, ...moved.labels]).toEqual([4, 4, 5]);
  });

  test("move picture and mask alike", () => {
    const values = Uint8Array.from({ length: 128 }, (_, i) => i % 64);
    const from = { images: values, masks: values, count: 2, channels: 1, height: 8, width: 8 } as const;
    const [batch] = [...maskedBatches(from, { size: 2, shuffle: { seed: 1 }, deviation: 1 / 255 })];
    expect(batch).toMatchObject({ shape: [2, 1, 8, 8], maskShape: [2, 8, 8] });
    const d = { seed: 3, indices: batch!.indices };
    const movement = inTurn(
      inTurn(randomFlip(d, [8, 8], "vertical"), randomCrop(d, [8, 8], [6, 6], 2)),
      randomFlip(d, [6, 6], "horizontal"),
    );
    const moved = moveMaskedBatch(batch!, movement, { outside: "mirror" });
    const maskShape: readonly [number, 6, 6] = moved.maskShape;
    expect(maskShape).toEqual([2, 6, 6]);
    expect(Array.from(moved.masks)).toEqual(Array.from(moved.images, Math.round));
    expect(new Set(moved.masks).size).toBeGreaterThan(15);
  });
});
