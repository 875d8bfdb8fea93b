/** AlexNet: every volume of the paper, and its way of training. */
import { describe, expect, test } from "bun:test";
import {
  alexnet,
  alexnetGrouped,
  alexnetRecipe,
  recipeBatch,
  recipeImages,
  recipeOptimizer,
} from "../../models/mod.ts";
import * as models from "../../models/mod.ts";
import { optim, read, run, setBackend, tensor, zeros } from "../../mod.ts";

await run(setBackend("wasm"));

describe("AlexNet", () => {
  test("has every volume of the published table", () => {
    const at = new Map(models.describe(alexnetGrouped()).layers.map((row) => [row.place, row]));
    const volume = (place: string) => {
      const [c, h, w] = at.get(place)!.output;
      return h === undefined ? `${c}` : `${h}x${w}x${c}`;
    };
    const places = ["conv1", "3", "2", "conv2", "7", "6", "conv3", "conv4", "conv5", "14", "fc6", "fc7", "fc8"];
    expect(places.map(volume)).toEqual([
      ...["55x55x96", "27x27x96", "55x55x96"], // conv1, pooled, normalized before
      ...["27x27x256", "13x13x256", "27x27x256"],
      ...["13x13x384", "13x13x384", "13x13x256", "6x6x256"],
      ...["4096", "4096", "1000"],
    ]);
    const parameters = ["conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8"].map((p) =>
      at.get(p)!.parameters
    );
    expect(parameters).toEqual([34_944, 307_456, 885_120, 663_936, 442_624, 37_752_832, 16_781_312, 4_097_000]);
    expect(models.describe(alexnetGrouped()).parameters).toBe(60_965_224);
    expect(models.describe(alexnet()).parameters).toBe(61_100_840);
  });
});

describe("the recipe of AlexNet", () => {
  const [n, c, side] = [2, 3, 8], recipe = { ...alexnetRecipe, scale: 8, crop: 5 } as const;
  const images = Float32Array.from({ length: n * c * side * side }, (_, i) => i);
  const batch = {
    images,
    labels: Int32Array.of(0, 1),
    shape: [n, c, side, side] as [2, 3, 8, 8],
    indices: Uint32Array.of(4, 7),
  };
  test("is that of the paper", () => {
    expect(alexnetRecipe).toMatchObject({ scale: 256, crop: 227, batch: 128, momentum: 0.9, weightDecay: 0.0005 });
    expect(recipeImages(zeros([1, 3, 300, 400]), alexnetRecipe).shape as readonly number[]).toEqual([1, 3, 256, 256]);
  });
  test("cuts squares out of images less their mean, mirrored or not, the same again for the same draw", () => {
    const mean = Float32Array.from({ length: c * side * side }, () => 1000);
    const cut = (epoch: number) => recipeBatch(batch, mean, { seed: 3, epoch }, recipe);
    const first: { readonly shape: readonly [number, 3, 5, 5] } = cut(0);
    expect(first.shape).toEqual([2, 3, 5, 5]);
    const kinds = new Set<string>();
    for (let epoch = 0; epoch < 40; epoch++) {
      const { images: got } = cut(epoch), corner = got[0]! + 1000, step = got[1]! - got[0]!;
      kinds.add(`${Math.floor(corner / side)} ${corner % side} ${step}`);
      for (let i = 0; i < 25; i++) {
        const [y, x] = [Math.floor(i / 5), i % 5];
        expect(got[i]).toBe(got[0]! + y * side + x * step);
        expect(got[25 + i]).toBe(got[i]! + side * side); // all channels alike
      }
    }
    expect(kinds.size).toBeGreaterThan(20); // of 4 x 4 places, two ways
    expect([...cut(5).images]).toEqual([...cut(5).images]);
  });
  test("takes one mean for each channel as well, and no other number of them", () => {
    const images = Float32Array.from({ length: 2 * c * side * side }, () => 5), draw = { seed: 3, epoch: 0 };
    const { images: got } = recipeBatch({ ...batch, images }, Float32Array.of(1, 2, 3), draw, recipe);
    const want = [4, 3, 2, 4, 3, 2].flatMap((v) => Array<number>(25).fill(v));
    expect([...got]).toEqual(want);
    for (const n of [0, 1, c * side]) {
      expect(() => recipeBatch(batch, new Float32Array(n), draw, recipe)).toThrow(
        `recipeBatch: expected 3 means of channels or ${c * side * side} of pixels, got ${n}`,
      );
    }
  });
  test("lowers the rate by steps", async () => {
    const rule = recipeOptimizer({ ...recipe, momentum: 0, weightDecay: 0, schedule: { epochs: 2, factor: 0.1 } }, 3);
    let params = { w: tensor([1]) }, memory = rule.init(params);
    const moves: number[] = [];
    for (let i = 0; i < 13; i++) {
      const [updates, next] = rule.update({ w: tensor([1]) }, memory, params);
      moves.push(Number((await read(updates.w))[0]!.toPrecision(3)));
      [params, memory] = [optim.applyUpdates(params, updates), next];
    }
    expect(moves).toEqual([...Array(6).fill(-0.01), ...Array(6).fill(-0.001), -0.0001]);
  });
  test("keeps 0.9 of the velocity and takes 0.0005 of the weights", async () => {
    const rule = recipeOptimizer(alexnetRecipe, 1000), params = { w: tensor([2]) };
    const [first, memory] = rule.update({ w: tensor([1]) }, rule.init(params), params);
    const [second] = rule.update({ w: tensor([0]) }, memory, params);
    expect((await read(first.w))[0]!).toBeCloseTo(-0.01 * (1 + 0.0005 * 2), 8);
    expect((await read(second.w))[0]!).toBeCloseTo(-0.01 * (0.9 * 1.001 + 0.001), 8);
  });
});
