/**
 * What the library says of its work while it works. Whoever wants to know is one observer; what is not asked for costs a
 * comparison.
 */
import type { Program } from "./program.ts";

/** Something that was done. Times are milliseconds on the observer's clock; texts are made only when they are read. */
export type Event =
  /** A function was traced; `reason` says why no earlier version fitted. */
  | Span<"trace"> & { readonly reason: string; readonly equations: number }
  /** A program was compiled for a back end. */
  | Span<"compile"> & { readonly backend: string; readonly equations: number; readonly kernels: number }
  /** A program was started; where the device works beside the program, it may not be finished. */
  | Span<"run"> & { readonly kernels: number }
  /** Values were copied to the host. */
  | Span<"read"> & { readonly bytes: number }
  /** A kernel ran. `ms` is null where the device cannot tell; `start` is then when it was asked for. */
  | KernelEvent
  /** Something else worth knowing. */
  | { readonly tag: "remark"; readonly text: string }
  /** A kernel was chosen: what it computes, reads and writes. */
  | { readonly tag: "fusion"; readonly name: string; readonly text: () => string }
  /** A kernel was written for the device. */
  | { readonly tag: "code"; readonly name: string; readonly text: () => string }
  /** A pass of the compiler. */
  | Span<"pass"> & { readonly text: () => string };
interface Span<T extends string> {
  readonly tag: T;
  readonly name: string;
  readonly start: number;
  readonly ms: number;
}
export interface KernelEvent {
  readonly tag: "kernel";
  readonly name: string;
  readonly backend: string;
  readonly start: number;
  readonly ms: number | null;
  /** Bytes of what it reads and writes, each once. */
  readonly bytes: number;
  /** Multiplications and additions of its contraction; 0 without one. */
  readonly flops: number;
  /** When each thread that helped worked; empty where that is not known. */
  readonly threads: readonly { readonly thread: number; readonly start: number; readonly ms: number }[];
}

/** How much is said: 1 functions, 2 kernels, 3 fusion, 4 code, 5 passes; each with all before. */
export type Level = 0 | 1 | 2 | 3 | 4 | 5;
const levels: { readonly [T in Event["tag"]]: Level } = {
  trace: 1,
  compile: 1,
  remark: 1,
  run: 2,
  read: 2,
  kernel: 2,
  fusion: 3,
  code: 4,
  pass: 5,
};
export const levelOf = (e: Event): Level => levels[e.tag];

export interface Observer {
  readonly level: Level;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  readonly take: (e: Event) => void;
  /** Told of events that are still to come. */
  readonly wait: (later: Promise<unknown>) => void;
}

const silent: Observer = { level: 0, now: () => 0, take: () => {}, wait: () => {} };
let find = (): Observer => silent;
let current: Observer | null = null;

/** The observer there is. */
export const observer = (): Observer => current ??= find();
/** Has `given` observe from now on. */
export const observe = (given: Observer): void => {
  current = given;
};
/** Says how to find the observer when something first happens. */
export const installObserver = (how: () => Observer): void => {
  find = how;
  current = null;
};

/** Does a piece of work and says so, where anyone wants to know of `level`. `what` makes the event of the result. */
export const observed = <T>(level: Level, body: () => T, what: (result: T, start: number, ms: number) => Event): T => {
  const o = observer();
  if (o.level < level) return body();
  const start = o.now(), result = body();
  o.take(what(result, start, o.now() - start));
  return result;
};
/** The same for an event without a duration. */
export const note = (level: Level, what: () => Event): void => {
  const o = observer();
  if (o.level >= level) o.take(what());
};

const names = new WeakMap<Program, string>();
/** Gives a program the name under which events speak of it. */
export const nameProgram = (p: Program, name: string): Program => {
  names.set(p, name);
  return p;
};
export const programName = (p: Program): string => names.get(p) ?? "recorded operations";
