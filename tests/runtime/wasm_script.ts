/** A script that works with threads and never closes them: it must end by itself, needing no permission. With `node`, where no Worker is. */
import process from "node:process";
import { controlBytes } from "../../runtime/wasm/control.ts";
import { createHeap } from "../../runtime/wasm/memory.ts";
import { createPool } from "../../runtime/wasm/threads.ts";
import { linkTally, tallyModule } from "./wasm_tally.ts";

if (process.argv[2] === "node") Object.assign(globalThis, { Worker: undefined });
const heap = createHeap({ reserved: controlBytes });
const pool = createPool({ heap, threads: 3, link: linkTally, patience: 0 });
const bytes = tallyModule(true), address = heap.allocate(bytes.length);
heap.bytes().set(bytes, address);
const phases = linkTally(new WebAssembly.Module(bytes), heap.memory);
const counts = heap.allocate(400), args = heap.allocate(12), scratch = heap.allocate(192);
heap.words().set([counts, -1, 1000], args >> 2);
const module = { id: 0, address, length: bytes.length, phases };
let jobs = 0;
for (; pool.working() < 3 && jobs < 100_000; jobs++) {
  pool.run({ module, phase: 0, args, tasks: 100, scratch, stride: 64, cost: 1e6 });
}
for (let i = 0; i < 200; i++, jobs++) pool.run({ module, phase: 0, args, tasks: 100, scratch, stride: 64, cost: 1e6 });
const done = heap.words().subarray(counts >> 2, (counts >> 2) + 100);
console.log(`${pool.working()} threads, every task done: ${done.every((n) => n === jobs)}`);
