/** How AlexNet was trained, as one record and what follows from it. */
import { ShapeError } from "../core/errors.ts";
import type { Dim } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Batch } from "../datasets/batches.ts";
import { moveBatch } from "../datasets/moved_batches.ts";
import { inTurn } from "../datasets/movement.ts";
import { type Draw, randomCrop, randomFlip } from "../datasets/random_movement.ts";
import { type GradientTransformation, sgd, stepSchedule } from "../nn/optim/mod.ts";
import { centerCrop, resizeShorter } from "./preprocess.ts";

/** A way of training a network on photographs. */
export interface Recipe {
  /** The shorter side of an image is scaled to this, and the middle square kept. */
  readonly scale: number;
  /** Side of the squares that are cut out at random. */
  readonly crop: number;
  /** Probability that left and right change places. */
  readonly mirror: number;
  /** What is taken off the images: the mean of the training images, pixel by pixel. */
  readonly subtract: "mean";
  readonly activation: "relu";
  /** Probability that a hidden unit of a linear layer is left out. */
  readonly dropout: number;
  /** Examples in a batch. */
  readonly batch: number;
  readonly epochs: number;
  /** The first learning rate. */
  readonly rate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  /** After so many epochs the rate is multiplied by a factor, again and again. */
  readonly schedule: { readonly epochs: number; readonly factor: number };
}
/**
 * The recipe of AlexNet; with `crop: 224` that of the network in one column. The rate falls three times in 90 epochs: in the paper,
 * whenever the error stopped falling.
 *
 * Source: Krizhevsky, Sutskever, Hinton, ImageNet classification with deep convolutional neural networks, NeurIPS 2012, sections
 * 2, 4 and 5.
 */
export const alexnetRecipe = {
  scale: 256,
  crop: 227,
  mirror: 0.5,
  subtract: "mean",
  activation: "relu",
  dropout: 0.5,
  batch: 128,
  epochs: 90,
  rate: 0.01,
  momentum: 0.9,
  weightDecay: 0.0005,
  schedule: { epochs: 23, factor: 0.1 },
} as const satisfies Recipe;

/** Images as the recipe stores them: squares of its scale. `f32[n,c,h,w] -> f32[n,c,scale,scale]` */
export const recipeImages = <const R extends Recipe>(
  images: Tensor<readonly [Dim, Dim, Dim, Dim], "f32">,
  recipe: R,
): Tensor<[number, number, R["scale"], R["scale"]], "f32"> =>
  centerCrop<R["scale"]>(resizeShorter(images, recipe.scale), recipe.scale);

/**
 * A batch of stored images as the network sees it in an epoch: less the mean image, or one mean for each channel, a square cut out
 * of each at random, mirrored or not. `[n,c,scale,scale] -> [n,c,crop,crop]`. What is drawn depends on the seed, the epoch and the
 * image alone. Throws `ShapeError` for another number of means.
 */
export const recipeBatch = <const R extends Recipe, C extends number>(
  batch: Batch<number, number, C>,
  mean: Float32Array,
  draw: Omit<Draw, "indices">,
  recipe: R,
): Batch<R["crop"], R["crop"], C> => {
  const { images, indices, shape: [, c, h, w] } = batch, { crop, mirror } = recipe;
  const size: readonly [R["crop"], R["crop"]] = [crop, crop], own = { ...draw, indices };
  const moved = inTurn(randomCrop(own, [h, w], size), randomFlip(own, size, "horizontal", mirror));
  if (mean.length !== c && mean.length !== c * h * w) {
    const expected = `${c} means of channels or ${c * h * w} of pixels`, got = `${mean.length}`;
    throw new ShapeError(`recipeBatch: expected ${expected}, got ${got}`, { op: "recipeBatch", expected, got });
  }
  const each = c * h * w / mean.length; // pixels with the same mean
  return moveBatch({ ...batch, images: images.map((v, i) => v - mean[Math.floor(i / each) % mean.length]!) }, moved);
};

/** The optimizer of the recipe for so many steps in an epoch. */
export const recipeOptimizer = (
  { rate, momentum, weightDecay, schedule }: Recipe,
  steps: number,
): GradientTransformation =>
  sgd(stepSchedule(rate, schedule.epochs * steps, schedule.factor), { momentum, weightDecay });
