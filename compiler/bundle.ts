import type { NumberedKernel } from "./slots.ts";

/** What putting kernels together goes by. */
export interface BundleOptions {
  /** Different values the kernels of one launch may touch. */
  readonly buffers: number;
  /** Bytes that kernels that wait may keep alive. */
  readonly spare: number;
  readonly bytesOf: (id: number) => number;
  /** Whether a value lives throughout: an input or an output of the program. */
  readonly lasting: (id: number) => boolean;
}

/**
 * Puts kernels that do not need each other into one launch. Small ones that nobody needs yet wait for company: the updates
 * of a tree of parameters, the last stages of reductions.
 */
export const bundle = (kernels: readonly NumberedKernel[], options: BundleOptions): readonly NumberedKernel[][] => {
  const launches: NumberedKernel[][] = [],
    waiting = new Set<NumberedKernel>(),
    maker = new Map<number, NumberedKernel>();
  const number = new Map(kernels.map((k, i) => [k, i]));
  let kept = 0;
  const needed = (k: NumberedKernel): readonly NumberedKernel[] =>
    reads(k).flatMap((id) => {
      const from = maker.get(id);
      return from !== undefined && waiting.has(from) ? [from] : [];
    });
  /** Starts these and what they need, those that can start at the same time together. */
  const start = (wanted: readonly NumberedKernel[]): void => {
    const due = new Set(wanted), level = new Map<NumberedKernel, number>(), levels: NumberedKernel[][] = [];
    for (const k of due) needed(k).forEach((from) => due.add(from));
    for (const k of [...due].sort((x, y) => number.get(x)! - number.get(y)!)) {
      const at = needed(k).reduce((n, from) => Math.max(n, level.get(from)! + 1), 0);
      level.set(k, at);
      (levels[at] ??= []).push(k);
    }
    for (const ready of levels) launches.push(...pack(ready, options.buffers));
    for (const k of due) {
      waiting.delete(k);
      kept -= keeps(k, options);
    }
  };
  for (const k of kernels) {
    writes(k).forEach((id) => maker.set(id, k));
    if (k.kernel.contraction !== null || 4 * keeps(k, options) > options.spare) {
      start(needed(k));
      launches.push([k]);
      continue;
    }
    waiting.add(k);
    kept += keeps(k, options);
    if (kept > options.spare) start([...waiting]);
  }
  start([...waiting]);
  return launches;
};

/** Bytes that would be gone sooner if the kernel did not wait. */
const keeps = (k: NumberedKernel, { bytesOf, lasting }: BundleOptions): number =>
  reads(k).reduce((n, id) => lasting(id) ? n : n + bytesOf(id), 0);
const part = (access: "read" | "write") => ({ kernel, ids }: NumberedKernel): readonly number[] =>
  ids.filter((_, i) => kernel.buffers[i]!.access === access);
const reads = part("read"), writes = part("write");

/** As few launches as hold all kernels, each with as many buffers as fit. */
const pack = (kernels: readonly NumberedKernel[], buffers: number): readonly NumberedKernel[][] => {
  const launches: { readonly kernels: NumberedKernel[]; readonly ids: Set<number> }[] = [];
  for (const k of kernels) {
    const home = launches.findLast(({ ids }) => new Set([...ids, ...k.ids]).size <= buffers);
    if (home === undefined) launches.push({ kernels: [k], ids: new Set(k.ids) });
    else {
      home.kernels.push(k);
      k.ids.forEach((id) => home.ids.add(id));
    }
  }
  return launches.map((l) => l.kernels);
};
