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
  const last = new Map<number, number>(), of = new Map<number, number>(), bytes: number[] = [], free = new Free();
  launches.forEach((kernels, i) => kernels.forEach(({ ids }) => ids.forEach((id) => last.set(id, i))));
  launches.forEach((kernels, i) => {
    for (const { kernel, ids } of kernels) {
      ids.forEach((id, k) => {
        if (kernel.buffers[k]!.access === "read" || hasPlace(id) || of.has(id)) return;
        const need = bytesOf(id), slot = free.take(need) ?? bytes.length;
        bytes[slot] = Math.max(bytes[slot] ?? 0, need);
        of.set(id, slot);
      });
    }
    const done = new Set(kernels.flatMap((k) => k.ids).filter((id) => of.has(id) && last.get(id) === i));
    for (const id of done) free.give(of.get(id)!, bytes[of.get(id)!]!);
  });
  return { of, bytes };
};

/** Free slots by their size. */
class Free {
  private readonly slots = new Map<number, number[]>();
  /** The sizes there are slots of, in order. */
  private readonly sizes: number[] = [];

  give(slot: number, bytes: number): void {
    const known = this.slots.get(bytes);
    if (known !== undefined) known.push(slot);
    else {
      this.slots.set(bytes, [slot]);
      this.sizes.splice(this.at(bytes), 0, bytes);
    }
  }
  /** The smallest slot that is large enough, else the largest, which must grow. */
  take(bytes: number): number | null {
    if (this.sizes.length === 0) return null;
    const at = Math.min(this.at(bytes), this.sizes.length - 1), size = this.sizes[at]!, list = this.slots.get(size)!;
    const slot = list.pop()!;
    if (list.length === 0) {
      this.slots.delete(size);
      this.sizes.splice(at, 1);
    }
    return slot;
  }
  /** Where the first size is that is at least this. */
  private at(bytes: number): number {
    let low = 0, high = this.sizes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sizes[middle]! < bytes) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
