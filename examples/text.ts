/**
 * A network learns to write, character by character.
 *
 *     deno task learn:text [options]        deno task learn:text --help
 *
 * It reads a window of a text and says, after each character, how probable every character is to come next. The loss is the
 * cross-entropy with the one that does come, in nats; its exponential, the perplexity, is among how many equally probable ones the
 * network would be as much in doubt. Two networks can be asked:
 *
 * - `lstm`: long short-term memory reads from left to right and carries along what it remembers, from window to window too, for the
 *   text is read in strands side by side; the gradient goes back to the beginning of the window (truncated backpropagation through
 *   time), and is cut short where it is too long;
 * - `gpt`: blocks of a transformer, in which every place of a window looks at all places before it at once; windows come in any order.
 *
 * That is how plays are read. Names have nothing to do with each other: each is a window of its own, from its first letter to its end.
 *
 * Neither knows words or grammar, and both are judged by text they have not seen. To write, they are given what they have written so
 * far, and the next character is drawn as they say. The lesson leaves the weights, a picture of the losses, and what was written.
 *
 * Source: Hochreiter and Schmidhuber, Long short-term memory, Neural Computation 9 (1997); Werbos, Backpropagation through time, Proc.
 * IEEE 78 (1990); Radford et al., Improving language understanding by generative pre-training (2018).
 */
import process from "node:process";
import { data, dataOf, jit, optim, random, run, type Tensor, tensor, valueAndGrad } from "../mod.ts";
import {
  padding,
  type SequenceBatch,
  sequences,
  strands,
  type TokenBatch,
  vocabulary,
  type WindowOptions,
  windows,
  writeFile,
} from "../datasets/mod.ts";
import { charLstm, miniGpt, type SampleConfig, tokenCrossEntropy } from "../models/mod.ts";
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
  epochs: whole(null, "passes over the text (default 2, of names 12)", { min: 1 }),
  length: whole(null, "characters of a window of plays (default 64)", { min: 2, max: 512 }),
  batch: whole(null, "windows of one step (default 32, of names 64)", { min: 1 }),
  lr: real(3e-3, "highest rate of AdamW", { above: 0, max: 1 }),
  limit: whole(null, "read the first N characters only", { min: 100 }),
  write: whole(500, "characters to write", { min: 1 }),
  temperature: real(0.8, "how daring the choice of characters is; at 1 as probable as they are said to be", {
    above: 0,
  }),
  resume: flag("go on from the checkpoint in --out"),
  ...lessonOptions("out/text"),
};

type Tokens = Tensor<[number, number], "i32">;
type Logits = Tensor<[number, number, number], "f32">;
/** What both networks are here: of parameters `P` and a memory `M` of what was read before. */
interface Writer<P, M> {
  summary(): string;
  init(key: random.Key): { readonly params: P };
  start(size: number): M;
  /** Logits of the character after each, and what is remembered of all. */
  run(params: P, memory: M, x: Tokens): readonly [Logits, M];
  sample(params: P, prompt: Tensor<[number], "i32">, config: SampleConfig): Tensor<[number], "i32">;
  /** One pass over a text that goes on and on. */
  read(text: Int32Array, cut: WindowOptions, order: { seed: number; epoch?: number }): Iterable<TokenBatch>;
}
type Make<P, M> = (characters: number, length: number) => Writer<P, M>;

const lstm = (vocabulary: number, context: number) => ({
  ...charLstm({ vocabulary, context, embedding: 64, hidden: 256 }),
  read: (text: Int32Array, cut: WindowOptions) => strands(text, cut),
});
const gpt = (vocabulary: number, context: number) => {
  const net = miniGpt({ vocabulary, context, width: 128, heads: 4, blocks: 3 });
  type Params = ReturnType<typeof net.init>["params"];
  return {
    ...net,
    start: () => null,
    run: (params: Params, _: null, x: Tokens) => [net.predict({ params }, x), null] as const,
    read: (text: Int32Array, cut: WindowOptions, shuffle: { seed: number }) => windows(text, { ...cut, shuffle }),
  };
};

/** What a step changes. */
interface State<P, M> {
  readonly params: P;
  readonly optimizer: optim.OptimizerState<P>;
  readonly memory: M;
}
const tokens = (ids: Int32Array<ArrayBuffer>, { shape }: TokenBatch): Tokens => tensor(ids, shape);

const learn = async <P, M>(values: Values<typeof options>, make: Make<P, M>): Promise<number> => {
  const device = await deviceOf(values);
  const { dataset, seed } = values, names = dataset === "names", epochs = values.epochs ?? (names ? 12 : 2);
  const { train, test } = await corpus(values, transferLines(process.stderr));
  const characters = vocabulary(train + test), text = characters.encode(train), held = characters.encode(test);
  const linesOf = (part: string) => names ? part.split("\n").slice(0, -1).map(characters.encode) : [];
  const learned = linesOf(train), judged = linesOf(test);
  if (names && values.length !== null) throw new Trouble("--length is for plays: a name is a window of its own");
  const length = names ? 1 + Math.max(...[...learned, ...judged].map((l) => l.length)) : values.length ?? 64;
  const most = names ? judged.length : Math.floor(held.length / length) - 1;
  if (most < 1) throw new Trouble(`${held.length} characters are no window of ${length}: try a higher --limit`);
  const net = make(characters.size, length), mark = characters.encode("\n")[0]!;
  const cut = { length, size: Math.min(values.batch ?? (names ? 64 : 32), most) };
  type Pass = (order: { seed: number; epoch?: number }) => Iterable<TokenBatch & Partial<SequenceBatch>>;
  const reader = (lines: readonly Int32Array[], tokens: Int32Array): Pass => (order) =>
    names ? sequences(lines, { ...cut, mark, shuffle: order }) : net.read(tokens, cut, order);
  const learning = reader(learned, text), judging = reader(judged, held);
  const steps = [...learning({ seed })].length, all = epochs * steps;
  const pairs = pairNats(text, held, characters.size);
  console.log(`${net.summary()}\n`);
  console.log(
    `${dataset}: ${showCount(text.length)} characters to learn from, ${showCount(held.length)} to be judged by, ` +
      `${characters.size} of them different`,
  );
  console.log(
    `${device.description}; epochs ${epochs}, steps ${showCount(all)}, batch ${cut.size} windows of ${length}`,
  );

  const lossOf = (params: P, memory: M, inputs: Tokens, targets: Tokens) => {
    const [logits, after] = net.run(params, memory, inputs);
    return [tokenCrossEntropy(logits, targets, { ignore: padding }), after] as const;
  };
  const rate = optim.warmupSchedule(Math.ceil(all / 20), optim.cosineSchedule(values.lr, all));
  const optimizer = optim.chain(optim.clipByGlobalNorm(1), optim.adamw(rate, { betas: [0.9, 0.99], weightDecay: 0.1 }));
  const step = jit((state: State<P, M>, inputs: Tokens, targets: Tokens) => {
    const [[loss, memory], gradients] = valueAndGrad(lossOf, { aux: true })(
      state.params,
      state.memory,
      inputs,
      targets,
    );
    const [updates, next] = optimizer.update(gradients, state.optimizer, state.params);
    return [{ params: optim.applyUpdates(state.params, updates), optimizer: next, memory }, { loss }] as const;
  }, { donate: [0, 1, 2], name: "step" });
  const measure = jit(lossOf, { name: "measure" });
  /** Nats for each character of the text held back. */
  const nats = async (params: P): Promise<number> => {
    const losses: Tensor<[], "f32">[] = [], counts: number[] = [];
    let memory = net.start(cut.size);
    for (const batch of judging({ seed })) {
      const [loss, after] = measure(params, memory, tokens(batch.inputs, batch), tokens(batch.targets, batch));
      losses.push(loss);
      counts.push(batch.counted ?? batch.inputs.length);
      memory = names ? net.start(cut.size) : after;
    }
    const total = (await dataOf(losses)).reduce((sum, [loss], i) => sum + Number(loss) * counts[i]!, 0);
    return total / counts.reduce((a, b) => a + b);
  };
  const { params } = net.init(random.key(seed));
  const end = await run(fit({
    state: { params, optimizer: optimizer.init(params), memory: net.start(cut.size) } as State<P, M>,
    epochs,
    steps,
    batch: cut.size,
    batches: (epoch) => learning({ seed, epoch }),
    step: (state: State<P, M>, batch: TokenBatch, { step: at }) => {
      const from = names || at % steps === 0 ? { ...state, memory: net.start(cut.size) } : state;
      return step(from, tokens(batch.inputs, batch), tokens(batch.targets, batch));
    },
    evaluate: async (state: State<P, M>) => ({ nats: await nats(state.params) }),
    evaluateEvery: Math.ceil(all / 6),
    checkpoint: {
      path: `${values.out}/checkpoint.safetensors`,
      recipe: { model: values.model, dataset, characters: text.length, epochs, ...cut, lr: values.lr, seed },
      resume: values.resume,
    },
    on: { start: (from) => values.resume && console.log(`goes on after step ${showCount(from.step)}`) },
  }));
  if (end.ending === "interrupted") {
    console.log(`stopped after step ${showCount(end.step)} of ${showCount(all)}: --resume goes on from there`);
    return interruptedStatus;
  }

  const { params: last } = end.state, value = await nats(last);
  console.log(`trained in ${showDuration(end.seconds)}`);
  console.log(
    `held-out text: ${value.toFixed(3)} nats per character, perplexity ${Math.exp(value).toFixed(2)}; ` +
      `a table of pairs: ${pairs.toFixed(3)} nats`,
  );

  const prompt: Tensor<[1], "i32"> = tensor(Int32Array.of(mark), [1]), key = random.key(seed + 1);
  const write = async (count: number, at: number): Promise<string> => {
    const config = { key: random.foldIn(key, at), count, temperature: values.temperature };
    return characters.decode(await data(net.sample(last, prompt, config)));
  };
  let sample = names ? "" : await write(values.write, 0);
  for (let i = 0; sample.length < values.write; i++) sample += `${(await write(length, i)).split("\n")[0]!}\n`;
  sample = sample.slice(0, values.write);
  console.log(`\nit writes:\n\n${sample.trim()}\n`);

  const paths = ["text.safetensors", "text.svg", "sample.txt"].map((f) => `${values.out}/${f}`);
  const [weights, report, page] = paths as [string, string, string];
  await run(saveTree(weights, last, { model: values.model, dataset, characters: characters.characters.join("") }));
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
  values.model === "lstm" ? learn(values, lstm) : learn(values, gpt);

await script("deno task learn:text", "A network learns to write, character by character.", options, main);
