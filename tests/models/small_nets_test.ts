/** The small networks of the course: what they hold, what they give, and that they learn. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { data, item, jit, nn, optim, random, run, setBackend, type Tensor, tensor, valueAndGrad } from "../../mod.ts";
import * as models from "../../models/mod.ts";
import { testShared } from "../support/skips.ts";

await run(setBackend("wasm"));

const numbers = async (x: Tensor): Promise<number[]> => Array.from(await data(x as Tensor<number[], "f32">));
const differentiate = valueAndGrad as unknown as <P>(
  f: (p: P) => Tensor<[], "f32">,
) => (p: P) => [Tensor<[], "f32">, P];
/** Steps of gradient descent; the last loss and the parameters. */
const train = async <P>(start: P, loss: (p: P) => Tensor<[], "f32">, steps: number, rate: number) => {
  const rule = optim.adam(rate);
  const step = jit((p: P, m: optim.OptimizerState<P>) => {
    const [value, gradients] = differentiate(loss)(p);
    const [updates, next] = rule.update(gradients, m, p);
    return [value, optim.applyUpdates(p, updates), next] as const;
  });
  let params = start, memory = rule.init(start), last: Tensor<[], "f32"> | null = null;
  for (let i = 0; i < steps; i++) [last, params, memory] = step(params, memory);
  return { loss: await item(last!), params };
};
const corners = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
const argmax = (row: readonly number[]): number => row.indexOf(Math.max(...row));

describe("regression", () => {
  test("of a line finds the line", async () => {
    const net = models.linearRegression({ inputs: 2 }), x = random.normal(random.key(1), [32, 2]);
    const points = await numbers(x);
    const y = tensor(Float32Array.from({ length: 32 }, (_, i) => 2 * points[2 * i]! - points[2 * i + 1]! + 0.5), [
      32,
      1,
    ]);
    const { params } = await train(
      net.init(random.key(0)).params,
      (p) => nn.mseLoss(net.predict({ params: p }, x), y),
      300,
      0.05,
    );
    const [a, b] = await numbers(params.map.weight), [c] = await numbers(params.map.bias);
    [[a, 2], [b, -1], [c, 0.5]].forEach(([got, want]) => expect(got).toBeCloseTo(want!, 2));
  });
  test("by logits gives the probability of a gate", async () => {
    const net = models.logisticRegression({ inputs: 2 }), target = tensor([[0], [1], [1], [1]]);
    const { params, loss } = await train(
      net.init(random.key(0)).params,
      (p) => nn.bceWithLogits(net.predict({ params: p }, corners), target),
      200,
      0.1,
    );
    expect(loss).toBeLessThan(0.1);
    expect((await numbers(net.predict({ params }, corners))).map((v) => v > 0)).toEqual([false, true, true, true]);
  });
  test("by softmax tells three classes apart; for digits it has 7,850 parameters", async () => {
    const net = models.softmaxRegression({ inputs: 2, classes: 3 });
    const x = tensor([[0, 2], [0.3, 1.8], [2, -1], [1.7, -1.2], [-2, -1], [-1.8, -0.8]]),
      y = tensor([0, 0, 1, 1, 2, 2], "i32");
    const { params, loss } = await train(
      net.init(random.key(0)).params,
      (p) => nn.crossEntropy(net.predict({ params: p }, x), y) as Tensor<[], "f32">,
      100,
      0.1,
    );
    expect(loss).toBeLessThan(0.1);
    const logits = await numbers(net.predict({ params }, x));
    expect(Array.from({ length: 6 }, (_, i) => argmax(logits.slice(3 * i, 3 * i + 3)))).toEqual([0, 0, 1, 1, 2, 2]);
    expect(models.describe(models.get("softmax_regression")).parameters).toBe(7850);
  });
});

describe("nets of layers", () => {
  test("two layers with the hinge loss solve exclusive or", async () => {
    const net = models.hingeNet({ inputs: 2, hidden: 8, classes: 2 }), labels = tensor([0, 1, 1, 0], "i32");
    const { params, loss } = await train(
      net.init(random.key(3)).params,
      (p) => models.hingeNetLoss(net.predict({ params: p }, corners), labels),
      200,
      0.05,
    );
    expect(loss).toBeLessThan(1e-3);
    const scores = await numbers(net.predict({ params }, corners));
    expect([0, 1, 2, 3].map((i) => argmax(scores.slice(2 * i, 2 * i + 2)))).toEqual([0, 1, 1, 0]);
  });
  test("the hinge loss is the sum over the other classes", async () => {
    // Of label 0: max(0, 5.1 - 3.2 + 1) + max(0, -1.7 - 3.2 + 1) = 2.9; of label 1: 0.
    const scores = tensor([[3.2, 5.1, -1.7], [1.3, 4.9, 2]]);
    expect(await item(models.hingeNetLoss(scores, tensor([0, 1], "i32")))).toBeCloseTo(1.45, 5);
  });
  test("the multilayer perceptron has 118,282 parameters and gives 10 logits", async () => {
    const net = models.mlp(), { params } = net.init(random.key(0));
    expect(models.describe(net).parameters).toBe(118_282);
    const y = net.predict({ params }, random.normal(random.key(1), [2, 1, 28, 28]));
    expect(y.shape as readonly number[]).toEqual([2, 10]);
    expect((await numbers(y)).every(Number.isFinite)).toBe(true);
  });
  test("ConvNetJS's network has its published layers", async () => {
    const net = models.convNetJs(), { params } = net.init(random.key(0));
    expect(models.describe(net).layers.map((l) => `${l.kind} ${l.output.join("x")}`)).toEqual([
      ...["conv2d 16x32x32", "relu 16x32x32", "maxPool2d 16x16x16", "conv2d 20x16x16", "relu 20x16x16"],
      ...["maxPool2d 20x8x8", "conv2d 20x8x8", "relu 20x8x8", "maxPool2d 20x4x4", "flatten 320", "linear 10"],
    ]);
    expect(models.describe(net).parameters).toBe(22_466);
    const y = await numbers(net.predict({ params }, random.uniform(random.key(1), [2, 3, 32, 32], -0.5, 0.5)));
    expect(y.length).toBe(20);
    expect(y.every(Number.isFinite)).toBe(true);
  });
});

describe("LeNet", () => {
  test("5 has 61,470 weights and 236 biases", () => {
    const held = models.variablesOf(models.lenet5).variables;
    const count = (last: string): number =>
      held.filter((v) => v.path.at(-1) === last).reduce((n, v) => n + v.shape.reduce((a, d) => a * d, 1), 0);
    expect([count("weight"), count("bias")]).toEqual([61_470, 236]);
  });
  test("5 of 1998 gives the squared distances from the codes of the digits", async () => {
    const net = models.lenet1998, { params } = net.init(random.key(0)), codes = await numbers(models.digitCodes());
    expect([...new Set(codes)].toSorted()).toEqual([-1, 1]);
    const rows = Array.from({ length: 10 }, (_, i) => codes.slice(84 * i, 84 * i + 84).join(""));
    expect(new Set(rows).size).toBe(10);
    expect(await numbers(params.out.weight)).toEqual(codes);
    const y = await numbers(net.predict({ params }, random.normal(random.key(1), [2, 1, 32, 32])));
    expect(y.length).toBe(20);
    expect(Math.min(...y)).toBeGreaterThan(0);
  });
  test("of Caffe gives 10 logits", async () => {
    const net = models.lenetCaffe(),
      y = net.predict(net.init(random.key(0)), random.uniform(random.key(1), [2, 1, 28, 28]));
    expect(y.shape as readonly number[]).toEqual([2, 10]);
    expect((await numbers(y)).every(Number.isFinite)).toBe(true);
  });
  test("5 of 1998 learns all but the codes of the digits", async () => {
    const net = models.lenet1998,
      { params } = net.init(random.key(0)),
      x = random.normal(random.key(1), [1, 1, 32, 32]);
    const loss = (p: typeof params) => models.lenet1998Loss(net.predict({ params: p }, x), tensor([3], "i32"));
    const slope = differentiate(loss)(params)[1];
    expect((await numbers(slope.out.weight)).every((g) => g === 0)).toBe(true);
    expect((await numbers(slope.f6.weight)).some((g) => g !== 0)).toBe(true);
  });
  test("5 of 1998 connects C3 as table I says: 60 kernels, 10 maps for each of S2", () => {
    const seen = models.c3Connections.flat() as readonly number[];
    expect(seen.length).toBe(60);
    expect([0, 1, 2, 3, 4, 5].map((m) => seen.filter((s) => s === m).length)).toEqual([10, 10, 10, 10, 10, 10]);
  });
  test("5 of 1998 has the discriminating loss of equation 9", async () => {
    const distances = tensor([[1, 4], [9, 2]]),
      loss = models.lenet1998Loss(distances, tensor([0, 1], "i32"), { j: 0.5 });
    const one = (own: number, ys: readonly number[]): number =>
      own + Math.log(Math.exp(-0.5) + ys.reduce((s, v) => s + Math.exp(-v), 0));
    expect(await item(loss)).toBeCloseTo((one(1, [1, 4]) + one(2, [9, 2])) / 2, 5);
  });
  testShared("golden/zoo/classic.json")("has the parameters and multiply-adds of the tables", (path) => {
    const table: readonly { name: models.ZooName; parameters: number; macs: { total: number }; output: number[] }[] =
      JSON.parse(readFileSync(path, "utf8")).models;
    const own = table.filter((m) => m.name.startsWith("lenet"));
    expect(own.map((m) => m.name)).toEqual(["lenet5_1998", "lenet5", "lenet_caffe"] as models.ZooName[]);
    for (const { name, parameters, macs, output } of own) {
      const got = models.describe(models.get(name));
      expect([name, got.parameters, got.multiplyAdds, 1, ...got.output]).toEqual([
        name,
        parameters,
        macs.total,
        ...output,
      ]);
    }
  });
});
