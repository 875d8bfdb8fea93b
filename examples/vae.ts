/**
 * A variational autoencoder learns what handwritten digits are like, and draws some.
 *
 *     deno task learn:vae [options]        deno task learn:vae --help
 *
 * The encoder gives every picture a normal distribution of twenty numbers, the decoder says of such numbers how probable ink is in
 * every pixel. The loss is minus the evidence lower bound (ELBO): the cross-entropy of the pixels, plus how far the distribution is
 * from the standard normal one, in nats. The draw of the code is differentiated through, since it is mean plus deviation times noise;
 * the noise comes from a key that is part of the state, so that a run can be repeated, and continued, bit for bit.
 *
 * It leaves the weights, a picture of the bound, and a sheet: digits drawn from noise, and pictures beside their reconstructions.
 *
 * Source: Kingma and Welling, Auto-encoding variational Bayes, ICLR 2014.
 */
import process from "node:process";
import { data, dataOf, item, jit, optim, random, run, sigmoid, type Tensor, tensor, valueAndGrad } from "../mod.ts";
import { type Batch, batchCount, batches, type Examples, writeFile } from "../datasets/mod.ts";
import { negativeElbo, vae } from "../models/mod.ts";
import { fit, saveTree, showCount, showDuration } from "../training/mod.ts";
import { sheet, writePng } from "./support/canvas.ts";
import { lineChart, smoothed } from "./support/chart.ts";
import { conclude, deviceOf, lessonOptions } from "./support/lesson.ts";
import { choice, flag, real, text, type Values, whole } from "./support/options.ts";
import { pictures } from "./support/pictures.ts";
import { interruptedStatus, script } from "./support/script.ts";
import { document, label } from "./support/svg.ts";

const options = {
  dataset: choice(["auto", "mnist", "digits"], "what to learn; auto: MNIST where it can be had, else drawn digits"),
  data: text(null, "folder with the four files of MNIST", "DIR"),
  epochs: whole(8, "passes over the examples", { min: 1 }),
  batch: whole(128, "examples of one step", { min: 1 }),
  lr: real(1e-3, "rate of Adam", { above: 0, max: 1 }),
  limit: whole(null, "learn from the first N examples only", { min: 1 }),
  resume: flag("go on from the checkpoint in --out"),
  ...lessonOptions("out/vae"),
};

const net = vae();
type Params = ReturnType<typeof net.init>["params"];
type Flat = Tensor<[number, 784], "f32">;
/** What a step changes. */
interface State {
  readonly params: Params;
  readonly optimizer: optim.OptimizerState<Params>;
  readonly key: random.Key;
}

const lossOf = (params: Params, x: Flat, key: random.Key): Tensor<[], "f32"> => {
  const [logits, , { latent }] = net.apply({ params }, x, { training: true, key });
  return negativeElbo(logits, x, latent);
};
const stepOf = (optimizer: optim.GradientTransformation) =>
  jit((state: State, x: Flat) => {
    const [next, now] = random.split(state.key, 2);
    const [loss, gradients] = valueAndGrad(lossOf)(state.params, x, now);
    const [updates, memory] = optimizer.update(gradients, state.optimizer, state.params);
    return [{ params: optim.applyUpdates(state.params, updates), optimizer: memory, key: next }, { loss }] as const;
  }, { donate: [0, 1], name: "step" });
const bound = jit(lossOf);

const flat = ({ images, labels }: Batch<28, 28>): Flat => tensor(images, [labels.length, 784]);

const main = async (values: Values<typeof options>): Promise<number> => {
  const device = await deviceOf(values);
  const { name, train, test } = await pictures(values, process.stderr);
  const { seed, epochs } = values, size = Math.min(values.batch, train.count);
  const steps = batchCount(train.count, { size, dropLast: true }), all = epochs * steps;
  console.log(`${net.summary()}\n`);
  console.log(`${name}: ${showCount(train.count)} examples to learn from, ${showCount(test.count)} to be judged by`);
  console.log(`${device.description}; epochs ${epochs}, steps ${showCount(all)}, batch ${showCount(size)}`);

  /** The lower bound of the probability of examples that were not learned from, in nats. */
  const elbo = async (params: Params, examples: Examples<28, 28>): Promise<number> => {
    const parts = [...batches(examples, { size: 500 })];
    const found = await Promise.all(
      parts.map((part, i) => item(bound(params, flat(part), random.key(1_000_000 + i)))),
    );
    return -found.reduce((sum, loss, i) => sum + loss * parts[i]!.labels.length, 0) / examples.count;
  };
  const optimizer = optim.adam(optim.cosineSchedule(values.lr, all)), step = stepOf(optimizer);
  const { params } = net.init(random.key(seed));
  const end = await run(fit({
    state: { params, optimizer: optimizer.init(params), key: random.key(seed + 1) } as State,
    epochs,
    steps,
    batch: size,
    batches: (epoch) => batches(train, { size, shuffle: { seed, epoch }, dropLast: true }),
    step: (state: State, batch: Batch<28, 28>) => step(state, flat(batch)),
    evaluate: async (state: State) => ({ elbo: await elbo(state.params, test) }),
    checkpoint: {
      path: `${values.out}/checkpoint.safetensors`,
      recipe: { dataset: name, examples: train.count, epochs, batch: size, lr: values.lr, seed },
      resume: values.resume,
    },
    on: { start: (from) => values.resume && console.log(`goes on after step ${showCount(from.step)}`) },
  }));
  if (end.ending === "interrupted") {
    console.log(`stopped after step ${showCount(end.step)} of ${showCount(all)}: --resume goes on from there`);
    return interruptedStatus;
  }

  const losses = end.losses.loss, learned = end.state.params, value = await elbo(learned, test);
  console.log(`trained in ${showDuration(end.seconds)}; test ELBO ${value.toFixed(2)} nats`);

  const [weights, report, samples] = ["vae.safetensors", "vae.svg", "vae.png"].map((f) => `${values.out}/${f}`) as [
    string,
    string,
    string,
  ];
  await run(saveTree(weights, learned, { model: "vae", dataset: name }));
  const drawn = data(sigmoid(net.decoder.predict({ params: learned }, random.normal(random.key(seed + 2), [128, 20]))));
  const [shown] = [...batches({ ...test, count: Math.min(64, test.count) }, { size: 64 })];
  const [again] = await dataOf([sigmoid(net.predict({ params: learned }, flat(shown!)))]);
  const rows = new Float32Array(256 * 784);
  rows.set((await drawn) as Float32Array);
  for (let i = 0; i < shown!.labels.length; i++) {
    rows.set(shown!.images.subarray(784 * i, 784 * (i + 1)), 784 * (128 + 2 * i));
    rows.set((again as Float32Array).subarray(784 * i, 784 * (i + 1)), 784 * (129 + 2 * i));
  }
  await writePng(
    samples,
    sheet({ values: rows, count: 256, channels: 1, height: 28, width: 28 }, {
      columns: 16,
      black: 1,
      white: 0,
      zoom: 2,
    }),
  );
  const frame = { x: 60, y: 80, width: 700, height: 280 };
  const curves = [
    {
      name: "training",
      points: smoothed(losses.map((l) => -l), 0.98).map((y, i) => [i + 1, y] as const).slice(steps >> 2),
    },
    { name: "test", points: end.evaluations.map(({ step, metrics }) => [step, metrics.elbo] as const) },
  ];
  const heading = label(60, 38, `VAE on ${name}: ELBO ${value.toFixed(1)} nats`, {
    "font-size": 20,
    "font-weight": "bold",
  });
  await run(
    writeFile(report, document(820, 430, heading + lineChart(curves, { title: "lower bound, in nats" }, frame))),
  );
  console.log(`left behind: ${weights}, ${report}, ${samples}`);
  conclude(values, {
    dataset: name,
    backend: device.name,
    epochs,
    steps: all,
    seconds: end.seconds,
    final_loss: losses.at(-1),
    elbo: value,
    losses: losses.slice(0, 50),
  });
  return 0;
};

await script("deno task learn:vae", "A variational autoencoder learns digits, and draws some.", options, main);
