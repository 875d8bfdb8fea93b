/**
 * Two networks play against each other, and one of them learns to draw clothes.
 *
 *     deno task learn:dcgan [options]        deno task learn:dcgan --help
 *
 * The generator makes pictures of random numbers, the discriminator tells them from those of Fashion-MNIST; each step is one step of
 * both. The state of the game is one tree: both players' parameters, running statistics and what their optimizers remember, and the
 * key of the random numbers, so `fit` keeps it, and goes on with it, like any other.
 *
 * It prints how sure the discriminator is of pictures it has not seen, and how different the pictures are that were made, for a game
 * can end with one player helpless or with a generator that makes the same picture again and again. It leaves the weights, a picture
 * of both losses, a sheet of samples as they were while learning and at the end, and, to go on with, their values and a checkpoint.
 *
 * Source: Radford, Metz and Chintala, Unsupervised representation learning with deep convolutional generative adversarial networks,
 * ICLR 2016.
 */
import process from "node:process";
import { data, dataOf, jit, optim, random, run, sigmoid, type Tensor, tensor } from "../mod.ts";
import {
  type Batch,
  batchCount,
  batches,
  fashionMnist,
  type ImageSet,
  mnist,
  take,
  writeFile,
} from "../datasets/mod.ts";
import { adversarialStep, dcgan, type Game, startGame } from "../models/mod.ts";
import { fit, type Position, saveTree, showCount, showDuration } from "../training/mod.ts";
import { sheet, writePng } from "./support/canvas.ts";
import { lineChart, smoothed } from "./support/chart.ts";
import { conclude, deviceOf, lessonOptions } from "./support/lesson.ts";
import { choice, flag, real, text, type Values, whole } from "./support/options.ts";
import { interruptedStatus, script } from "./support/script.ts";
import { stageDrawings } from "./support/drawings.ts";
import { document, label } from "./support/svg.ts";
import { transferLines } from "./support/transfer.ts";

const options = {
  dataset: choice(["fashion-mnist", "mnist"], "what to draw"),
  data: text(null, "folder with the four files of the data set", "DIR"),
  epochs: whole(3, "passes over the examples", { min: 1 }),
  batch: whole(64, "examples of one step", { min: 2 }),
  lr: real(2e-4, "rate of both players' Adam", { above: 0, max: 1 }),
  limit: whole(null, "learn from the first N examples only", { min: 2 }),
  resume: flag("go on from the checkpoint in --out"),
  ...lessonOptions("out/dcgan"),
};

const latent = 64;
const networks = dcgan({ widths: [32, 64], latent }), { generator, discriminator } = networks;
type Players = Game<typeof generator, typeof discriminator>;
/** What a step changes. */
interface State {
  readonly game: Players;
  readonly key: random.Key;
}
type Images = Tensor<[number, 1, 28, 28], "f32">;

/** Pixels from -1 to 1, as the generator makes them. */
const scale = { mean: 0.5, deviation: 0.5 };
const imagesOf = ({ images, shape }: Batch<28, 28>): Images => tensor(images, shape);
const draw = jit(({ params, state }: Players["generator"], z: Tensor<[number, typeof latent], "f32">) =>
  generator.predict({ params, state }, z)
);
/** Probability that pictures are real. */
const judge = jit(({ params, state }: Players["discriminator"], images: Images) =>
  sigmoid(discriminator.predict({ params, state }, images))
);

const load = async ({ dataset, data: dir, limit }: Values<typeof options>): Promise<ImageSet<28, 28>> => {
  const from = { ...dir === null ? {} : { dir }, progress: transferLines(process.stderr) };
  const set = await run(dataset === "mnist" ? mnist(from) : fashionMnist(from));
  return limit === null ? set : { ...set, train: take(limit, set.train) };
};

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
/** Mean squared distance of a pixel in one picture and in the next. */
const difference = (pictures: Float32Array): number => {
  let sum = 0;
  for (let i = 784; i < pictures.length; i++) sum += (pictures[i]! - pictures[i - 784]!) ** 2;
  return sum / (pictures.length - 784);
};

const main = async (values: Values<typeof options>): Promise<number> => {
  const device = await deviceOf(values);
  const { name, train, test } = await load(values);
  const { seed, epochs } = values, size = Math.min(values.batch, train.count);
  const steps = batchCount(train.count, { size, dropLast: true }), all = epochs * steps;
  console.log(`${generator.summary()}\n\n${discriminator.summary()}\n`);
  console.log(`${name}: ${showCount(train.count)} examples to learn from`);
  console.log(`${device.description}; epochs ${epochs}, steps ${showCount(all)}, batch ${showCount(size)}`);

  const adam = optim.adam(values.lr, { betas: [0.5, 0.999] }),
    rules = { generator: adam, discriminator: adam, real: 0.9 };
  const play = adversarialStep(networks, rules);
  const step = jit((state: State, images: Images) => {
    const [next, now] = random.split(state.key, 2);
    const [game, shown] = play(state.game, images, random.normal(now, [size, latent]));
    const losses = { discriminator: shown.discriminatorLoss, generator: shown.generatorLoss };
    return [{ game, key: next }, losses] as const;
  }, { donate: [0, 1], name: "step" });

  const [first, second] = random.split(random.key(seed), 2), noise = random.normal(random.key(seed + 1), [80, latent]);
  const start = startGame(
    { generator: generator.init(first), discriminator: discriminator.init(second) },
    rules,
  ) as Players;
  const drawings = stageDrawings(`${values.out}/stages.safetensors`, [10, 784]);
  const end = await run(fit({
    state: { game: start, key: random.key(seed + 2) } as State,
    epochs,
    steps,
    batch: size,
    batches: (epoch) => batches(train, { size, shuffle: { seed, epoch }, ...scale, dropLast: true }),
    step: (state: State, batch: Batch<28, 28>) => step(state, imagesOf(batch)),
    evaluate: async ({ game }: State, at: Position) => {
      const made = draw(game.generator, noise), verdict = judge(game.discriminator, made);
      const [held] = [...batches({ ...test, count: Math.min(500, test.count) }, { size: 500, ...scale })];
      const [pictures, fake, genuine] = await dataOf([made, verdict, judge(game.discriminator, imagesOf(held!))]);
      await drawings.add(at.step, Float32Array.from(pictures!.subarray(0, 10 * 784), Number));
      return { real: mean(genuine as Float32Array), fake: mean(fake as Float32Array) };
    },
    evaluateEvery: Math.max(1, Math.floor(all / 6)),
    checkpoint: {
      path: `${values.out}/checkpoint.safetensors`,
      recipe: { dataset: name, examples: train.count, epochs, batch: size, lr: values.lr, seed },
      resume: values.resume,
    },
    on: {
      start: async (from) => {
        if (values.resume) console.log(`goes on after step ${showCount(from.step)}`);
        await drawings.keep(from.evaluations.map(({ step }) => step));
      },
    },
  }));
  if (end.ending === "interrupted") {
    console.log(`stopped after step ${showCount(end.step)} of ${showCount(all)}: --resume goes on from there`);
    return interruptedStatus;
  }

  const { game } = end.state, { real: genuine, fake } = end.evaluations.at(-1)!.metrics;
  const samples = Float32Array.from(await data(draw(game.generator, noise)), Number);
  const [held] = [...batches({ ...test, count: Math.min(80, test.count) }, { size: 80, ...scale })];
  const diversity = difference(samples) / difference(held!.images);
  console.log(`trained in ${showDuration(end.seconds)}`);
  console.log(
    `the discriminator gives real pictures ${genuine.toFixed(2)}, made ones ${fake.toFixed(2)}; ` +
      `made pictures differ ${diversity.toFixed(2)} times as much as real ones`,
  );

  const paths = ["dcgan.safetensors", "dcgan.svg", "dcgan.png", "stages.png"].map((f) => `${values.out}/${f}`);
  const [weights, report, last, learning] = paths as [string, string, string, string];
  const { params, state } = game.generator;
  await run(saveTree(weights, { params, state }, { model: "dcgan_generator", dataset: name }));
  const grey = { channels: 1, height: 28, width: 28 } as const, shades = { black: -1, white: 1, zoom: 2 };
  await writePng(last, sheet({ values: samples, count: 80, ...grey }, { columns: 10, ...shades }));
  const rows = drawings.all(), together = new Float32Array(rows.length * 10 * 784);
  rows.forEach((row, i) => together.set(row, i * 10 * 784));
  await writePng(learning, sheet({ values: together, count: rows.length * 10, ...grey }, { columns: 10, ...shades }));
  const curve = (of: "discriminator" | "generator") => ({
    name: of,
    points: smoothed(end.losses[of], 0.98).map((y, i) => [i + 1, y] as const),
  });
  const heading = label(60, 38, `DCGAN on ${name}`, { "font-size": 20, "font-weight": "bold" });
  const frame = { x: 60, y: 80, width: 700, height: 280 };
  const chart = lineChart([curve("discriminator"), curve("generator")], { title: "losses" }, frame);
  await run(writeFile(report, document(820, 430, heading + chart)));
  console.log(`left behind: ${paths.join(", ")}`);
  conclude(values, {
    dataset: name,
    backend: device.name,
    epochs,
    steps: all,
    seconds: end.seconds,
    real: genuine,
    fake,
    diversity,
    losses: end.losses.generator.slice(0, 50),
  });
  return 0;
};

await script("deno task learn:dcgan", "Two networks play, and one learns to draw clothes.", options, main);
