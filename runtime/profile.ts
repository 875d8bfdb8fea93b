import { type Event, observe, type Observer, observer } from "../core/observer.ts";

/** One entry of a Chrome trace: a piece of work (`X`, times in microseconds) or the name of a row (`M`). */
export interface TraceEvent {
  readonly name: string;
  readonly ph: "X" | "M";
  readonly pid: number;
  readonly tid: number;
  readonly cat?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: Readonly<Record<string, string | number>>;
}
/**
 * What Perfetto (ui.perfetto.dev) and chrome://tracing open when it is saved as JSON.
 *
 * Source: Duca, Sinclair, Trace Event Format (2016).
 */
export interface ChromeTrace {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: "ms";
}
/** What a function gave, and what it took. */
export interface Profiled<T> {
  readonly result: T;
  readonly trace: ChromeTrace;
}

const PROGRAM = 0, DEVICE = 1, WORKERS = 2;
const now = (): number => performance.now();

/** The row, name and remarks of an event that takes time. */
const describe = (e: Event): { tid: number; name: string; args: Record<string, string | number> } | null => {
  switch (e.tag) {
    case "trace":
      return { tid: PROGRAM, name: `trace ${e.name}`, args: { reason: e.reason, equations: e.equations } };
    case "compile":
      return { tid: PROGRAM, name: `compile ${e.name}`, args: { equations: e.equations, kernels: e.kernels } };
    case "run":
      return { tid: PROGRAM, name: `run ${e.name}`, args: { kernels: e.kernels } };
    case "read":
      return { tid: PROGRAM, name: "read", args: { bytes: e.bytes } };
    case "pass":
      return { tid: PROGRAM, name: e.name, args: {} };
    case "kernel": {
      if (e.ms === null) return null;
      const rate = e.ms === 0 ? {} : { "GB/s": e.bytes / e.ms / 1e6, "GFLOP/s": e.flops / e.ms / 1e6 };
      return {
        tid: e.backend === "webgpu" ? DEVICE : PROGRAM,
        name: e.name,
        args: { bytes: e.bytes, flops: e.flops, ...rate },
      };
    }
    default:
      return null;
  }
};
const entriesOf = (e: Event): readonly TraceEvent[] => {
  const what = describe(e);
  if (what === null || !("start" in e)) return [];
  const entry = (tid: number, start: number, ms: number): TraceEvent => ({
    name: what.name,
    cat: e.tag,
    ph: "X",
    pid: 1,
    tid,
    ts: start * 1000,
    dur: ms * 1000,
    args: what.args,
  });
  const helpers = e.tag === "kernel" ? e.threads : [];
  return [
    entry(what.tid, e.start, e.ms ?? 0),
    ...helpers.map(({ thread, start, ms }) => entry(WORKERS + thread - 1, start, ms)),
  ];
};
const rowName = (tid: number): string =>
  tid === PROGRAM ? "program" : tid === DEVICE ? "device" : `worker ${tid - WORKERS + 1}`;

/** The trace of some events, rows named. */
export const chromeTrace = (events: readonly Event[]): ChromeTrace => {
  const entries = events.flatMap(entriesOf).toSorted((a, b) => a.ts! - b.ts!);
  const rows = [...new Set(entries.map((e) => e.tid))].toSorted((a, b) => a - b);
  const names = rows.map((tid): TraceEvent => ({
    name: "thread_name",
    ph: "M",
    pid: 1,
    tid,
    args: { name: rowName(tid) },
  }));
  return { traceEvents: [...names, ...entries], displayTimeUnit: "ms" };
};

/** Takes down everything, passing on to the observer before what that wants to know. */
export const recorder = (before: Observer) => {
  const events: Event[] = [], later: Promise<unknown>[] = [];
  const self: Observer = {
    level: 5,
    now,
    take: (e) => {
      events.push(e);
      before.take(e);
    },
    wait: (p) => later.push(p),
  };
  return {
    observer: self,
    events,
    /** When nothing is to come any more of what was started. */
    settled: async (): Promise<void> => {
      for (let n = -1; n !== later.length;) {
        n = later.length;
        await Promise.all(later);
      }
    },
  };
};

/**
 * Calls a function and records what the library does meanwhile: tracing, passes of the compiler, runs, and each kernel with
 * its time, bytes and rate, on WebGPU by timestamp queries and on Wasm by the clock, with the threads that helped.
 * Kernels are timed one by one, so a run takes a little longer than it does unobserved.
 *
 * @example
 * ```ts
 * import { item, profile, sum, tensor } from "@pullback/pullback";
 * const { result, trace } = await profile(() => item(sum(tensor([1, 2, 3]))));
 * await Deno.writeTextFile("profile.json", JSON.stringify(trace));
 * ```
 */
export const profile = async <T>(body: () => T | Promise<T>): Promise<Profiled<T>> => {
  const before = observer(), r = recorder(before);
  observe(r.observer);
  try {
    const result = await body();
    await r.settled();
    return { result, trace: chromeTrace(r.events) };
  } finally {
    observe(before);
  }
};
