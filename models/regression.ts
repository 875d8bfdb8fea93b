/** Regression: one linear map, and what its outputs mean. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { published } from "./model.ts";

const sources = {
  linear: "Legendre, Nouvelles méthodes pour la détermination des orbites des comètes (1805)",
  logistic: "Cox, The regression analysis of binary sequences, Journal of the Royal Statistical Society B 20 (1958)",
  softmax: "Bridle, Probabilistic interpretation of feedforward classification network outputs, Neurocomputing (1990)",
} as const;

/** Options of `linearRegression`. */
export interface LinearRegressionConfig<I extends number, O extends number> {
  /** How many numbers describe an example. */
  readonly inputs: I;
  /** How many numbers are predicted; 1 unless given. */
  readonly outputs?: O;
}
/**
 * Linear regression: y = W x + b. `f32[n,inputs] -> f32[n,outputs]`. Its loss is `nn.mseLoss`. Begins with zeros, as the loss has
 * one minimum only. (Legendre 1805; Gauss 1809)
 */
export const linearRegression = <const I extends number, const O extends number = 1>(
  config: LinearRegressionConfig<I, O>,
) => {
  const { inputs, outputs = 1 as O } = optionsOf("linearRegression", config, { inputs: true, outputs: true });
  return published(
    { name: "linear_regression", source: sources.linear, naming: {} },
    nn.model([inputs], nn.named("map", nn.linear(outputs, { weightInit: nn.init.zeros }))),
  );
};

/** Options of `logisticRegression`. */
export interface LogisticRegressionConfig<I extends number> {
  /** How many numbers describe an example. */
  readonly inputs: I;
}
/**
 * Logistic regression: the logit of the probability of "yes" is w · x + b. `f32[n,inputs] -> f32[n,1]` logits, of which
 * `sigmoid` makes probabilities. Its loss is `nn.bceWithLogits`. Begins with zeros. (Cox 1958, The regression analysis of
 * binary sequences)
 */
export const logisticRegression = <const I extends number>(config: LogisticRegressionConfig<I>) => {
  const { inputs } = optionsOf("logisticRegression", config, { inputs: true });
  return published(
    { name: "logistic_regression", source: sources.logistic, naming: {} },
    nn.model([inputs], nn.named("map", nn.linear(1, { weightInit: nn.init.zeros }))),
  );
};

/** Options of `softmaxRegression`. */
export interface SoftmaxRegressionConfig<I extends number, C extends number> {
  /** How many numbers describe an example. */
  readonly inputs: I;
  /** How many classes there are. */
  readonly classes: C;
}
/**
 * Softmax regression, multinomial logistic: the logits of the classes are W x + b. `f32[n,inputs] -> f32[n,classes]` logits, of
 * which `softmax` makes probabilities. Its loss is `nn.crossEntropy`. Begins with zeros. For images of 28x28 and 10 classes
 * it has 7,850 parameters. (Bridle 1990, Probabilistic interpretation of feedforward classification network outputs)
 */
export const softmaxRegression = <const I extends number, const C extends number>(
  config: SoftmaxRegressionConfig<I, C>,
) => {
  const { inputs, classes } = optionsOf("softmaxRegression", config, { inputs: true, classes: true });
  return published(
    { name: "softmax_regression", source: sources.softmax, naming: {} },
    nn.model([inputs], nn.named("map", nn.linear(classes, { weightInit: nn.init.zeros }))),
  );
};
