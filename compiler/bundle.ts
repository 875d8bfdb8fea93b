import { combines } from "./kernel.ts";
import { type Numbered, readsOf, writesOf } from "./slots.ts";

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
export const bundle = <N extends Numbered>(kernels: readonly N[], options: BundleOptions): readonly N[][] => {
  const launches: N[][] = [], waiting = new Set<N>(), maker = new Map<number, N>();
  const number = new Map(kernels.map((k, i) => [k, i]));
  let kept = 0;
  const needed = (k: N): readonly N[] =>
    readsOf(k).flatMap((id) => {
      const from = maker.get(id);
      return from !== undefined && waiting.has(from) ? [from] : [];
    });
  /** Starts these and what they need, those that can start at the same time together. */
  const start = (wanted: readonly N[]): void => {
    const due = new Set(wanted), level = new Map<N, number>(), levels: N[][] = [];
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
    writesOf(k).forEach((id) => maker.set(id, k));
    if (
      !("kernel" in k) || k.kernel.contraction !== null || combines(k.kernel) || 4 * keeps(k, options) > options.spare
    ) {
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
const keeps = (k: Numbered, { bytesOf, lasting }: BundleOptions): number =>
  readsOf(k).reduce((n, id) => lasting(id) ? n : n + bytesOf(id), 0);
/** As few launches as hold all kernels, each with as many buffers as fit. */
const pack = <N extends Numbered>(kernels: readonly N[], buffers: number): readonly N[][] => {
  const launches: { readonly kernels: N[]; readonly ids: Set<number> }[] = [];
  for (const k of kernels) {
    const own = new Set([...readsOf(k), ...writesOf(k)]);
    const home = launches.findLast(({ ids }) => new Set([...ids, ...own]).size <= buffers);
    if (home === undefined) launches.push({ kernels: [k], ids: own });
    else {
      home.kernels.push(k);
      own.forEach((id) => home.ids.add(id));
    }
  }
  return launches.map((l) => l.kernels);
};
