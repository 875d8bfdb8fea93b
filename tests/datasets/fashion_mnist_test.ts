import { expect, test } from "bun:test";
import { fashionMnist } from "../../datasets/mod.ts";
import { testShared } from "../support/skips.ts";
import { failure, success } from "./support.ts";

testShared("data/fashion-mnist")("fashionMnist gives the published clothes", async (dir) => {
  const set = success(await fashionMnist({ dir: dir.replace(/\/fashion-mnist\/?$/, "") })());
  expect(set).toMatchObject({ name: "fashion-mnist", train: { count: 60_000, channels: 1 }, test: { count: 10_000 } });
  expect([...set.train.labels.subarray(0, 8)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2]);
  expect([...set.test.labels.subarray(0, 8)]).toEqual([9, 2, 1, 1, 6, 1, 4, 6]);
  let sum = 0;
  for (const pixel of set.train.images) sum += pixel;
  expect(sum / set.train.images.length / 255).toBeCloseTo(0.286, 3);
});

test("fashionMnist does not take MNIST for it", async () => {
  const fault = failure(await fashionMnist({ dir: "no/folder" })());
  expect(fault.message).toContain("put the four files of fashion-mnist there");
});
