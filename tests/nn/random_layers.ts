/** Random layers, each with the expression that makes it. */
import { isMistake } from "../../core/errors.ts";
import * as nn from "../../nn/mod.ts";

let state = 11;
/** A whole number from 0 to n - 1, always the same in their order. */
export const below = (n: number): number => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return Math.floor(state / 2 ** 32 * n);
};
/** One of a list. */
export const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
/** So many of what `f` gives. */
export const many = <T>(n: number, f: () => T): T[] => Array.from({ length: n }, f);

/** A layer, and the expression that makes it. */
export interface Written {
  readonly text: string;
  readonly layer: nn.Layer;
}
const options = (entries: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entries).filter(([, v]) => v !== undefined));
const sometimes = <T>(value: T): T | undefined => below(3) === 0 ? value : undefined;
const windows = () => ({
  stride: sometimes(pick<number | [number, number]>([1, 2, 2, 3, [1, 2]])),
  padding: sometimes(pick<number | "same" | [number, number]>([1, 2, "same", [1, 0]])),
  fit: sometimes(pick(["floor", "ceil", "exact"] as const)),
});
const make = (name: string, layer: unknown, ...args: readonly unknown[]): Written => ({
  text: args.length === 0 && typeof layer !== "function" && layer === (nn as Record<string, unknown>)[name]
    ? `nn.${name}`
    : `nn.${name}(${args.map((a) => JSON.stringify(a)).join(", ")})`,
  layer: layer as nn.Layer,
});
/** Nests layers in a combinator. */
const wrap = (name: string, inner: readonly Written[], before: readonly unknown[] = []): Written => {
  const combine = nn[name as "sequential"] as unknown as (...args: readonly unknown[]) => nn.Layer;
  const text = [...before.map((b) => JSON.stringify(b)), ...inner.map((w) => w.text)].join(", ");
  return { text: `nn.${name}(${text})`, layer: combine(...before, ...inner.map((w) => w.layer)) };
};

const leaf = (): Written => below(3) === 0 ? more() : common();
const named = (name: string, ...args: readonly unknown[]): Written =>
  make(name, (nn[name as "linear"] as unknown as (...args: readonly unknown[]) => nn.Layer)(...args), ...args);
/** The other layers, each with options that do not always fit. */
const more = (): Written => {
  switch (below(24)) {
    case 0:
    case 1: {
      const config = options({
        kernel: pick([1, 2, 3]),
        stride: sometimes(pick<number | [number, number]>([2, 3, [2, 1]])),
        padding: sometimes(pick<number | [number, number]>([1, 2, [0, 1]])),
        dilation: sometimes(2),
        outputPadding: sometimes(pick([1, 2])),
        groups: sometimes(pick([2, 3])),
        bias: sometimes(false),
      });
      return named("convTranspose2d", pick([2, 4, 6]), config);
    }
    case 2:
    case 3: {
      const config = options({
        kernel: pick([3, 5]),
        ...windows(),
        multiplier: sometimes(pick([2, 3])),
        bias: sometimes(false),
      });
      return below(2) === 0 ? named("depthwiseConv2d", config) : named("separableConv2d", 4, config);
    }
    case 4:
      return named("softmax", pick([0, -1, 2, -3, 3]));
    case 5:
      return named("layerNorm", options({ axes: sometimes(pick([1, 2, 3, 4])) }));
    case 6:
      return pick([
        named("layerNorm2d"),
        named("rmsNorm"),
        named("instanceNorm"),
        named("batchNorm", { affine: false }),
      ]);
    case 7:
      return named("groupNorm", pick([1, 2, 3, 4]));
    case 8:
      return named("adaptiveAvgPool2d", pick<number | [number, number]>([1, 3, [2, 4]]));
    case 9:
      return pick([make("globalMaxPool", nn.globalMaxPool), named("localResponseNorm", 5), named("layerScale")]);
    case 10:
      return named("upsample2d", pick<number | [number, number]>([2, [3, 1]]));
    case 11:
      return pick([named("dropout2d", 0.5), named("stochasticDepth", 0.5), named("prelu", { perChannel: true })]);
    case 12:
      return named("channelShuffle", pick([2, 3]));
    case 13:
      return named("pad2d", pick<unknown>([1, [2, 0], [[1, 2], 3]]));
    case 20:
      return named("locallyConnected2d", 4, options({ kernel: pick([2, 3]), ...windows() }));
    case 21: {
      const padding = sometimes(pick<unknown>([1, "same", [[1, 2]]]));
      const config = options({ kernel: pick([1, 3]), stride: sometimes(2), padding, groups: sometimes(2) });
      return below(2) === 0 ? named("conv1d", 6, config) : named("maxPool1d", pick([2, 3]), options({ padding }));
    }
    case 22:
    case 23: {
      const padding = sometimes(pick<unknown>([1, "same", [0, 1, [2, 0]]])), fit = sometimes(pick(["ceil", "exact"]));
      const config = options({ kernel: pick<unknown>([1, 2, [2, 3, 2]]), stride: sometimes(2), padding, fit });
      return below(2) === 0
        ? named("conv3d", 4, config)
        : named(pick(["maxPool3d", "avgPool3d"]), pick<unknown>([2, [1, 3, 2]]), options({ padding, fit }));
    }
    case 15:
      return named(pick(["rnn", "lstm", "gru"]), 4, options({ bidirectional: sometimes(true), last: sometimes(true) }));
    case 16:
      return pick([
        named("multiHeadAttention", pick([2, 3])),
        named("transformerBlock", { heads: pick([1, 2, 3]), hidden: 5 }),
      ]);
    case 17:
      return pick([
        make("sinusoidalPositions", nn.sinusoidalPositions),
        named("learnedPositions"),
        named("classToken"),
      ]);
    case 18:
      return pick([named("select", pick([0, 3, -5, 8])), make("asSequence", nn.asSequence)]);
    case 19:
      return pick([named("reshape", pick([2, 3]), -1), named("patchEmbedding", 4, pick([2, 3, 4]))]);
    case 14:
      return named("centerCrop2d", pick<number | [number, number]>([4, 7, [3, 9]]));
    default:
      return pick([named("dense", 3), named("minPool2d", 2), named("resize2d", [5, 6]), named("embedding", 9, 4)]);
  }
};
const common = (): Written => {
  switch (below(8)) {
    case 0:
    case 1:
    case 2: {
      const out = pick([2, 3, 4, 6]), kernel = pick<number | [number, number]>([1, 3, 3, 5, [3, 2]]);
      const config = options({ kernel, ...windows(), dilation: sometimes(2), groups: sometimes(pick([2, 3])) });
      return make("conv2d", nn.conv2d(out, config as { kernel: number }), out, config);
    }
    case 3: {
      const kernel = pick([2, 3]), config = options(windows()), kind = pick(["maxPool2d", "avgPool2d"] as const);
      return make(kind, nn[kind](kernel, config), kernel, config);
    }
    case 4:
      return make("flatten", nn.flatten);
    case 5:
      return make("linear", nn.linear(5), 5);
    case 6:
      return make("globalAvgPool", nn.globalAvgPool);
    default:
      return make("relu", nn.relu);
  }
};
const keeping = (): Written =>
  pick([make("relu", nn.relu), make("conv2d", nn.conv2d(4, { kernel: 3, padding: 1 }), 4, { kernel: 3, padding: 1 })]);
/** A layer, or a block of layers at most so deep. */
export const written = (depth: number): Written => {
  if (depth === 0 || below(3) > 0) return leaf();
  const inner = (n: number): Written[] => many(n, () => below(3) === 0 ? written(depth - 1) : keeping());
  switch (below(8)) {
    case 7:
      return wrap("parallel", inner(1 + below(3)), [pick(["add", "max", "stack"])]);
    case 5:
      return wrap("splitChannels", inner(1 + below(3)));
    case 6:
      return wrap("gated", inner(1 + below(2)));
    case 0:
      return wrap("sequential", inner(1 + below(3)));
    case 1:
      return wrap("named", inner(1), [pick(["a", "b", "c"])]);
    case 2:
      return wrap("residual", inner(1 + below(2)));
    case 3:
      return wrap("concat", inner(2 + below(2)));
    default:
      return wrap("repeat", inner(1), [2]);
  }
};

/** What `build` makes, tried until no block repeats a name. */
export const distinctInside = (build: () => Written): Written => {
  for (;;) {
    try {
      return build();
    } catch (e) {
      if (!isMistake(e)) throw e; // two names in one block: refused when the block is made, and only then
    }
  }
};
