/**
 * What a perceptron cannot learn, and one hidden layer can.
 *
 *     deno task learn:xor [options]        deno task learn:xor --help
 *
 * "Exclusive or" is 1 where one of two inputs is 1 and not both. A perceptron answers 1 on one side of a straight line, and no line
 * has (0,1) and (1,0) on one side and (0,0) and (1,1) on the other: w1 + b and w2 + b would have to be at least 0, b and
 * w1 + w2 + b below it, but the sums of both pairs are the same. So
 *
 * 1. Rosenblatt's rule learns "and" and "or" within a few passes, after which it makes no mistake, as Novikoff proved;
 * 2. it goes on making mistakes at "exclusive or", however long it is taught;
 * 3. a hidden layer of a few tanh units bends the plane first, and gradient descent finds how.
 *
 * It ends with status 1 unless the perceptron fails and the network succeeds.
 *
 * Source: Minsky, Papert, Perceptrons (1969); Rumelhart, Hinton, Williams, Learning representations by back-propagating errors,
 * Nature 323 (1986).
 */
import { data, jit, nn, optim, random, run, sigmoid, type Tensor, tensor, valueAndGrad } from "../mod.ts";
import { writeFile } from "../datasets/mod.ts";
import { perceptron, trainPerceptron } from "../models/mod.ts";
import { fit, showCount } from "../training/mod.ts";
import { lineChart, steps } from "./support/chart.ts";
import { conclude, deviceOf, lessonOptions } from "./support/lesson.ts";
import { real, type Values, whole } from "./support/options.ts";
import { gridOf, planePicture } from "./support/plane.ts";
import { script, Trouble } from "./support/script.ts";
import { document, label } from "./support/svg.ts";

const options = {
  epochs: whole(100, "passes of the perceptron over the four examples", { min: 1 }),
  steps: whole(500, "steps of the network", { min: 1 }),
  hidden: whole(4, "hidden units of the network", { min: 1, max: 100 }),
  lr: real(0.05, "learning rate of the network", { above: 0, max: 10 }),
  ...lessonOptions("out/xor"),
};

const corners = [0, 0, 0, 1, 1, 0, 1, 1];
const gates = { and: [0, 0, 0, 1], or: [0, 1, 1, 1], xor: [0, 1, 1, 0] } as const;
type Points = Tensor<[number, 2], "f32">;

const points = (flat: ArrayLike<number>): Points => tensor(Float32Array.from(flat), [flat.length / 2, 2]);
const rightOf = (answers: ArrayLike<number>, truth: readonly number[]): number =>
  truth.filter((t, i) => (answers[i]! > 0.5) === (t === 1)).length;

/** Rosenblatt's perceptron, taught a gate: how it answers, and the mistakes of every pass. */
const teach = async (truth: readonly number[], epochs: number, seed: number) => {
  const unit = perceptron({ inputs: 2 });
  const targets = tensor(Float32Array.from(truth), [4]),
    x: Tensor<[4, 2], "f32"> = tensor(Float32Array.from(corners), [4, 2]);
  const { params, costs } = trainPerceptron(unit.init(random.key(seed)).params, x, targets, { epochs });
  const answer = async (at: Points) => await data(unit.predict({ params }, at));
  const mistakes = Array.from(await data(costs), Number);
  return { answer, mistakes, learned: mistakes.indexOf(0), right: rightOf(await answer(x), truth) };
};

/** The network: `f32[n,2] -> f32[n,1]`, the logit of 1. */
const network = (hidden: number) =>
  nn.model([2], nn.named("hidden", nn.linear(hidden)), nn.tanh, nn.named("out", nn.linear(1)));

const trainNetwork = async (truth: readonly number[], values: Values<typeof options>) => {
  const net = network(values.hidden), optimizer = optim.adam(values.lr);
  const { params } = net.init(random.key(values.seed));
  const x = points(corners), targets: Tensor<[4, 1], "f32"> = tensor(Float32Array.from(truth), [4, 1]);
  const step = jit((now: typeof params, memory: optim.OptimizerState<typeof params>) => {
    const loss = (p: typeof params) => nn.bceWithLogits(net.predict({ params: p }, x), targets);
    const [value, gradients] = valueAndGrad(loss)(now);
    const [updates, next] = optimizer.update(gradients, memory, now);
    return [{ now: optim.applyUpdates(now, updates), memory: next }, { loss: value }] as const;
  }, { name: "step" });
  const end = await run(fit({
    state: { now: params, memory: optimizer.init(params) },
    epochs: 1,
    steps: values.steps,
    batch: 4,
    batches: () => new Array<null>(values.steps).fill(null),
    step: ({ now, memory }) => step(now, memory),
  }));
  const answer = async (at: Points) => await data(sigmoid(net.predict({ params: end.state.now }, at)));
  return { answer, losses: end.losses.loss, summary: net.summary() };
};

const main = async (values: Values<typeof options>): Promise<number> => {
  const device = await deviceOf(values);
  console.log(`${device.description}\n`);
  for (const gate of ["and", "or"] as const) {
    const { learned, right } = await teach(gates[gate], values.epochs, values.seed);
    console.log(
      `perceptron, ${gate}: ${right} of 4 right, ${
        learned < 0 ? "still making mistakes" : `no mistakes from pass ${learned + 1} on`
      }`,
    );
  }
  const unit = await teach(gates.xor, values.epochs, values.seed);
  const fewest = Math.min(...unit.mistakes);
  console.log(
    `perceptron, xor: ${unit.right} of 4 right after ${values.epochs} passes, none of them with fewer than ${fewest} mistakes\n`,
  );

  const net = await trainNetwork(gates.xor, values);
  const probabilities = await net.answer(points(corners)), right = rightOf(probabilities, gates.xor);
  console.log(`${net.summary}\n\nnetwork, xor, after ${showCount(values.steps)} steps:`);
  for (const [i, truth] of gates.xor.entries()) {
    console.log(
      `  ${corners[2 * i]} xor ${corners[2 * i + 1]} = ${truth}: probability of 1 is ${probabilities[i]!.toFixed(4)}`,
    );
  }

  const region = { low: -0.5, high: 1.5, points: 120 }, grid = points(gridOf(region));
  const dots = [{ features: corners, labels: gates.xor, radius: 9 }];
  const plane = async (answer: typeof net.answer, title: string, x: number) =>
    await planePicture(region, await answer(grid), dots, title, { x, y: 76, width: 260, height: 260 });
  const chart = lineChart(
    [
      { name: "perceptron: mistakes of a pass", points: steps(unit.mistakes) },
      { name: "network: cross-entropy of a step", points: steps(net.losses) },
    ],
    { title: "while they learn", across: "pass, step" },
    { x: 632, y: 76, width: 290, height: 260 },
  );
  const file = `${values.out}/xor.svg`;
  const heading = label(24, 36, "Exclusive or: one line is not enough", { "font-size": 20, "font-weight": "bold" });
  const planes = await plane(unit.answer, `perceptron: ${unit.right} of 4`, 24) +
    await plane(net.answer, `${values.hidden} hidden units: ${right} of 4`, 312);
  await run(writeFile(file, document(950, 390, heading + planes + chart)));
  console.log(`\nleft behind: ${file}`);
  conclude(values, {
    backend: device.name,
    perceptron_right: unit.right,
    perceptron_fewest_mistakes: fewest,
    network_right: right,
    probabilities: Array.from(probabilities, Number),
    final_loss: net.losses.at(-1),
  });
  if (fewest === 0) throw new Trouble("The perceptron made no mistake: that cannot be");
  if (right < 4) {
    throw new Trouble(`The network tells ${right} of 4: try more --steps, more --hidden units or another --seed`);
  }
  return 0;
};

await script("deno task learn:xor", "A perceptron fails at exclusive or, a hidden layer learns it.", options, main);
