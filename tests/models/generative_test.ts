/** Autoencoders with a distribution in the middle, and the game of two networks: their parts, losses and steps. */
import { describe, expect, test } from "bun:test";
import {
  data,
  item,
  jit,
  nn,
  optim,
  random,
  read,
  run,
  setBackend,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from "../../mod.ts";
import * as models from "../../models/mod.ts";

await run(setBackend("wasm"));
const numbers = async (x: Tensor): Promise<number[]> => Array.from(await data(x as Tensor<number[], "f32">));
const near = (got: readonly number[], want: readonly number[], tolerance = 1e-5): void => {
  expect(got.length).toBe(want.length);
  got.forEach((v, i) => expect(Math.abs(v - want[i]!)).toBeLessThan(tolerance));
};

describe("a code that is a distribution", () => {
  const net = nn.model([3], nn.named("code", nn.gaussianLatent(2))), variables = net.init(random.key(0));
  const x = tensor([[1, 2, 3], [-1, 0, 1]]);
  test("is its mean outside of training, and a draw by the key in training", async () => {
    const [mean, , { code }] = net.apply(variables, x);
    expect(await numbers(mean)).toEqual(await numbers(code.mean));
    const draw = async (seed: number) =>
      await numbers(net.apply(variables, x, { training: true, key: random.key(seed) })[0]);
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
  });
  test("needs a key in training", () => {
    expect(() => net.apply(variables, x, { training: true })).toThrow("gaussianLatent: training needs a key");
  });
  test("is drawn with the mean and the deviation it says, differentiably", async () => {
    const mean = tensor(new Float32Array(4000).fill(3), [4000]),
      logVariance = tensor(new Float32Array(4000).fill(2), [4000]);
    const z = await numbers(nn.reparametrize({ mean, logVariance }, { key: random.key(5) }));
    const average = z.reduce((a, b) => a + b) / 4000, variance = z.reduce((s, v) => s + (v - average) ** 2, 0) / 4000;
    expect(Math.abs(average - 3)).toBeLessThan(0.15);
    expect(Math.abs(variance - Math.exp(2))).toBeLessThan(0.6);
    const given = nn.reparametrize({ mean: tensor([1]), logVariance: tensor([Math.log(4)]) }, { noise: tensor([0.5]) });
    near(await numbers(given), [2]);
  });
});

describe("variational autoencoders", () => {
  test("the loss is cross-entropy plus divergence, summed for each example", async () => {
    // Logits of 0 cost log 2 each; of N(1, 1) and N(0, e) the divergence is 1/2 and (e - 2) / 2.
    const latent = { mean: tensor([[1, 0]]), logVariance: tensor([[0, 1]]) };
    const cost = (beta: number) => models.negativeElbo(zeros([1, 3]), tensor([[0, 1, 0.5]]), latent, { beta });
    const divergence = 0.5 + (Math.E - 2) / 2;
    near([await item(cost(1)), await item(cost(4))], [
      3 * Math.log(2) + divergence,
      3 * Math.log(2) + 4 * divergence,
    ]);
  });
  test("of images have images for images, codes, and images of codes", async () => {
    const net = models.convVae({ input: [1, 8, 8], widths: [2, 3], latent: 4 }), variables = net.init(random.key(0));
    const x = random.uniform(random.key(1), [2, 1, 8, 8]), z = net.encoder.predict(variables, x);
    expect(z.shape as readonly number[]).toEqual([2, 4]);
    near(await numbers(net.decoder.predict(variables, z)), await numbers(net.predict(variables, x)));
    expect(models.describe(models.convVae()).output).toEqual([1, 28, 28]);
  });
  test("learn four pictures", async () => {
    const net = models.vae({ inputs: 16, hidden: 16, latent: 2 }), rule = optim.adam(0.02);
    const x = tensor(
      Float32Array.from({ length: 64 }, (_, i) => Math.floor(i / 16) === Math.floor((i % 16) / 4) ? 1 : 0),
      [4, 16],
    );
    let { params } = net.init(random.key(1)), memory = rule.init(params);
    const step = jit((p: typeof params, m: typeof memory, key: random.Key) => {
      const loss = (q: typeof params) => {
        const [logits, , { latent }] = net.apply({ params: q }, x, { training: true, key });
        return models.negativeElbo(logits, x, latent);
      };
      const [value, gradients] = valueAndGrad(loss)(p), [updates, next] = rule.update(gradients, m, p);
      return [value, optim.applyUpdates(p, updates), next] as const;
    });
    const losses: Tensor<[], "f32">[] = [];
    for (let i = 0; i < 300; i++) {
      const [value, next, after] = step(params, memory, random.key(i));
      losses.push(value);
      [params, memory] = [next, after];
    }
    expect(await item(losses[0]!)).toBeGreaterThan(10);
    expect(await item(losses.at(-1)!)).toBeLessThan(6);
  });
});

describe("the game of two networks", () => {
  test("has the losses of the paper", async () => {
    const real = tensor([[2], [0]]), fake = tensor([[-1], [1]]), log1p = (x: number) => Math.log(1 + Math.exp(x));
    near([await item(models.discriminatorLoss(real, fake))], [(log1p(-2) + log1p(0)) / 2 + (log1p(-1) + log1p(1)) / 2]);
    near([await item(models.discriminatorLoss(real, fake, { real: 0.9 }))], [
      (log1p(-2) + log1p(0)) / 2 + 0.1 + (log1p(-1) + log1p(1)) / 2,
    ]);
    near([await item(models.generatorLoss(fake))], [(log1p(1) + log1p(-1)) / 2]);
    near([await item(models.generatorLoss(fake, "minimax"))], [-(log1p(-1) + log1p(1)) / 2]);
  });
  test("gives images of the size asked for, from -1 to 1", async () => {
    const { generator, discriminator } = models.dcgan({ input: [1, 16, 16], widths: [2, 3], latent: 5 });
    const made = generator.predict(generator.init(random.key(0)), random.normal(random.key(1), [3, 5]));
    expect(made.shape as readonly number[]).toEqual([3, 1, 16, 16]);
    expect((await numbers(made)).every((v) => Math.abs(v) <= 1)).toBe(true);
    expect(discriminator.predict(discriminator.init(random.key(2)), made).shape as readonly number[]).toEqual([3, 1]);
    const paper = models.dcgan({ input: [3, 64, 64], widths: [128, 256, 512, 1024] });
    expect(models.describe(paper.generator).layers[0]!.output).toEqual([4 * 4 * 1024]);
  });
  test("is played: the generator comes to where the examples are", async () => {
    const networks = models.gan({ latent: 2, hidden: 16, outputs: 1 });
    const rules = { generator: optim.adam(0.005), discriminator: optim.adam(0.01) };
    const step = jit(models.adversarialStep(networks, rules));
    let game: models.Game<typeof networks.generator, typeof networks.discriminator> = models.startGame({
      generator: networks.generator.init(random.key(0)),
      discriminator: networks.discriminator.init(random.key(1)),
    }, rules);
    const x = tensor(Float32Array.from({ length: 32 }, (_, i) => 0.6 + 0.01 * (i % 5)), [32, 1]);
    const middle = async () => {
      const made = await read(networks.generator.predict(game.generator, random.normal(random.key(9), [64, 2])));
      return made.reduce((s, [v]) => s + v!, 0) / 64;
    };
    const before = await middle();
    for (let i = 0; i < 120; i++) [game] = step(game, x, random.normal(random.key(i), [32, 2]));
    const after = await middle();
    expect(Math.abs(before - 0.62)).toBeGreaterThan(0.3);
    expect(Math.abs(after - 0.62)).toBeLessThan(0.3);
  });
});
