import { expect, test } from "bun:test";
import { mnist } from "../../datasets/mod.ts";
import { testShared } from "../support/skips.ts";
import { success } from "./support.ts";

/** One picture as text, a character for a pixel. */
const picture = (images: Uint8Array, index: number): string => {
  const rows: string[] = [];
  for (let y = 0; y < 28; y++) {
    const row = images.subarray(index * 784 + y * 28, index * 784 + y * 28 + 28);
    rows.push(Array.from(row, (v) => v > 127 ? "#" : ".").join("").replace(/\.+$/, ""));
  }
  return rows.join("\n").trim();
};

const count = (labels: Uint8Array): readonly number[] => {
  const counts = new Array<number>(10).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
};

testShared("data/mnist")("mnist gives the published digits", async (dir) => {
  const set = success(await mnist({ dir })());
  expect(set).toMatchObject({
    name: "mnist",
    train: { count: 60_000, height: 28 },
    test: { count: 10_000, width: 28 },
  });
  expect(set.train.images).toHaveLength(60_000 * 784);
  expect([...set.train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  expect([...set.test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  expect(count(set.train.labels)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  expect(count(set.test.labels)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  // The mean of all training pixels, as everybody normalizes with it.
  let sum = 0;
  for (const pixel of set.train.images) sum += pixel;
  expect(sum / set.train.images.length / 255).toBeCloseTo(0.1307, 4);
});

testShared("data/mnist")("mnist finds the files in the folder above too", async (dir) => {
  const { test: half } = success(await mnist({ dir: dir.replace(/\/mnist\/?$/, "") })());
  expect(picture(half.images, 0)).toBe(
    `
.......###
......###############
..........############
...................##
...................##
..................##
.................###
.................##
................###
................##
................##
...............##
..............###
.............###
.............##
............##
...........###
...........###
...........###
...........##
`.trim(),
  );
});

test("mnist refuses an empty folder with a sentence that says what to do", async () => {
  const result = await mnist({ dir: "no/such/folder" })();
  expect(result).toEqual({
    _tag: "Left",
    left: {
      _tag: "MissingFile",
      path: "no/such/folder/train-images-idx3-ubyte.gz",
      message: "There is no train-images-idx3-ubyte.gz in no/such/folder or no/such/folder/mnist: " +
        "put the four files of mnist there",
    },
  });
});
