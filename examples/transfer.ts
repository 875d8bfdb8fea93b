/**
 * What was learned of some digits helps with others.
 *
 *     deno task learn:transfer [options]        deno task learn:transfer --help
 *
 * LeNet-5 learns to read 0 to 4, of which there are many examples. Then it is to read 5 to 9, of which only a few are labelled.
 * Its convolutions have learned what strokes are, which is the same for all digits; the layers after them have learned which
 * strokes make the digits that there were. So
 *
 * 1. the network is loaded from the safetensors file in which it was left;
 * 2. its last layer, of ten outputs, is replaced by one of five: `{ ...rest, out }` has the type of the new network's
 *    parameters, and leaving the old one in it is a compile error;
 * 3. the convolutions are frozen: `nn.freeze` makes them constants to the loss, and `optim.selective` keeps the optimizer, with
 *    whatever it remembers, to what `trainable` says is learned. The linear layers begin anew;
 * 4. for comparison, everything but the last layer is kept and all of it learns on; and a network learns from scratch.
 *
 * The picture shows how well each of the three reads digits it has not seen, over the number of labels it was given, as the mean
 * of several draws of the labelled digits. It ends with status 1 if nothing is gained.
 *
 * Source: Yosinski, Clune, Bengio, Lipson, How transferable are features in deep neural networks? NIPS 2014.
 */
import process from "node:process";
import {
  argmax,
  dataOf,
  jit,
  type Mask,
  nn,
  optim,
  random,
  run,
  type Tensor,
  tensor,
  type Tree,
  valueAndGrad,
} from "../mod.ts";
import { type Batch, batchCount, batches, type Examples, shuffled, take, writeFile } from "../datasets/mod.ts";
import { lenet, lenet5 } from "../models/mod.ts";
import { fit, loadTree, type Output, saveTree, showCount, showDuration } from "../training/mod.ts";
import { lineChart } from "./support/chart.ts";
import { conclude, deviceOf, lessonOptions } from "./support/lesson.ts";
import { choice, text, type Values, whole } from "./support/options.ts";
import { pictures } from "./support/pictures.ts";
import { script, Trouble } from "./support/script.ts";
import { document, label } from "./support/svg.ts";

const options = {
  dataset: choice(["auto", "mnist", "digits"], "what to learn; auto: MNIST where it can be had, else drawn digits"),
  data: text(null, "folder with the four files of MNIST", "DIR"),
  limit: whole(null, "learn 0 to 4 from the first N digits only", { min: 100 }),
  epochs: whole(2, "passes over the digits 0 to 4", { min: 1 }),
  steps: whole(100, "steps in which 5 to 9 are learned", { min: 1 }),
  labels: whole(20, "labels of each of 5 to 9, at most", { min: 1 }),
  draws: whole(3, "how often the labelled digits are drawn", { min: 1 }),
  ...lessonOptions("out/transfer"),
};

const target = lenet({ classes: 5 });
const [c1, tanh1, pool1, c3, ...later] = target.layers;
/** The same network with convolutions that do not learn, which changes no type. */
const frozen = nn.model([1, 28, 28], nn.freeze(c1), tanh1, pool1, nn.freeze(c3), ...later);
type OldParams = ReturnType<typeof lenet5.init>["params"];
type Params = ReturnType<typeof target.init>["params"];
type Images = Tensor<[number, 1, 28, 28], "f32">;
type Labels = Tensor<[number], "i32">;
type Digits = Examples<28, 28>;

const imagesOf = ({ images, shape }: Batch<28, 28>): Images => tensor(images, shape);
const labelsOf = ({ labels }: Batch): Labels => tensor(labels, [labels.length]);

/** The examples at these places; their labels count from `first`. */
const pick = (from: Digits, places: readonly number[], first: number): Digits => {
  const images = new Uint8Array(places.length * 784);
  places.forEach((place, i) => images.set(from.images.subarray(784 * place, 784 * (place + 1)), 784 * i));
  return { ...from, images, labels: Uint8Array.from(places, (p) => from.labels[p]! - first), count: places.length };
};
const placesOf = (from: Digits, wanted: (digit: number) => boolean): readonly number[] =>
  Array.from(from.labels.keys()).filter((i) => wanted(from.labels[i]!));
const isOld = (digit: number): boolean => digit < 5;
/** `count` examples of each of the digits 5 to 9, drawn by `seed`. */
const fewOf = (from: Digits, count: number, seed: number): Digits => {
  const order = Array.from(shuffled(from.count, seed));
  const places = [5, 6, 7, 8, 9].flatMap((digit) => order.filter((i) => from.labels[i] === digit).slice(0, count));
  return pick(from, places, 5);
};

/** What pixels are normalized with. */
interface Scale {
  readonly mean: number;
  readonly deviation: number;
}
/** What is learned, how, and from what. */
interface Course<T> {
  readonly params: T;
  /** Which of them learn; all unless given. */
  readonly learns?: Mask;
  readonly logits: (params: T, images: Images) => Tensor<[number, number], "f32">;
  readonly examples: Digits;
  readonly rate: number;
  readonly size: number;
  readonly epochs: number;
  readonly seed: number;
  readonly scale: Scale;
  readonly progress: Output | null;
}
/** Trains parameters by Adam with a rate that falls to 0; gives it, and the seconds it took. */
const learn = async <T extends Tree>({ logits, examples, epochs, seed, scale, ...course }: Course<T>) => {
  const size = Math.min(course.size, examples.count), steps = batchCount(examples.count, { size, dropLast: true });
  const adam = optim.adam(optim.cosineSchedule(course.rate, epochs * steps));
  const optimizer = optim.selective(adam, course.learns ?? true);
  const loss = (params: T, images: Images, labels: Labels) => nn.softmaxCrossEntropy(logits(params, images), labels);
  const step = jit((params: T, memory: optim.OptimizerState<T>, images: Images, labels: Labels) => {
    const [value, gradients] = valueAndGrad(loss)(params, images, labels);
    const [updates, next] = optimizer.update(gradients as T, memory, params);
    return [{ params: optim.applyUpdates(params, updates), memory: next }, { loss: value }] as const;
  }, { name: "step" });
  const { state, seconds } = await run(fit({
    state: { params: course.params, memory: optimizer.init(course.params) },
    epochs,
    steps,
    batch: size,
    batches: (epoch) => batches(examples, { size, shuffle: { seed, epoch }, ...scale, dropLast: true }),
    step: ({ params, memory }, batch) => step(params, memory, imagesOf(batch), labelsOf(batch)),
    progress: course.progress,
  }));
  return { params: state.params, seconds };
};

/** Part of the examples that are read right. */
const accuracyOf = async (
  logits: (images: Images) => Tensor<[number, number], "f32">,
  examples: Digits,
  scale: Scale,
): Promise<number> => {
  const read = jit((images: Images) => argmax(logits(images), 1));
  const found = await dataOf([...batches(examples, { size: 1000, ...scale })].map((batch) => read(imagesOf(batch))));
  const predicted = found.flatMap((part) => Array.from(part, Number));
  return predicted.filter((digit, i) => digit === examples.labels[i]).length / examples.count;
};

/** So many examples of each new digit have a label. */
const labelCounts = [1, 2, 5, 10, 20];
const ways = ["convolutions frozen", "everything tuned", "from scratch"] as const;
const logits = (params: Params, images: Images) => target.predict({ params }, images);

/** The networks of the three ways, which learned the same examples from what `old` knows or from nothing. */
const threeWays = async (
  { out: _, ...old }: OldParams,
  few: Omit<Course<never>, "params" | "logits" | "rate">,
): Promise<readonly Params[]> => {
  const fresh = target.init(random.key(few.seed)).params;
  const learned = await learn({
    ...few,
    params: { ...fresh, c1: old.c1, c3: old.c3 },
    learns: frozen.trainable,
    logits: (params, images) => frozen.predict({ params }, images),
    rate: 1e-3,
  });
  const tuned = await learn({ ...few, params: { ...old, out: fresh.out }, logits, rate: 2e-3 });
  const scratch = await learn({ ...few, params: fresh, logits, rate: 1e-3 });
  return [learned.params, tuned.params, scratch.params];
};

const main = async (values: Values<typeof options>): Promise<number> => {
  const device = await deviceOf(values);
  const { seed } = values;
  const set = await pictures({ ...values, limit: null }, process.stderr);
  const scale = { mean: set.mean, deviation: set.deviation };
  const many = take(values.limit ?? set.train.count, pick(set.train, placesOf(set.train, isOld), 0));
  const oldTest = pick(set.test, placesOf(set.test, isOld), 0);
  const test = pick(set.test, placesOf(set.test, (digit) => !isOld(digit)), 5);
  console.log(`${device.description}; ${set.name}: ${showCount(many.count)} digits from 0 to 4 to begin with`);

  // The network that has learned much: it is left in a file, as somebody else would have left it.
  const began = await learn({
    params: lenet5.init(random.key(seed)).params,
    logits: (params: OldParams, images) => lenet5.predict({ params }, images),
    ...{ examples: many, rate: 2e-3, size: 64, epochs: values.epochs, seed, scale, progress: process.stderr },
  });
  const file = `${values.out}/digits-0-4.safetensors`;
  await run(saveTree(file, began.params, { model: "lenet5", dataset: set.name }));
  const oldAccuracy = await accuracyOf((images) => lenet5.predict({ params: began.params }, images), oldTest, scale);
  console.log(
    `learned in ${showDuration(began.seconds)}: reads 0 to 4 at ${(100 * oldAccuracy).toFixed(2)}%, left in ${file}\n`,
  );

  const old = await run(loadTree(file, lenet5.init(random.key(0)).params));
  const rows: { readonly labels: number; readonly accuracy: readonly number[] }[] = [];
  console.log(`labels of each of 5 to 9   ${ways.join("   ")}`);
  for (const labels of labelCounts.filter((count) => count <= values.labels)) {
    const sums = ways.map(() => 0);
    for (let draw = 0; draw < values.draws; draw++) {
      const examples = fewOf(set.train, labels, seed + draw), size = Math.min(50, examples.count);
      const epochs = Math.ceil(values.steps / Math.floor(examples.count / size));
      const few = { examples, size, epochs, seed: seed + draw, scale, progress: null };
      for (const [i, params] of (await threeWays(old, few)).entries()) {
        sums[i]! += await accuracyOf((images) => logits(params, images), test, scale);
      }
    }
    const accuracy = sums.map((sum) => sum / values.draws);
    rows.push({ labels, accuracy });
    const cells = accuracy.map((part, i) => `${(100 * part).toFixed(1)}%`.padStart(ways[i]!.length));
    console.log(`${String(labels).padStart(24)}   ${cells.join("   ")}`);
  }

  const chart = lineChart(
    ways.map((name, i) => ({ name, points: rows.map((row) => [row.labels, row.accuracy[i]!] as const) })),
    { title: `accuracy on ${showCount(test.count)} digits from 5 to 9`, across: "labelled examples of each digit" },
    { x: 60, y: 80, width: 600, height: 320 },
  );
  const title = `LeNet-5 knows 0 to 4 and learns 5 to 9 (${set.name})`;
  const picture = `${values.out}/transfer.svg`;
  const heading = label(60, 38, title, { "font-size": 20, "font-weight": "bold" });
  await run(writeFile(picture, document(700, 460, heading + chart)));
  console.log(`\nleft behind: ${picture}, ${file}`);
  const gains = rows.map(({ accuracy }) => accuracy[0]! - accuracy[2]!);
  const gain = gains.reduce((a, b) => a + b, 0) / gains.length;
  console.log(
    `${(100 * gain).toFixed(1)} points more with frozen convolutions than from scratch, in the mean of all rows`,
  );
  conclude(values, { dataset: set.name, backend: device.name, base_accuracy: oldAccuracy, rows, gain });
  if (gain <= 0) throw new Trouble("Nothing was gained: try more --epochs, or more --draws");
  return 0;
};

await script("deno task learn:transfer", "LeNet-5 reads 0 to 4, and learns 5 to 9 from few labels.", options, main);
