/** What networks for small devices are made of: convolutions with normalization, gates, inverted residual blocks. */
import * as nn from "../nn/mod.ts";

const weightInit = nn.init.heNormal;
/** How batches are normalized. */
export type NormOptions = Omit<nn.BatchNormConfig<true>, "affine">;

/** A convolution without bias, batch normalization, an activation. `[_, h, w] -> [c, h / stride, w / stride]` */
export const convUnit = <
  const C extends number,
  const K extends number,
  const P extends number,
  A extends nn.Layer,
  const S extends number = 1,
>(
  out: C,
  kernel: K,
  padding: P,
  activation: A,
  { stride = 1 as S, ...norm }: NormOptions & { readonly stride?: S } = {},
) =>
  nn.sequential(
    nn.conv2d(out, { kernel, stride, padding, bias: false, weightInit }),
    nn.batchNorm(norm),
    activation,
  );
/** The same of each channel by itself. */
export const depthwiseUnit = <
  const K extends number,
  const P extends number,
  A extends nn.Layer,
  const S extends number = 1,
  const D extends number = 1,
>(
  kernel: K,
  padding: P,
  activation: A,
  { stride = 1 as S, dilation = 1 as D, ...norm }: NormOptions & { readonly stride?: S; readonly dilation?: D } = {},
) =>
  nn.sequential(
    nn.depthwiseConv2d({ kernel, stride, padding, dilation, bias: false, weightInit }),
    nn.batchNorm(norm),
    activation,
  );
/** A convolution of 1 by 1 without bias, and batch normalization. */
export const projectUnit = <const C extends number>(out: C, norm: NormOptions = {}) =>
  nn.sequential(nn.conv2d(out, { kernel: 1, bias: false, weightInit }), nn.batchNorm(norm));

/**
 * Scales the channels by what all of them say on average: down to `squeezed` channels, an activation, up again, a gate from 0 to 1.
 * `[c, h, w] -> [c, h, w]` (Hu et al. 2018, Squeeze-and-excitation networks)
 */
export const squeezeExcite = <
  const C extends number,
  const Q extends number,
  A extends nn.Layer = typeof nn.relu,
  G extends nn.Layer = typeof nn.sigmoid,
>(
  channels: C,
  squeezed: Q,
  activation: A = nn.relu as nn.Layer as A,
  gate: G = nn.sigmoid as nn.Layer as G,
) =>
  nn.gated(
    nn.sequential(
      nn.adaptiveAvgPool2d(1),
      nn.named("fc1", nn.conv2d(squeezed, { kernel: 1 })),
      activation,
      nn.named("fc2", nn.conv2d(channels, { kernel: 1 })),
      gate,
    ),
  );
