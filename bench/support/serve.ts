/** The side of the contestant: takes requests from standard input, one at a time, and answers on standard output. */
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { createInterface } from "node:readline";
import { casesOf } from "../cases/mod.ts";
import type { Case } from "./case.ts";
import type { Input } from "./input.ts";
import { pack, type Prepared, type Ran, type Request, type Sample, unpack } from "./protocol.ts";

/** A case made ready by a contestant. */
export interface Ready<V> {
  /** Starts one call and gives its results, perhaps before they are there. */
  readonly call: (inputs: readonly V[]) => readonly V[] | Promise<readonly V[]>;
  /** The inputs as the call wants them, if that is otherwise than they were loaded. */
  readonly inputs?: readonly V[];
  /** The results as the others give them. */
  readonly plain?: (results: readonly V[]) => readonly V[];
  /** Until these results, and all that was started before, are there. Null where a call returns when it is done. */
  readonly wait: ((results: readonly V[]) => Promise<void>) | null;
  readonly free: (values: readonly V[]) => void;
}
export interface Contestant<V> {
  readonly load: (input: Input) => V;
  readonly ready: (c: Case, inputs: readonly Input[], other: boolean) => Promise<Ready<V>>;
  readonly read: (values: readonly V[]) => Promise<readonly ArrayBufferView<ArrayBuffer>[]>;
  readonly shape: (value: V) => readonly number[];
  /** What has been started on the device so far. */
  readonly counts?: () => { readonly kernels: number; readonly submits: number };
}

/** A wait lasts 11 ms in Deno at least: on a device so many milliseconds of work go before one; a timer wants a few too. */
const WORTH = { device: 120, host: 4 };
/** No more calls than that before a wait. */
const MOST = 200;

/** Milliseconds that all threads of this process have computed so far. */
const busy = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Serves until standard input ends. */
export const serve = async <V>(contestant: Contestant<V>): Promise<void> => {
  let state: { c: Case; ready: Ready<V>; inputs: V[]; queued: number } | null = null;
  const clear = (): void => {
    if (state !== null) state.ready.free(state.inputs);
    state = null;
  };
  const started = (): { kernels: number; submits: number } => contestant.counts?.() ?? { kernels: 0, submits: 0 };

  /** Milliseconds of a call, of `count` with one wait, by the clock and of all processors. */
  const sample = async (count: number): Promise<Sample> => {
    const { c, ready: { call, wait, free }, inputs } = state!, carried = c.carry ?? 0, kept: V[] = [];
    const before = busy(), began = performance.now();
    let last: readonly V[] = [];
    for (let i = 0; i < count; i++) {
      const results = call(inputs);
      last = results instanceof Promise ? await results : results;
      for (let k = 0; k < carried; k++) inputs[k] = last[k]!;
      kept.push(...last.slice(carried));
    }
    if (wait !== null) await wait(carried > 0 ? last : kept);
    const taken = { ms: (performance.now() - began) / count, cpu: (busy() - before) / count };
    free(kept);
    return taken;
  };

  const prepare = async (r: Extract<Request, { do: "prepare" }>): Promise<Prepared> => {
    clear();
    const c = casesOf(r.sizes).find(({ name }) => name === r.case);
    if (c === undefined) throw new Error(`there is no case ${r.case}`);
    const arrays = unpack(new Uint8Array(await readFile(r.from)), r.inputs);
    const given = r.inputs.map(({ shape }, i): Input => ({ shape, data: arrays[i] as Input["data"] }));
    const ready = await contestant.ready(c, given, r.other), inputs = [...ready.inputs ?? given.map(contestant.load)];
    const before = started(), worked = busy(), began = performance.now();
    const results = await ready.call(inputs);
    if (ready.wait !== null) await ready.wait(results);
    const first = { ms: performance.now() - began, cpu: busy() - worked }, after = started();
    for (let k = 0; k < (c.carry ?? 0); k++) inputs[k] = results[k]!;
    const told = ready.plain?.(results) ?? results;
    const outputs = told.map((v) => ({ shape: contestant.shape(v), dtype: "f32" as const }));
    await writeFile(r.to, pack(await contestant.read(told)));
    ready.free(results.slice(c.carry ?? 0));
    state = { c, ready, inputs, queued: 1 };
    if (c.first !== true) {
      await sample(1);
      const once = Math.min((await sample(1)).ms, (await sample(1)).ms);
      const worth = ready.wait === null ? WORTH.host : WORTH.device;
      state.queued = c.queued ?? Math.max(1, Math.min(MOST, Math.ceil(worth / once)));
    }
    const counted = contestant.counts === undefined
      ? {}
      : { kernels: after.kernels - before.kernels, submits: after.submits - before.submits };
    return { outputs, first, ...counted };
  };
  const run = async (ms: number): Promise<Ran> => {
    if (state === null) throw new Error("nothing is prepared");
    const samples: Sample[] = [], until = performance.now() + ms;
    do samples.push(await sample(state.queued)); while (performance.now() < until);
    return { samples, queued: state.queued };
  };

  const answer = async (r: Request): Promise<unknown> => {
    switch (r.do) {
      case "prepare":
        return await prepare(r);
      case "run":
        return await run(r.ms);
      case "clear":
        return clear();
    }
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await answer(JSON.parse(line)).then(
      (ok) => ({ ok: ok ?? null }),
      (error) => ({ error: `${error?.stack ?? error}` }),
    );
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  process.exit(0);
};
