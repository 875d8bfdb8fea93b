/** What a launch costs on the Wasm back end, what it costs to wake a thread, and what threads bring. */
import { availableParallelism } from "node:os";
import { aval } from "../../core/aval.ts";
import { axis, type Expr, fold, lit, load, op } from "../../core/expr.ts";
import type { Kernel, Plan } from "../../compiler/kernel.ts";
import { createMachine } from "../../runtime/wasm/backend.ts";
import { createExecutable, type Machine } from "../../runtime/wasm/executable.ts";
import type { Question, Reading } from "./question.ts";

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
    steps: Array.from({ length: count }, (_, i) => ({
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

const machineOf = (threads: number): Machine => {
  const m = createMachine(threads, 0), plan = chain(mapOf(200_000, (x) => op("sqrt", x)), 1);
  for (let i = 0; i < 10_000 && m.pool.working() < threads; i++) measure(m, plan, 1);
  return m;
};
const plus = (x: Expr): Expr => op("add", x, lit(1, "f32"));

/** Launches of small kernels, alone and in a row, and larger ones on 1, 2, 4, ... threads. */
export const threads: Question = {
  name: "wasm-threads",
  title: "launches on the Wasm back end: what they cost, and what threads bring",
  answer: () => {
    const readings: Reading[] = [], counts: number[] = [];
    for (let n = 1; n <= availableParallelism(); n *= 2) counts.push(n);
    const say = (what: string, [, median]: readonly [number, number], unit: "µs" | "ms", each = 1): void => {
      readings.push({ question: "wasm-threads", what, value: median * (unit === "µs" ? 1000 : 1) / each, unit });
    };
    const single = createMachine(1), tiny = mapOf(16, plus), small = mapOf(100_000, plus);
    say("run of one launch of 16 elements", measure(single, chain(tiny, 1), 5000), "µs");
    say("each of 100 launches of 16 elements", measure(single, chain(tiny, 100), 1000), "µs", 100);
    const dear = [
      ["tanh of 1,000,000", mapOf(1_000_000, (x) => op("tanh", x)), 30],
      ["gram matrix of 512", gram(512), 10],
      ["1,000,000 sums", mapOf(1_000_000, plus), 100],
    ] as const;
    for (const n of counts) {
      const m = n === 1 ? single : machineOf(n), on = `${n} thread${n === 1 ? "" : "s"}`;
      // What is more than on one thread is what handing over costs, to threads that are awake and to those that sleep.
      say(`each of 100 launches of 100,000 sums, ${on}`, measure(m, chain(small, 100), 50), "µs", 100);
      say(`run of 100,000 sums after 1 ms of silence, ${on}`, measure(m, chain(small, 1), 300, 1), "µs");
      for (const [name, kernel, times] of dear) say(`${name}, ${on}`, measure(m, chain(kernel, 1), times), "ms");
      m.pool.close();
    }
    return Promise.resolve(readings);
  },
};
