import type { Kernel } from "./kernel.ts";

/** A kernel, and the node behind each of its buffers. */
export interface NumberedKernel {
  readonly kernel: Kernel;
  readonly ids: readonly number[];
}
/** A loop, the nodes it reads and writes, and the bytes of slots it needs for itself. */
export interface NumberedLoop {
  readonly name: string;
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly own: readonly number[];
}
export type Numbered = NumberedKernel | NumberedLoop;

const part = (access: "read" | "write") => ({ kernel, ids }: NumberedKernel): readonly number[] =>
  ids.filter((_, i) => kernel.buffers[i]!.access === access);
export const readsOf = (n: Numbered): readonly number[] => "kernel" in n ? part("read")(n) : n.reads;
export const writesOf = (n: Numbered): readonly number[] => "kernel" in n ? part("write")(n) : n.writes;

/** Which slot of the arena holds each intermediate, which are the loops' own, and how large the slots are. */
export interface Slots {
  readonly of: ReadonlyMap<number, number>;
  readonly own: ReadonlyMap<Numbered, readonly number[]>;
  readonly bytes: readonly number[];
}

/** Gives every intermediate a slot; a slot is used again once its value has been read for the last time. */
export const assignSlots = (
  launches: readonly (readonly Numbered[])[],
  hasPlace: (id: number) => boolean,
  bytesOf: (id: number) => number,
): Slots => {
  const last = new Map<number, number>(), of = new Map<number, number>(), bytes: number[] = [], free = new Free();
  const own = new Map<Numbered, readonly number[]>();
  const take = (need: number): number => {
    const slot = free.take(need) ?? bytes.length;
    bytes[slot] = Math.max(bytes[slot] ?? 0, need);
    return slot;
  };
  launches.forEach((all, i) => all.forEach((n) => [...readsOf(n), ...writesOf(n)].forEach((id) => last.set(id, i))));
  launches.forEach((all, i) => {
    for (const n of all) {
      for (const id of writesOf(n)) if (!hasPlace(id) && !of.has(id)) of.set(id, take(bytesOf(id)));
      if (!("kernel" in n)) own.set(n, n.own.map(take));
    }
    const done = new Set(all.flatMap((n) => [...readsOf(n), ...writesOf(n)]).filter((id) => last.get(id) === i));
    const over = [...done].flatMap((id) => of.get(id) ?? []);
    for (const slot of [...over, ...all.flatMap((n) => own.get(n) ?? [])]) free.give(slot, bytes[slot]!);
  });
  return { of, own, bytes };
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
