/** Models of text: what they remember, what they see, how they write on, and that they learn. */
import { describe, expect, test } from "bun:test";
import {
  data,
  grad,
  item,
  jit,
  optim,
  random,
  run,
  setBackend,
  stopGradient,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../../mod.ts";
import {
  charLstm,
  describe as describeModel,
  miniGpt,
  tokenCrossEntropy,
  transformerEncoder,
} from "../../models/mod.ts";

await run(setBackend("wasm"));
const numbers = async (x: Tensor): Promise<number[]> => Array.from(await data(x as Tensor<number[], "f32">));
const near = (got: readonly number[], want: readonly number[], tolerance = 1e-5): void => {
  expect(got.length).toBe(want.length);
  got.forEach((v, i) => expect(Math.abs(v - want[i]!)).toBeLessThan(tolerance));
};

test("the loss of tokens is the mean over all places, in nats", async () => {
  const logits = tensor([[[0, 0], [Math.log(3), 0]]]), targets = tensor([[1, 1]], "i32");
  expect(await item(tokenCrossEntropy(logits, targets))).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 5);
  const padded = tokenCrossEntropy(logits, tensor([[1, -1]], "i32"), { ignore: -1 });
  expect(await item(padded)).toBeCloseTo(Math.log(2), 5);
});

describe("the LSTM of characters", () => {
  const net = charLstm({ vocabulary: 5, context: 6, embedding: 4, hidden: 7, layers: 2 });
  const { params } = net.init(random.key(0)), text = tensor([[0, 3, 1, 4, 2, 2]], "i32");
  test("read in two pieces says what it says of the whole, from what it remembers", async () => {
    const whole = await numbers(net.predict({ params }, text));
    const [first, memory] = net.run(params, net.start(1), tensor([[0, 3]], "i32"));
    const [second, end] = net.run(params, memory, tensor([[1, 4, 2, 2]], "i32"));
    near([...await numbers(first), ...await numbers(second)], whole);
    expect(end.cell.shape as readonly number[]).toEqual([2, 1, 7]);
  });
  test("sends gradients back through what it remembers, unless they are stopped", async () => {
    const slope = (cut: boolean) =>
      grad((p: typeof params) => {
        const [, memory] = net.run(p, net.start(1), tensor([[0]], "i32"));
        const kept = cut ? { hidden: stopGradient(memory.hidden), cell: stopGradient(memory.cell) } : memory;
        const [logits] = net.run(p, kept, tensor([[1]], "i32"));
        return tokenCrossEntropy(logits, tensor([[2]], "i32"));
      })(params).embed.weight;
    const of = async (cut: boolean) => (await numbers(slope(cut))).slice(0, 4);
    expect(await of(true)).toEqual([0, 0, 0, 0]);
    expect((await of(false)).every((g) => g !== 0)).toBe(true);
  });
  test("learns a text by heart and writes it on", async () => {
    const small = charLstm({ vocabulary: 4, context: 12, embedding: 8, hidden: 16 }), rule = optim.adam(0.03);
    const said = Array.from({ length: 13 }, (_, i) => [0, 1, 2, 0, 3][i % 5]!),
      cut = (from: number) => said.slice(from, from + 12);
    const x = tensor(Int32Array.from(cut(0)), [1, 12]), y = tensor(Int32Array.from(cut(1)), [1, 12]);
    let { params: p } = small.init(random.key(1)), memory = rule.init(p);
    const step = jit((q: typeof p, m: typeof memory) => {
      const [value, slope] = valueAndGrad((r: typeof p) => tokenCrossEntropy(small.predict({ params: r }, x), y))(q);
      const [updates, next] = rule.update(slope, m, q);
      return [value, optim.applyUpdates(q, updates), next] as const;
    });
    let loss: Tensor<[], "f32"> | null = null;
    for (let i = 0; i < 100; i++) [loss, p, memory] = step(p, memory);
    expect(await item(loss!)).toBeLessThan(0.1);
    const written = small.sample(p, tensor([0, 1, 2], "i32"), { key: random.key(2), count: 8, temperature: 0.1 });
    expect(await numbers(written)).toEqual([0, 3, 0, 1, 2, 0, 3, 0]);
  });
});

describe("the small GPT", () => {
  const net = miniGpt({ vocabulary: 7, context: 5, width: 8, heads: 2, blocks: 2 }),
    { params } = net.init(random.key(0));
  test("sees what came before, and nothing of what comes after", async () => {
    const of = (tokens: number[]) => numbers(net.predict({ params }, tensor(Int32Array.from(tokens), [1, 5])));
    const [a, b] = [await of([1, 2, 3, 4, 5]), await of([1, 2, 3, 6, 5])];
    near(a.slice(0, 21), b.slice(0, 21), 1e-7);
    expect(a.slice(21)).not.toEqual(b.slice(21));
    const turned = await of([2, 1, 3, 4, 5]);
    expect(turned.slice(14, 21)).not.toEqual(a.slice(14, 21));
  });
  test("writes by a key, and beyond what it sees at once", async () => {
    const write = async (seed: number) =>
      await numbers(net.sample(params, tensor([1, 2], "i32"), { key: random.key(seed), count: 12 }));
    const [a, b] = [await write(1), await write(2)];
    expect(a).toEqual(await write(1));
    expect(a).not.toEqual(b);
    expect([...a, ...b].every((t) => Number.isInteger(t) && t >= 0 && t < 7)).toBe(true);
  });
  test("cold, writes what is likeliest after the last tokens", async () => {
    const warm = miniGpt({ vocabulary: 7, context: 5, width: 8, heads: 2, blocks: 1 });
    const p = { ...warm.init(random.key(3)).params, head: { weight: random.normal(random.key(4), [7, 8]) } };
    const written = await numbers(
      warm.sample(p, tensor([1, 2, 3], "i32"), { key: random.key(5), count: 6, temperature: 1e-3 }),
    );
    const text = [1, 2, 3];
    for (let i = 0; i < 6; i++) {
      const seen = text.slice(-5), padded = [...seen, ...new Array<number>(5 - seen.length).fill(0)];
      const logits = await numbers(warm.predict({ params: p }, tensor(Int32Array.from(padded), [1, 5])));
      const here = logits.slice(7 * (seen.length - 1), 7 * seen.length);
      text.push(here.indexOf(Math.max(...here)));
    }
    expect(written).toEqual(text.slice(3));
  });
  test("needs something to go on from", () => {
    const nothing = tensor(new Int32Array(0), [0]);
    expect(() => net.sample(params, nothing, { key: random.key(0), count: 1 })).toThrow("sample: expected a prompt");
  });
});

describe("the encoder of the transformer", () => {
  test("as published has 18,914,304 parameters beside those of its embedding", () => {
    const net = transformerEncoder();
    expect(describeModel(net).parameters - 37_000 * 512).toBe(18_914_304);
    expect(net.output as readonly number[]).toEqual([128, 512]);
  });
  test("sees all places, and where they are; drops in training alone", async () => {
    const net = transformerEncoder({
      vocabulary: 9,
      context: 4,
      width: 8,
      hidden: 16,
      heads: 2,
      blocks: 2,
      dropout: 0.5,
    });
    const variables = net.init(random.key(0)), of = (t: number[]) => tensor(Int32Array.from(t), [1, 4]);
    const read = async (t: number[]) => await numbers(net.predict(variables, of(t)));
    const a = await read([1, 2, 3, 4]), b = await read([1, 2, 3, 5]), same = await read([1, 1, 1, 1]);
    expect(a.slice(0, 8)).not.toEqual(b.slice(0, 8));
    expect(same.slice(0, 8)).not.toEqual(same.slice(8, 16));
    // The last norm: every place has mean 0 and variance 1.
    for (let i = 0; i < 4; i++) {
      const x = a.slice(8 * i, 8 * i + 8), mean = x.reduce((s, v) => s + v) / 8;
      near([mean, x.reduce((s, v) => s + (v - mean) ** 2, 0) / 8], [0, 1], 1e-3);
    }
    const [dropped] = net.apply(variables, of([1, 2, 3, 4]), { training: true, key: random.key(1) });
    expect(await numbers(dropped)).not.toEqual(a);
  });
});
