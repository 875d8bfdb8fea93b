import { describe, expect, test } from "bun:test";
import * as nn from "../../nn/mod.ts";
import { key } from "../../ops/random.ts";
import type { Tensor } from "../../core/tensor.ts";
import { compute, given, noise } from "./support.ts";

const close = (got: readonly number[], want: readonly number[], tolerance = 1e-6): void => {
  expect(got.length).toBe(want.length);
  got.forEach((x, i) => expect(Math.abs(x - want[i]!)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(want[i]!))));
};
const f32 = (x: Tensor): Tensor<number[], "f32"> => x as Tensor<number[], "f32">;
const sentenceOf = (f: () => unknown): string => {
  try {
    f();
  } catch (e) {
    return (e as Error).message;
  }
  return "nothing was thrown";
};

describe("layers", () => {
  test("conv2d multiplies, adds its bias and keeps the channels apart", () => {
    const m = nn.model([1, 2, 2], nn.named("c", nn.conv2d(2, { kernel: 2 })));
    const weight = given([2, 1, 2, 2], [1, 0, 0, 1, 1, 2, 3, 4]), bias = given([2], [10, 20]);
    const [y] = compute(
      (x, w, b) => m.predict({ params: { c: { weight: w, bias: b } } } as never, f32(x)),
      given([2, 1, 2, 2], [1, 2, 3, 4, 0, 1, 0, 0]),
      weight,
      bias,
    );
    expect(y!.shape).toEqual([2, 2, 1, 1]);
    expect(y!.values).toEqual([15, 50, 10, 22]);
  });
  test("linear is W x + b", () => {
    const m = nn.model([2], nn.named("f", nn.linear(3)));
    const [y] = compute(
      (x, w, b) => m.predict({ params: { f: { weight: w, bias: b } } } as never, f32(x)),
      given([1, 2], [1, -1]),
      given([3, 2], [1, 2, 3, 4, 5, 6]),
      given([3], [0, 1, 2]),
    );
    expect(y!.values).toEqual([-1, 0, 1]);
  });
  test("pools, flatten and activations do what they are called", () => {
    const x = given([1, 1, 2, 4], [1, -2, 3, 4, 5, 6, -7, 8]);
    const of = (layer: nn.Layer, v = x) => {
      const m = nn.model(v.shape.slice(1), layer) as nn.Model<number[], number[], [nn.Layer]>;
      return compute((t) => m.predict({ params: {} } as never, f32(t)), v)[0]!;
    };
    expect(of(nn.maxPool2d(2)).values).toEqual([6, 8]);
    expect(of(nn.avgPool2d(2)).values).toEqual([2.5, 2]);
    expect(of(nn.avgPool2d(2, { stride: 1 })).values).toEqual([2.5, 0, 2]);
    expect(of(nn.globalAvgPool)).toEqual({ shape: [1, 1], values: [2.25] });
    expect(of(nn.flatten)).toEqual({ shape: [1, 8], values: [1, -2, 3, 4, 5, 6, -7, 8] });
    expect(of(nn.relu).values).toEqual([1, 0, 3, 4, 5, 6, 0, 8]);
    expect(of(nn.identity).values).toEqual([1, -2, 3, 4, 5, 6, -7, 8]);
    close(of(nn.tanh).values, Array.from(x.values, Math.tanh), 1e-12);
    close(of(nn.sigmoid).values, Array.from(x.values, (v) => 1 / (1 + Math.exp(-v))), 1e-12);
    close(of(nn.softmax(), given([2, 2], [0, 0, Math.log(3), 0])).values, [0.5, 0.5, 0.75, 0.25], 1e-12);
    expect(of(nn.expectShape(1, 2, 4)).values).toEqual(Array.from(x.values));
  });
  test("residual adds, concat joins channels, repeat repeats with its own variables, named names", () => {
    const x = given([1, 2, 1, 1], [1, -2]);
    const m = nn.model(
      [2, 1, 1],
      nn.residual(nn.relu),
      nn.concat(nn.identity, nn.relu),
      nn.named("twice", nn.repeat(2, nn.named("c", nn.conv2d(4, { kernel: 1 })))),
    );
    const start = compute(() => m.init(key(3)).params);
    expect(start.map((t) => t.shape)).toEqual([[4, 4, 1, 1], [4], [4, 4, 1, 1], [4]]);
    const eye = given([4, 4, 1, 1], Array.from({ length: 16 }, (_, i) => i % 5 === 0 ? 2 : 0)),
      zero = given([4], [0, 0, 0, 1]);
    const [y] = compute(
      (t, w, b) => m.predict({ params: { twice: [{ weight: w, bias: b }, { weight: w, bias: b }] } } as never, f32(t)),
      x,
      eye,
      zero,
    );
    expect(y!.values).toEqual([8, -8, 8, 3]);
  });
  test("a layer's result has the shape it announces, for every way to make windows", () => {
    const pads = [0, 1, "same", "valid", [1, [0, 2]]] as const, fits = ["floor", "ceil"] as const;
    for (const padding of pads) {
      for (const fit of fits) {
        for (const stride of [1, 2, [3, 2]] as const) {
          const conv = nn.conv2d(2, { kernel: [3, 2], padding, fit, stride, dilation: 2 }),
            pool = nn.maxPool2d(3, { padding: 1, fit, stride });
          const m = nn.model([2, 9, 8], conv, pool) as nn.Model<number[], number[], nn.Layers>;
          const [y] = compute((x) => m.predict(m.init(key(0)) as never, f32(x)), noise([2, 2, 9, 8]));
          expect(y!.shape).toEqual([2, ...m.output]);
        }
      }
    }
  });
});

describe("batchNorm and dropout", () => {
  const m = nn.model([2], nn.named("n", nn.batchNorm({ momentum: 0.5 })));
  const x = given([4, 2], [1, 10, 2, 20, 3, 30, 6, 40]);
  test("batchNorm normalizes by the batch in training and moves its statistics", () => {
    const [y, mean, variance] = compute((t) => m.apply(m.init(key(0)), f32(t), { training: true }), x);
    const column = (i: number) => y!.values.filter((_, j) => j % 2 === i);
    for (const i of [0, 1]) {
      close([column(i).reduce((a, b) => a + b) / 4], [0], 1e-6);
      close([column(i).reduce((a, b) => a + b * b, 0) / 4], [1], 1e-4);
    }
    close(mean!.values, [1.5, 12.5]);
    close(variance!.values, [(1 + 14 / 3) / 2, (1 + 500 / 3) / 2]);
  });
  test("batchNorm uses the running statistics otherwise, and keeps them", () => {
    const [y, mean, variance] = compute((t) => m.apply(m.init(key(0)), f32(t)), x);
    close(y!.values, Array.from(x.values, (v) => v / Math.sqrt(1 + 1e-5)));
    expect([mean!.values, variance!.values]).toEqual([[0, 0], [1, 1]]);
  });
  test("dropout drops a share in training, each layer its own, and scales the rest", () => {
    const d = nn.model([1000], nn.dropout(0.25)), two = nn.model([1000], nn.concat(nn.dropout(0.5), nn.dropout(0.5)));
    const ones = given([1, 1000], new Float32Array(1000).fill(1));
    const [y] = compute((t) => d.apply({ params: {} }, f32(t), { training: true, key: key(1) })[0], ones);
    const kept = y!.values.filter((v) => v !== 0);
    expect(Math.abs(kept.length - 750)).toBeLessThan(60);
    close([...new Set(kept)], [4 / 3]);
    const [halves] = compute((t) => two.apply({ params: {} }, f32(t), { training: true, key: key(1) })[0], ones);
    expect(halves!.values.slice(0, 1000)).not.toEqual(halves!.values.slice(1000));
    expect(compute((t) => d.predict({ params: {} }, f32(t)), ones)[0]!.values).toEqual(Array.from(ones.values));
    expect(() => compute((t) => d.apply({ params: {} }, f32(t), { training: true })[0], ones)).toThrow(
      "training needs a key",
    );
  });
});

describe("models", () => {
  const lenet = nn.model(
    [1, 28, 28],
    nn.named("c1", nn.conv2d(6, { kernel: 5, padding: 2 })),
    nn.tanh,
    nn.avgPool2d(2),
    nn.named("c3", nn.conv2d(16, { kernel: 5 })),
    nn.tanh,
    nn.avgPool2d(2),
    nn.flatten,
    nn.named("f5", nn.linear(120)),
    nn.tanh,
    nn.named("f6", nn.linear(84)),
    nn.tanh,
    nn.named("out", nn.linear(10)),
  );
  test("know their shapes, and draw parameters of the shapes in their types", () => {
    expect(lenet.shapes.map((s) => s.join())).toEqual(
      ["6,28,28", "6,28,28", "6,14,14", "16,10,10", "16,10,10", "16,5,5", "400", "120", "120", "84", "84", "10"],
    );
    const shapes = compute(() => lenet.init(key(0)).params).map((t) => t.shape.join());
    expect(shapes).toEqual(["6,1,5,5", "6", "16,6,5,5", "16", "120,400", "120", "84,120", "84", "10,84", "10"]);
  });
  test("print a summary with shapes, parameters and multiply-adds", () => {
    expect(lenet.summary().split("\n")).toEqual([
      "layer        kind       output        parameters  multiply-adds",
      "---------------------------------------------------------------",
      "input                   [1, 28, 28]",
      "c1           conv2d     [6, 28, 28]          156        117,600",
      "1:tanh       tanh       [6, 28, 28]            0              0",
      "2:avgPool2d  avgPool2d  [6, 14, 14]            0              0",
      "c3           conv2d     [16, 10, 10]       2,416        240,000",
      "4:tanh       tanh       [16, 10, 10]           0              0",
      "5:avgPool2d  avgPool2d  [16, 5, 5]             0              0",
      "6:flatten    flatten    [400]                  0              0",
      "f5           linear     [120]             48,120         48,000",
      "8:tanh       tanh       [120]                  0              0",
      "f6           linear     [84]              10,164         10,080",
      "10:tanh      tanh       [84]                   0              0",
      "out          linear     [10]                 850            840",
      "---------------------------------------------------------------",
      "total                                     61,706        416,520",
    ]);
  });
  test("indent blocks in the summary and count repeated ones as often as they stand", () => {
    const block = nn.residual(nn.sequential(nn.conv2d(4, { kernel: 3, padding: 1 }), nn.relu));
    const text = nn.model([4, 8, 8], nn.named("body", nn.repeat(3, block)), nn.globalAvgPool).summary();
    expect(text).toMatch(/\nbody +repeat +\[4, 8, 8\] +444 +27,648\n/);
    expect(text).toMatch(/\n {2}repeat +residual x 3 +\[4, 8, 8\] +444 +27,648\n/);
    expect(text).toMatch(/\n {4}main +sequential +\[4, 8, 8\] +148 +9,216\n/);
    expect(text).toMatch(/\ntotal +444 +27,648$/);
  });
  test("refuse a batch of other examples, and parameters that lack a layer, in words", () => {
    const run = (shape: readonly number[], params: unknown) =>
      sentenceOf(() => compute((x) => lenet.predict({ params } as never, f32(x)), noise(shape)));
    expect(run([2, 1, 27, 28], {})).toBe("model: expects a batch of [1, 28, 28], got [2, 1, 27, 28]");
    expect(run([2, 1, 28, 28], {})).toBe("model: no parameters for layer c1, got none");
    expect(run([1, 28, 28], {})).toBe(
      "model: expects a batch of [1, 28, 28], got one example [1, 28, 28]: add the batch axis",
    );
  });
  test("check at run time what the compiler does not know", () => {
    const size: number = 15;
    const image: number[] = [3, 4];
    expect(sentenceOf(() => nn.model([3, size, size], nn.conv2d(8, { kernel: 17 })))).toBe(
      "conv2d: kernel 17 does not fit input 15 (height of [3, 15, 15])",
    );
    expect(sentenceOf(() => nn.model(image, nn.relu, nn.named("c", nn.conv2d(8, { kernel: 17 }))))).toBe(
      "conv2d: expects [channels, height, width], got [3, 4]",
    );
  });
  test("leave named extents open until a batch comes", () => {
    const m = nn.model([3, "h", "w"], nn.conv2d(4, { kernel: 3, padding: "same" }), nn.globalAvgPool, nn.linear(2));
    const [y] = compute((x) => m.predict(m.init(key(0)), f32(x) as never), noise([2, 3, 5, 7]));
    expect(y!.shape).toEqual([2, 2]);
    expect(sentenceOf(() => compute(() => nn.model(["n"], nn.linear(2)).init(key(0))))).toBe(
      "linear: the weight [2, ?] has an unknown extent: give the model its input shape in numbers [in 0:linear]",
    );
  });
  test("are made step by step by chain", () => {
    const c = nn.chain([1, 6, 6]).pipe(nn.conv2d(2, { kernel: 3 })).pipe(nn.flatten);
    expect([...c.shape]).toEqual([32]);
    expect([...c.pipe(nn.linear(4)).model().output]).toEqual([4]);
    expect(c.model().layers.map((l) => l.kind)).toEqual(["conv2d", "flatten"]);
  });
});

describe("softmaxCrossEntropy", () => {
  test("is the mean of minus the logarithm of the probability of the label", () => {
    const logits = given([2, 3], [1, 2, 3, 0, 0, 0]), labels = given([2], [2, 0], "i32");
    const [loss] = compute((x, y) => nn.softmaxCrossEntropy(f32(x), y as Tensor<number[], "i32">), logits, labels);
    const first = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 3;
    expect(loss!.shape).toEqual([]);
    close(loss!.values, [(first + Math.log(3)) / 2], 1e-12);
  });
  test("stays finite for large logits, and takes labels of any number of axes", () => {
    const logits = given([2, 1, 2], [1000, 0, 0, -1000]), labels = given([2, 1], [1, 0], "u32");
    const [loss] = compute((x, y) => nn.softmaxCrossEntropy(f32(x), y as Tensor<number[], "u32">), logits, labels);
    close(loss!.values, [500]);
  });
  test("refuses labels of another batch", () => {
    const run = () =>
      compute(
        (x, y) => nn.softmaxCrossEntropy(f32(x), y as Tensor<number[], "i32">),
        noise([32, 10]),
        given([64], new Array(64).fill(0), "i32"),
      );
    expect(sentenceOf(run)).toBe("softmaxCrossEntropy: logits [32, 10] need labels [32], got [64]");
  });
});
