/** Convolutions over one or three axes: what they make of `[batch, channels, ...]`. Their twin is in `ops/convolution_nd.ts`. */
import type { GroupChannels, GroupsComplaint } from "./conv.ts";
import type { Dim, Fail, IsDynamic, Same, Show, ShowDim } from "./dim.ts";
import type { AllFit, AxisNames, SlidExtents } from "./spatial.ts";

/** How many axes there are with batch and channels. */
interface WithLead {
  readonly 1: 3;
  readonly 3: 5;
}
type Names<N extends keyof WithLead> = AxisNames[N] extends readonly [infer A extends string] ? A
  : AxisNames[N] extends readonly [infer A extends string, infer B extends string, infer C extends string]
    ? `${A}, ${B}, ${C}`
  : never;

/** `T[n, c, ...S]` convolved with the kernels `T[o, c / groups, ...K]` over `N` axes. */
export type ConvNd<
  N extends keyof WithLead,
  X extends readonly unknown[],
  W extends readonly unknown[],
  S,
  P,
  D,
  G,
  F,
> = IsDynamic<X> extends true ? Dim[]
  : IsDynamic<W> extends true ? Dim[]
  : X["length"] extends WithLead[N] ? W["length"] extends WithLead[N] ? Convolved<N, X, W, S, P, D, G, F>
    : Fail<`conv${N}d: expects a kernel of ${WithLead[N]} axes, got ${Show<W>}`>
  : Fail<`conv${N}d: expects [batch, channels, ${Names<N>}], got ${Show<X>}`>;
type Convolved<N extends keyof WithLead, X, W, S, P, D, G, F> = X extends readonly [infer B, infer C, ...infer R]
  ? W extends readonly [infer O, infer I, ...infer K]
    ? GroupsComplaint<C, O, G> extends infer M extends string ? Fail<`conv${N}d: ${M}`>
    : Same<GroupChannels<C, G>, I> extends true ? AllFit<`conv${N}d`, X, [B, O], SlidExtents<R, K, S, P, D, F>, N>
    : Fail<
      `conv${N}d: the kernel ${Show<W>} takes ${ShowDim<I>} channels per group, the input ${Show<X>} has ${ShowDim<
        GroupChannels<C, G>
      >}`
    >
  : never
  : never;
