import { describe, expect, test } from "bun:test";
import { sha256 } from "../../datasets/bytes.ts";
import { digits } from "../../datasets/mod.ts";
import { glyphs } from "../../datasets/glyphs.ts";
import { draw } from "../../datasets/pen.ts";

const area = 784;

describe("digits", () => {
  test("gives the same bytes on every machine", async () => {
    const set = digits({ train: 500, test: 100, seed: 7 });
    expect(await sha256(new Uint8Array(set.train.images))).toBe(
      "7b480a55d898db05e464ed0fd420e2eeec4cebf5c599c33a8b8163b902f86a31",
    );
    expect(await sha256(new Uint8Array(set.test.images))).toBe(
      "b5e071d816a965dc4be97ff29c3d7fd9f1185323f10d7cc991dcce1008a72139",
    );
    expect([...set.train.labels.subarray(0, 12)]).toEqual([9, 3, 8, 6, 4, 8, 9, 0, 4, 0, 8, 2]);
  });

  test("draws a picture the same however many there are", () => {
    const [few, many] = [digits({ train: 5, test: 3, seed: 1 }), digits({ train: 50, test: 0, seed: 1 })];
    expect(few.train.images).toEqual(many.train.images.subarray(0, 5 * area));
    expect(few.train.labels).toEqual(many.train.labels.subarray(0, 5));
  });

  test("draws others for another seed, and for the test", () => {
    const [one, two] = [digits({ train: 20, test: 20, seed: 1 }), digits({ train: 20, test: 0, seed: 2 })];
    expect(one.train.images).not.toEqual(two.train.images);
    expect(one.train.images).not.toEqual(one.test.images);
  });

  test("is the kind of set that mnist is", () => {
    const set = digits({ train: 30, test: 10 });
    expect(set).toMatchObject({ name: "digits", train: { count: 30, height: 28, width: 28 }, test: { count: 10 } });
    expect(set.train.images).toHaveLength(30 * area);
    expect(set.train.labels).toHaveLength(30);
    expect(set.classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(digits({ train: 0, test: 0 }).train.images).toHaveLength(0);
  });

  test("draws all ten about equally often", () => {
    const counts = new Array<number>(10).fill(0);
    for (const label of digits({ train: 3000, test: 0, seed: 3 }).train.labels) counts[label]!++;
    for (const n of counts) expect(Math.abs(n - 300)).toBeLessThan(75);
  });

  test("puts ink on every picture, and almost none on its edge", () => {
    const { images, count } = digits({ train: 1000, test: 0, seed: 4 }).train;
    let edge = 0;
    for (let i = 0; i < count; i++) {
      const ink = images.subarray(i * area, (i + 1) * area).filter((v) => v > 100).length;
      expect(ink).toBeGreaterThan(10);
      expect(ink).toBeLessThan(area / 3);
      for (let x = 0; x < 28; x++) edge += images[i * area + x]! > 100 ? 1 : 0;
    }
    expect(edge / (28 * count)).toBeLessThan(0.005);
  });

  // A digit that looks like itself is nearest to others of its kind; 0.1 would be chance.
  test("draws digits that their nearest neighbour tells", () => {
    const { train, test: asked } = digits({ train: 1500, test: 150, seed: 5 });
    let right = 0;
    for (let i = 0; i < asked.count; i++) {
      let [nearest, label] = [Infinity, -1];
      for (let j = 0; j < train.count; j++) {
        let distance = 0;
        for (let p = 0; p < area && distance < nearest; p++) {
          const d = asked.images[i * area + p]! - train.images[j * area + p]!;
          distance += d * d;
        }
        if (distance < nearest) [nearest, label] = [distance, train.labels[j]!];
      }
      if (label === asked.labels[i]) right++;
    }
    expect(right / asked.count).toBeGreaterThan(0.85);
  });

  test.each([{ train: -1 }, { test: 0.5 }, { train: 2e6 }, { seed: -1 }, { train: NaN }])("refuses %j", (options) => {
    expect(() => digits(options)).toThrow(RangeError);
  });
});

test("glyphs has several ways to write each digit, all inside the box", () => {
  const all = glyphs();
  expect(all).toHaveLength(10);
  for (const styles of all) {
    expect(styles.length).toBeGreaterThan(2);
    for (const { start, moves } of styles.flat()) {
      expect(moves.length).toBeGreaterThan(0);
      for (const point of [start, ...moves]) {
        expect([2, 6]).toContain(point.length);
        for (const v of point) expect(v >= -15 && v <= 110).toBe(true);
      }
    }
  }
});

describe("draw", () => {
  const pen = { radius: [1, 1], softness: 1, ink: 1 } as const;

  test("covers a pixel by its distance to the stroke", () => {
    const ink = draw([Float64Array.of(1, 3, 5, 3)], pen, 7);
    const at = (x: number, y: number) => ink[y * 7 + x];
    expect([at(3, 3), at(3, 2), at(3, 4), at(3, 1), at(3, 5)]).toEqual([1, 0.5, 0.5, 0, 0]);
    expect([at(1, 3), at(0, 3), at(6, 3)]).toEqual([1, 0.5, 0.5]);
  });

  test("draws a point for a stroke that does not move, and nothing outside the paper", () => {
    expect(draw([Float64Array.of(2, 2, 2, 2)], pen, 5).filter((v) => v > 0)).toHaveLength(9);
    expect(draw([Float64Array.of(-9, -9, -8, -9)], pen, 5).some((v) => v > 0)).toBe(false);
  });
});
