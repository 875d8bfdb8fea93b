import { size } from "../core/aval.ts";
import { byteSize } from "../core/dtype.ts";
import type { Axis } from "../core/expr.ts";
import type { Kernel } from "./kernel.ts";

/** What a kernel has to do at least, whoever spells it. */
export interface Traffic {
  /** Bytes of its buffers, each once. */
  readonly bytes: number;
  /** Multiplications and additions of its contraction. */
  readonly flops: number;
}
const points = (axes: readonly Axis[]): number => size(axes.map((a) => a.extent));

export const trafficOf = ({ buffers, contraction: c }: Kernel): Traffic => ({
  bytes: buffers.reduce((n, b) => n + b.length * byteSize[b.dtype], 0),
  flops: c === null ? 0 : 2 * points(c.batch) * points(c.m) * points(c.n) * points(c.k),
});
