/**
 * LeNet-5 learns to read handwritten digits.
 *
 *     deno task train [options]        deno task train --help
 *
 * Trains by momentum with a rate that falls to 0 along half a cosine, tests, and leaves in `--out`: the weights under the
 * names that PyTorch would give them, a picture of the losses and of the surest mistakes, and a checkpoint to go on from.
 *
 * Source: LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86 (1998).
 */
import process from "node:process";
import {
  backend,
  dataOf,
  jit,
  nn,
  optim,
  random,
  run,
  setBackend,
  softmax,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../mod.ts"; // deno-fmt-ignore
import { type Batch, batchCount, batches, type Examples, writeFile } from "../datasets/mod.ts";
import { lenet5 } from "../models/mod.ts";
import { fit, saveTree, showCount, showDuration } from "../training/mod.ts";
import { accuracy, confusionMatrix, confusionTable } from "./support/confusion.ts";
import { choice, flag, real, text, type Values, whole } from "./support/options.ts";
import { type Pictures, pictures } from "./support/pictures.ts";
import { reportSvg, surestMistakes } from "./support/report.ts";
import { interruptedStatus, script } from "./support/script.ts";

const options = {
  dataset: choice(["auto", "mnist", "digits"], "what to learn; auto: MNIST where it can be had, else drawn digits"),
  data: text(null, "folder with the four files of MNIST", "DIR"),
  epochs: whole(3, "passes over the examples", { min: 1 }),
  batch: whole(128, "examples of one step", { min: 1 }),
  lr: real(0.1, "first learning rate", { above: 0, max: 10 }),
  seed: whole(0, "decides the first weights and the order of the examples", { min: 0 }),
  limit: whole(null, "learn from the first N examples only", { min: 1 }),
  backend: choice(["auto", "webgpu", "wasm", "reference"], "what computes; auto: a GPU where there is one, else wasm"),
  out: text("out", "folder for what is left behind", "DIR"),
  resume: flag("go on from the checkpoint in --out"),
  json: flag("print one JSON object last"),
};

type Params = ReturnType<typeof lenet5.init>["params"];
type Images = Tensor<[number, 1, 28, 28], "f32">;
type Labels = Tensor<[number], "i32">;
/** What a step changes. */
interface State {
  readonly params: Params;
  /** Momentum, and the number of the step, from which the schedule computes the rate. */
  readonly optimizer: optim.OptimizerState<Params>;
}

const lossOf = (params: Params, images: Images, labels: Labels) =>
  nn.softmaxCrossEntropy(lenet5.predict({ params }, images), labels);

/** A step of training as one program for the device; the memory of all it is given is used again. */
const stepOf = (optimizer: optim.GradientTransformation) =>
  jit((state: State, images: Images, labels: Labels) => {
    const [loss, gradients] = valueAndGrad(lossOf)(state.params, images, labels);
    const [updates, memory] = optimizer.update(gradients, state.optimizer, state.params);
    return [{ params: optim.applyUpdates(state.params, updates), optimizer: memory }, { loss }] as const;
  }, { donate: [0, 1, 2], name: "step" });

/** Probabilities of the ten classes. */
const classify = jit((params: Params, images: Images) => softmax(lenet5.predict({ params }, images)), { donate: [1] });

const imagesOf = ({ images, shape }: Batch<28, 28>): Images => tensor(images, shape);
const labelsOf = ({ labels }: Batch): Labels => tensor(labels, [labels.length]);

/** The most probable class of every example, and how probable it is. */
const predict = async (params: Params, examples: Examples<28, 28>, scale: { mean: number; deviation: number }) => {
  const results = [...batches(examples, { size: 1000, ...scale })].map((b) => classify(params, imagesOf(b)));
  const rows = (await dataOf(results)).flatMap((flat) =>
    Array.from({ length: flat.length / 10 }, (_, i) => Array.from(flat.subarray(10 * i, 10 * i + 10), Number))
  );
  const confidence = rows.map((row) => Math.max(...row));
  return { predicted: rows.map((row, i) => row.indexOf(confidence[i]!)), confidence };
};

/** What decides the course of training: a checkpoint can be continued only under the same. */
const recipeOf = ({ epochs, batch, lr, seed }: Values<typeof options>, { name, train }: Pictures) => ({
  model: "lenet5",
  dataset: name,
  examples: train.count,
  epochs,
  batch: Math.min(batch, train.count),
  lr,
  seed,
});

const main = async (values: Values<typeof options>): Promise<number> => {
  const device = await run(values.backend === "auto" ? backend : setBackend(values.backend));
  console.log(`${lenet5.summary()}\n`);
  const set = await pictures(values, process.stderr), { train, test, classes, mean, deviation } = set;
  const recipe = recipeOf(values, set), { epochs, batch: size, lr, seed } = recipe;
  const steps = batchCount(train.count, { size, dropLast: true }), all = epochs * steps;
  console.log(
    `${set.name}: ${showCount(train.count)} examples to learn from, ${showCount(test.count)} to be judged by`,
  );
  console.log(`${device.description}; epochs ${epochs}, steps ${showCount(all)}, batch ${showCount(size)}`);

  const optimizer = optim.sgd(optim.cosineSchedule(lr, all), { momentum: 0.9 });
  const { params } = lenet5.init(random.key(seed));
  const state: State = { params, optimizer: optimizer.init(params) };
  const step = stepOf(optimizer);
  const { ending, seconds, losses: { loss: losses }, ...end } = await run(fit({
    state,
    epochs,
    steps,
    batch: size,
    batches: (epoch) => batches(train, { size, shuffle: { seed, epoch }, mean, deviation, dropLast: true }),
    step: (now: State, batch: Batch<28, 28>) => step(now, imagesOf(batch), labelsOf(batch)),
    checkpoint: { path: `${values.out}/checkpoint.safetensors`, recipe, resume: values.resume },
    on: { start: (from) => values.resume && console.log(`goes on after step ${showCount(from.step)}`) },
  }));
  if (ending === "interrupted") {
    console.log(`stopped after step ${showCount(end.step)} of ${showCount(all)}: --resume goes on from there`);
    return interruptedStatus;
  }

  const { predicted, confidence } = await predict(end.state.params, test, { mean, deviation });
  const matrix = confusionMatrix(test.labels, predicted, classes.length);
  const share = `${(100 * accuracy(matrix)).toFixed(2)}%`;
  console.log(`trained in ${showDuration(seconds)}, last loss ${losses.at(-1)!.toFixed(4)}\n`);
  console.log(`test accuracy ${share}\n${confusionTable(matrix, classes)}\n`);

  const mistakes = surestMistakes(test.labels, predicted, confidence, 40).map((i) => ({
    pixels: test.images.subarray(784 * i, 784 * (i + 1)),
    label: classes[test.labels[i]!]!,
    predicted: classes[predicted[i]!]!,
    confidence: confidence[i]!,
  }));
  const title = `LeNet-5 on ${set.name}: ${share} of ${showCount(test.count)} test pictures`;
  const svg = reportSvg({ title, losses, stepsPerEpoch: steps, mistakes, height: 28, width: 28 });
  const [weights, report] = [`${values.out}/lenet5.safetensors`, `${values.out}/lenet5.svg`];
  await run(saveTree(weights, end.state.params, { model: "lenet5", dataset: set.name }));
  await run(writeFile(report, svg));
  console.log(`left behind: ${weights}, ${report}`);
  if (values.json) {
    const about = { dataset: set.name, backend: device.name, epochs, steps: all, seconds };
    const result = { final_loss: losses.at(-1), test_accuracy: accuracy(matrix), losses: losses.slice(0, 50) };
    console.log(JSON.stringify({ ...about, ...result }));
  }
  return 0;
};

await script("deno task train", "LeNet-5 learns to read handwritten digits.", options, main);
