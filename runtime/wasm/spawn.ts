/** Starting workers that do not keep the process alive, without files, flags or permissions. */

/** A thread that was started. */
export interface Spawned {
  end(): void;
}

interface NodeThreads {
  readonly Worker: new (source: string, options: { eval: true; workerData: unknown }) => {
    unref(): void;
    on(event: "error", listener: (e: unknown) => void): void;
    terminate(): Promise<number>;
  };
}

/**
 * How a worker is told not to keep the process alive: Bun has `unref`; Deno keeps its own for `node:worker_threads` under a
 * private symbol. Null where there is neither.
 */
const releaser = (worker: Worker): (() => void) | null => {
  const named = (worker as { unref?: () => void }).unref;
  if (typeof named === "function") return () => named.call(worker);
  if (!("Deno" in globalThis)) return null;
  const prototype = Object.getPrototypeOf(worker) as Record<symbol, unknown>;
  const hidden = Object.getOwnPropertySymbols(prototype).find((s) => {
    const method = prototype[s];
    return /^$|Ref/.test(s.description ?? "") && typeof method === "function" && method.length === 1;
  });
  return hidden === undefined ? null : () => (prototype[hidden] as (keep: boolean) => void).call(worker, false);
};

const nodeThreads = (): NodeThreads | null => {
  const process = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process;
  return (process?.getBuiltinModule?.("node:worker_threads") ?? null) as NodeThreads | null;
};

/** Starts a worker that runs `source`, a function of one argument, on `start`. Null where there are no workers. */
export type Spawn = (start: unknown) => Spawned | null;

/** Starts workers that all run the same source; `onError` hears of one that broke. */
export const spawner = (source: string, onError: (e: unknown) => void): Spawn => {
  let url: string | null = null;
  const web = (start: unknown): Spawned | null | undefined => {
    if (typeof Worker === "undefined") return undefined;
    url ??= URL.createObjectURL(new Blob([`onmessage = (e) => (${source})(e.data);`], { type: "text/javascript" }));
    const worker = new Worker(url, { type: "module" });
    const release = releaser(worker);
    const mayKeep = "document" in globalThis || "WorkerGlobalScope" in globalThis;
    if (release === null && !mayKeep) {
      worker.terminate();
      return undefined;
    }
    worker.onerror = (e) => {
      e.preventDefault();
      onError(e.message);
    };
    worker.postMessage(start);
    release?.();
    return { end: () => worker.terminate() };
  };
  const node = (start: unknown): Spawned | null => {
    const threads = nodeThreads();
    if (threads === null) return null;
    const code = `(${source})(process.getBuiltinModule("node:worker_threads").workerData);`;
    const worker = new threads.Worker(code, { eval: true, workerData: start });
    worker.on("error", onError);
    worker.unref();
    return { end: () => void worker.terminate() };
  };
  return (start) => {
    const found = web(start);
    return found === undefined ? node(start) : found;
  };
};
