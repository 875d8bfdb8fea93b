/**
 * A network learns to write, character by character.
 *
 *     deno task learn:text [options]        deno task learn:text --help
 *
 * It reads a window of a text and says, after each character, how probable every character is to come next. The loss is the
 * cross-entropy with the one that does come, in nats; its exponential, the perplexity, is among how many equally probable ones the
 * network would be as much in doubt. Two networks can be asked:
 *
 * - `lstm`: long short-term memory reads from left to right and carries along what it remembers; the gradient goes back through all
 *   steps of the window (backpropagation through time), and is cut short where it is too long;
 * - `gpt`: blocks of a transformer, in which every place looks at all places before it at once.
 *
 * Neither knows words or grammar, and both are judged by text they have not seen. To write, they are given what they have written so
 * far, and the next character is drawn as they say. The lesson leaves the weights, a picture of the losses, and what was written.
 *
 * Source: Hochreiter and Schmidhuber, Long short-term memory, Neural Computation 9 (1997); Vaswani et al., Attention is all you need,
 * NeurIPS 2017; Radford et al., Language models are unsupervised multitask learners (2019).
 */
import process from "node:process";
import {
  data,
  dataOf,
  div,
  jit,
  nn,
  optim,
  random,
  reshape,
  run,
  take,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../mod.ts"; // deno-fmt-ignore
import { type TokenBatch, vocabulary, windowCount, windows, writeFile } from "../datasets/mod.ts";
import { fit, saveTree, showCount, showDuration } from "../training/mod.ts";
import { lineChart, smoothed } from "./support/chart.ts";
import { corpus, pairNats } from "./support/corpus.ts";
import { conclude, deviceOf, lessonOptions } from "./support/lesson.ts";
import { choice, flag, real, text, type Values, whole } from "./support/options.ts";
import { interruptedStatus, script, Trouble } from "./support/script.ts";
import { document, label } from "./support/svg.ts";
import { transferLines } from "./support/transfer.ts";

const options = {
  model: choice(["lstm", "gpt"], "which network"),
  dataset: choice(["shakespeare", "names"], "what to read: plays, or first names, one a line"),
  data: text(null, "folder with the text", "DIR"),
  epochs: whole(null, "passes over the text (default 2, of names 8)", { min: 1 }),
  length: whole(64, "characters of a window", { min: 2, max: 512 }),
  batch: whole(32, "windows of one step", { min: 1 }),
  lr: real(3e-3, "highest rate of AdamW", { above: 0, max: 1 }),
  limit: whole(null, "read the first N characters only", { min: 100 }),
  write: whole(500, "characters to write", { min: 1 }),
  temperature: real(0.8, "how daring the choice of characters is; at 1 as probable as they are said to be", {
    above: 0,
  }),
  resume: flag("go on from the checkpoint in --out"),
  ...lessonOptions("out/text"),
};

/** `i32[n,length] -> f32[n,length,characters]`, logits of the character after each. */
const charLstm = (characters: number, length: number) =>
  nn.model(
    [length],
    nn.named("embed", nn.embedding(characters, 64)),
    nn.named("lstm", nn.lstm(256)),
    nn.named("head", nn.dense(characters)),
  );
const miniGpt = (characters: number, length: number) =>
  nn.model(
    [length],
    nn.named("token", nn.embedding(characters, 128, { weightInit: nn.init.normal(0.02) })),
    nn.named("position", nn.learnedPositions()),
    nn.repeat(3, nn.transformerBlock({ heads: 4, hidden: 512, norm: "pre", causal: true, activation: "gelu" })),
    nn.layerNorm(),
    nn.named("head", nn.dense(characters)),
  );

type Tokens = Tensor<[number, number], "i32">;
/** What both networks are here. */
interface Writer<P> {
  summary(): string;
  init(key: random.Key): { readonly params: P };
  predict(variables: { readonly params: P }, x: Tokens): Tensor<[number, number, number], "f32">;
}
/** What a step changes. */
interface State<P> {
  readonly params: P;
  readonly optimizer: optim.OptimizerState<P>;
}

/** What there is to a network that writes: a step of training, its judgement, and the next character. */
const writing = <P>(net: Writer<P>, optimizer: optim.GradientTransformation) => {
  const lossOf = (params: P, inputs: Tokens, targets: Tokens) =>
    nn.softmaxCrossEntropy(net.predict({ params }, inputs), targets);
  return {
    step: jit((state: State<P>, inputs: Tokens, targets: Tokens) => {
      const [loss, gradients] = valueAndGrad(lossOf)(state.params, inputs, targets);
      const [updates, memory] = optimizer.update(gradients, state.optimizer, state.params);
      return [{ params: optim.applyUpdates(state.params, updates), optimizer: memory }, { loss }] as const;
    }, { donate: [0, 1, 2], name: "step" }),
    measure: jit(lossOf, { name: "measure" }),
    /** A character drawn to follow the one at a place of a window: what stands behind that place is not looked at. */
    next: jit(
      (params: P, window: Tokens, place: Tensor<[1], "i32">, temperature: Tensor<[], "f32">, key: random.Key) => {
        const scores = take(net.predict({ params }, window), place, 1);
        return random.categorical(key, div(reshape(scores, [-1]), temperature));
      },
      { name: "next" },
    ),
  };
};

const tokens = (ids: Int32Array<ArrayBuffer>, { shape }: Pick<TokenBatch, "shape">): Tokens => tensor(ids, shape);

const learn = async <P>(values: Values<typeof options>, make: (characters: number, length: number) => Writer<P>) => {
  const device = await deviceOf(values);
  const { dataset, seed, length } = values, epochs = values.epochs ?? (dataset === "names" ? 8 : 2);
  const { train, test } = await corpus(values, transferLines(process.stderr));
  const characters = vocabulary(train + test), read = characters.encode(train), held = characters.encode(test);
  const most = Math.min(windowCount(read.length, { length, size: 1 }), windowCount(held.length, { length, size: 1 }));
  if (most === 0) {
    throw new Trouble(`${held.length} characters held back are no window of ${length}: try a higher --limit`);
  }
  const size = Math.min(values.batch, most), cut = { length, size };
  const steps = windowCount(read.length, cut), all = epochs * steps;
  const net = make(characters.size, length), pairs = pairNats(read, held, characters.size);
  console.log(`${net.summary()}\n`);
  console.log(
    `${dataset}: ${showCount(read.length)} characters to learn from, ${showCount(held.length)} to be judged by, ` +
      `${characters.size} of them different`,
  );
  console.log(`${device.description}; epochs ${epochs}, steps ${showCount(all)}, batch ${size} windows of ${length}`);

  const rate = optim.warmupSchedule(Math.ceil(all / 20), optim.cosineSchedule(values.lr, all));
  const optimizer = optim.chain(optim.clipByGlobalNorm(1), optim.adamw(rate, { betas: [0.9, 0.99], weightDecay: 0.1 }));
  const { step, measure, next } = writing(net, optimizer);
  /** Nats for each character of the text held back. */
  const nats = async (params: P): Promise<number> => {
    const parts = [...windows(held, { ...cut, shuffle: { seed } })];
    const losses = await dataOf(parts.map((b) => measure(params, tokens(b.inputs, b), tokens(b.targets, b))));
    return losses.reduce((sum, [loss]) => sum + Number(loss), 0) / losses.length;
  };
  const { params } = net.init(random.key(seed));
  const end = await run(fit({
    state: { params, optimizer: optimizer.init(params) } as State<P>,
    epochs,
    steps,
    batch: size,
    batches: (epoch) => windows(read, { ...cut, shuffle: { seed, epoch } }),
    step: (state: State<P>, b: TokenBatch) => step(state, tokens(b.inputs, b), tokens(b.targets, b)),
    evaluate: async (state: State<P>) => ({ nats: await nats(state.params) }),
    evaluateEvery: Math.ceil(all / 6),
    checkpoint: {
      path: `${values.out}/checkpoint.safetensors`,
      recipe: {
        model: values.model,
        dataset,
        characters: read.length,
        epochs,
        length,
        batch: size,
        lr: values.lr,
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

  const learned = end.state.params, value = await nats(learned);
  console.log(`trained in ${showDuration(end.seconds)}`);
  console.log(
    `held-out text: ${value.toFixed(3)} nats per character, perplexity ${Math.exp(value).toFixed(2)}; ` +
      `a table of pairs: ${pairs.toFixed(3)} nats`,
  );

  const written: number[] = [...characters.encode("\n")], temperature = tensor(values.temperature);
  for (let i = 0; i < values.write; i++) {
    const seen = Int32Array.from({ length }, (_, k) => written.slice(-length)[k] ?? 0);
    const place = tensor(Int32Array.of(Math.min(written.length, length) - 1), [1]);
    const drawn = next(learned, tensor(seen, [1, length]), place, temperature, random.key(seed + 1 + i));
    written.push((await data(drawn))[0] as number);
  }
  const sample = characters.decode(written.slice(1));
  console.log(`\nit writes:\n\n${sample.trim()}\n`);

  const paths = ["text.safetensors", "text.svg", "sample.txt"].map((f) => `${values.out}/${f}`);
  const [weights, report, page] = paths as [string, string, string];
  await run(saveTree(weights, learned, { model: values.model, dataset, characters: characters.characters.join("") }));
  await run(writeFile(page, sample));
  const measured = end.evaluations.filter(({ step }) => step < all).map((e) => [e.step, e.metrics.nats] as const);
  const losses = end.losses.loss, frame = { x: 60, y: 80, width: 700, height: 280 };
  const curves = [
    { name: "training", points: smoothed(losses, 0.95).map((y, i) => [i + 1, y] as const) },
    { name: "held-out text", points: [...measured, [all, value] as const] },
    { name: "table of pairs", points: [[1, pairs], [all, pairs]] as const },
  ];
  const title = `${values.model} on ${dataset}: ${value.toFixed(3)} nats per character`;
  const heading = label(60, 38, title, { "font-size": 20, "font-weight": "bold" });
  const chart = lineChart(curves, { title: "loss, in nats for each character" }, frame);
  await run(writeFile(report, document(820, 430, heading + chart)));
  console.log(`left behind: ${paths.join(", ")}`);
  conclude(values, {
    model: values.model,
    dataset,
    backend: device.name,
    epochs,
    steps: all,
    seconds: end.seconds,
    final_loss: losses.at(-1),
    nats: value,
    perplexity: Math.exp(value),
    pairs,
    written: sample.length,
    losses: losses.slice(0, 50),
  });
  return 0;
};

const main = (values: Values<typeof options>): Promise<number> =>
  values.model === "lstm" ? learn(values, charLstm) : learn(values, miniGpt);

await script("deno task learn:text", "A network learns to write, character by character.", options, main);
