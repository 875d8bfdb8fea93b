/** Single neurons do what textbooks say they do, and fail where they must. */
import { describe, expect, test } from "bun:test";
import { data, nn, random, run, setBackend, type Tensor, tensor } from "../../mod.ts";
import {
  adaline,
  adalineDecision,
  gates,
  neuron,
  perceptron,
  type Synapse,
  trainAdaline,
  trainPerceptron,
  type UnitParams,
  xorGate,
} from "../../models/mod.ts";

await run(setBackend("wasm"));

const pairs = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
const tables = { and: [0, 0, 0, 1], or: [0, 1, 1, 1], nand: [1, 1, 1, 0], nor: [1, 0, 0, 0] } as const;
const xor = [0, 1, 1, 0], xorSigns = [-1, 1, 1, -1] as const;
const numbers = async (x: Tensor): Promise<number[]> => Array.from(await data(x as Tensor<number[], "f32">));

describe("the neuron of McCulloch and Pitts", () => {
  test.each(["and", "or", "nand", "nor"] as const)("is a gate: %s", async (name) => {
    expect(await numbers(nn.model([2], gates[name]).predict({ params: {} }, pairs))).toEqual([...tables[name]]);
  });
  test("is a gate: not", async () => {
    expect(await numbers(nn.model([1], gates.not).predict({ params: {} }, tensor([[0], [1]])))).toEqual([1, 0]);
  });
  test("computes exclusive or in two layers", async () => {
    expect(await numbers(xorGate.predict({ params: {} }, pairs))).toEqual(xor);
  });
  test("computes no exclusive or alone, and with absolute inhibition not even nand", async () => {
    const synapses: readonly Synapse[] = [1, -1];
    const computed = { relative: new Set<string>(), absolute: new Set<string>() };
    for (const inhibition of ["relative", "absolute"] as const) {
      const all = synapses.flatMap((a) => synapses.flatMap((b) => [-2, -1, 0, 1, 2, 3].map((t) => [a, b, t] as const)));
      for (const [a, b, threshold] of all) {
        const unit = nn.model([2], neuron({ synapses: [a, b], threshold, inhibition }));
        computed[inhibition].add((await numbers(unit.predict({ params: {} }, pairs))).join(""));
      }
    }
    expect(computed.relative.has("0110")).toBe(false);
    expect(computed.relative.has("1110")).toBe(true);
    expect(computed.absolute.has("0110")).toBe(false);
    expect(computed.absolute.has("1110")).toBe(false);
    expect(computed.absolute.has("1000")).toBe(true);
  });
});

describe("the perceptron", () => {
  const unit = perceptron({ inputs: 2 }), { params } = unit.init(random.key(0));
  test.each(["and", "or", "nand", "nor"] as const)("learns %s and then makes no mistake", async (name) => {
    const learned = trainPerceptron(params, pairs, tensor([...tables[name]]) as Tensor<[4], "f32">, { epochs: 12 });
    expect((await numbers(learned.costs)).at(-1)).toBe(0);
    expect(await numbers(unit.predict({ params: learned.params }, pairs))).toEqual([...tables[name]]);
  });
  test("never learns exclusive or", async () => {
    const learned = trainPerceptron(params, pairs, tensor(xor) as Tensor<[4], "f32">, { epochs: 100 });
    expect(Math.min(...await numbers(learned.costs))).toBeGreaterThan(0);
  });
  test("makes a step only for a mistake: w + (t - y) x", async () => {
    const one = trainPerceptron(params, tensor([[1, 2]]), tensor([0]), { epochs: 1, rate: 0.5 });
    expect(await numbers(one.params.unit.weight)).toEqual([-0.5, -1]);
    expect(await numbers(one.params.unit.bias)).toEqual([-0.5]);
    const again = trainPerceptron(one.params, tensor([[1, 2]]), tensor([0]), { epochs: 3 });
    expect(await numbers(again.params.unit.weight)).toEqual([-0.5, -1]);
    expect(await numbers(again.costs)).toEqual([0, 0, 0]);
  });
  test("makes at most (R / γ)² mistakes on separable examples", async () => {
    const points = await numbers(random.uniform(random.key(3), [200, 3], -1, 1)), normal = [0.6, -0.48, 0.64];
    const rows = Array.from({ length: 200 }, (_, i) => points.slice(i * 3, i * 3 + 3));
    const side = (r: readonly number[]): number => r.reduce((s, v, i) => s + v * normal[i]!, 0);
    const kept = rows.filter((r) => Math.abs(side(r)) > 0.15), gamma = Math.min(...kept.map((r) => Math.abs(side(r))));
    const radius2 = Math.max(...kept.map((r) => r.reduce((s, v) => s + v * v, 1)));
    const x = tensor(Float32Array.from(kept.flat()), [kept.length, 3]);
    const targets = tensor(Float32Array.from(kept, (r) => side(r) > 0 ? 1 : 0), [kept.length]);
    const cloud = perceptron({ inputs: 3 });
    const learned = trainPerceptron(cloud.init(random.key(0)).params, x, targets, { epochs: 20 });
    const mistakes = await numbers(learned.costs), total = mistakes.reduce((a, b) => a + b);
    expect(mistakes.at(-1)).toBe(0);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual(radius2 / gamma ** 2);
    expect(await numbers(cloud.predict({ params: learned.params }, x))).toEqual(await numbers(targets));
  });
});

describe("ADALINE", () => {
  const unit = adaline({ inputs: 2 }), { params } = unit.init(random.key(0));
  /** Two hundred passes in large steps, then as many in small ones. */
  const passes = (from: typeof params, targets: readonly [number, number, number, number]) =>
    [0.1, 0.01].reduce((p, rate) => trainAdaline(p.params, pairs, tensor(targets), { epochs: 200, rate }), {
      params: from as UnitParams<2>,
      costs: tensor([0]) as Tensor<[number], "f32">,
    });
  test("follows the delta rule: w + rate (t - s) x", async () => {
    const one = trainAdaline(params, tensor([[1, 2]]), tensor([1]), { epochs: 2, rate: 0.1 });
    // s = 0, then 0.6: errors 1 and 0.4.
    expect((await numbers(one.params.unit.weight)).map((v) => Number(v.toFixed(6)))).toEqual([0.14, 0.28]);
    expect((await numbers(one.costs)).map((v) => Number(v.toFixed(6)))).toEqual([1, 0.16]);
  });
  test("finds the plane of least squares", async () => {
    // Of and, -1 -1 -1 1, the plane of least squares is x + y - 1.5.
    const learned = passes(params, [-1, -1, -1, 1]);
    const [w1, w2] = await numbers(learned.params.unit.weight), [b] = await numbers(learned.params.unit.bias);
    expect(w1).toBeCloseTo(1, 1);
    expect(w2).toBeCloseTo(1, 1);
    expect(b).toBeCloseTo(-1.5, 1);
    expect((await numbers(learned.costs)).at(-1)).toBeCloseTo(1, 1);
    const s = unit.predict({ params: learned.params }, pairs);
    expect(await numbers(adalineDecision(s))).toEqual([-1, -1, -1, 1]);
  });
  test("gives every corner of exclusive or the same answer", async () => {
    const s = await numbers(unit.predict({ params: passes(params, xorSigns).params }, pairs));
    s.forEach((v) => expect(Math.abs(v)).toBeLessThan(0.1));
  });
});
