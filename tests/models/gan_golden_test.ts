/** The game of DCGAN against a reference run: what is made, logits, losses and gradients of both players, five steps. */
import { describe } from "bun:test";
import { loadTensors, run, type StoredTensor } from "../../datasets/mod.ts";
import { adversarialStep, dcgan, type Game, startGame, stateDict, variablesOf } from "../../models/mod.ts";
import { dataOf, jit, mapTree, optim, type Tensor, tensor, type Tree } from "../../mod.ts";
import { onDevices } from "../support/backends.ts";
import { shared } from "../support/skips.ts";
import { expectNear } from "./zoo_golden.ts";

const folder = shared("golden");
const networks = dcgan({ input: [1, 12, 12], widths: [4, 8], latent: 6 });
type Nets = typeof networks;
/** Names in the file of the layers that hold something. */
const named: Readonly<Record<"g" | "d", Readonly<Record<string, string>>>> = {
  g: { "0": "fc", "1": "bn0", "4": "up1", "5": "bn1", "7": "up2" },
  d: { "0": "conv1", "2": "conv2", "3": "bn2", "6": "fc" },
};
const keysOf = (who: "g" | "d", tree: "params" | "state"): readonly string[] =>
  stateDict(who === "g" ? networks.generator : networks.discriminator)
    .filter((e) => e.variable?.tree === tree)
    .map(({ key }) => key.replace(/^(\d+)/, (_, at) => `${who}.${named[who][at]}`));
const leavesOf = (tree: unknown): readonly Tensor[] => {
  const leaves: Tensor[] = [];
  mapTree((x) => (leaves.push(x as Tensor), x!), tree as Tree);
  return leaves;
};

/** A rule that keeps the gradients it has seen last. */
const watched = (rule: optim.GradientTransformation): optim.GradientTransformation => ({
  init: (params) => [params as Tree, rule.init(params)],
  update: (gradients, state, params) => {
    const [updates, next] = rule.update(gradients, (state as readonly Tree[])[1]!, params);
    return [updates, [gradients as Tree, next]];
  },
});

const play = async (): Promise<void> => {
  const file = await run(loadTensors(`${folder}/models/gan.safetensors`));
  const stored = (part: string): StoredTensor => file.tensors.get(`train/gan/${part}`)!;
  const floats = (part: string): Float32Array => stored(part).data as Float32Array;
  const begin = <M extends Nets["generator"] | Nets["discriminator"]>(
    who: "g" | "d",
    model: M,
  ): ReturnType<M["init"]> => {
    const { variables, structure } = variablesOf(model), names = [...keysOf(who, "params"), ...keysOf(who, "state")];
    return structure.build(variables.map(({ tree, shape, path }, i) => {
      const n = shape.reduce((a, d) => a * d, 1), start = path.at(-1) === "variance" ? 1 : 0;
      return tensor(
        tree === "params" ? floats(`in/init.${names[i]}`) : new Float32Array(n).fill(start),
        shape,
      ) as Tensor;
    })) as ReturnType<M["init"]>;
  };
  const sgd = watched(optim.sgd(0.05, { momentum: 0.9, weightDecay: 0.0005 }));
  const rules = { generator: sgd, discriminator: sgd };
  const step = jit(adversarialStep(networks, rules));
  let game: Game<Nets["generator"], Nets["discriminator"]> = startGame(
    { generator: begin("g", networks.generator), discriminator: begin("d", networks.discriminator) },
    rules,
  );
  const batch = (i: number) =>
    [
      tensor(floats("in/x").slice(i * 720, (i + 1) * 720), [5, 1, 12, 12]),
      tensor(floats("in/z").slice(i * 30, (i + 1) * 30), [5, 6]),
    ] as const;

  const losses: Tensor[] = [];
  for (let i = 0; i < 5; i++) {
    const [next, shown] = step(game, ...batch(i));
    game = next;
    losses.push(shown.discriminatorLoss, shown.generatorLoss);
    if (i > 0) continue;
    const names = ["fake", "real_logits", "fake_logits", "loss_d", "loss_g"];
    const got = await dataOf(
      [shown.made, shown.real, shown.fake, shown.discriminatorLoss, shown.generatorLoss] as Tensor[],
    );
    names.forEach((n, k) => expectNear(n, got[k]!, floats(`out/${n}`), 1e-3, 1e-5));
    const slopes = [...keysOf("d", "params"), ...keysOf("g", "params")].map((key) => `grad.${key}`);
    const seen = [next.discriminator.memory, next.generator.memory].flatMap((m) => leavesOf((m as Tree[])[0]));
    (await dataOf(seen)).forEach((v, k) => expectNear(slopes[k]!, v, floats(`out/${slopes[k]}`), 1e-3, 1e-5));
  }
  const said = (await dataOf(losses)).map((v) => v[0]!);
  expectNear("losses_d", said.filter((_, i) => i % 2 === 0), floats("out/losses_d"), 1e-3, 1e-4);
  expectNear("losses_g", said.filter((_, i) => i % 2 === 1), floats("out/losses_g"), 1e-3, 1e-4);
  const { generator: g, discriminator: d } = game;
  const names = [...keysOf("g", "params"), ...keysOf("g", "state"), ...keysOf("d", "params"), ...keysOf("d", "state")];
  const after = await dataOf([g.params, g.state, d.params, d.state].flatMap(leavesOf));
  names.forEach((n, i) => expectNear(n, after[i]!, floats(`out/after.${n}`), 1e-3, 1e-4));
};

describe("the game of two networks against a golden run", () => {
  if (folder === null) onDevices("gan [skipped: ../shared/golden is absent]", () => {});
  else onDevices("gan: what is made, logits, losses and gradients of both, five steps", play);
});
