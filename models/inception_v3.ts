/** Inception v3: large kernels taken apart into small ones and into lines. */
import { optionsOf } from "../core/options.ts";
import * as nn from "../nn/mod.ts";
import { convNorm } from "./inception_module.ts";
import {
  type Classes,
  type Fitting,
  type ImageConfig,
  imageNames,
  type Input,
  type Option,
  type ZooModel,
  zooModel,
} from "./model.ts"; // deno-fmt-ignore
import { imageNet } from "./preprocess.ts";
import type { Naming } from "./weights.ts";

const one = <const C extends number>(out: C) => convNorm(out, { kernel: 1 });
const three = <const C extends number>(out: C) => convNorm(out, { kernel: 3, padding: 1 });
/** A kernel of 3 by 3 that halves height and width. */
const half = <const C extends number>(out: C) => convNorm(out, { kernel: 3, stride: 2 });
const row = <const C extends number>(out: C) => convNorm(out, { kernel: [1, 7], padding: [0, 3] });
const column = <const C extends number>(out: C) => convNorm(out, { kernel: [7, 1], padding: [3, 0] });
const around = nn.avgPool2d(3, { stride: 1, padding: 1 });
const pool = nn.maxPool2d(3, { stride: 2 });

/** Figure 5: two kernels of 3 by 3 in place of 5 by 5. */
const a = <const P extends number>(pooled: P) =>
  nn.concat(
    nn.named("branch1x1", one(64)),
    nn.sequential(nn.named("branch5x5_1", one(48)), nn.named("branch5x5_2", convNorm(64, { kernel: 5, padding: 2 }))),
    nn.sequential(
      nn.named("branch3x3dbl_1", one(64)),
      nn.named("branch3x3dbl_2", three(96)),
      nn.named("branch3x3dbl_3", three(96)),
    ),
    nn.sequential(around, nn.named("branch_pool", one(pooled))),
  );
const b = nn.concat(
  nn.named("branch3x3", half(384)),
  nn.sequential(
    nn.named("branch3x3dbl_1", one(64)),
    nn.named("branch3x3dbl_2", three(96)),
    nn.named("branch3x3dbl_3", half(96)),
  ),
  pool,
);
/** Figure 6: kernels of 7 by 7 as rows and columns. */
const c = <const I extends number>(inner: I) =>
  nn.concat(
    nn.named("branch1x1", one(192)),
    nn.sequential(
      nn.named("branch7x7_1", one(inner)),
      nn.named("branch7x7_2", row(inner)),
      nn.named("branch7x7_3", column(192)),
    ),
    nn.sequential(
      nn.named("branch7x7dbl_1", one(inner)),
      nn.named("branch7x7dbl_2", column(inner)),
      nn.named("branch7x7dbl_3", row(inner)),
      nn.named("branch7x7dbl_4", column(inner)),
      nn.named("branch7x7dbl_5", row(192)),
    ),
    nn.sequential(around, nn.named("branch_pool", one(192))),
  );
const d = nn.concat(
  nn.sequential(nn.named("branch3x3_1", one(192)), nn.named("branch3x3_2", half(320))),
  nn.sequential(
    nn.named("branch7x7x3_1", one(192)),
    nn.named("branch7x7x3_2", row(192)),
    nn.named("branch7x7x3_3", column(192)),
    nn.named("branch7x7x3_4", half(192)),
  ),
  pool,
);
/** Figure 7: a row and a column of one input, side by side. */
const e = nn.concat(
  nn.named("branch1x1", one(320)),
  nn.sequential(
    nn.named("branch3x3_1", one(384)),
    nn.concat(
      nn.named("branch3x3_2a", convNorm(384, { kernel: [1, 3], padding: [0, 1] })),
      nn.named("branch3x3_2b", convNorm(384, { kernel: [3, 1], padding: [1, 0] })),
    ),
  ),
  nn.sequential(
    nn.named("branch3x3dbl_1", one(448)),
    nn.named("branch3x3dbl_2", three(384)),
    nn.concat(
      nn.named("branch3x3dbl_3a", convNorm(384, { kernel: [1, 3], padding: [0, 1] })),
      nn.named("branch3x3dbl_3b", convNorm(384, { kernel: [3, 1], padding: [1, 0] })),
    ),
  ),
  nn.sequential(around, nn.named("branch_pool", one(192))),
);
const first = [
  nn.named("Conv2d_1a_3x3", half(32)), // [32, 149, 149]
  nn.named("Conv2d_2a_3x3", convNorm(32, { kernel: 3 })),
  nn.named("Conv2d_2b_3x3", three(64)), // [64, 147, 147]
  pool,
  nn.named("Conv2d_3b_1x1", one(80)),
  nn.named("Conv2d_4a_3x3", convNorm(192, { kernel: 3 })), // [192, 71, 71]
  pool,
  nn.named("Mixed_5b", a(32)), // [256, 35, 35]
  nn.named("Mixed_5c", a(64)),
  nn.named("Mixed_5d", a(64)), // [288, 35, 35]
  nn.named("Mixed_6a", b), // [768, 17, 17]
  nn.named("Mixed_6b", c(128)),
  nn.named("Mixed_6c", c(160)),
  nn.named("Mixed_6d", c(160)),
  nn.named("Mixed_6e", c(192)),
] as const;
const head = <const N extends number>(classes: N) =>
  nn.auxiliary(
    "aux",
    nn.sequential(
      nn.avgPool2d(5, { stride: 3 }), // [768, 5, 5]
      nn.named("conv0", one(128)),
      nn.named("conv1", convNorm(768, { kernel: 5 })),
      nn.globalAvgPool,
      nn.named("fc", nn.linear(classes)),
    ),
  );
const last = <const N extends number>(classes: N) =>
  [
    nn.named("Mixed_7a", d), // [1280, 8, 8]
    nn.named("Mixed_7b", e), // [2048, 8, 8]
    nn.named("Mixed_7c", e),
    nn.globalAvgPool,
    nn.dropout(0.5),
    nn.named("fc", nn.linear(classes)),
  ] as const;

/** Options of `inceptionV3`. */
export interface InceptionV3Config extends ImageConfig {
  /** The head behind 6e, for training; it is there unless said. */
  readonly auxiliary?: boolean;
}
type Layers<C> = [
  ...typeof first,
  ...(Option<C, "auxiliary", true> extends false ? [] : [ReturnType<typeof head<Classes<C>>>]),
  ...ReturnType<typeof last<Classes<C>>>,
];
type Images<C> = Input<C, [3, 299, 299]>;
/** The type of `inceptionV3`. */
export type InceptionV3<C = nn.Nothing> = ZooModel<Images<C>, Layers<C>>;
const naming: Naming = { renames: [[/^aux/, "AuxLogits"], [/(\.\d)+\.branch/, ".branch"]] };

/**
 * Inception v3, with an auxiliary head unless `auxiliary: false`: `model.apply` gives its logits as output `aux`, whose loss counts
 * 0.4 in training. `f32[n,3,299,299] -> f32[n,1000]` logits. 27,161,264 parameters (23,834,568 without the head).
 *
 * Source: Szegedy, Vanhoucke, Ioffe, Shlens, Wojna, Rethinking the Inception architecture for computer vision, CVPR 2016, table 1.
 */
export const inceptionV3 = <const C extends InceptionV3Config = nn.Nothing>(
  config?: Fitting<C, Images<C>, Layers<C>>,
): InceptionV3<C> => {
  const { classes = 1000, input = [3, 299, 299], auxiliary = true } = optionsOf(
    "inceptionV3",
    (config ?? {}) as InceptionV3Config,
    { ...imageNames, auxiliary: true },
  );
  const source =
    "Szegedy, Vanhoucke, Ioffe, Shlens, Wojna, Rethinking the Inception architecture for computer vision, CVPR 2016";
  const about = { name: "inception_v3", source, naming, preprocessing: { ...imageNet, resize: 342, crop: 299 } };
  return zooModel(about, input, [...first, ...auxiliary ? [head(classes)] : [], ...last(classes)]);
};
