/**
 * A deep autoencoder squeezes handwritten digits into thirty numbers, and out of them again.
 *
 *     deno task learn:autoencoder [options]        deno task learn:autoencoder --help
 *
 * Deep networks of logistic units were hard to train from random weights until it was found how to begin:
 *
 * 1. restricted Boltzmann machines are learned one on top of the other, each from what the one below makes of the pictures, by
 *    contrastive divergence: no derivative goes through more than one layer (pretraining);
 * 2. the stack, a deep belief network, is unrolled: up through its weights to the code, down through the same weights transposed;
 * 3. gradient descent adjusts all weights together (fine-tuning).
 *
 * It is compared with principal components of the same number, which are the best linear code there is: both errors are those of
 * pictures that were not learned from, squared, summed over the pixels. The lesson leaves the weights, a picture of the losses, and
 * two sheets: pictures above what the autoencoder and principal components make of them, and digits that the deep belief network
 * dreams of.
 *
 * Source: Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks, Science 313 (2006).
 */
import process from "node:process";
import { data, dataOf, jit, nn, optim, random, run, sigmoid, square, sub, sum, valueAndGrad } from "../mod.ts"; // deno-fmt-ignore
import { type Batch, batchCount, batches, type Examples, writeFile } from "../datasets/mod.ts";
import { dbn, deepAutoencoder } from "../models/mod.ts";
import { saveTree, showCount, showDuration } from "../training/mod.ts";
import { sheet, writePng } from "./support/canvas.ts";
import { lineChart, smoothed } from "./support/chart.ts";
import { conclude, deviceOf, lessonOptions } from "./support/lesson.ts";
import { type Flat, flat, pretrain } from "./support/machines.ts";
import { choice, flag, real, text, type Values, whole } from "./support/options.ts";
import { pictures } from "./support/pictures.ts";
import { principalComponents } from "./support/principal.ts";
import { interruptedStatus, script } from "./support/script.ts";
import { stage } from "./support/stages.ts";
import { document, label } from "./support/svg.ts";

const options = {
  dataset: choice(["auto", "mnist", "digits"], "what to learn; auto: MNIST where it can be had, else drawn digits"),
  data: text(null, "folder with the four files of MNIST", "DIR"),
  code: whole(30, "numbers that a picture is squeezed into", { min: 1, max: 128 }),
  pretrain: whole(4, "passes over the examples in which each machine is learned; 0: begin with random weights", {
    min: 0,
  }),
  epochs: whole(8, "passes over the examples of fine-tuning", { min: 1 }),
  batch: whole(100, "examples of one step", { min: 1 }),
  lr: real(1e-3, "highest rate of Adam in fine-tuning", { above: 0, max: 1 }),
  limit: whole(null, "learn from the first N examples only", { min: 1 }),
  resume: flag("go on from the checkpoints in --out"),
  ...lessonOptions("out/autoencoder"),
};

const apart = jit((a: Flat, b: Flat) => sum(square(sub(a, b))), { name: "apart" });
/** Squared error of pictures that are rebuilt, summed over the pixels, mean over the pictures. */
const errorOf = async (examples: Examples<28, 28>, rebuild: (x: Flat) => Flat): Promise<number> => {
  const parts = [...batches(examples, { size: 500 })].map(flat);
  const sums = await dataOf(parts.map((x) => apart(rebuild(x), x)));
  return sums.reduce((all, [part]) => all + Number(part), 0) / examples.count;
};

const main = async (values: Values<typeof options>): Promise<number> => {
  const device = await deviceOf(values);
  const { name, train, test } = await pictures(values, process.stderr);
  const { seed, epochs, code } = values, size = Math.min(values.batch, train.count);
  const steps = batchCount(train.count, { size, dropLast: true });
  const widths = [784, 512, 256, 128, code] as const;
  const net = deepAutoencoder(widths), belief = dbn(widths, { top: "gaussian" });
  console.log(`${net.summary()}\n`);
  console.log(`${name}: ${showCount(train.count)} examples to learn from, ${showCount(test.count)} to be judged by`);
  console.log(`${device.description}; ${showCount(steps)} steps of ${size} in an epoch`);
  const teaching = {
    steps,
    size,
    seed,
    batchesOf: (epoch: number) => batches(train, { size, shuffle: { seed, epoch }, dropLast: true }),
    checkpoint: (part: string) => ({
      path: `${values.out}/checkpoint-${part}.safetensors`,
      recipe: {
        dataset: name,
        examples: train.count,
        code,
        pretrain: values.pretrain,
        epochs,
        batch: size,
        lr: values.lr,
        seed,
      },
      resume: values.resume,
    }),
  };
  const stopped = (): number => {
    console.log("stopped before the end: --resume goes on from there");
    return interruptedStatus;
  };

  const pca = await principalComponents(train, code), linear = await errorOf(test, pca);
  const before = values.pretrain === 0
    ? { learned: [], seconds: 0 }
    : await pretrain(belief.machines, belief.init(random.key(seed)), { ...teaching, epochs: values.pretrain });
  if (before === null) return stopped();
  const learned = before.learned as Parameters<typeof net.unroll>[0];
  type Params = ReturnType<typeof net.init>["params"];
  const params: Params = values.pretrain === 0 ? net.init(random.key(seed)).params : net.unroll(learned);
  const through = jit((params: Params, x: Flat): Flat => sigmoid(net.predict({ params }, x)), { name: "rebuild" });
  const rebuild = (params: Params) => (x: Flat): Flat => through(params, x);
  const grey = { channels: 1, height: 28, width: 28 } as const, ink = { black: 1, white: 0, zoom: 2 };
  const [weights, report, rebuilt, dreams] = ["autoencoder.safetensors", "autoencoder.svg", "rebuilt.png", "dreams.png"]
    .map((file) => `${values.out}/${file}`) as [string, string, string, string];
  let unrolled: number | null = null;
  if (values.pretrain > 0) {
    unrolled = await errorOf(test, rebuild(params));
    console.log(`unrolled, before fine-tuning: squared error of a picture ${unrolled.toFixed(2)}`);
    const seen = await data(belief.generate(learned, random.key(seed + 100), 100, 50));
    await writePng(dreams, sheet({ values: seen, count: 100, ...grey }, { columns: 10, ...ink }));
  }

  interface State {
    readonly params: Params;
    readonly optimizer: optim.OptimizerState<Params>;
  }
  const optimizer = optim.adam(optim.cosineSchedule(values.lr, epochs * steps));
  const lossOf = (params: Params, x: Flat) => nn.bceWithLogits(net.predict({ params }, x), x);
  const step = jit((state: State, x: Flat) => {
    const [loss, gradients] = valueAndGrad(lossOf)(state.params, x);
    const [updates, memory] = optimizer.update(gradients, state.optimizer, state.params);
    return [{ params: optim.applyUpdates(state.params, updates), optimizer: memory }, { loss }] as const;
  }, { donate: [0, 1], name: "step" });
  const end = await stage({
    state: { params, optimizer: optimizer.init(params) } as State,
    epochs,
    steps,
    batch: size,
    batches: teaching.batchesOf,
    step: (state: State, batch: Batch<28, 28>) => step(state, flat(batch)),
    evaluate: async ({ params }: State) => ({ error: await errorOf(test, rebuild(params)) }),
    checkpoint: teaching.checkpoint("tuning"),
  }, { first: values.pretrain === 0 });
  if (end.ending === "interrupted") return stopped();

  const tuned = end.state.params, error = end.evaluations.at(-1)!.metrics.error;
  console.log(`pretrained in ${showDuration(before.seconds)}, fine-tuned in ${showDuration(end.seconds)}`);
  console.log(
    `squared error of a test picture in ${code} numbers: autoencoder ${error.toFixed(2)}, PCA ${linear.toFixed(2)}`,
  );

  const [shown] = [...batches({ ...test, count: Math.min(60, test.count) }, { size: 60 })];
  const originals = flat(shown!), sets = await dataOf([originals, rebuild(tuned)(originals), pca(originals)]);
  const columns = 20, rows = new Float32Array(3 * shown!.images.length);
  for (let i = 0; i < shown!.labels.length; i++) {
    const place = 3 * columns * Math.floor(i / columns) + i % columns;
    sets.forEach((set, k) =>
      rows.set(set.subarray(784 * i, 784 * (i + 1)) as Float32Array, 784 * (place + k * columns))
    );
  }
  await writePng(rebuilt, sheet({ values: rows, count: rows.length / 784, ...grey }, { columns, ...ink }));
  await run(saveTree(weights, tuned, { model: "deep_autoencoder", dataset: name }));
  const losses = end.losses.loss, all = epochs * steps, frame = { x: 60, y: 80, width: 700, height: 280 };
  const title = `Autoencoder on ${name}: squared error ${error.toFixed(2)}, of PCA ${linear.toFixed(2)}`;
  const errors = end.evaluations.map(({ step, metrics }) => [step, metrics.error] as const);
  const course = [
    { name: "autoencoder", points: [...unrolled === null ? [] : [[0, unrolled] as const], ...errors] },
    { name: "principal components", points: [[0, linear], [all, linear]] as const },
  ];
  const curve = [{ name: "cross-entropy", points: smoothed(losses, 0.95).map((y, i) => [i + 1, y] as const) }];
  await run(writeFile(
    report,
    document(
      820,
      800,
      label(60, 38, title, { "font-size": 20, "font-weight": "bold" }) +
        lineChart(course, { title: "squared error of a test picture", scale: "log" }, frame) +
        lineChart(curve, { title: "loss of fine-tuning, in nats for each pixel", scale: "log" }, { ...frame, y: 460 }),
    ),
  ));
  console.log(`left behind: ${[weights, report, rebuilt, ...unrolled === null ? [] : [dreams]].join(", ")}`);
  conclude(values, {
    dataset: name,
    backend: device.name,
    code,
    epochs,
    steps: all,
    seconds: before.seconds + end.seconds,
    unrolled_error: unrolled,
    error,
    pca_error: linear,
    final_loss: losses.at(-1),
    losses: losses.slice(0, 50),
  });
  return 0;
};

await script("deno task learn:autoencoder", "A deep autoencoder squeezes digits into thirty numbers.", options, main);
