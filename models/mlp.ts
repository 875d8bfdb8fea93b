import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { published } from "./model.ts";
import { digitLabels, labelled } from "./labels.ts";
import { digitPixels } from "./preprocess.ts";

const source = "Rumelhart, Hinton, Williams, Learning representations by back-propagating errors, Nature 323 (1986)";

/** Options of `mlp`. */
export interface MlpConfig<C extends number> {
  /** How many classes it tells apart; 10 unless given. */
  readonly classes?: C;
}
/**
 * A multilayer perceptron for digits: 784-128-128-10, rectified. `f32[n,1,28,28] -> f32[n,10]` logits. 118,282 parameters. Its loss
 * is `nn.crossEntropy`. (Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors, for the
 * principle; Glorot, Bordes and Bengio 2011 for the rectifiers)
 */
export const mlp = <const C extends number = 10>(config: MlpConfig<C> = {}) => {
  const { classes = 10 as C } = optionsOf("mlp", config, { classes: true });
  return published(
    { name: "mlp", source, naming: {}, preprocessing: digitPixels, ...labelled(digitLabels, classes) },
    nn.model(
      [1, 28, 28],
      nn.flatten, // [784]
      nn.named("fc1", nn.linear(128, { weightInit: nn.init.heUniform })),
      nn.relu,
      nn.named("fc2", nn.linear(128, { weightInit: nn.init.heUniform })),
      nn.relu,
      nn.named("out", nn.linear(classes)),
    ),
  );
};
