import type { Control, Diary } from "./control.ts";

/** What a worker is given when it starts; everything else reaches it through the memory. */
export interface Start {
  readonly memory: WebAssembly.Memory;
  readonly control: Control;
  readonly textLength: number;
  readonly diary: Diary;
  /** Its number, from 1; the caller is 0. */
  readonly index: number;
  /** How long it looks for the next job before it sleeps, in milliseconds. */
  readonly spin: number;
}

/** The functions of a kernel's module, one for each phase. */
export type Phase = (args: number, begin: number, end: number, scratch: number) => void;

/**
 * The life of a worker. Its text is the worker's source, so it uses nothing but its arguments and the platform: `link` gives
 * the phases of a module.
 */
export const serve = (
  { memory, control: at, textLength, diary, index, spin }: Start,
  link: (module: WebAssembly.Module, memory: WebAssembly.Memory) => readonly Phase[],
): void => {
  const words = new Int32Array(memory.buffer);
  const linked = new Map<number, readonly Phase[]>();
  const pause = (Atomics as { pause?: () => void }).pause ?? (() => {});

  const compile = (address: number, length: number): readonly Phase[] => {
    if (memory.buffer.byteLength < address + length) memory.grow(0);
    return link(new WebAssembly.Module(new Uint8Array(memory.buffer, address, length).slice()), memory);
  };
  /** The first failure of a job is kept; all its tasks count as taken. */
  const fail = (thrown: unknown): void => {
    const text = String(thrown instanceof Error ? thrown.message : thrown).slice(0, textLength) || "unknown";
    if (Atomics.compareExchange(words, at.failed, 0, text.length) === 0) {
      const units = new Uint16Array(memory.buffer, at.text * 4, textLength);
      for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
    }
    Atomics.store(words, at.next, words[at.tasks]!);
  };
  /** Takes tasks as long as there are some. False: the job's module is to be compiled first, outside. */
  const work = (): boolean => {
    const phases = linked.get(words[at.module]!);
    if (phases === undefined) return false;
    if (phases.length === 0) return true;
    const run = phases[words[at.phase]!]!, args = words[at.args]!, tasks = words[at.tasks]!, chunk = words[at.chunk]!;
    const scratch = (words[at.scratch]! + index * words[at.stride]!) | 0;
    const began = Atomics.load(words, at.watched) === 1 ? performance.timeOrigin + performance.now() : 0;
    let took = false;
    for (;;) {
      const begin = Atomics.add(words, at.next, chunk);
      if (begin >= tasks) break;
      took = true;
      run(args, begin, Math.min(begin + chunk, tasks), scratch);
    }
    if (took && began > 0 && index <= diary.most) note(began);
    return true;
  };
  /** Writes down that it worked from then till now; what it worked before in the same launch is joined. */
  const note = (began: number): void => {
    const times = new Float64Array(memory.buffer), place = diary.index + 2 * (index - 1);
    if (times[place] === 0) times[place] = began;
    times[place + 1] = performance.timeOrigin + performance.now();
  };
  const leave = (): void => {
    Atomics.sub(words, at.active, 1);
    if (Atomics.load(words, at.waiting) === 1) Atomics.notify(words, at.active);
  };
  const attend = (): void => {
    for (;;) {
      Atomics.add(words, at.active, 1);
      let known = true;
      try {
        if (Atomics.load(words, at.open) === 1) known = work();
      } catch (thrown) {
        fail(thrown);
      }
      if (known) return leave();
      const module = words[at.module]!, address = words[at.address]! >>> 0, length = words[at.length]!;
      leave();
      try {
        linked.set(module, compile(address, length));
      } catch {
        // Without the module this worker takes no task of it; the other threads do them.
        linked.set(module, []);
      }
    }
  };

  Atomics.add(words, at.ready, 1);
  for (let seen = 0;;) {
    const now = Atomics.load(words, at.seq);
    if (now !== seen) {
      seen = now;
      if (Atomics.load(words, at.quit) === 1) return;
      attend();
      continue;
    }
    const until = performance.now() + spin;
    let awake = false;
    do for (let i = 0; i < 32 && !awake; i++) {
      pause();
      awake = Atomics.load(words, at.seq) !== seen;
    } while (!awake && performance.now() < until);
    if (awake) continue;
    Atomics.add(words, at.sleeping, 1);
    Atomics.wait(words, at.seq, seen);
    Atomics.sub(words, at.sleeping, 1);
  }
};
