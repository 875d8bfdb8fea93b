/**
 * A U-Net finds the membranes of cells in pictures of an electron microscope.
 *
 *     deno task learn:unet [options]        deno task learn:unet --help
 *
 * ISBI 2012 has 30 slices of one stack; 24 are learned from, 6 judge. A step sees pieces of 128 by 128 pixels, cut, turned over and
 * bent at random, the mask with the picture. The network is convolutional all the way: `small` takes pieces and `whole` takes whole
 * slices, with the same parameters, and the type checker knows both shapes.
 *
 * The loss is cross-entropy of pixels plus Dice's. It prints the part of the pixels that are right and Dice's coefficient of cells
 * and of membranes, and leaves the weights, a picture of the losses, and a sheet: slice, truth, what was found.
 *
 * Source: Ronneberger, Fischer, Brox, U-Net: convolutional networks for biomedical image segmentation, MICCAI 2015.
 */
import process from "node:process";
import {
  add,
  argmax,
  cast,
  dataOf,
  equal,
  expandDims,
  jit,
  nn,
  optim,
  random,
  run,
  slice,
  softmax,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../mod.ts"; // deno-fmt-ignore
import {
  inTurn,
  isbi2012,
  type MaskedBatch,
  maskedBatches,
  type MaskedExamples,
  maskedRange,
  moveMaskedBatch,
  pixelStatistics,
  randomCrop,
  randomElastic,
  randomFlip,
  writeFile,
} from "../datasets/mod.ts"; // deno-fmt-ignore
import { saveSafetensors, unet } from "../models/mod.ts";
import { fit, showCount, showDuration } from "../training/mod.ts";
import { sheet, writePng } from "./support/canvas.ts";
import { lineChart, smoothed } from "./support/chart.ts";
import { conclude, deviceOf, lessonOptions } from "./support/lesson.ts";
import { flag, real, text, type Values, whole as wholeNumber } from "./support/options.ts";
import { interruptedStatus, script } from "./support/script.ts";
import { document, label } from "./support/svg.ts";
import { transferLines } from "./support/transfer.ts";

const options = {
  data: text(null, "folder with ISBI 2012", "DIR"),
  epochs: wholeNumber(60, "passes over the slices, a piece of each", { min: 1 }),
  batch: wholeNumber(4, "pieces of one step", { min: 1, max: 24 }),
  lr: real(2e-3, "highest rate", { above: 0, max: 1 }),
  judge: wholeNumber(6, "slices to be judged by", { min: 1, max: 6 }),
  resume: flag("go on from the checkpoint in --out"),
  ...lessonOptions("out/unet"),
};

const widths = [12, 24, 48, 96] as const;
/** On pieces, and on whole slices: `f32[n,1,h,w] -> f32[n,2,h,w]`, logits of membrane and cell. */
const small = unet({ input: [1, 128, 128], widths, padding: "same" });
const whole = unet({ input: [1, 512, 512], widths, padding: "same" });
type Params = ReturnType<typeof small.init>["params"];
/** What a step changes. */
interface State {
  readonly params: Params;
  readonly optimizer: optim.OptimizerState<Params>;
}
type Pieces = Tensor<[number, 1, 128, 128], "f32">;
type Masks = Tensor<[number, 128, 128], "i32">;

const lossOf = (params: Params, images: Pieces, masks: Masks) => {
  const logits = small.predict({ params }, images);
  const cell = slice(softmax(logits, 1), 1, 1, 2);
  const truth = expandDims(cast(equal(masks, 1), "f32"), 1);
  return add(nn.crossEntropy(logits, masks), nn.diceLoss(cell, truth));
};
const stepOf = (optimizer: optim.GradientTransformation) =>
  jit((state: State, images: Pieces, masks: Masks) => {
    const [loss, gradients] = valueAndGrad(lossOf)(state.params, images, masks);
    const [updates, memory] = optimizer.update(gradients, state.optimizer, state.params);
    return [{ params: optim.applyUpdates(state.params, updates), optimizer: memory }, { loss }] as const;
  }, { donate: [0, 1, 2], name: "step" });
const find = jit((params: Params, image: Tensor<[1, 1, 512, 512], "f32">) =>
  argmax(whole.predict({ params }, image), 1)
);

/** A piece of every slice, turned over and bent. */
const pieces = (batch: MaskedBatch<512, 512>, seed: number, epoch: number): MaskedBatch<128, 128> => {
  const draw = { seed, epoch, indices: batch.indices }, size = [128, 128] as const;
  const across = randomFlip(draw, size, "horizontal"), down = randomFlip(draw, size, "vertical");
  const bent = randomElastic(draw, size, { deviation: 4 }), cut = randomCrop(draw, [512, 512], size);
  return moveMaskedBatch(batch, inTurn(inTurn(inTurn(cut, bent), across), down), { outside: "mirror" });
};

/** How well masks were found: of all pixels, and 2 |found and true| / (|found| + |true|) of each class. */
const quality = (found: ArrayLike<number>, truth: ArrayLike<number>) => {
  const counts = [0, 1, 2, 3].map(() => 0);
  for (let i = 0; i < truth.length; i++) counts[2 * truth[i]! + found[i]!]!++;
  const [membrane, missed, extra, cell] = counts as [number, number, number, number];
  const dice = (right: number) => 2 * right / (2 * right + missed + extra);
  return { accuracy: (membrane + cell) / truth.length, dice: dice(cell), membrane_dice: dice(membrane) };
};

const main = async (values: Values<typeof options>): Promise<number> => {
  const device = await deviceOf(values);
  const folder = values.data === null ? {} : { dir: values.data };
  const set = await run(isbi2012({ ...folder, progress: transferLines(process.stderr) })), { name, train } = set;
  const test = maskedRange(set.test, 0, values.judge);
  const scale = pixelStatistics(train), { seed, epochs, batch: size } = values;
  const steps = Math.floor(train.count / size), all = epochs * steps;
  console.log(`${small.summary()}\n\n${name}: ${train.count} slices to learn from, ${test.count} to be judged by`);
  console.log(`${device.description}; epochs ${epochs}, steps ${showCount(all)}, batch ${size}`);

  /** The masks that are found in slices, one after the other: a whole slice takes much memory. */
  const masksOf = async (params: Params, slices: MaskedExamples<512, 512>): Promise<Uint8Array> => {
    const out = new Uint8Array(slices.masks.length);
    let at = 0;
    for (const { images } of maskedBatches(slices, { size: 1, ...scale })) {
      const [found] = await dataOf([find(params, tensor(images, [1, 1, 512, 512]))]);
      out.set(Array.from(found!, Number), at);
      at += found!.length;
    }
    return out;
  };
  const optimizer = optim.adam(optim.oneCycleSchedule(values.lr, all)), step = stepOf(optimizer);
  const { params } = small.init(random.key(seed));
  const end = await run(fit({
    state: { params, optimizer: optimizer.init(params) } as State,
    epochs,
    steps,
    batch: size,
    batches: (epoch) =>
      Iterator.from(maskedBatches(train, { size, shuffle: { seed, epoch }, ...scale, dropLast: true }))
        .map((batch) => pieces(batch, seed, epoch)),
    step: (state: State, { images, shape, masks, maskShape }: MaskedBatch<128, 128>) =>
      step(state, tensor(images, shape), tensor(masks, maskShape)),
    evaluate: async (state: State) => quality(await masksOf(state.params, test), test.masks),
    evaluateEvery: Math.max(1, Math.ceil(all / 4)),
    checkpoint: {
      path: `${values.out}/checkpoint.safetensors`,
      recipe: { dataset: name, epochs, batch: size, lr: values.lr, seed },
      resume: values.resume,
      every: Math.max(1, Math.ceil(all / 4)),
    },
    on: { start: (from) => values.resume && console.log(`goes on after step ${showCount(from.step)}`) },
  }));
  if (end.ending === "interrupted") {
    console.log(`stopped after step ${showCount(end.step)} of ${showCount(all)}: --resume goes on from there`);
    return interruptedStatus;
  }

  const losses = end.losses.loss, found = await masksOf(end.state.params, test);
  const { accuracy, dice, membrane_dice } = quality(found, test.masks);
  const percent = (part: number) => `${(100 * part).toFixed(2)}%`;
  console.log(`trained in ${showDuration(end.seconds)}, last loss ${losses.at(-1)!.toFixed(4)}`);
  console.log(
    `pixels right ${percent(accuracy)}; Dice of cells ${dice.toFixed(4)}, of membranes ${membrane_dice.toFixed(4)}`,
  );

  const [weights, report, slices] = ["unet.safetensors", "unet.svg", "unet.png"].map((f) => `${values.out}/${f}`) as [
    string,
    string,
    string,
  ];
  await run(saveSafetensors(small, { params: end.state.params }, weights));
  const title = `U-Net on ${name}: ${percent(accuracy)} of the pixels of ${test.count} slices`;
  await run(writeFile(
    report,
    document(
      820,
      430,
      label(60, 38, title, { "font-size": 20, "font-weight": "bold" }) + lineChart(
        [{ points: smoothed(losses, 0.9).map((y, i) => [i + 1, y] as const) }],
        { title: "loss" },
        { x: 60, y: 80, width: 700, height: 280 },
      ),
    ),
  ));
  const area = 512 * 512, shown = Math.min(3, test.count), rows = new Uint8Array(3 * shown * area);
  for (let i = 0; i < shown; i++) {
    rows.set(test.images.subarray(i * area, (i + 1) * area), 3 * i * area);
    rows.set(test.masks.subarray(i * area, (i + 1) * area).map((v) => 255 * v), (3 * i + 1) * area);
    rows.set(found.subarray(i * area, (i + 1) * area).map((v) => 255 * v), (3 * i + 2) * area);
  }
  await writePng(
    slices,
    sheet({ values: rows, count: 3 * shown, channels: 1, height: 512, width: 512 }, { columns: 3, white: 255, gap: 8 }),
  );
  console.log(`left behind: ${weights}, ${report}, ${slices}`);
  conclude(values, {
    dataset: name,
    backend: device.name,
    epochs,
    steps: all,
    seconds: end.seconds,
    final_loss: losses.at(-1),
    test_accuracy: accuracy,
    dice,
    membrane_dice,
    losses: losses.slice(0, 50),
  });
  return 0;
};

await script("deno task learn:unet", "A U-Net finds the membranes of cells.", options, main);
