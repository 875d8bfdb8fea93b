/** Which layer is which operation of the golden files, and where the tensors of a case stand in its trees. */
import * as nn from "../../nn/mod.ts";
import type { Args } from "../golden/layout.ts";

/** A case as a layer: keys of its trees by the names that the golden files give. */
export interface GoldenLayer {
  readonly layer: nn.Layer;
  /** The input of the layer; `x` unless said. */
  readonly input?: string;
  /** Paths in the parameter tree, by the names of the inputs of the case. */
  readonly params?: Readonly<Record<string, string>>;
  readonly state?: Readonly<Record<string, string>>;
  readonly training?: boolean;
  /** Names of the outputs that the state gives, by its keys. */
  readonly next?: Readonly<Record<string, string>>;
}
type Shapes = Readonly<Record<string, readonly number[]>>;
type Make = (args: Args, shapes: Shapes) => GoldenLayer | null;

const weights = { weight: "weight", bias: "bias" }, affine = { weight: "scale", bias: "shift" };
const running = { running_mean: "mean", running_var: "variance" };
const of = (layer: unknown, params: Readonly<Record<string, string>> = {}): GoldenLayer => ({
  layer: layer as nn.Layer,
  params,
});
const fit = (ceil: boolean) => ceil ? "ceil" as const : "floor" as const;
/** A fixed layer, or one of the arguments of the case. */
const value = (layer: unknown): Make => () => of(layer);

const transposed = (n: 1 | 2 | 3): Make => (a, { weight, bias }) =>
  of(
    (nn[`convTranspose${n}d`] as typeof nn.convTranspose2d)(weight![1]! * a.groups, {
      kernel: weight!.slice(2) as never,
      stride: a.stride,
      padding: a.padding,
      dilation: a.dilation,
      groups: a.groups,
      outputPadding: a.output_padding,
      bias: bias !== undefined,
    }),
    weights,
  );
const convolved = (n: 1 | 3): Make => (a, { weight, bias }) =>
  of(
    (nn[`conv${n}d`] as typeof nn.conv1d)(weight![0]!, {
      kernel: weight!.slice(2) as never,
      stride: a["stride"],
      padding: a["padding"],
      dilation: a["dilation"],
      groups: a["groups"],
      bias: bias !== undefined,
    }),
    weights,
  );
const poolNd = (kind: "maxPool1d" | "maxPool3d" | "avgPool1d" | "avgPool3d"): Make => (a) =>
  (a["dilation"] ?? [1]).some((d: number) => d !== 1) || a["divisor_override"] ? null : of(
    (nn[kind] as typeof nn.avgPool1d)(a["kernel_size"], {
      stride: a["stride"],
      padding: a["padding"],
      fit: fit(a["ceil_mode"]),
      ...(kind.startsWith("avg") ? { countPadding: a["count_include_pad"] ?? true } : {}),
    }),
  );
const normalized: Make = (a, { x, weight, bias }) => {
  const axes = a.normalized_shape.length;
  return axes >= x!.length || (weight === undefined) !== (bias === undefined)
    ? null
    : of(nn.layerNorm({ axes, epsilon: a.eps, affine: weight !== undefined }), affine);
};
const batch = (training: boolean): Make => (a, { weight }) => ({
  layer: nn.batchNorm({
    epsilon: a.eps,
    affine: weight !== undefined,
    ...(training ? { momentum: a.momentum } : {}),
  }) as nn.Layer,
  params: affine,
  state: running,
  training,
  ...(training ? { next: { running_mean: "mean", running_var: "variance" } } : {}),
});
const pool = (kind: "maxPool2d" | "avgPool2d"): Make => (a) =>
  (a.dilation ?? [1]).some((d: number) => d !== 1) || a.divisor_override ? null : of(nn[kind](a.kernel_size, {
    stride: a.stride,
    padding: a.padding,
    fit: fit(a.ceil_mode),
    ...(kind === "avgPool2d" ? { countPadding: a.count_include_pad } : {}),
  }));
const mode = (name: string) =>
  ({ nearest: "nearest", "nearest-exact": "nearestExact", bilinear: "linear", bicubic: "cubic" } as const)[name];
const resized = (layer: (mode: nn.ResampleMode, a: Args) => unknown): Make => (a, { x }) => {
  const found = mode(a.mode);
  return x!.length !== 4 || found === undefined ? null : of(layer(found, a));
};

const heads = {
  in_proj_weight: "input",
  in_proj_bias: "inputBias",
  out_proj_weight: "output",
  out_proj_bias: "outputBias",
};
const block = {
  ...Object.fromEntries(Object.entries(heads).map(([theirs, ours]) => [theirs, `attention.${ours}`])),
  w1: "expand.weight",
  b1: "expand.bias",
  w2: "contract.weight",
  b2: "contract.bias",
  ln1_w: "norm1.scale",
  ln1_b: "norm1.shift",
  ln2_w: "norm2.scale",
  ln2_b: "norm2.shift",
};

/** By operation. A case that no layer is gives null. */
export const goldenLayers: Readonly<Record<string, Make>> = {
  relu6: value(nn.relu6),
  hardsigmoid: value(nn.hardSigmoid),
  hardswish: value(nn.hardSwish),
  silu: value(nn.silu),
  mish: value(nn.mish),
  selu: value(nn.selu),
  leaky_relu: (a) => of(nn.leakyRelu(a.negative_slope)),
  elu: (a) => of(nn.elu(a.alpha)),
  gelu: (a) => of(nn.gelu(a.approximate === "tanh" ? "tanh" : "exact")),
  softplus: (a) => a.threshold === 20 ? of(nn.softplus(a.beta)) : null,
  hardtanh: (a) => of(nn.hardTanh(a.min_val, a.max_val)),
  softmax: (a, { x }) =>
    a.axis < 0
      ? a.axis + x!.length === 0 ? null : of(nn.softmax(a.axis))
      : a.axis === 0
      ? null
      : of(nn.softmax(a.axis - 1)),
  prelu: (_, { weight }) => of(nn.prelu({ perChannel: weight![0]! > 1 }), { weight: "weight" }),
  linear: (_, { weight, bias }) => of(nn.dense(weight![0]!, { bias: bias !== undefined }), weights),
  embedding: (a, { weight }) => ({
    ...of(nn.embedding(weight![0]!, weight![1]!, a.padding_idx === null ? {} : { padding: a.padding_idx }), {
      weight: "weight",
    }),
    input: "index",
  }),
  conv2d: (a, { weight, bias }) =>
    of(
      nn.conv2d(weight![0]!, {
        kernel: weight!.slice(2) as [number, number],
        stride: a.stride,
        padding: a.padding,
        dilation: a.dilation,
        groups: a.groups,
        bias: bias !== undefined,
      }),
      weights,
    ),
  conv1d: convolved(1),
  conv3d: convolved(3),
  max_pool1d: poolNd("maxPool1d"),
  max_pool3d: poolNd("maxPool3d"),
  avg_pool1d: poolNd("avgPool1d"),
  avg_pool3d: poolNd("avgPool3d"),
  conv_transpose1d: transposed(1),
  conv_transpose2d: transposed(2),
  conv_transpose3d: transposed(3),
  layer_norm: normalized,
  rms_norm: (a, { weight }) => of(nn.rmsNorm({ axes: weight!.length, epsilon: a.eps }), { weight: "scale" }),
  group_norm: (a, { weight }) => of(nn.groupNorm(a.groups, { epsilon: a.eps, affine: weight !== undefined }), affine),
  instance_norm: (a, { weight }) => of(nn.instanceNorm({ epsilon: a.eps, affine: weight !== undefined }), affine),
  local_response_norm: (a) => of(nn.localResponseNorm(a.size, { alpha: a.alpha, beta: a.beta, k: a.k })),
  batch_norm_eval: batch(false),
  batch_norm_train: batch(true),
  max_pool2d: pool("maxPool2d"),
  avg_pool2d: pool("avgPool2d"),
  adaptive_avg_pool2d: (a) => of(nn.adaptiveAvgPool2d(a.output_size)),
  adaptive_max_pool2d: (a) => of(nn.adaptiveMaxPool2d(a.output_size)),
  upsample: resized((mode, a) => nn.upsample2d(a.scale_factor, { mode })),
  interpolate: resized((mode, a) => nn.resize2d(a.size, { mode, alignCorners: a.align_corners ?? false })),
  channel_shuffle: (a) => of(nn.channelShuffle(a.groups)),
  transformer_encoder_layer: (a, { w1 }) =>
    of(
      nn.transformerBlock({
        heads: a["num_heads"],
        hidden: w1![0]!,
        norm: a["norm_first"] ? "pre" : "post",
        activation: a["activation"],
      }),
      block,
    ),
};
