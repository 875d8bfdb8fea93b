import { describe, expect, test } from "bun:test";
import fc from "../support/properties.ts";
import {
  decodeIris,
  iris,
  pixelStatistics,
  playground,
  type Puzzle,
  selectVectors,
  type Vectors,
} from "../../datasets/mod.ts";
import { cosine, logarithm, sine } from "../../datasets/exact_math.ts";
import { testShared } from "../support/skips.ts";
import { failure, success, temporaryFolder } from "./support.ts";

testShared("data/sklearn")("iris gives the published flowers", async (dir) => {
  const set = success(await iris({ dir: dir.replace(/\/sklearn\/?$/, "") })());
  const typed: Vectors<4> = set.data;
  expect(set.classes).toEqual(["setosa", "versicolor", "virginica"]);
  expect(typed).toMatchObject({ count: 150, dimensions: 4 });
  expect([...typed.features.subarray(0, 4)]).toEqual([5.1, 3.5, 1.4, 0.2].map(Math.fround));
  expect([0, 1, 2].map((c) => typed.labels.filter((v) => v === c).length)).toEqual([50, 50, 50]);
  expect(success(await iris({ dir })()).data).toEqual(typed);
});

describe("decodeIris", () => {
  const told = (text: string) => {
    const { offset, message } = failure(decodeIris(text, "x"));
    return [offset, message];
  };
  test("says where a table is wrong", () => {
    expect(success(decodeIris("1,4,a,b\n1,2,3,4.5,1\n", "x")).data.features).toEqual(Float32Array.of(1, 2, 3, 4.5));
    expect(told("")).toEqual([0, "x: the first line is not COUNT,4,SPECIES,..., at byte 0"]);
    expect(told("2,4,a\n1,2,3,4,0\n")).toEqual([0, "x: the first line says 2 flowers, 1 follow, at byte 0"]);
    for (const row of ["1,2,3,4,2", "1,2,3,4", "1,2,x,4,0", "1,2,,4,0", "1,2,3,4,0.5", "1,2,3,4,0,0"]) {
      expect(told(`2,4,a,b\n1,2,3,4,0\n${row}\n`)).toEqual([
        18,
        "x: line 3 is not four numbers and a species below 2, at byte 18",
      ]);
    }
  });
  test("is not reached where there is no file", async () => {
    const dir = temporaryFolder();
    expect(failure(await iris({ dir })()).message).toBe(
      `There is no iris.csv in ${dir} or ${dir}/iris: put iris.csv there`,
    );
  });
});

describe("playground", () => {
  const points = (puzzle: Puzzle, noise = 0, seed = 0) => {
    const { train } = playground(puzzle, { count: 1000, train: 1, noise, seed });
    return Array.from(
      train.labels,
      (label, i) => ({ x: train.features[2 * i]!, y: train.features[2 * i + 1]!, label }),
    );
  };

  test("gauss is two clouds", () => {
    const positive = points("gauss").filter((p) => p.label === 1);
    const mean = positive.reduce((sum, p) => sum + p.x + p.y, 0) / 1000;
    const variance = positive.reduce((sum, p) => sum + (p.x - 2) ** 2 + (p.y - 2) ** 2, 0) / 1000;
    expect(positive).toHaveLength(500);
    expect(mean).toBeWithin(1.9, 2.1);
    expect(variance).toBeWithin(0.42, 0.58);
    const wide = points("gauss", 0.5).filter((p) => p.label === 0);
    expect(wide.reduce((sum, p) => sum + (p.x + 2) ** 2 + (p.y + 2) ** 2, 0) / 1000).toBeWithin(3.4, 4.6);
  });

  test("circle is a disk in a ring", () => {
    for (const { x, y, label } of points("circle")) {
      const r = Math.hypot(x, y);
      expect(label === 1 ? r < 2.5 : r > 3.5 - 1e-6 && r < 5).toBe(true);
    }
    const strayed = points("circle", 0.2).filter(({ x, y, label }) => label !== (Math.hypot(x, y) < 2.5 ? 1 : 0));
    expect(strayed.length).toBeWithin(1, 200);
  });

  test("xor is four squares with a gap between them", () => {
    for (const { x, y, label } of points("xor")) {
      expect(Math.min(Math.abs(x), Math.abs(y))).toBeGreaterThanOrEqual(0.299);
      expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThan(5.3);
      expect(label).toBe(x * y >= 0 ? 1 : 0);
    }
  });

  test("spiral is two arms, one the other turned by half", () => {
    const { train } = playground("spiral", { count: 100, train: 1 });
    const at = new Map(Array.from(train.labels, (label, i) => {
      const [x, y] = [train.features[2 * i]!, train.features[2 * i + 1]!];
      return [`${label} ${Math.round(Math.hypot(x, y) * 10)}`, [x, y]] as const;
    }));
    expect(at.size).toBe(100);
    for (let i = 0; i < 50; i++) {
      const [x, y] = at.get(`1 ${i}`)!, [u, v] = at.get(`0 ${i}`)!;
      expect(x).toBeCloseTo(i / 10 * Math.sin(1.75 * i / 50 * 2 * Math.PI), 5);
      expect(y).toBeCloseTo(i / 10 * Math.cos(1.75 * i / 50 * 2 * Math.PI), 5);
      expect([u, v].map((w) => Math.fround(w!))).toEqual([expect.closeTo(-x!, 5), expect.closeTo(-y!, 5)]);
    }
  });

  test.each(["gauss", "circle", "xor", "spiral"] as const)("%s is decided by its seed", (puzzle) => {
    expect(points(puzzle, 0.1)).toEqual(points(puzzle, 0.1));
    expect(points(puzzle, 0.1, 1)).not.toEqual(points(puzzle, 0.1));
    const { train, test: rest } = playground(puzzle, { count: 10, train: 0.3 });
    expect([train.count, rest.count]).toEqual([3, 7]);
  });

  test("is the same on every machine", () => {
    const { train } = playground("spiral", { count: 4, noise: 0.1, train: 1 });
    expect([...train.features]).toEqual([
      -1.771837592124939,
      1.8186887502670288,
      0.050113774836063385,
      0.0035038611385971308,
      1.7064872980117798,
      -1.8645095825195312,
      0.09558329731225967,
      -0.08867321908473969,
    ]);
    expect([...playground("gauss", { count: 2, train: 1 }).train.features]).toEqual([
      -3.2755186557769775,
      -2.2109155654907227,
      0.5908243060112,
      3.3060781955718994,
    ]);
  });

  test("refuses what is out of range", () => {
    for (const options of [{ count: 3 }, { count: 0 }, { noise: 0.6 }, { noise: NaN }, { train: 1.1 }, { seed: -1 }]) {
      expect(() => playground("xor", options)).toThrow(RangeError);
    }
  });
});

test("selectVectors gives rows in any order", () => {
  const all: Vectors<2> = {
    features: Float32Array.of(1, 2, 3, 4),
    labels: Int32Array.of(7, 8),
    count: 2,
    dimensions: 2,
  };
  expect(selectVectors(all, [1, 0, 1])).toEqual({
    features: Float32Array.of(3, 4, 1, 2, 3, 4),
    labels: Int32Array.of(8, 7, 8),
    count: 3,
    dimensions: 2,
  });
  for (const index of [2, -1, 0.5]) expect(() => selectVectors(all, [index])).toThrow(`index ${index} is not below 2`);
});

test("pixelStatistics are those of every channel", () => {
  const images = Uint8Array.of(0, 255, 51, 51, 255, 0, 51, 51);
  const { mean, deviation } = pixelStatistics({ images, count: 2, channels: 2, height: 1, width: 2 });
  expect(mean).toEqual([0.5, 0.2]);
  expect(deviation).toEqual([0.5, 0]);
});

test("sine, cosine and logarithm agree with the host's", () => {
  fc.assert(fc.property(fc.double({ min: -100, max: 100, noNaN: true }), (x) => {
    expect(Math.abs(sine(x) - Math.sin(x))).toBeLessThan(4e-15);
    expect(Math.abs(cosine(x) - Math.cos(x))).toBeLessThan(4e-15);
  }));
  fc.assert(fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (x) => {
    expect(Math.abs(logarithm(x) - Math.log(x))).toBeLessThan(1e-15 * (1 + Math.abs(Math.log(x))));
  }));
});
