import { afterAll, describe, expect, test } from "bun:test";
import { controlBytes } from "../../runtime/wasm/control.ts";
import { createHeap, type Heap } from "../../runtime/wasm/memory.ts";
import { createPool, type Linked, type Pool } from "../../runtime/wasm/threads.ts";
import { linkTally, tallyModule } from "./wasm_tally.ts";

const put = (heap: Heap, values: readonly number[]): number => {
  const address = heap.allocate(values.length * 4);
  heap.words().set(values, address >> 2);
  return address;
};

const tally = (heap: Heap, id = 0): Linked => {
  const bytes = tallyModule(heap.shared), address = heap.allocate(bytes.length);
  heap.bytes().set(bytes, address);
  return { id, address, length: bytes.length, phases: linkTally(new WebAssembly.Module(bytes), heap.memory) };
};

const pools: Pool[] = [];
/** A pool with `workers` workers that have started. */
const pool = (heap: Heap, threads: number, ready = threads): Pool => {
  const p = createPool({ heap, threads, link: linkTally, patience: 0 });
  pools.push(p);
  const module = tally(heap, 999), scratch = heap.allocate(64 * threads);
  const counts = put(heap, new Array(64).fill(0)), args = put(heap, [counts, -1, 1000]);
  // However long a busy machine takes to start them; a minute means never.
  for (const until = performance.now() + 60_000; p.working() < ready && performance.now() < until;) {
    p.run({ module, phase: 0, args, tasks: 64, scratch, stride: 64, cost: 1e6 });
  }
  return p;
};
afterAll(() => pools.forEach((p) => p.close()));

/** Runs the tally over `tasks` tasks; how often each was done. */
const count = (p: Pool, heap: Heap, module: Linked, tasks: number, trap = -1, turns = 0): readonly number[] => {
  const counts = put(heap, new Array(tasks).fill(0)), args = put(heap, [counts, trap, turns]);
  const scratch = heap.allocate(64 * p.threads);
  try {
    p.run({ module, phase: 0, args, tasks, scratch, stride: 64, cost: 1e6 });
    return [...heap.words().subarray(counts >> 2, (counts >> 2) + tasks)];
  } finally {
    for (const address of [counts, args, scratch]) heap.free(address);
  }
};
const once = (tasks: number): readonly number[] => new Array(tasks).fill(1);

describe("threads", () => {
  for (const threads of [1, 2, 4]) {
    test(`${threads} threads do every task once`, () => {
      const heap = createHeap({ reserved: controlBytes }), p = pool(heap, threads), module = tally(heap);
      expect(p.working()).toBe(threads);
      for (const tasks of [0, 1, 2, 3, 7, 64, 1000]) {
        for (const turns of [0, 200]) expect(count(p, heap, module, tasks, -1, turns)).toEqual(once(tasks));
      }
    });
  }

  test("while they are watched, workers note when they worked", () => {
    const heap = createHeap({ reserved: controlBytes }), p = pool(heap, 2), module = tally(heap);
    const began = performance.now();
    let helped: ReturnType<Pool["helped"]> = [];
    // Whether the worker comes in time for a task is up to the machine.
    for (let i = 0; i < 10_000 && helped.length === 0; i++) {
      p.watch(true);
      count(p, heap, module, 1000, -1, 2000);
      p.watch(false);
      helped = p.helped();
    }
    expect(helped.map((h) => h.thread)).toEqual([1]);
    expect(helped[0]!.ms).toBeGreaterThanOrEqual(0);
    expect(helped[0]!.start).toBeGreaterThan(began - 1);
    expect(helped[0]!.start + helped[0]!.ms).toBeLessThan(performance.now() + 1);
    p.watch(true);
    p.watch(false);
    expect(p.helped()).toEqual([]);
  });

  test("thousands of jobs in a row, with memory that grows and modules that are new to the workers", () => {
    const heap = createHeap({ reserved: controlBytes }), p = pool(heap, 3);
    const modules = [0, 1, 2, 3, 4].map((id) => tally(heap, id));
    let wrong = 0;
    for (let i = 0; i < 3000; i++) {
      if (i % 300 === 0) {
        heap.allocate(3_000_000);
        modules.push(tally(heap, modules.length));
      }
      const tasks = 1 + i % 90;
      const done = count(p, heap, modules[i % modules.length]!, tasks, -1, (i * 37) % 600);
      if (done.some((n) => n !== 1)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  test("a task that traps is an error of the caller, on whichever thread, and the pool goes on", () => {
    const heap = createHeap({ reserved: controlBytes }), p = pool(heap, 3), module = tally(heap);
    for (let i = 0; i < 200; i++) {
      expect(() => count(p, heap, module, 100, i % 100, 3000)).toThrow(/unreachable/i);
      expect(count(p, heap, module, 50)).toEqual(once(50));
    }
  });

  test("a module that a worker cannot link is left to the others", () => {
    const heap = createHeap({ reserved: controlBytes }), p = pool(heap, 2);
    const module = { ...tally(heap, 5), address: heap.allocate(64), length: 64 };
    for (let i = 0; i < 50; i++) expect(count(p, heap, module, 40, -1, 2000)).toEqual(once(40));
  });

  test("without shared memory there is one thread", () => {
    const heap = createHeap({ shared: false, reserved: controlBytes });
    const p = createPool({ heap, threads: 8, link: linkTally, patience: 0 });
    expect(p.threads).toBe(1);
    expect(count(p, heap, tally(heap), 100)).toEqual(once(100));
    p.close();
  });

  test("after close the caller works alone", () => {
    const heap = createHeap({ reserved: controlBytes }), p = pool(heap, 2), module = tally(heap);
    p.close();
    expect(p.working()).toBe(1);
    expect(count(p, heap, module, 100)).toEqual(once(100));
  });
});
