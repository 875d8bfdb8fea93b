/**
 * Two spirals, told apart by a network that sees nothing but x and y.
 *
 *     deno task learn:spiral [options]        deno task learn:spiral --help
 *
 * The hardest puzzle of the TensorFlow playground: two arms wind around each other, so no straight line, no circle and no
 * product of the coordinates separates them. What a layer of tanh units can do is bend the plane a little; three of them bend it
 * until a straight line is enough. The lesson shows
 *
 * - a model whose shapes are checked: change `nn.linear(1)` to `nn.linear(2)` and `deno check` refuses the reshape below;
 * - a step as one compiled program, and `fit` around it, which measures the points held back, keeps the best state and
 *   stops when nothing gets better;
 * - the decision boundary: the network asked at every point of the square.
 *
 * It ends with status 1 if the points held back are not told apart at 0.99.
 *
 * Source: Lang, Witbrock, Learning to tell two spirals apart, Proc. Connectionist Models Summer School (1988); the points are
 * those of Smilkov et al., Direct-manipulation visualization of deep networks (2017).
 */
import {
  cast,
  dataOf,
  jit,
  nn,
  optim,
  random,
  reshape,
  run,
  sigmoid,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../mod.ts";
import { playground, selectVectors, shuffled, type Vectors, writeFile } from "../datasets/mod.ts";
import { fit, saveTree, showCount, showDuration } from "../training/mod.ts";
import { lineChart, smoothed, steps } from "./support/chart.ts";
import { conclude, deviceOf, lessonOptions } from "./support/lesson.ts";
import { real, type Values, whole } from "./support/options.ts";
import { gridOf, planePicture } from "./support/plane.ts";
import { script, Trouble } from "./support/script.ts";
import { document, label } from "./support/svg.ts";

const options = {
  epochs: whole(400, "passes over the points, at most", { min: 1 }),
  batch: whole(50, "points of one step", { min: 1 }),
  points: whole(1000, "points of both arms together; half of them are held back", { min: 100, max: 100_000 }),
  lr: real(0.01, "first learning rate; it falls to 0 along half a cosine", { above: 0, max: 10 }),
  noise: real(0, "how much the points stray", { min: 0, max: 0.5 }),
  ...lessonOptions("out/spiral"),
};

/** `f32[n,2] -> f32[n,1]`: how sure it is that a point is of the positive arm, as a logit. */
const net = nn.model(
  [2],
  nn.named("h1", nn.linear(32)),
  nn.tanh,
  nn.named("h2", nn.linear(32)),
  nn.tanh,
  nn.named("h3", nn.linear(32)),
  nn.tanh,
  nn.named("out", nn.linear(1)),
);
type Params = ReturnType<typeof net.init>["params"];
type Points = Tensor<[number, 2], "f32">;
type Labels = Tensor<[number], "i32">;
interface State {
  readonly params: Params;
  readonly optimizer: optim.OptimizerState<Params>;
}

const logits = (params: Params, points: Points): Tensor<[number], "f32"> =>
  reshape(net.predict({ params }, points), [points.shape[0]]);
const lossOf = (params: Params, points: Points, labels: Labels) =>
  nn.bceWithLogits(logits(params, points), cast(labels, "f32"));

const stepOf = (optimizer: optim.GradientTransformation) =>
  jit((state: State, points: Points, labels: Labels) => {
    const [loss, gradients] = valueAndGrad(lossOf)(state.params, points, labels);
    const [updates, memory] = optimizer.update(gradients, state.optimizer, state.params);
    return [{ params: optim.applyUpdates(state.params, updates), optimizer: memory }, { loss }] as const;
  }, { donate: [0], name: "step" });
/** Probability of the positive arm. */
const probability = jit((params: Params, points: Points) => sigmoid(logits(params, points)));

const pointsOf = (of: Vectors<2>): Points => tensor(of.features, [of.count, 2]);
const labelsOf = (of: Vectors<2>): Labels => tensor(of.labels, [of.count]);

/** Loss and part of the points that are told right. */
const measure = async (params: Params, of: Vectors<2>) => {
  const loss = lossOf(params, pointsOf(of), labelsOf(of));
  const [p, value] = await dataOf([probability(params, pointsOf(of)), loss]);
  const right = of.labels.filter((label, i) => (p![i]! > 0.5) === (label === 1)).length;
  return { accuracy: right / of.count, loss: value![0]! };
};

const main = async (values: Values<typeof options>): Promise<number> => {
  const device = await deviceOf(values);
  console.log(`${net.summary()}\n`);
  const { seed, epochs, noise } = values;
  if (values.points % 2 === 1) throw new Trouble(`--points is ${values.points}: there must be as many of each arm`);
  const { train, test } = playground("spiral", { noise, seed, count: values.points });
  const size = Math.min(values.batch, train.count), perEpoch = Math.floor(train.count / size);
  console.log(`${device.description}; ${train.count} points to learn from, ${test.count} to be judged by`);

  const optimizer = optim.adamw(optim.cosineSchedule(values.lr, epochs * perEpoch));
  const { params } = net.init(random.key(seed));
  const step = stepOf(optimizer);
  const end = await run(fit({
    state: { params, optimizer: optimizer.init(params) } as State,
    epochs,
    steps: perEpoch,
    batch: size,
    batches: (epoch) => {
      const order = shuffled(train.count, seed, epoch);
      return Array.from({ length: perEpoch }, (_, i) => selectVectors(train, order.subarray(i * size, (i + 1) * size)));
    },
    step: (state, points) => step(state, pointsOf(points), labelsOf(points)),
    evaluate: async ({ params }) => {
      const { accuracy, loss } = await measure(params, test);
      return { test_accuracy: accuracy, test_loss: loss };
    },
    evaluateEvery: 20 * perEpoch,
    watch: { metric: "test_loss", better: "lower", patience: 10 },
  }));
  const best = end.best?.state.params ?? end.state.params;
  const judged = await measure(best, test), learned = await measure(best, train);
  const share = (part: number) => `${(100 * part).toFixed(1)}%`;
  console.log(
    `trained in ${showDuration(end.seconds)}, ${showCount(end.step)} steps; best after ${end.best?.step ?? end.step}`,
  );
  console.log(
    `accuracy ${share(learned.accuracy)} of what it learned from, ${share(judged.accuracy)} of what it had not seen`,
  );

  const region = { low: -6, high: 6, points: 150 };
  const [background] = await dataOf([probability(best, tensor(gridOf(region), [150 * 150, 2]))]);
  const plane = await planePicture(
    region,
    background as Float32Array,
    [train, { ...test, rim: "black" }],
    "white rim: learned from, black rim: held back",
    { x: 24, y: 72, width: 420, height: 420 },
  );
  const chart = lineChart(
    [
      { name: "learned from, smoothed", points: steps(smoothed(end.losses.loss, 0.98)), width: 1.5 },
      { name: "held back", points: end.evaluations.map((e) => [e.step, e.metrics.test_loss]) },
    ],
    { title: "cross-entropy", scale: "log" },
    { x: 510, y: 72, width: 360, height: 420 },
  );
  const title = `Two spirals: ${share(judged.accuracy)} of ${test.count} points that were held back`;
  const [picture, weights] = [`${values.out}/spiral.svg`, `${values.out}/spiral.safetensors`];
  await run(
    writeFile(
      picture,
      document(900, 540, label(24, 34, title, { "font-size": 20, "font-weight": "bold" }) + plane + chart),
    ),
  );
  await run(saveTree(weights, best));
  console.log(`left behind: ${picture}, ${weights}`);
  conclude(values, {
    backend: device.name,
    steps: end.step,
    seconds: end.seconds,
    train_accuracy: learned.accuracy,
    test_accuracy: judged.accuracy,
  });
  if (noise === 0 && judged.accuracy < 0.99) {
    throw new Trouble("The spirals are not told apart at 0.99: try --epochs or --lr");
  }
  return 0;
};

await script("deno task learn:spiral", "A network tells two spirals apart.", options, main);
