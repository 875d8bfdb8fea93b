/** Boltzmann machines, what is built of them, and the deep autoencoder that begins with what they learned. */
import { describe, expect, test } from "bun:test";
import { data, grad, mean, random, run, setBackend, sub, type Tensor, tensor } from "../../mod.ts";
import { dbn, deepAutoencoder, describe as describeModel, pretrain, rbm, trainRbm } from "../../models/mod.ts";

await run(setBackend("wasm"));
const numbers = async (x: Tensor): Promise<number[]> => Array.from(await data(x as Tensor<number[], "f32">));
const near = (got: readonly number[], want: readonly number[], tolerance = 1e-5): void => {
  expect(got.length).toBe(want.length);
  got.forEach((v, i) => expect(Math.abs(v - want[i]!)).toBeLessThan(tolerance));
};
const bits = (n: number, i: number): number[] => Array.from({ length: n }, (_, k) => (i >> k) & 1);

describe("a restricted Boltzmann machine", () => {
  const machine = rbm({ visible: 3, hidden: 2 });
  const params = {
    weight: tensor([[1, -0.5, 0.25], [0.5, 2, -1]]),
    visibleBias: tensor([0.1, -0.2, 0.3]),
    hiddenBias: tensor([-0.4, 0.6]),
  };
  const all = Array.from({ length: 8 }, (_, i) => bits(3, i)), v = tensor(Float32Array.from(all.flat()), [8, 3]);
  test("has the free energy that its energies add up to", async () => {
    const free = await numbers(machine.freeEnergy(params, v)), sums = new Array<number>(8).fill(0);
    for (let i = 0; i < 4; i++) {
      const h = tensor(Float32Array.from(Array.from({ length: 8 }, () => bits(2, i)).flat()), [8, 2]);
      (await numbers(machine.energy(params, v, h))).forEach((e, k) => sums[k]! += Math.exp(-e));
    }
    near(free, sums.map((s) => -Math.log(s)));
  });
  test("gives hidden units the means that their energies say", async () => {
    const means = await numbers(machine.hiddenMeans(params, v));
    const energies = await Promise.all(
      [0, 1, 2, 3].map((i) =>
        numbers(machine.energy(params, v, tensor(Float32Array.from(Array(8).fill(bits(2, i)).flat()), [8, 2])))
      ),
    );
    const want = all.flatMap((_, k) => {
      const p = energies.map((e) => Math.exp(-e[k]!)), total = p.reduce((a, b) => a + b);
      return [(p[1]! + p[3]!) / total, (p[2]! + p[3]!) / total];
    });
    near(means, want);
  });
  for (const units of ["binary", "gaussian"] as const) {
    test(`learns along the gradient of free energies: ${units} hidden units`, async () => {
      const net = rbm({ visible: 3, hidden: 2, units }), key = random.key(7), shown = net.gibbs(params, key, v, 2);
      const { gradients } = net.contrastiveDivergence(params, v, key, { steps: 2 });
      const fixed = tensor(Float32Array.from(await numbers(shown)), [8, 3]);
      const slope = grad((p: typeof params) => sub(mean(net.freeEnergy(p, v)), mean(net.freeEnergy(p, fixed))))(params);
      for (const name of ["weight", "visibleBias", "hiddenBias"] as const) {
        near(await numbers(gradients[name]), await numbers(slope[name]));
      }
    });
  }
  test("comes to prefer what it sees", async () => {
    const net = rbm({ visible: 8, hidden: 4 }), start = net.init(random.key(1));
    const seen = [[1, 1, 1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1, 1]],
      unseen = [[1, 0, 1, 0, 1, 0, 1, 0], [0, 1, 0, 1, 0, 1, 0, 1]];
    const examples = tensor(Float32Array.from(Array.from({ length: 20 }, () => seen).flat(2)), [40, 8]);
    const { params: learned, errors } = trainRbm(net, start, examples, { key: random.key(2), epochs: 60, batch: 20 });
    const course = await numbers(errors);
    expect(course[0]!).toBeGreaterThan(0.2);
    expect(course.at(-1)!).toBeLessThan(0.05);
    const gap = async (p: typeof start) => {
      const of = (rows: number[][]) => numbers(net.freeEnergy(p, tensor(Float32Array.from(rows.flat()), [2, 8])));
      return Math.min(...await of(unseen)) - Math.max(...await of(seen));
    };
    expect(Math.abs(await gap(start))).toBeLessThan(0.5);
    expect(await gap(learned)).toBeGreaterThan(2);
    const back = await numbers(
      net.visibleMeans(learned, net.hiddenMeans(learned, tensor(Float32Array.from(seen.flat()), [2, 8]))),
    );
    near(back.map(Math.round), seen.flat());
  });
});

describe("a deep belief network", () => {
  const widths = [8, 6, 3] as const, net = dbn(widths, { top: "gaussian" });
  const examples = random.uniform(random.key(4), [30, 8]);
  test("is pretrained from below, and generates", async () => {
    const start = net.init(random.key(3)),
      { params, errors } = pretrain(net, start, examples, {
        key: random.key(5),
        epochs: 3,
        batch: 10,
      });
    expect(errors.map((e) => e.shape as readonly number[])).toEqual([[3], [3]]);
    expect(await numbers(params[0].weight)).not.toEqual(await numbers(start[0].weight));
    expect(await numbers(params[1].weight)).not.toEqual(await numbers(start[1].weight));
    const dreams = await numbers(net.generate(params, random.key(6), 4, 3));
    expect(dreams.length).toBe(32);
    expect(dreams.every((p) => p > 0 && p < 1)).toBe(true);
  });
  test("unrolled is a deep autoencoder that goes up and down as it does", async () => {
    const params = net.init(random.key(3)), auto = deepAutoencoder(widths), unrolled = { params: auto.unroll(params) };
    near(await numbers(auto.encoder.predict(unrolled, examples)), await numbers(net.up(params, examples)));
    const logits = await numbers(auto.predict(unrolled, examples));
    near(logits.map((x) => 1 / (1 + Math.exp(-x))), await numbers(net.down(params, net.up(params, examples))));
    near(await numbers(auto.decoder.predict(unrolled, net.up(params, examples))), logits);
  });
  test("as published has 2,837,314 parameters in its autoencoder", () => {
    const auto = deepAutoencoder();
    expect(describeModel(auto).parameters).toBe(2_837_314);
    expect([auto.input, auto.encoder.output, auto.output] as unknown).toEqual([[784], [30], [784]]);
  });
});
