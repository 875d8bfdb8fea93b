import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { casesOf, type Sizes } from "../cases/mod.ts";
import type { Case } from "./case.ts";
import { type Child, start } from "./child.ts";
import { type BackendName, type ContestantInfo, ours, peers, referenceFor } from "./contestants.ts";
import { pack, placeOf, type Prepared, type Sample, unpack } from "./protocol.ts";
import { errorOf, mean, median, type Spread, spreadOf } from "./statistics.ts";

export interface Settings {
  readonly threads: number;
  readonly sizes: Sizes;
  /** Turns each of two contestants gets. */
  readonly pairs: number;
  /** Milliseconds of a turn. */
  readonly turn: number;
  readonly backends: readonly BackendName[];
  /** Which others are measured, by name. */
  readonly against: (name: string) => boolean;
  readonly say: (line: string) => void;
}
/** What came of one contestant beside ours, or of ours alone. */
export interface Row {
  readonly case: string;
  readonly title: string;
  readonly backend: BackendName;
  readonly threads: number;
  /** Milliseconds of a call. */
  readonly ours: Spread;
  /** Of the case, for rates. */
  readonly flops?: number;
  readonly bytes?: number;
  readonly error: number;
  readonly kernels?: number;
  readonly submits?: number;
  readonly peer?: string;
  readonly theirs?: Spread;
  /** Theirs / ours, of neighbouring turns: by the clock, and of the time that all threads computed. */
  readonly ratio?: Spread;
  readonly cpuRatio?: Spread;
  readonly pairs: number;
  readonly queued: number;
}
export interface Refusal {
  readonly case: string;
  readonly contestant: string;
  readonly why: string;
}
export interface Results {
  readonly rows: readonly Row[];
  readonly refusals: readonly Refusal[];
}

/** A turn of one contestant: milliseconds of a call, and what is known of the call. */
interface Turn extends Sample {
  readonly queued: number;
}

/** A folder for the arrays that processes exchange, and the processes that are at work. */
class Arena {
  private readonly children = new Map<string, Child>();
  private constructor(readonly folder: string, private readonly settings: Settings, private readonly python: string) {}
  static async open(settings: Settings): Promise<Arena> {
    const folder = await mkdtemp(join(tmpdir(), "pullback-bench-")), python = join(folder, "cases.json");
    const said = casesOf(settings.sizes).filter((c) => c.torch !== undefined).map((c) => [
      c.name,
      { torch: c.torch, carry: c.carry ?? 0, queued: c.queued ?? null, first: c.first ?? false },
    ]);
    await writeFile(python, JSON.stringify(Object.fromEntries(said)));
    return new Arena(folder, settings, python);
  }
  async close(): Promise<void> {
    for (const child of this.children.values()) child.end();
    await rm(this.folder, { recursive: true });
  }
  /** The process of a contestant; with `anew`, one that has done nothing yet. */
  of(info: ContestantInfo, anew: boolean): Child {
    const known = this.children.get(info.name);
    if (known !== undefined && !anew) return known;
    known?.end();
    const child = start(info, this.settings.threads, this.python);
    this.children.set(info.name, child);
    return child;
  }
  drop(info: ContestantInfo): void {
    this.children.get(info.name)?.end();
    this.children.delete(info.name);
  }

  async prepare(info: ContestantInfo, c: Case, other = false, anew = c.first === true): Promise<Prepared> {
    const inputs = c.inputs(), file = (what: string) => join(this.folder, what.replaceAll(" ", "-"));
    await writeFile(file("inputs"), pack(inputs.map((i) => i.data)));
    const to = file(info.name),
      { sizes } = this.settings,
      request = { do: "prepare", case: c.name, sizes, other, from: file("inputs"), to } as const;
    return await this.of(info, anew).ask({ ...request, inputs: inputs.map(placeOf) });
  }
  async results(info: ContestantInfo, { outputs }: Prepared, f64 = false) {
    const bytes = new Uint8Array(await readFile(join(this.folder, info.name.replaceAll(" ", "-"))));
    return unpack(bytes, outputs.map((o) => f64 ? { ...o, dtype: "f64" as const } : o));
  }
}

/** Measures the cases one after the other. */
export const measure = async (chosen: readonly Case[], settings: Settings): Promise<Results> => {
  const arena = await Arena.open(settings), rows: Row[] = [], refusals: Refusal[] = [];
  try {
    for (const c of chosen) {
      const wanted = await wantedResults(arena, c);
      for (const backend of settings.backends) {
        const mine = ours[backend], own = await admit(arena, c, mine, wanted);
        if (typeof own === "string") {
          refusals.push({ case: c.name, contestant: mine.name, why: own });
          continue;
        }
        const against = peers.filter((p) => settings.against(p.name) && p.against.includes(backend) && p.takes(c));
        let alone = true;
        for (const peer of against) {
          settings.say(`${c.name}: ${mine.name} and ${peer.name}`);
          const other = await admit(arena, c, peer, wanted);
          if (typeof other === "string") {
            refusals.push({ case: c.name, contestant: peer.name, why: other });
            continue;
          }
          const turns = await alternate(arena, c, mine, peer, settings);
          rows.push({
            ...summary(c, backend, settings, own, turns.map(([a]) => a)),
            peer: peer.name,
            theirs: spreadOf(turns.map(([, b]) => b.ms)),
            ratio: spreadOf(turns.map(([a, b]) => b.ms / a.ms)),
            cpuRatio: spreadOf(turns.map(([a, b]) => b.cpu / a.cpu)),
          });
          alone = false;
          await arena.of(peer, false).ask({ do: "clear" });
        }
        if (alone) {
          settings.say(`${c.name}: ${mine.name}`);
          const turns: Turn[] = [];
          for (let i = 0; i < settings.pairs; i++) turns.push(await turn(arena, c, mine, settings));
          rows.push(summary(c, backend, settings, own, turns));
        }
        await arena.of(mine, false).ask({ do: "clear" });
      }
    }
  } finally {
    await arena.close();
  }
  return { rows, refusals };
};

const wantedResults = async (arena: Arena, c: Case) => {
  const reference = referenceFor(c);
  const results = await arena.results(reference, await arena.prepare(reference, c, false, false), true);
  await arena.of(reference, false).ask({ do: "clear" });
  return results;
};
interface Admitted {
  readonly prepared: Prepared;
  readonly error: number;
}
/** Prepares a contestant and compares its first results; why it may not take part, or what is known of it. */
const admit = async (
  arena: Arena,
  c: Case,
  info: ContestantInfo,
  wanted: readonly ArrayLike<number>[],
): Promise<Admitted | string> => {
  const one = async (other: boolean): Promise<Admitted> => {
    const prepared = await arena.prepare(info, c, other), got = await arena.results(info, prepared);
    const error = got.length === wanted.length ? Math.max(...got.map((g, i) => errorOf(g, wanted[i]!))) : Infinity;
    return { prepared, error };
  };
  const right = ({ error }: Admitted): boolean => error <= (c.tolerance ?? 1e-4);
  try {
    let found = await one(false);
    if (!right(found) && info.other) found = await one(true);
    return right(found) ? found : `wrong: off by ${found.error.toExponential(1)} of the largest magnitude`;
  } catch (error) {
    arena.drop(info);
    return error instanceof Error ? error.message : String(error);
  }
};
const turn = async (arena: Arena, c: Case, info: ContestantInfo, settings: Settings): Promise<Turn> => {
  if (c.first === true) return { ...(await arena.prepare(info, c)).first, queued: 1 };
  const { samples, queued } = await arena.of(info, false).ask({ do: "run", ms: settings.turn });
  return { ms: median(samples.map((s) => s.ms)), cpu: mean(samples.map((s) => s.cpu)), queued };
};
/** Turns of ours and theirs, each beginning every other time. */
const alternate = async (
  arena: Arena,
  c: Case,
  mine: ContestantInfo,
  peer: ContestantInfo,
  settings: Settings,
): Promise<readonly (readonly [Turn, Turn])[]> => {
  const turns: (readonly [Turn, Turn])[] = [], one = (info: ContestantInfo) => turn(arena, c, info, settings);
  for (let i = 0; i < settings.pairs; i++) {
    if (i % 2 === 0) {
      const a = await one(mine);
      turns.push([a, await one(peer)]);
    } else {
      const b = await one(peer);
      turns.push([await one(mine), b]);
    }
  }
  return turns;
};
const summary = (c: Case, backend: BackendName, { threads }: Settings, own: Admitted, turns: readonly Turn[]): Row => ({
  case: c.name,
  title: c.title,
  backend,
  threads,
  ours: spreadOf(turns.map((t) => t.ms)),
  ...(c.flops === undefined ? {} : { flops: c.flops }),
  ...(c.bytes === undefined ? {} : { bytes: c.bytes }),
  error: own.error,
  ...(own.prepared.kernels === undefined ? {} : { kernels: own.prepared.kernels, submits: own.prepared.submits! }),
  pairs: turns.length,
  queued: turns[0]?.queued ?? 1,
});
