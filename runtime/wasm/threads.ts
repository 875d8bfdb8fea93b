import { control as at, diary, textLength } from "./control.ts";
import type { Heap } from "./memory.ts";
import { type Spawned, spawner } from "./spawn.ts";
import { type Phase, serve, type Start } from "./worker.ts";

/** A module that is in the memory for the workers, and linked for the calling thread. */
export interface Linked {
  readonly id: number;
  readonly address: number;
  readonly length: number;
  readonly phases: readonly Phase[];
}

/** Tasks 0 … `tasks` - 1 of one phase of a kernel, in any order and on any thread. */
export interface Job {
  readonly module: Linked;
  readonly phase: number;
  /** Address of the arguments. */
  readonly args: number;
  readonly tasks: number;
  /** Address of the scratch memory of the caller; that of worker `i` (from 1) is `i * stride` bytes further. */
  readonly scratch: number;
  readonly stride: number;
  /** Rough number of elementary operations of all tasks together. */
  readonly cost: number;
}

/** When a worker worked, in milliseconds on the clock of the calling thread. */
export interface Help {
  readonly thread: number;
  readonly start: number;
  readonly ms: number;
}

/** The calling thread and its workers. */
export interface Pool {
  /** Threads that may work, the calling one included. */
  readonly threads: number;
  /** Threads that work now. */
  readonly working: () => number;
  /** Does a job and returns when it is done. Throws what a task threw, on whichever thread, after all have stopped. */
  run(job: Job): void;
  /** Whether workers note when they work; a new watch forgets the last. */
  watch(on: boolean): void;
  /** When workers worked since the watch began. */
  helped(): readonly Help[];
  /** Ends the workers. */
  close(): void;
}

export interface PoolOptions {
  readonly heap: Heap;
  /** Threads in all. */
  readonly threads: number;
  /** The functions of a module; self-contained, since the workers get its text. */
  readonly link: (module: WebAssembly.Module, memory: WebAssembly.Memory) => readonly Phase[];
  /** Milliseconds of work before the first worker is started. */
  readonly patience?: number;
}

/** Kernels that cost less are done before a worker that is awake would have heard of them. */
export const smallCost = 60_000;
/** What a worker that sleeps must save to be worth waking. */
const wakingCost = 200_000;
/** How long threads look for news before they sleep, in milliseconds. */
const workerSpin = 0.2, callerSpin = 0.2;
/** Pieces a job is cut into for each thread: more balance better, fewer touch the counter less. */
const piecesPerThread = 8;

const pause = (Atomics as { pause?: () => void }).pause ?? (() => {});

/**
 * A pool whose workers start one at a time, each when the jobs have taken as long as starting the one before: a script
 * that does little starts none, and starting never takes more than half of the time.
 */
export const createPool = ({ heap, threads, link, patience = 10 }: PoolOptions): Pool => {
  const most = heap.shared ? Math.max(1, threads) : 1;
  const workers: Spawned[] = [];
  const words = heap.words();
  let budget = -patience, broken = most === 1, missed = 0;
  const spawn = spawner(`(start) => (${serve})(start, ${link})`, () => broken = true);

  const hire = (): void => {
    const began = performance.now();
    const start: Start = {
      memory: heap.memory,
      control: at,
      textLength,
      diary,
      index: workers.length + 1,
      spin: workerSpin,
    };
    try {
      const worker = spawn(start);
      if (worker === null) broken = true;
      else workers.push(worker);
    } catch {
      broken = true;
    }
    budget = began - performance.now();
  };
  const ready = (): number => workers.length === 0 ? 0 : Atomics.load(words, at.ready);

  /** In pieces too, so that an engine may go on with better code that it made meanwhile. */
  const alone = ({ module, phase, args, tasks, scratch }: Job): void => {
    const run = module.phases[phase]!, chunk = Math.ceil(tasks / piecesPerThread);
    for (let begin = 0; begin < tasks; begin += chunk) {
      run(args | 0, begin, Math.min(begin + chunk, tasks), scratch | 0);
    }
  };

  /** Waits until no worker is at the job. */
  const settle = (): void => {
    const until = performance.now() + callerSpin;
    do {
      for (let i = 0; i < 32; i++) {
        if (Atomics.load(words, at.active) === 0) return;
        pause();
      }
    } while (performance.now() < until);
    Atomics.store(words, at.waiting, 1);
    for (let n; (n = Atomics.load(words, at.active)) !== 0;) {
      try {
        Atomics.wait(words, at.active, n);
      } catch {
        pause(); // A page's main thread may not sleep.
      }
    }
    Atomics.store(words, at.waiting, 0);
  };

  const together = (job: Job, helpers: number, wake: number): void => {
    const { module, phase, tasks } = job;
    const args = job.args | 0, scratch = job.scratch | 0;
    const chunk = Math.max(1, Math.floor(tasks / ((helpers + 1) * piecesPerThread)));
    words[at.module] = module.id;
    words[at.address] = module.address;
    words[at.length] = module.length;
    words[at.phase] = phase;
    words[at.args] = args;
    words[at.tasks] = tasks;
    words[at.chunk] = chunk;
    words[at.scratch] = scratch;
    words[at.stride] = job.stride;
    words[at.failed] = 0;
    Atomics.store(words, at.next, 0);
    Atomics.store(words, at.open, 1);
    Atomics.add(words, at.seq, 1);
    if (wake > 0) Atomics.notify(words, at.seq, wake);
    try {
      const run = module.phases[phase]!;
      for (let begin; (begin = Atomics.add(words, at.next, chunk)) < tasks;) {
        run(args, begin, Math.min(begin + chunk, tasks), scratch);
      }
    } finally {
      Atomics.store(words, at.next, tasks);
      Atomics.store(words, at.open, 0);
      settle();
    }
    const failed = Atomics.exchange(words, at.failed, 0);
    if (failed !== 0) {
      const units = new Uint16Array(heap.memory.buffer, at.text * 4, failed).slice();
      throw new Error(`a worker thread failed: ${String.fromCharCode(...units)}`);
    }
  };

  /** With the workers that are awake, and as many more as the job is worth; small jobs in a row are worth one together. */
  const share = (job: Job): void => {
    const started = ready(), helpers = Math.min(started, job.tasks - 1);
    if (helpers <= 0) return alone(job);
    const sleeping = Atomics.load(words, at.sleeping), awake = started - sleeping;
    missed += job.cost;
    if (awake <= 0 && missed < wakingCost) return alone(job);
    const wake = Math.min(sleeping, helpers, Math.floor(missed / wakingCost));
    missed = 0;
    together(job, helpers, wake);
  };

  return {
    threads: most,
    working: () => 1 + ready(),
    run(job) {
      if (most === 1) return alone(job);
      if (broken || workers.length === most - 1) return share(job);
      if (budget >= 0) hire();
      const began = performance.now();
      share(job);
      budget += performance.now() - began;
    },
    watch(on) {
      if (on) new Float64Array(heap.memory.buffer).fill(0, diary.index, diary.index + 2 * diary.most);
      Atomics.store(heap.words(), at.watched, on ? 1 : 0);
    },
    helped() {
      const times = new Float64Array(heap.memory.buffer),
        threads = Array.from({ length: workers.length }, (_, i) => i + 1);
      return threads.filter((t) => t <= diary.most).flatMap((thread) => {
        const [began, ended] = [0, 1].map((k) => times[diary.index + 2 * (thread - 1) + k]!) as [number, number];
        return began === 0 ? [] : [{ thread, start: began - performance.timeOrigin, ms: ended - began }];
      });
    },
    close() {
      if (workers.length > 0) {
        Atomics.store(words, at.quit, 1);
        Atomics.add(words, at.seq, 1);
        Atomics.notify(words, at.seq);
      }
      for (const w of workers.splice(0)) w.end();
      broken = true;
    },
  };
};
