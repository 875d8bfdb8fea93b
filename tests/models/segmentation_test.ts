/** U-Net: what goes across, what its result is made of, and how its pixels are weighed. */
import { describe, expect, test } from "bun:test";
import { data, item, mul, nn, random, run, setBackend, softmax, type Tensor, tensor, zeros } from "../../mod.ts";
import { borderWeights, describe as describeModel, pixelCrossEntropy, unet } from "../../models/mod.ts";

await run(setBackend("wasm"));
const numbers = async (x: Tensor): Promise<number[]> => Array.from(await data(x as Tensor<number[], "f32">));

describe("cropConcat", () => {
  test("puts the middle of what went in before what came out", async () => {
    const net = nn.model([1, 4, 5], nn.cropConcat(nn.maxPool2d(2)));
    const x = tensor(Float32Array.from({ length: 20 }, (_, i) => i), [1, 1, 4, 5]);
    const y = net.predict({ params: {} }, x);
    expect(y.shape as readonly number[]).toEqual([1, 2, 2, 2]);
    // Rows 1 and 2, columns 1 and 2: of the two middles of five columns around two the left one.
    expect(await numbers(y)).toEqual([6, 7, 11, 12, 6, 8, 16, 18]);
  });
  test("keeps the variables and the sentence of its path", () => {
    const net = nn.model([2, 8, 8], nn.named("skip", nn.cropConcat(nn.conv2d(3, { kernel: 3 }))));
    const { params } = net.init(random.key(0));
    expect(params.skip.path.weight.shape as readonly number[]).toEqual([3, 2, 3, 3]);
    expect(net.output as readonly number[]).toEqual([5, 6, 6]);
  });
});

describe("U-Net", () => {
  test("as published makes 388 pixels of 572, and padded as many as there were", () => {
    const published = unet();
    expect(published.output as readonly number[]).toEqual([2, 388, 388]);
    expect(describeModel(published).parameters).toBe(31_030_658);
    expect(unet({ input: [3, 64, 96], classes: 4, padding: "same" }).output as readonly number[]).toEqual([4, 64, 96]);
  });
  test("gives logits of every pixel, valid and padded, and drops features in training alone", async () => {
    const net = unet({ input: [1, 44, 44], widths: [3, 4, 5], dropout: 0.5 }), variables = net.init(random.key(0));
    expect(net.output as readonly number[]).toEqual([2, 4, 4]);
    const x = random.normal(random.key(1), [2, 1, 44, 44]);
    const [y, again] = [await numbers(net.predict(variables, x)), await numbers(net.predict(variables, x))];
    expect(y.length).toBe(2 * 2 * 16);
    expect(y).toEqual(again);
    const dropped = await numbers(net.apply(variables, x, { training: true, key: random.key(2) })[0]);
    expect(dropped).not.toEqual(y);
    expect([...y, ...dropped].every(Number.isFinite)).toBe(true);
  });
  test("sees fine features through the connections: a far pixel of the image reaches only what is near", async () => {
    const net = unet({ input: [1, 32, 32], widths: [2, 2, 2], padding: "same" }), variables = net.init(random.key(3));
    const x = await numbers(random.normal(random.key(4), [1, 1, 32, 32])), other = [...x];
    other[0] = 9;
    const of = (v: number[]) => net.predict(variables, tensor(Float32Array.from(v), [1, 1, 32, 32]));
    const [a, b] = [await numbers(of(x)), await numbers(of(other))];
    const changed = a.flatMap((v, i) => Math.abs(v - b[i]!) > 1e-6 ? [i % 1024] : []);
    expect(changed.length).toBeGreaterThan(0);
    // Two convolutions each way on three levels: (2 + 2) (1 + 2) + 2 * 4 pixels, and those of the transposed convolutions.
    expect(changed.every((i) => i % 32 < 28 && Math.floor(i / 32) < 28)).toBe(true);
  });
});

describe("losses of pixels", () => {
  const logits = tensor(Float32Array.from([1, 0, 2, -1, 0, 0, 1, 1]), [1, 2, 2, 2]);
  const labels = tensor(Int32Array.from([0, 1, 0, 1]), [1, 2, 2]);
  test("with equal weights are cross-entropy; a weight of 0 leaves a pixel out", async () => {
    const ones = tensor(new Float32Array(4).fill(1), [1, 2, 2]);
    const plain = await item(nn.crossEntropy(logits, labels) as Tensor<[], "f32">);
    expect(await item(pixelCrossEntropy(logits, labels, ones))).toBeCloseTo(plain, 6);
    const first = await item(pixelCrossEntropy(logits, labels, tensor(Float32Array.from([4, 0, 0, 0]), [1, 2, 2])));
    expect(first).toBeCloseTo(Math.log(1 + Math.exp(-1)), 6);
  });
  test("by Dice's coefficient are 0 for the mask itself", async () => {
    const mask = tensor(Float32Array.from([1, 0, 1, 0, 0, 1, 0, 1]), [1, 2, 2, 2]);
    expect(await item(nn.diceLoss(mask, mask) as Tensor<[], "f32">)).toBeCloseTo(0, 6);
    const unsure = nn.diceLoss(softmax(mul(zeros([1, 2, 2, 2]), 1), 1), mask) as Tensor<[], "f32">;
    expect(await item(unsure)).toBeGreaterThan(0.3);
  });
});

describe("borderWeights", () => {
  const size = [9, 16] as const,
    mask = Array.from({ length: 9 * 16 }, (_, i) => {
      const [y, x] = [Math.floor(i / 16), i % 16];
      return y >= 2 && y < 7 && ((x >= 2 && x < 6) || (x >= 9 && x < 14)) ? 1 : 0;
    });
  /** The sum of the distances to the two cells, by looking at all their pixels. */
  const slow = (y: number, x: number): number => {
    const to = (from: number, end: number): number => {
      let least = Infinity;
      for (let v = 2; v < 7; v++) for (let u = from; u < end; u++) least = Math.min(least, Math.hypot(v - y, u - x));
      return least;
    };
    return to(2, 6) + to(9, 14);
  };
  test("is what equation 2 says, by the exact distances", () => {
    const got = borderWeights(mask, size, { balanced: false });
    const want = mask.map((m, i) =>
      m === 1 ? 1 : 1 + 10 * Math.exp(-(slow(Math.floor(i / 16), i % 16) ** 2) / (2 * 25))
    );
    got.forEach((w, i) => expect(Math.abs(w - want[i]!)).toBeLessThan(1e-5));
    expect(Math.max(...got)).toBe(got[4 * 16 + 7]!);
  });
  test("makes both classes weigh the same", () => {
    const got = borderWeights(mask, size, { strength: 0 });
    const inside = got.reduce((s, w, i) => s + (mask[i] === 1 ? w : 0), 0), all = got.reduce((s, w) => s + w, 0);
    expect(inside / all).toBeCloseTo(0.5, 5);
    expect(all).toBeCloseTo(mask.length, 3);
  });
  test("knows masks without cells, with one, and of another size", () => {
    expect([...new Set(borderWeights([0, 0, 0, 0], [2, 2]))]).toEqual([1]);
    expect([...new Set(borderWeights([1, 1, 1, 1], [2, 2]))]).toEqual([1]);
    expect(Array.from(borderWeights([1, 0, 0, 0], [2, 2], { balanced: false }))).toEqual([1, 1, 1, 1]);
    expect(() => borderWeights([1, 0], [2, 2])).toThrow("borderWeights: expected 2 by 2 pixels, got 2");
  });
});
