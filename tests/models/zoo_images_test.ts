/** What images go through before a model, and what comes out of it in words. */
import { describe, expect, test } from "bun:test";
import { centerCrop, imageNet, preprocess, resizeShorter, topLabels } from "../../models/mod.ts";
import { iota, log, mul, read, reshape, stack, type Tensor, tensor, zeros } from "../../mod.ts";
import { onDevices } from "../support/backends.ts";

describe("preprocess", () => {
  test("has the shape that models take, in the types too", () => {
    const ready: Tensor<[number, number, 224, 224], "f32"> = preprocess(zeros([2, 3, 300, 400]), imageNet);
    expect(ready.shape as readonly number[]).toEqual([2, 3, 224, 224]);
    expect(resizeShorter(zeros([1, 3, 375, 500]), 256).shape as readonly number[]).toEqual([1, 3, 256, 341]);
  });
  test("refuses what is smaller than the crop", () => {
    expect(() => preprocess(zeros([1, 3, 8, 8]), { ...imageNet, resize: 4 })).toThrow(
      "centerCrop: expected images [n, c, h, w] of 224 by 224 or more, got [1, 3, 4, 4]",
    );
  });
  onDevices("resizes the shorter side, takes the middle, normalizes each channel", async () => {
    // Two channels of 8 by 12 pixels: a pixel's column, and ten times that. Halved, the columns are 0.5, 2.5, ..., 10.5.
    const ramp = reshape(iota([8, 12], 1, "f32"), [8, 12]),
      images = reshape(stack([ramp, mul(ramp, 10)]), [1, 2, 8, 12]);
    const ready = preprocess(images, { resize: 4, crop: 2, mean: [0.5, 5], deviation: [2, 20] });
    expect(await read(ready)).toEqual([[[[2, 3], [2, 3]], [[2, 3], [2, 3]]]]);
  });
  onDevices("rounds an odd rest to the even of its neighbours, as torchvision does", async () => {
    const row = (n: number) => reshape(iota([n], 0, "f32"), [1, 1, 1, n]);
    const first = async (n: number) => (await read(centerCrop(reshape(row(n * n), [1, 1, n, n]), 2)))[0]![0]![0]![0]!;
    expect([await first(3), await first(5)]).toEqual([0, 2 * 5 + 2]); // from 0.5 and 1.5
  });
});

describe("topLabels", () => {
  onDevices("names the most probable classes of each example", async () => {
    const logits = log(tensor([[1, 5, 4], [8, 1, 1]]));
    const guesses = await topLabels(logits, ["cat", "dog", "fox"], 2);
    expect(guesses.map((row) => row.map((g) => `${g.label} ${g.index} ${g.probability.toFixed(3)}`))).toEqual([
      ["dog 1 0.500", "fox 2 0.400"],
      ["cat 0 0.800", "dog 1 0.100"],
    ]);
    expect((await topLabels(logits, ["a", "b", "c"])).map((row) => row.length)).toEqual([3, 3]);
  });
  test("refuses labels that are not those of the classes", async () => {
    const late = (): Promise<unknown> => topLabels(zeros([1, 3]), ["cat", "dog"]);
    await expect(late()).rejects.toThrow("topLabels: expected logits [n, 2], a column for each label, got [1, 3]");
  });
});
