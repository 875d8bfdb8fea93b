import type { Kernel } from "./kernel.ts";

/** A kernel, and the node behind each of its buffers. */
export interface NumberedKernel {
  readonly kernel: Kernel;
  readonly ids: readonly number[];
}

/** Which slot of the arena holds each intermediate, and how large the slots are. */
export interface Slots {
  readonly of: ReadonlyMap<number, number>;
  readonly bytes: readonly number[];
}

/** Gives every intermediate a slot; a slot is used again once its value has been read for the last time. */
export const assignSlots = (
  launches: readonly (readonly NumberedKernel[])[],
  hasPlace: (id: number) => boolean,
  bytesOf: (id: number) => number,
): Slots => {
  const last = new Map<number, number>(), of = new Map<number, number>(), bytes: number[] = [], free: number[] = [];
  launches.forEach((kernels, i) => kernels.forEach(({ ids }) => ids.forEach((id) => last.set(id, i))));
  launches.forEach((kernels, i) => {
    for (const { kernel, ids } of kernels) {
      ids.forEach((id, k) => {
        if (kernel.buffers[k]!.access === "read" || hasPlace(id) || of.has(id)) return;
        const need = bytesOf(id), slot = bestFit(free, bytes, need);
        bytes[slot] = Math.max(bytes[slot] ?? 0, need);
        of.set(id, slot);
      });
    }
    for (const id of kernels.flatMap((k) => k.ids)) {
      const slot = of.get(id);
      if (slot !== undefined && last.get(id) === i && !free.includes(slot)) free.push(slot);
    }
  });
  return { of, bytes };
};
/** Takes the smallest free slot that is large enough, else the largest free one (which grows), else a new one. */
const bestFit = (free: number[], bytes: readonly number[], need: number): number => {
  const fitting = free.filter((s) => bytes[s]! >= need).sort((a, b) => bytes[a]! - bytes[b]!);
  const slot = fitting[0] ?? free.toSorted((a, b) => bytes[b]! - bytes[a]!)[0];
  if (slot === undefined) return bytes.length;
  free.splice(free.indexOf(slot), 1);
  return slot;
};
