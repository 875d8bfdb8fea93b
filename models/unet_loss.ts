/** What U-Net is trained with: cross-entropy of pixels that count differently, most between cells that touch. */
import type { Dim } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import * as nn from "../nn/mod.ts";
import { mul } from "../ops/arithmetic.ts";
import { mean } from "../ops/reduction.ts";
import { distancesToCells, labelCells } from "./cells.ts";

/**
 * Cross-entropy of the classes of pixels, each times its weight: mean of w(x) (-log p_label(x)).
 * `f32[n,c,h,w], i32[n,h,w], f32[n,h,w] -> f32[]`. Throws as `nn.crossEntropy` does.
 *
 * Source: Ronneberger, Fischer and Brox, U-Net (2015), equation 1.
 */
export const pixelCrossEntropy = <N extends Dim, H extends Dim, W extends Dim>(
  logits: Tensor<readonly [N, Dim, H, W], "f32">,
  labels: Tensor<readonly [NoInfer<N>, NoInfer<H>, NoInfer<W>], "i32">,
  weights: Tensor<readonly [NoInfer<N>, NoInfer<H>, NoInfer<W>], "f32">,
): Tensor<[], "f32"> => {
  const losses = nn.crossEntropy(logits as Tensor as Tensor<Dim[], "f32">, labels, { reduction: "none" });
  return mean(mul(losses as Tensor, weights as Tensor)) as Tensor as Tensor<[], "f32">;
};

/** Options of `borderWeights`. */
export interface BorderWeightConfig {
  /** The weight between two cells that touch; 10 unless given. */
  readonly strength?: number;
  /** How far from their borders it reaches, in pixels; 5 unless given. */
  readonly sigma?: number;
  /** Whether both classes weigh the same in all; they do unless said. */
  readonly balanced?: boolean;
}
/**
 * Weights of the pixels of a mask, 1 where there are cells: w = w_class + strength exp(-(d1 + d2)² / (2 sigma²)) outside of cells, d1
 * and d2 the distances to the two nearest cells. Cells are what is connected by edges of pixels. Row by row, as the mask.
 *
 * Source: Ronneberger, Fischer and Brox, U-Net (2015), equation 2.
 */
export const borderWeights = (
  mask: ArrayLike<number>,
  [height, width]: readonly [height: number, width: number],
  { strength = 10, sigma = 5, balanced = true }: BorderWeightConfig = {},
): Float32Array => {
  const count = height * width;
  if (mask.length !== count) {
    throw new RangeError(`borderWeights: expected ${height} by ${width} pixels, got ${mask.length}`);
  }
  const cells = labelCells(mask, height, width), inside = cells.labels.reduce((n, l) => n + (l > 0 ? 1 : 0), 0);
  const both = balanced && inside > 0 && inside < count;
  const [own, other] = both ? [count / (2 * inside), count / (2 * (count - inside))] : [1, 1];
  const { nearest, second } = distancesToCells(cells, height, width);
  return Float32Array.from({ length: count }, (_, i) => {
    if (cells.labels[i]! > 0) return own;
    const d = nearest[i]! + second[i]!;
    return other + strength * Math.exp(-d * d / (2 * sigma * sigma));
  });
};
