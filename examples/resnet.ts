/**
 * A small residual network learns to tell ten kinds of things in photographs of 32 by 32 pixels.
 *
 *     deno task learn:resnet [options]        deno task learn:resnet --help
 *
 * CIFAR-10, or the excerpt of it that lies in a folder. Pictures are shifted by up to four pixels and mirrored at random, anew in
 * every epoch, so that the network sees more than there are; the rate rises and falls along one cycle. Batch normalization has
 * running statistics: they are the state that `apply` returns, and a step carries them on like everything else.
 *
 * It leaves the weights, under the names that PyTorch would give them, a picture of the losses and the accuracies, and a sheet of
 * pictures that were taken for something else.
 *
 * Source: He, Zhang, Ren, Sun, Deep residual learning for image recognition, CVPR 2016, section 4.2.
 */
import process from "node:process";
import { argmax, dataOf, jit, nn, optim, random, run, type Tensor, tensor, valueAndGrad } from "../mod.ts";
import {
  type Batch,
  batchCount,
  batches,
  cifar10,
  type Examples,
  inTurn,
  moveBatch,
  pixelStatistics,
  randomCrop,
  randomFlip,
  take,
  writeFile,
} from "../datasets/mod.ts"; // deno-fmt-ignore
import { resnetCifar, saveSafetensors } from "../models/mod.ts";
import { fit, showCount, showDuration } from "../training/mod.ts";
import { sheet, writePng } from "./support/canvas.ts";
import { lineChart, smoothed } from "./support/chart.ts";
import { accuracy, confusionMatrix, confusionTable } from "./support/confusion.ts";
import { conclude, deviceOf, lessonOptions } from "./support/lesson.ts";
import { flag, real, text, type Values, whole } from "./support/options.ts";
import { interruptedStatus, script } from "./support/script.ts";
import { document, label } from "./support/svg.ts";
import { transferLines } from "./support/transfer.ts";

const options = {
  data: text(null, "folder with CIFAR-10 or an excerpt of it", "DIR"),
  epochs: whole(6, "passes over the examples", { min: 1 }),
  batch: whole(64, "examples of one step", { min: 1 }),
  lr: real(0.1, "highest rate", { above: 0, max: 10 }),
  decay: real(5e-4, "weight decay", { min: 0, max: 1 }),
  limit: whole(null, "learn from the first N examples only", { min: 1 }),
  judge: whole(null, "be judged by the first N test pictures only", { min: 1 }),
  resume: flag("go on from the checkpoint in --out"),
  ...lessonOptions("out/resnet"),
};

const net = resnetCifar(20);
type Variables = ReturnType<typeof net.init>;
type Params = Variables["params"];
type Images = Tensor<[number, 3, 32, 32], "f32">;
type Labels = Tensor<[number], "i32">;
type Photos = Examples<32, 32, 3>;
/** What a step changes. */
interface State extends Variables {
  readonly optimizer: optim.OptimizerState<Params>;
}

/** The loss of a batch, and the running statistics after it. */
const lossOf = (params: Params, state: Variables["state"], images: Images, labels: Labels) => {
  const [logits, after] = net.apply({ params, state }, images, { training: true });
  return [nn.softmaxCrossEntropy(logits, labels), after] as const;
};
const stepOf = (optimizer: optim.GradientTransformation) =>
  jit((now: State, images: Images, labels: Labels) => {
    const [[loss, state], gradients] = valueAndGrad(lossOf, { aux: true })(now.params, now.state, images, labels);
    const [updates, memory] = optimizer.update(gradients, now.optimizer, now.params);
    return [{ params: optim.applyUpdates(now.params, updates), state, optimizer: memory }, { loss }] as const;
  }, { donate: [0, 1, 2], name: "step" });

const classify = jit((variables: Variables, images: Images) => argmax(net.predict(variables, images), 1));
const imagesOf = ({ images, shape }: Batch<32, 32, 3>): Images => tensor(images, shape);
const labelsOf = ({ labels }: Batch<32, 32, 3>): Labels => tensor(labels, [labels.length]);

/** Shifted and mirrored, as `seed` and `epoch` say. */
const moved = (batch: Batch<32, 32, 3>, seed: number, epoch: number): Batch<32, 32, 3> => {
  const draw = { seed, epoch, indices: batch.indices };
  const shift = randomCrop(draw, [32, 32], [32, 32], 4), mirror = randomFlip(draw, [32, 32], "horizontal");
  return moveBatch(batch, inTurn(shift, mirror), { between: "nearest" });
};

const main = async (values: Values<typeof options>): Promise<number> => {
  const device = await deviceOf(values);
  const folder = values.data === null ? {} : { dir: values.data };
  const set = await run(cifar10({ ...folder, progress: transferLines(process.stderr) }));
  const train: Photos = values.limit === null ? set.train : take(values.limit, set.train), { classes } = set;
  const test: Photos = values.judge === null ? set.test : take(values.judge, set.test);
  const scale = pixelStatistics(train), { seed, epochs } = values, size = Math.min(values.batch, train.count);
  const steps = batchCount(train.count, { size, dropLast: true }), all = epochs * steps;
  console.log(`${net.summary()}\n`);
  console.log(
    `${set.name}: ${showCount(train.count)} examples to learn from, ${showCount(test.count)} to be judged by`,
  );
  console.log(`${device.description}; epochs ${epochs}, steps ${showCount(all)}, batch ${showCount(size)}`);

  const predict = async ({ params, state }: Variables): Promise<readonly number[]> => {
    const found = [...batches(test, { size: 250, ...scale })].map((b) => classify({ params, state }, imagesOf(b)));
    return (await dataOf(found)).flatMap((part) => Array.from(part, Number));
  };
  const optimizer = optim.sgd(optim.oneCycleSchedule(values.lr, all), {
    momentum: 0.9,
    nesterov: true,
    weightDecay: values.decay,
  });
  const variables = net.init(random.key(seed)), step = stepOf(optimizer);
  const end = await run(fit({
    state: { ...variables, optimizer: optimizer.init(variables.params) } as State,
    epochs,
    steps,
    batch: size,
    batches: (epoch) =>
      Iterator.from(batches(train, { size, shuffle: { seed, epoch }, ...scale, dropLast: true }))
        .map((batch) => moved(batch, seed, epoch)),
    step: (now: State, batch: Batch<32, 32, 3>) => step(now, imagesOf(batch), labelsOf(batch)),
    evaluate: async (now: State) => ({
      accuracy: accuracy(confusionMatrix(test.labels, await predict(now), classes.length)),
    }),
    checkpoint: {
      path: `${values.out}/checkpoint.safetensors`,
      recipe: {
        dataset: set.name,
        examples: train.count,
        epochs,
        batch: size,
        lr: values.lr,
        decay: values.decay,
        seed,
      },
      resume: values.resume,
    },
    on: { start: (from) => values.resume && console.log(`goes on after step ${showCount(from.step)}`) },
  }));
  if (end.ending === "interrupted") {
    console.log(`stopped after step ${showCount(end.step)} of ${showCount(all)}: --resume goes on from there`);
    return interruptedStatus;
  }

  const predicted = await predict(end.state), matrix = confusionMatrix(test.labels, predicted, classes.length);
  const share = `${(100 * accuracy(matrix)).toFixed(2)}%`, losses = end.losses.loss;
  console.log(`trained in ${showDuration(end.seconds)}, last loss ${losses.at(-1)!.toFixed(4)}\n`);
  console.log(`test accuracy ${share}\n${confusionTable(matrix, classes)}\n`);

  const [weights, report, mistakes] = ["resnet20.safetensors", "resnet.svg", "mistakes.png"].map((f) =>
    `${values.out}/${f}`
  ) as [string, string, string];
  const { params, state } = end.state;
  await run(saveSafetensors(net, { params, state }, weights));
  const frame = { x: 60, y: 80, width: 700, height: 280 };
  const lossSeries = { name: "loss", points: smoothed(losses, 0.9).map((y, i) => [i + 1, y] as const) };
  const accuracies = end.evaluations.map(({ step, metrics }) => [step, metrics.accuracy] as const);
  await run(writeFile(
    report,
    document(
      820,
      800,
      label(60, 38, `ResNet-20 on ${set.name}: ${share} of ${showCount(test.count)} test pictures`, {
        "font-size": 20,
        "font-weight": "bold",
      }) + lineChart([lossSeries], { title: "loss", scale: "log" }, frame) +
        lineChart([{ name: "accuracy", points: accuracies }], { title: "test accuracy" }, { ...frame, y: 460 }),
    ),
  ));
  const wrong = predicted.flatMap((p, i) => p === test.labels[i] ? [] : [i]).slice(0, 64), area = 3 * 32 * 32;
  const wrongValues = new Uint8Array(wrong.length * area);
  wrong.forEach((i, k) => wrongValues.set(test.images.subarray(area * i, area * (i + 1)), area * k));
  await writePng(
    mistakes,
    sheet({ values: wrongValues, count: wrong.length, channels: 3, height: 32, width: 32 }, {
      columns: 8,
      white: 255,
      zoom: 2,
    }),
  );
  console.log(`left behind: ${weights}, ${report}, ${mistakes}`);
  conclude(values, {
    dataset: set.name,
    backend: device.name,
    epochs,
    steps: all,
    seconds: end.seconds,
    final_loss: losses.at(-1),
    test_accuracy: accuracy(matrix),
    losses: losses.slice(0, 50),
  });
  return 0;
};

await script("deno task learn:resnet", "ResNet-20 learns to tell what is in small photographs.", options, main);
