import type { DType } from "../core/dtype.ts";
import { type Axis, type Expr, operands } from "../core/expr.ts";
import type { Device } from "../core/primitive.ts";
import type { Combine } from "../core/scalar.ts";

/**
 * The intermediate representation both back ends spell.
 *
 * A kernel runs its stores for every setting of its `grid` axes, in any order and in parallel. A store with `axes` of its
 * own loops over them inside one grid point. Everything else is said by the expressions: a `Fold` is a loop with an
 * accumulator (folds over the same axes can share a loop), a value that does not depend on a loop's axis belongs outside
 * that loop. Loads never read what the same kernel stores. Every `Load.source` is a position in `buffers`.
 *
 * The stores of a grid point run in order, and so do the turns of a store's loops. No two grid points store to one place.
 */
export interface Kernel {
  readonly name: string;
  /** What is read and written: the arguments of the kernel, in order. `length` in elements. */
  readonly buffers: readonly KernelBuffer[];
  /** Parallel index space, row-major, last axis fastest. Empty: one point. */
  readonly grid: readonly Axis[];
  readonly stores: readonly Store[];
  /** Present when `Acc` in the stores stands for a contraction. */
  readonly contraction: Contraction | null;
  /** The step of the loop it is launched in, given from outside; absent where it does not matter. */
  readonly step?: Axis | undefined;
}
export interface KernelBuffer {
  readonly dtype: DType;
  readonly length: number;
  readonly access: "read" | "write";
}
export interface Store {
  readonly target: number;
  readonly index: Expr;
  readonly value: Expr;
  /** Loops inside a grid point, row-major; mostly empty. */
  readonly axes: readonly Axis[];
  /** Present where the value is combined with what a store before it has put there. */
  readonly combine?: Combine | undefined;
}
/** Whether a kernel combines values with what it has stored before: then it shares nothing with others. */
export const combines = (k: Kernel): boolean => k.stores.some((s) => s.combine !== undefined);
/**
 * acc[batch, m, n] = sum over k of a(batch, m, k) * b(batch, k, n). The axes of the grid are those of `batch`, `m` and `n`
 * in some order (the order of the output in memory); `k` are the reduced axes. `a` reads nothing that depends on `n`, `b`
 * nothing that depends on `m`. The operands may hold guards (padding) and arithmetic (a fused prologue).
 */
export interface Contraction {
  readonly batch: readonly Axis[];
  readonly m: readonly Axis[];
  readonly n: readonly Axis[];
  readonly k: readonly Axis[];
  readonly a: Expr;
  readonly b: Expr;
  readonly dtype: DType;
}

/** Where the value of a buffer of a plan lives. */
export type Place =
  | { readonly tag: "input"; readonly index: number }
  | { readonly tag: "output"; readonly index: number }
  /** An intermediate in slot `slot` of the arena. */
  | { readonly tag: "slot"; readonly slot: number }
  /** What a loop hands from step to step: the places in its first, its even and its odd steps. `depth` counts loops from outside. */
  | {
    readonly tag: "carried";
    readonly depth: number;
    readonly first: Place;
    readonly even: Place;
    readonly odd: Place;
  };

export interface Launch {
  readonly kernel: Kernel;
  /** One place for each buffer of the kernel. */
  readonly places: readonly Place[];
  /** Whether it may run at the same time as the launch before it, and all that one may run with. */
  readonly together?: boolean;
}
/** Steps that are done `length` times. The kernels in it get the number of the step, from the last to 0 if `reverse`. */
export interface Repeat {
  readonly length: number;
  readonly reverse: boolean;
  readonly body: readonly Step[];
}
export type Step = Launch | Repeat;
export const isRepeat = (s: Step): s is Repeat => "body" in s;

/** Steps in order, launches that may run at the same time in one list. */
export const inCompany = (steps: readonly Step[]): readonly (readonly [Repeat] | readonly Launch[])[] => {
  const all: ([Repeat] | Launch[])[] = [];
  for (const s of steps) {
    if (isRepeat(s)) all.push([s]);
    else if (s.together) (all.at(-1) as Launch[]).push(s);
    else all.push([s]);
  }
  return all;
};
/** All launches of some steps, each once. */
export const launchesOf = (steps: readonly Step[]): readonly Launch[] =>
  steps.flatMap((s) => isRepeat(s) ? launchesOf(s.body) : [s]);
/** How many launches there are when all loops have come round. */
export const launchCount = (steps: readonly Step[]): number =>
  steps.reduce((n, s) => n + (isRepeat(s) ? s.length * launchCount(s.body) : 1), 0);
/** The place of a value, given how often each of the loops around has come round. */
export const placeAt = (p: Place, rounds: readonly number[]): Exclude<Place, { readonly tag: "carried" }> => {
  if (p.tag !== "carried") return p;
  const round = rounds[p.depth]!;
  return placeAt(round === 0 ? p.first : round % 2 === 0 ? p.even : p.odd, rounds);
};
/** The number a kernel gets in a round of a loop. */
export const stepAt = ({ length, reverse }: Repeat, round: number): number => reverse ? length - 1 - round : round;

/** A compiled program: what is done in order, and the memory that needs. */
export interface Plan {
  readonly inputs: readonly { readonly dtype: DType; readonly length: number }[];
  readonly outputs: readonly { readonly dtype: DType; readonly length: number }[];
  /** Bytes of each slot of the arena; slots are reused by intermediates whose lives do not overlap. */
  readonly slots: readonly number[];
  readonly steps: readonly Step[];
}

/** What a device can do. */
export interface Limits extends Device {
  /** Storage buffers one kernel may use, and all kernels that are launched together. */
  readonly buffersPerKernel: number;
  readonly buffersPerLaunch: number;
  /** Points of a grid that keep the device busy. Loops move into the points only where so many are left. */
  readonly points: number;
  /** Loop trips of one point after which a driver may end it, or which take too long to be left to one. */
  readonly trips: number;
}

const letters: Record<Combine, string> = { add: "sum", mul: "prod", max: "max", min: "min", and: "all", or: "any" };

/** A kernel as text, one line for each shared expression: for goldens, for debugging and as a key. */
export const showKernel = (k: Kernel): string => {
  const names = new Map<Expr, string>(), uses = new Map<Expr, number>(), lines: string[] = [];
  k.grid.forEach((a, i) => names.set(a, `i${i}`));
  if (k.step !== undefined) names.set(k.step, "step");
  let loops = 0, shared = 0;
  const roots = [
    ...(k.contraction ? [k.contraction.a, k.contraction.b] : []),
    ...k.stores.flatMap((s) => [s.index, s.value]),
  ];
  const count = (e: Expr): void => {
    uses.set(e, (uses.get(e) ?? 0) + 1);
    if (uses.get(e) === 1) operands(e).forEach(count);
  };
  roots.forEach(count);
  const axisName = (a: Axis): string => names.get(a) ?? (names.set(a, `r${loops++}`), names.get(a)!);
  const text = (e: Expr): string => {
    const known = names.get(e);
    if (known !== undefined) return known;
    const t = spell(e);
    if ((uses.get(e) ?? 0) < 2 || e.tag === "lit" || e.tag === "axis") return t;
    const name = `v${shared++}`;
    names.set(e, name);
    lines.push(`  ${name}: ${e.dtype} = ${t}`);
    return name;
  };
  const spell = (e: Expr): string => {
    switch (e.tag) {
      case "lit":
        return e.dtype === "f32" || e.dtype === "f64" || e.dtype === "f16"
          ? `${Object.is(e.value, -0) ? "-0" : e.value}${Number.isInteger(e.value) ? ".0" : ""}`
          : `${e.value}`;
      case "axis":
        return axisName(e);
      case "acc":
        return "acc";
      case "load":
        return `b${e.source}[${text(e.index)}]`;
      case "guard":
        return `(${text(e.cond)} ? ${text(e.value)} : ${text(e.other)})`;
      case "fold":
        return `${letters[e.combine]}{${e.axes.map((a) => `${axisName(a)}<${a.extent}`).join(" ")}}(${text(e.value)})`;
      case "op":
        return e.op === "convert" || e.op === "bitcast"
          ? `${e.op}.${e.dtype}(${text(e.args[0]!)})`
          : `${e.op}(${e.args.map(text).join(" ")})`;
    }
  };
  const c = k.contraction;
  if (c !== null) {
    const group = (axes: readonly Axis[]) => axes.map((a) => `${axisName(a)}<${a.extent}`).join(" ");
    const a = text(c.a), b = text(c.b);
    lines.push(
      `  acc: ${c.dtype} = contract batch(${group(c.batch)}) m(${group(c.m)}) n(${group(c.n)}) k(${group(c.k)})`,
      `    a = ${a}`,
      `    b = ${b}`,
    );
  }
  for (const s of k.stores) {
    const loop = s.axes.map((a) => `${axisName(a)}<${a.extent}`).join(" "), value = text(s.value);
    const how = s.combine === undefined ? ":=" : `:= ${letters[s.combine]} with`;
    lines.push(`  ${loop === "" ? "" : `for ${loop}: `}b${s.target}[${text(s.index)}] ${how} ${value}`);
  }
  const buffers = k.buffers.map((b, i) => `b${i}:${b.dtype}[${b.length}]${b.access === "write" ? "!" : ""}`).join(" ");
  const step = k.step === undefined ? "" : ` step<${k.step.extent}`;
  return [`kernel ${k.name} (${buffers}) grid(${k.grid.map((a) => a.extent).join(" ")})${step}`, ...lines].join("\n");
};
