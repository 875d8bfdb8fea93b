import { describe, expect, test } from "bun:test";
import { alignment, createAllocator, footprint, slack } from "../../runtime/wasm/allocator.ts";
import { createHeap } from "../../runtime/wasm/memory.ts";

/** Numbers in [0, 1) that are the same every time (mulberry32). */
const seeded = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

interface Taken {
  readonly address: number;
  readonly bytes: number;
}
/** Whether some value, with the slack after it, meets another or leaves [begin, end). */
const overlaps = (taken: readonly Taken[], begin: number, end: number): boolean => {
  const sorted = [...taken].sort((a, b) => a.address - b.address);
  let free = begin;
  for (const t of sorted) {
    if (t.address < free || t.address % alignment !== 0) return true;
    free = t.address + t.bytes + slack;
  }
  return free > end;
};

describe("allocator", () => {
  test("values never overlap, and all memory comes back, whatever the order", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seeded(seed), begin = 128, end = begin + (1 << 18);
      const a = createAllocator(begin, end);
      const taken: Taken[] = [];
      let refused = 0, clash = false;
      for (let step = 0; step < 600; step++) {
        if (random() < 0.55) {
          const bytes = random() < 0.1 ? 0 : Math.floor(2 ** (random() * 15));
          const address = a.allocate(bytes);
          if (address === null) refused++;
          else taken.push({ address, bytes });
        } else if (taken.length > 0) {
          const [gone] = taken.splice(Math.floor(random() * taken.length), 1);
          a.free(gone!.address);
        }
        clash ||= overlaps(taken, begin, end);
      }
      expect(clash, `seed ${seed}`).toBe(false);
      expect(a.used).toBe(taken.reduce((n, t) => n + footprint(t.bytes), 0));
      expect(a.blocks).toBe(taken.length);
      for (const t of taken) a.free(t.address);
      expect(a.used).toBe(0);
      expect(a.tail, "one free block again").toBe(end - begin);
      expect(a.allocate(end - begin - slack)).toBe(begin);
    }
  });

  test("a request is refused only when no run of free bytes holds it", () => {
    const random = seeded(7), end = 1 << 16;
    const a = createAllocator(64, end);
    const taken: Taken[] = [];
    let wrong = 0;
    for (let step = 0; step < 3000; step++) {
      const bytes = Math.floor(random() * 6000);
      const address = a.allocate(bytes);
      if (address !== null) taken.push({ address, bytes });
      else {
        // Good fit, not best fit: a block of the same sixteenth of a power of two may be passed over.
        const sorted = [...taken].sort((x, y) => x.address - y.address);
        let free = 64, widest = 0;
        for (const t of [...sorted, { address: end, bytes: 0 }]) {
          widest = Math.max(widest, t.address - free);
          free = t.address + footprint(t.bytes);
        }
        if (widest >= footprint(bytes) * (1 + 1 / 16) + alignment) wrong++;
        for (let i = 0; i < 3 && taken.length > 0; i++) {
          a.free(taken.splice(Math.floor(random() * taken.length), 1)[0]!.address);
        }
      }
    }
    expect(wrong).toBe(0);
  });

  test("a freed block serves the next request of its size", () => {
    const a = createAllocator(0, 1 << 20);
    for (const bytes of [1, 1000, 4097, 65535, 100001]) {
      const first = a.allocate(bytes)!, wall = a.allocate(1)!;
      a.free(first);
      expect(a.allocate(bytes)).toBe(first);
      a.free(first);
      a.free(wall);
    }
  });

  test("freeing twice or what was never allocated is refused", () => {
    const a = createAllocator(64, 1 << 16), address = a.allocate(10)!;
    a.free(address);
    expect(() => a.free(address)).toThrow("nothing is allocated at address 64");
    expect(() => a.free(4096)).toThrow("nothing is allocated");
    expect(a.tail).toBe((1 << 16) - 64);
  });
});

describe("heap", () => {
  for (const shared of [true, false]) {
    test(`${shared ? "shared" : "private"} memory grows and keeps its values`, () => {
      const heap = createHeap({ shared });
      const held: { address: number; value: number }[] = [];
      for (let i = 0; i < 50; i++) {
        const address = heap.allocate(200_000);
        heap.words().fill(i, address >> 2, (address >> 2) + 50_000);
        held.push({ address, value: i });
      }
      expect(heap.statistics().total).toBeGreaterThan(50 * 200_000);
      for (const { address, value } of held) {
        expect(heap.words()[address >> 2]).toBe(value);
        expect(heap.words()[(address >> 2) + 49_999]).toBe(value);
      }
      expect(heap.bytes().buffer).toBe(heap.memory.buffer);
      for (const { address } of held) heap.free(address);
      expect(heap.statistics().live).toBe(0);
    });
  }

  test("what cannot be had is a RangeError with the numbers, and changes nothing", () => {
    const heap = createHeap({ maxPages: 32 });
    const kept = heap.allocate(1_000_000);
    expect(() => heap.allocate(1_500_000)).toThrow(RangeError);
    expect(() => heap.allocate(1_500_000)).toThrow(
      "Out of memory: asked for 1500000 bytes (1.4 MiB) with 1000064 bytes (1.0 MiB) live in 1 buffers",
    );
    expect(heap.allocate(1_000_000)).toBeGreaterThan(kept);
    expect(() => heap.allocate(2 ** 40)).toThrow("and may have 2.0 MiB");
  });

  test("reserved bytes are left alone", () => {
    expect(createHeap({ reserved: 2000 }).allocate(1)).toBe(2048);
  });
});
