/**
 * The Inception module: kernels of several sizes side by side. Source: Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan,
 * Vanhoucke, Rabinovich, Going deeper with convolutions, CVPR 2015, figure 2.
 */
import * as nn from "../nn/mod.ts";

const weightInit = nn.init.heNormal;
const one = <const C extends number>(out: C) => nn.sequential(nn.conv2d(out, { kernel: 1, weightInit }), nn.relu);
const three = <const C extends number>(out: C) =>
  nn.sequential(nn.conv2d(out, { kernel: 3, padding: 1, weightInit }), nn.relu);
const five = <const C extends number>(out: C) =>
  nn.sequential(nn.conv2d(out, { kernel: 5, padding: 2, weightInit }), nn.relu);
const around = nn.maxPool2d(3, { stride: 1, padding: 1 });

/**
 * The naive module, figure 2(a): channels of kernels of 1 by 1, 3 by 3 and 5 by 5, and those that came in, pooled; so there are
 * more and more. `[c, h, w] -> [c1 + c3 + c5 + c, h, w]`
 */
export const naiveInception = <const A extends number, const B extends number, const C extends number>(
  c1: A,
  c3: B,
  c5: C,
) => nn.concat(nn.named("b1", one(c1)), nn.named("b2", three(c3)), nn.named("b3", five(c5)), nn.named("b4", around));

/**
 * The module of figure 2(b): convolutions of 1 by 1 reduce the channels before the large kernels (`reduce3`, `reduce5`) and after
 * pooling (`pooled`). `[c, h, w] -> [c1 + c3 + c5 + pooled, h, w]`
 */
export const inception = <
  const A extends number,
  const B extends number,
  const C extends number,
  const D extends number,
  const E extends number,
  const F extends number,
>(c1: A, reduce3: B, c3: C, reduce5: D, c5: E, pooled: F) =>
  nn.concat(
    nn.named("b1", one(c1)),
    nn.named("b2", nn.sequential(one(reduce3), three(c3))),
    nn.named("b3", nn.sequential(one(reduce5), five(c5))),
    nn.named("b4", nn.sequential(around, one(pooled))),
  );

/** A convolution without bias, batch normalization and ReLU: what torchvision calls `conv` and `bn`. */
export const convNorm = <
  const C extends number,
  const K extends number | readonly [number, number],
  const S extends number = 1,
  const P extends number | readonly [number, number] = 0,
>(out: C, { kernel, stride, padding }: { readonly kernel: K; readonly stride?: S; readonly padding?: P }) =>
  nn.sequential(
    nn.named(
      "conv",
      nn.conv2d<C, K, S, P, 1, 1, "floor", false>(out, {
        kernel,
        ...stride !== undefined && { stride },
        ...padding !== undefined && { padding },
        bias: false,
        weightInit,
      }),
    ),
    nn.named("bn", nn.batchNorm({ epsilon: 1e-3 })),
    nn.relu,
  );
/** The module with batch normalization, as torchvision has it: two kernels of 3 by 3, the second in place of 5 by 5. */
export const normedInception = <
  const A extends number,
  const B extends number,
  const C extends number,
  const D extends number,
  const E extends number,
  const F extends number,
>(c1: A, reduce3: B, c3: C, reduce5: D, c5: E, pooled: F) =>
  nn.concat(
    nn.named("branch1", convNorm(c1, { kernel: 1 })),
    nn.named("branch2", nn.sequential(convNorm(reduce3, { kernel: 1 }), convNorm(c3, { kernel: 3, padding: 1 }))),
    nn.named("branch3", nn.sequential(convNorm(reduce5, { kernel: 1 }), convNorm(c5, { kernel: 3, padding: 1 }))),
    nn.named(
      "branch4",
      nn.sequential(nn.maxPool2d(3, { stride: 1, padding: 1, fit: "ceil" }), convNorm(pooled, { kernel: 1 })),
    ),
  );
