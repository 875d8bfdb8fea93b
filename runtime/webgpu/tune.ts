import { candidates } from "../../compiler/wgsl/candidates.ts";
import { spell } from "../../compiler/wgsl/spell.ts";
import { describe, type TunedEntry } from "../../compiler/wgsl/tuned.ts";
import type { Variant } from "../../compiler/wgsl/variant.ts";
import type { Kernel, Place, Plan } from "../../compiler/kernel.ts";
import { allocate, type Data } from "../../core/dtype.ts";
import { observe, observer } from "../../core/observer.ts";
import type { DeviceBuffer } from "../backend.ts";
import { createExecutable } from "./executable.ts";
import type { Machine } from "./machine.ts";
import { asGpuValue } from "./values.ts";

/** How the variants of a kernel did. */
export interface Trial {
  /** The fastest that computes what the one chosen without measuring does. */
  readonly entry: TunedEntry;
  /** Milliseconds of the variant chosen without measuring, and of the fastest. */
  readonly before: number;
  readonly after: number;
  /** Variants that were tried. */
  readonly tried: number;
}

/** Runs of each variant, and milliseconds after which no more are started. */
const RUNS = 12, ENOUGH = 150;
/** A variant must be so much faster than the one chosen without measuring. */
const GAIN = 0.97;
/** The largest difference of results, as a part of the largest magnitude: sums in another order. */
const TOLERANCE = 1e-3;

const planOf = (kernel: Kernel): Plan => {
  const counts = { read: 0, write: 0 }, ports = (a: "read" | "write") => kernel.buffers.filter((b) => b.access === a);
  const places = kernel.buffers.map((b): Place => ({
    tag: b.access === "read" ? "input" : "output",
    index: counts[b.access]++,
  }));
  return { inputs: ports("read"), outputs: ports("write"), slots: [], steps: [{ kernel, places }] };
};
/** Numbers between -1 and 1; small whole ones where they may be indices. */
const numbers = (b: Kernel["buffers"][number], seed: number): Data => {
  const out = allocate(b.dtype, b.length), whole = b.dtype === "i32" || b.dtype === "u32" || b.dtype === "bool";
  for (let i = 0; i < out.length; i++) {
    const x = (Math.imul(i + 1, 0x9e3779b1) ^ seed) >>> 8;
    out[i] = whole ? x & 1 : x / 2 ** 23 - 1;
  }
  return out;
};
const alike = (a: readonly Data[], b: readonly Data[]): boolean =>
  a.every((x, i) => {
    let error = 0, scale = 0;
    for (let k = 0; k < x.length; k++) {
      const d = Math.abs(x[k]! - b[i]![k]!);
      if (Number.isNaN(d)) return false;
      error = Math.max(error, d);
      scale = Math.max(scale, Math.abs(b[i]![k]!));
    }
    return error <= TOLERANCE * scale;
  });

/** Results and best time of a variant; null where the device cannot do it. */
const attempt = async (
  machine: Machine,
  kernel: Kernel,
  variant: Variant,
  inputs: readonly DeviceBuffer[],
): Promise<{ readonly results: readonly Data[]; readonly ms: number } | null> => {
  try {
    const exe = createExecutable(planOf(kernel), machine, (k) => spell(k, machine.target, variant));
    const once = async (): Promise<readonly Data[]> => {
      const outputs = exe.run(inputs, new Set()), data = await machine.readBack(outputs.map(asGpuValue));
      outputs.forEach((b) => b.dispose());
      machine.health.check();
      return data;
    };
    const results = await once(), began = performance.now();
    let ms = Infinity;
    for (let i = 0; i < RUNS && (i < 2 || performance.now() - began < ENOUGH); i++) {
      ms = Math.min(ms, await timed(machine, () => exe.run(inputs, new Set()).forEach((b) => b.dispose()), once));
    }
    return { results, ms };
  } catch {
    return null;
  }
};
/** Milliseconds of a run: by the device's own clock where it has one, else with the wait for the results. */
const timed = async (machine: Machine, run: () => void, once: () => Promise<unknown>): Promise<number> => {
  if (machine.stopwatch === null) {
    const began = performance.now();
    await once();
    return performance.now() - began;
  }
  const before = observer(), later: Promise<unknown>[] = [];
  let ms = 0;
  observe({
    level: 2,
    now: before.now,
    take: (e) => ms += e.tag === "kernel" ? e.ms ?? 0 : 0,
    wait: (p) => later.push(p),
  });
  try {
    run();
  } finally {
    observe(before);
  }
  await Promise.all(later);
  return ms;
};

/** Measures the variants of a kernel on a device; null where there is nothing to choose, or nothing that the device can do. */
export const tuneKernel = async (machine: Machine, kernel: Kernel): Promise<Trial | null> => {
  const what = describe(kernel), [first, ...others] = candidates(kernel, machine.target);
  if (what === null || first === undefined || others.length === 0) return null;
  const reads = kernel.buffers.filter((b) => b.access === "read");
  const inputs = reads.map((b, i) => machine.values.upload(numbers(b, i * 977), { shape: [b.length], dtype: b.dtype }));
  try {
    const standard = await attempt(machine, kernel, first, inputs);
    if (standard === null) return null;
    let best: readonly [Variant, number] = [first, standard.ms * GAIN];
    for (const variant of others) {
      const found = await attempt(machine, kernel, variant, inputs);
      if (found !== null && found.ms < best[1] && alike(found.results, standard.results)) best = [variant, found.ms];
    }
    const after = best[0] === first ? standard.ms : best[1];
    return { entry: { ...what, variant: best[0] }, before: standard.ms, after, tried: others.length + 1 };
  } finally {
    for (const b of inputs) b.dispose();
  }
};
