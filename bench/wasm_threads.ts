/**
 * What a launch costs on the Wasm backend, what it costs to wake a thread, and what threads bring.
 *
 *     deno run bench/wasm_threads.ts [threads]        bun bench/wasm_threads.ts [threads]
 */
import process from "node:process";
import { aval } from "../core/aval.ts";
import { axis, type Expr, fold, lit, load, op } from "../core/expr.ts";
import type { Kernel, Plan } from "../compiler/kernel.ts";
import { createMachine } from "../runtime/wasm/backend.ts";
import { createExecutable, type Machine } from "../runtime/wasm/executable.ts";

/** out[i] = f(x[i]) */
const mapOf = (length: number, f: (x: Expr) => Expr): Kernel => {
  const i = axis(length);
  return {
    name: "map",
    buffers: [{ dtype: "f32", length, access: "read" }, { dtype: "f32", length, access: "write" }],
    grid: [i],
    stores: [{ target: 1, index: i, value: f(load(0, i, "f32")), axes: [] }],
    contraction: null,
  };
};
/** out[m, n] = sum over k of x[m, k] x[n, k] */
const gram = (n: number): Kernel => {
  const i = axis(n), j = axis(n), k = axis(n), at = (a: Expr, b: Expr) => op("add", op("mul", a, lit(n, "i32")), b);
  const product = op("mul", load(0, at(i, k), "f32"), load(0, at(j, k), "f32"));
  return {
    name: "gram",
    buffers: [{ dtype: "f32", length: n * n, access: "read" }, { dtype: "f32", length: n * n, access: "write" }],
    grid: [i, j],
    stores: [{ target: 1, index: at(i, j), value: fold("add", [k], product), axes: [] }],
    contraction: null,
  };
};
/** `count` launches of a kernel that keeps its shape, one after the other. */
const chain = (kernel: Kernel, count: number): Plan => {
  const port = { dtype: "f32", length: kernel.buffers[0]!.length } as const;
  return {
    inputs: [port],
    outputs: [port],
    slots: [port.length * 4, port.length * 4],
    launches: Array.from({ length: count }, (_, i) => ({
      kernel,
      places: [
        i === 0 ? { tag: "input", index: 0 } : { tag: "slot", slot: (i + 1) % 2 },
        i === count - 1 ? { tag: "output", index: 0 } : { tag: "slot", slot: i % 2 },
      ],
    })),
  };
};

/** Milliseconds of one run, smallest and median of `times`, each after a pause of `gap` milliseconds. */
const measure = (machine: Machine, plan: Plan, times: number, gap = 0): readonly [number, number] => {
  const executable = createExecutable(plan, machine), { length } = plan.inputs[0]!;
  const x = machine.buffers.upload(new Float32Array(length).fill(0.5), aval([length], "f32"));
  const taken: number[] = [];
  for (let i = 0; i < times + Math.min(times, 50); i++) {
    for (const until = performance.now() + gap; performance.now() < until;);
    const began = performance.now(), outputs = executable.run([x], new Set());
    taken.push(performance.now() - began);
    for (const b of outputs) b.dispose();
  }
  x.dispose();
  const sorted = taken.slice(-times).sort((a, b) => a - b);
  return [sorted[0]!, sorted[times >> 1]!];
};

const print = (what: string, [least, median]: readonly [number, number], unit: "µs" | "ms", each = 1): void => {
  const show = (ms: number): string => (ms * (unit === "µs" ? 1000 : 1) / each).toFixed(2).padStart(9);
  console.log(`${what.padEnd(52)}${show(least)} ${show(median)} ${unit}`);
};
const machineOf = (threads: number): Machine => {
  const m = createMachine(threads, 0), plan = chain(mapOf(200_000, (x) => op("sqrt", x)), 1);
  for (let i = 0; i < 10_000 && m.pool.working() < threads; i++) measure(m, plan, 1);
  return m;
};

const most = Number(process.argv[2] ?? navigator.hardwareConcurrency);
const begun = performance.now(), single = createMachine(1);
print("machine", [performance.now() - begun, performance.now() - begun], "ms");
const plus = (x: Expr): Expr => op("add", x, lit(1, "f32")), tiny = mapOf(16, plus);
const before = performance.now();
measure(single, chain(tiny, 1), 1);
print("first kernel: emit, compile, run", [performance.now() - before, performance.now() - before], "ms");

console.log(`${"".padEnd(52)}${"least".padStart(9)} ${"median".padStart(9)}`);
print("run of one launch of 16 elements", measure(single, chain(tiny, 1), 5000), "µs");
print("each of 100 launches of 16 elements", measure(single, chain(tiny, 100), 1000), "µs", 100);
// The least cost that goes to the pool: what is more than on one thread is what handing over costs.
const small = mapOf(100_000, plus);
print("each of 100 launches of 100,000 sums, 1 thread", measure(single, chain(small, 100), 50), "µs", 100);
for (let threads = 2; threads <= most; threads *= 2) {
  const m = machineOf(threads);
  print(`the same, ${threads} threads, awake`, measure(m, chain(small, 100), 50), "µs", 100);
  m.pool.close();
}
print("run of 100,000 sums after 1 ms of silence, 1 thread", measure(single, chain(small, 1), 300, 1), "µs");
for (let threads = 2; threads <= most; threads *= 2) {
  const m = machineOf(threads);
  print(`the same, ${threads} threads, asleep`, measure(m, chain(small, 1), 300, 1), "µs");
  m.pool.close();
}
for (
  const [name, kernel, times] of [
    ["tanh of 1,000,000", mapOf(1_000_000, (x) => op("tanh", x)), 30],
    ["gram matrix of 512", gram(512), 10],
    ["1,000,000 sums", mapOf(1_000_000, plus), 100],
  ] as const
) {
  const alone = measure(single, chain(kernel, 1), times);
  print(`${name}, 1 thread`, alone, "ms");
  for (let threads = 2; threads <= most; threads *= 2) {
    const m = machineOf(threads), together = measure(m, chain(kernel, 1), times);
    print(`${name}, ${threads} threads (${(alone[0] / together[0]).toFixed(2)} times as fast)`, together, "ms");
    m.pool.close();
  }
}
