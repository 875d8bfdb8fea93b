/**
 * LeNet-5 learns to read handwritten digits.
 *
 *     deno task train [options]        deno task train --help
 *
 * Trains with momentum and a learning rate that falls to 0 along half a cosine, tests, and leaves in `--out`:
 * `checkpoint.safetensors` (after every epoch, to go on with `--resume`), `lenet5.safetensors` (the weights, under the
 * names PyTorch would give them) and `lenet5.svg` (the losses, and the mistakes it was surest of).
 *
 * Source: LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86 (1998).
 */
import process from "node:process";
import { backend, dataOf, jit, nn, optim, random, run, scalar, setBackend, softmax, tensor, type Tensor, valueAndGrad } from "../mod.ts"; // deno-fmt-ignore
import { type Batch, batchCount, batches, type Examples, writeFile } from "../datasets/mod.ts";
import { lenet5 } from "../models/mod.ts";
import { openTrees, saveTrees } from "./support/checkpoint.ts";
import { accuracy, confusionMatrix, confusionTable } from "./support/confusion.ts";
import { choice, flag, parseOptions, real, text, type Values, whole } from "./support/options.ts";
import { type Pictures, pictures } from "./support/pictures.ts";
import { progressBar, showCount, showDuration } from "./support/progress.ts";
import { reportSvg, surestMistakes } from "./support/report.ts";
import { interrupt, interruptedStatus, script, Trouble, turn } from "./support/script.ts";

const table = {
  dataset: choice(["auto", "mnist", "digits"], "what to learn; auto: MNIST where it can be had, else drawn digits"),
  data: text(null, "folder with the four files of MNIST", "DIR"),
  epochs: whole(null, "passes over the examples (default 3 for mnist, 8 for digits)", { min: 1 }),
  batch: whole(128, "examples of one step", { min: 1 }),
  lr: real(0.1, "first learning rate", { above: 0, max: 10 }),
  seed: whole(0, "of the first weights and of the order of the examples", { min: 0 }),
  limit: whole(null, "learn from the first N examples only", { min: 1 }),
  backend: choice(["auto", "webgpu", "wasm", "reference"], "what computes; auto: a GPU where there is one, else wasm"),
  out: text("out", "folder for what is left behind", "DIR"),
  resume: flag("go on from the checkpoint in --out"),
  json: flag("print one JSON object last"),
};
const summary = "LeNet-5 learns to read digits.";
const epochsFor: Readonly<Record<string, number>> = { mnist: 3, digits: 8 };
/** So many losses are fetched at once: waiting for the device after every step would cost more than the step. */
const readEvery = 16;

type Params = ReturnType<typeof lenet5.init>["params"];
type Images = Tensor<[number, 1, 28, 28], "f32">;
type Labels = Tensor<[number], "i32">;

const lossOf = (params: Params, images: Images, labels: Labels) =>
  nn.softmaxCrossEntropy(lenet5.predict({ params }, images), labels);

/** One step of training. All it is given is used up; the state of the optimizer counts the steps. */
const stepWith = (optimizer: optim.GradientTransformation) =>
  jit((params: Params, memory: optim.OptimizerState<Params>, images: Images, labels: Labels) => {
    const [loss, gradients] = valueAndGrad(lossOf)(params, images, labels);
    const [updates, next] = optimizer.update(gradients, memory, params);
    return [optim.applyUpdates(params, updates), next, loss] as const;
  }, { donate: [0, 1, 2, 3], name: "step" });

/** Probabilities of the classes. */
const classify = jit((params: Params, images: Images) => softmax(lenet5.predict({ params }, images)), { donate: [1] });

const onDevice = ({ images, labels, shape }: Batch<28, 28>): [Images, Labels] => [
  tensor(images, shape),
  tensor(labels, [labels.length]),
];

/** What decides the course of training; a checkpoint goes on only with the same. */
interface Recipe {
  readonly dataset: string;
  readonly examples: number;
  readonly epochs: number;
  readonly batch: number;
  readonly lr: number;
  readonly seed: number;
}
interface Training {
  readonly params: Params;
  /** The state of the optimizer. */
  readonly memory: optim.OptimizerState<Params>;
  /** Of every step so far. */
  readonly losses: readonly number[];
  readonly seconds: number;
}

const save = async (path: string, { params, memory, losses, seconds }: Training, recipe: Recipe): Promise<void> => {
  const notes = { ...recipe, model: "lenet5", step: losses.length, seconds };
  const texts = Object.fromEntries(Object.entries(notes).map(([name, value]) => [name, String(value)]));
  const curve = tensor(Float32Array.from(losses), [losses.length]);
  await saveTrees(path, { "": params, optimizer: memory, losses: curve }, texts);
};

const load = async (path: string, fresh: Training, recipe: Recipe): Promise<Training> => {
  const file = await openTrees(path);
  for (const [name, value] of Object.entries({ model: "lenet5", ...recipe })) {
    const saved = file.notes.get(name);
    if (saved === String(value)) continue;
    throw new Trouble(`${path} was made with ${name} ${saved ?? "unknown"}, not ${value}: resume with the same options`);
  }
  return {
    params: file.tree("", fresh.params),
    memory: file.tree("optimizer", fresh.memory),
    losses: [...file.numbers("losses")],
    seconds: Number(file.notes.get("seconds")),
  };
};

/** Trains to the end, or to a Ctrl-C; the checkpoint is as far as the result. */
const train = async (from: Training, set: Pictures, recipe: Recipe, checkpoint: string): Promise<Training> => {
  const { epochs, batch: size, lr, seed } = recipe, { mean, deviation } = set;
  const steps = batchCount(set.train.count, { size, dropLast: true });
  const step = stepWith(optimizerFor(recipe, steps));
  const progress = progressBar({ epochs, steps, batch: size, output: process.stderr, now: () => performance.now() });
  const losses = [...from.losses], began = performance.now();
  let { params, memory } = from, unread: Tensor<[], "f32">[] = [], taken = losses.length;
  using stop = interrupt();

  const read = async () => {
    for (const [loss] of await dataOf(unread)) losses.push(loss!);
    unread = [];
    const bad = losses.findIndex((loss) => !Number.isFinite(loss));
    if (bad >= 0) throw new Trouble(`The loss is ${losses[bad]} at step ${bad + 1}: try a smaller --lr than ${lr}`);
    await turn();
  };
  const now = (): Training => ({ params, memory, losses, seconds: from.seconds + (performance.now() - began) / 1000 });

  try {
    for (let epoch = Math.floor(taken / steps); epoch < epochs && !stop.came; epoch++) {
      let at = 0;
      for (const batch of batches(set.train, { size, shuffle: { seed, epoch }, mean, deviation, dropLast: true })) {
        if (epoch * steps + ++at <= taken) continue;
        const [images, labels] = onDevice(batch);
        const [nextParams, nextMemory, loss] = step(params, memory, images, labels);
        [params, memory] = [nextParams, nextMemory];
        unread.push(loss);
        taken++;
        const due = taken % readEvery === 0 || at === steps;
        if (due) await read();
        progress.step(epoch + 1, at, due ? losses.at(-1) : undefined);
        if (stop.came) break;
      }
      await read();
      await save(checkpoint, now(), recipe);
    }
  } finally {
    progress.close();
  }
  return now();
};
const optimizerFor = ({ lr, epochs }: Recipe, steps: number) =>
  optim.sgd(optim.cosineSchedule(lr, steps * epochs), { momentum: 0.9 });

/** The most probable class of every example, and its probability. */
const predict = async (params: Params, examples: Examples<28, 28>, { mean, deviation }: Pictures) => {
  const results = [...batches(examples, { size: 1000, mean, deviation })].map((b) => classify(params, onDevice(b)[0]));
  const rows = (await dataOf(results)).flatMap((all) =>
    Array.from({ length: all.length / 10 }, (_, i) => all.subarray(10 * i, 10 * i + 10) as Float32Array)
  );
  const confidence = rows.map((row) => Math.max(...row));
  return { predicted: rows.map((row, i) => row.indexOf(confidence[i]!)), confidence };
};

const main = async (options: Values<typeof table>): Promise<number> => {
  const { name, description } = await run(options.backend === "auto" ? backend : setBackend(options.backend));
  console.log(lenet5.summary());
  const set = await pictures(options, process.stderr), { classes, test } = set;
  const { epochs = null, lr, seed, out } = options;
  const recipe: Recipe = {
    dataset: set.name,
    examples: set.train.count,
    epochs: epochs ?? epochsFor[set.name]!,
    batch: Math.min(options.batch, set.train.count),
    lr,
    seed,
  };
  const steps = Math.floor(recipe.examples / recipe.batch) * recipe.epochs;
  const { params } = lenet5.init(random.key(seed));
  const fresh: Training = { params, memory: optimizerFor(recipe, steps).init(params), losses: [], seconds: 0 };
  const checkpoint = `${out}/checkpoint.safetensors`;
  const start = options.resume ? await load(checkpoint, fresh, recipe) : fresh;
  // Before anything is learned, so that a folder that cannot be written is told now.
  await save(checkpoint, start, recipe);
  console.log(`\n${set.name}: ${showCount(recipe.examples)} examples to learn from, ${showCount(test.count)} to be judged by`);
  console.log(`${description}; ${recipe.epochs} epochs, ${showCount(steps)} steps of ${recipe.batch}`);
  if (options.resume) console.log(`goes on after step ${start.losses.length}`);

  const end = await train(start, set, recipe, checkpoint);
  const { losses, seconds } = end;
  if (losses.length < steps) {
    console.log(`stopped after step ${losses.length} of ${steps}; ${checkpoint} is kept: go on with --resume`);
    return interruptedStatus;
  }
  const { predicted, confidence } = await predict(end.params, test, set);
  const matrix = confusionMatrix(test.labels, predicted, classes.length);
  const testAccuracy = accuracy(matrix);
  console.log(`trained in ${showDuration(seconds)}, last loss ${losses.at(-1)!.toFixed(4)}`);
  console.log(`\ntest accuracy ${(100 * testAccuracy).toFixed(2)}%\n${confusionTable(matrix, classes)}`);

  const mistakes = surestMistakes(test.labels, predicted, confidence, 40).map((i) => ({
    pixels: test.images.subarray(i * 784, (i + 1) * 784),
    label: classes[test.labels[i]!]!,
    predicted: classes[predicted[i]!]!,
    confidence: confidence[i]!,
  }));
  const title = `LeNet-5 on ${set.name}: ${(100 * testAccuracy).toFixed(2)}% of ${showCount(test.count)} test pictures`;
  const svg = reportSvg({ title, losses, stepsPerEpoch: steps / recipe.epochs, mistakes, height: 28, width: 28 });
  await saveTrees(`${out}/lenet5.safetensors`, { "": end.params }, { model: "lenet5", dataset: set.name });
  await run(writeFile(`${out}/lenet5.svg`, svg));
  console.log(`\n${out}/lenet5.safetensors, ${out}/lenet5.svg`);
  if (options.json) {
    const common = { dataset: set.name, backend: name, epochs: recipe.epochs, steps, seconds };
    console.log(JSON.stringify({
      ...common,
      final_loss: losses.at(-1),
      test_accuracy: testAccuracy,
      losses: losses.slice(0, 50),
    }));
  }
  return 0;
};

await script(async (args) => {
  const parsed = parseOptions("deno task train", summary, table, args);
  if (parsed._tag === "Values") return await main(parsed.values);
  (parsed._tag === "Help" ? process.stdout : process.stderr).write(`${parsed._tag === "Help" ? parsed.text : parsed.message}\n`);
  return parsed._tag === "Help" ? 0 : 2;
});
