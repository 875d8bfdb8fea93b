import { type Aval, size } from "../core/aval.ts";
import { allocate, type Data } from "../core/dtype.ts";
import type { Engine } from "../core/engine.ts";
import { observed, observer, programName } from "../core/observer.ts";
import { asAtom, asTensor, type Atom, type Eqn, isLit, type Program, show, Var } from "../core/program.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Backend, DeviceBuffer, Executable, Memory } from "./backend.ts";
import { Held } from "./held.ts";
import { Recorder } from "./recorder.ts";

/** So many programs recorded outside `jit` are kept compiled. */
const PROGRAMS = 256;
/** After so many bytes of results the event loop gets a turn, so that the memory of collected tensors comes back. */
const TURN = 64 * 2 ** 20;

/** Reads that travel together, until the first of them has to begin. */
interface Reading {
  readonly values: Tensor[];
  readonly result: Promise<readonly Data[]>;
  begun: Promise<readonly Data[]> | null;
}

/** Runs programs on one back end, in order. Until the back end is there, calls are put off; a read waits for it. */
export class Runtime implements Engine {
  private readonly recorder = new Recorder();
  private readonly compiled = new WeakMap<Backend, WeakMap<Program, Executable>>();
  private readonly programs = new Map<string, Program>();
  private readonly owners = new FinalizationRegistry<Held>((held) => held[Symbol.dispose]());
  private deferred: ((b: Backend) => void)[] = [];
  private backend: Backend | null = null;
  private made = 0;
  private reading: Reading | null = null;

  /** `find` finds the default back end, or throws why there is none. */
  constructor(private readonly find: () => Promise<Backend>) {}

  /** The back end in use, found if need be. */
  async ready(): Promise<Backend> {
    if (this.backend === null) this.use(await this.find());
    return this.backend!;
  }
  /** Uses a back end from now on, and starts what was put off. */
  use(backend: Backend): void {
    this.backend = backend;
    const waiting = this.deferred;
    this.deferred = [];
    for (const start of waiting) start(backend);
  }
  get current(): Backend | null {
    return this.backend;
  }
  memory(): Memory {
    return this.backend?.memory() ?? { bytes: 0, buffers: 0 };
  }

  hold(data: Data, aval: Aval): Tensor {
    return asTensor(this.own(new Held(aval, data)));
  }
  private own(held: Held, v = new Var(held.aval)): Var {
    v.state = { tag: "held", held };
    this.owners.register(v, held);
    return v;
  }

  recorded(eqn: Eqn): void {
    this.recorder.add(eqn);
    if (this.recorder.full) this.flush([]);
  }
  settle(): void {
    if (this.recorder.much) this.flush([]);
  }

  /** Computes everything recorded, and these values in any case. */
  private flush(wanted: readonly Var[]): void {
    if (this.recorder.empty && wanted.every((v) => v.state.tag !== "recorded")) return;
    const batch = this.recorder.take(wanted), text = show(batch.program);
    const program = this.programs.get(text) ?? batch.program;
    this.programs.delete(text);
    this.programs.set(text, program);
    if (this.programs.size > PROGRAMS) this.programs.delete(this.programs.keys().next().value!);
    const results = this.start(program, batch.inputs, new Set());
    batch.outputs.forEach((v, i) => this.own(results[i]!, v));
  }

  secure(values: readonly Tensor[]): void {
    if (this.reading !== null) this.begin(this.reading);
    const going = new Set(values.map(asAtom).filter((a): a is Var => !isLit(a)));
    const readers = this.recorder.readersOf(going);
    if (readers.length > 0) this.flush(readers);
  }

  call(program: Program, inputs: readonly Tensor[], donated: ReadonlySet<number>): readonly Tensor[] {
    const atoms = inputs.map(asAtom);
    for (const a of atoms) {
      if (!isLit(a) && a.state.tag === "gone") throw new Error(`Cannot use this tensor: ${a.state.why}`);
    }
    if (program.outputs.length === 0) return [];
    if (donated.size > 0) this.secure([...donated].map((i) => inputs[i]!));
    if (atoms.some((a) => !isLit(a) && a.state.tag === "recorded")) {
      this.flush(atoms.filter((a): a is Var => !isLit(a) && a.state.tag === "recorded"));
    }
    return this.start(program, atoms, donated).map((held) => asTensor(this.own(held)));
  }

  /** Starts a program, or puts it off until there is a back end. */
  private start(program: Program, inputs: readonly Atom[], donated: ReadonlySet<number>): readonly Held[] {
    const values = inputs.map((a) => isLit(a) ? filled(a.aval, a.value) : (a.state as { readonly held: Held }).held);
    const results = program.outputs.map((a) => new Held(a.aval));
    const temporary = values.filter((_, i) => isLit(inputs[i]!));
    const launch = (backend: Backend): void => {
      const buffers = values.map((h) => h.on(backend)), free = new Set([...donated].filter((i) => !values[i]!.pinned));
      const exe = this.executable(backend, program);
      const out = observed(2, () => exe.run(buffers, free), (_, start, ms) => ({
        tag: "run",
        name: programName(program),
        start,
        ms,
        kernels: exe.kernels,
      }));
      for (const i of donated) free.has(i) ? values[i]!.surrender() : values[i]![Symbol.dispose]();
      for (const h of temporary) h[Symbol.dispose]();
      results.forEach((h, i) => h.settle(backend, out[i]!));
      this.account(out);
    };
    if (this.backend === null) this.deferred.push(launch);
    else launch(this.backend);
    return results;
  }
  private executable(backend: Backend, program: Program): Executable {
    const known = this.compiled.get(backend) ?? new WeakMap<Program, Executable>();
    this.compiled.set(backend, known);
    const found = known.get(program);
    if (found !== undefined) return found;
    const made = observed(1, () => backend.compile(program), ({ kernels }, start, ms) => ({
      tag: "compile",
      name: programName(program),
      backend: backend.name,
      equations: program.eqns.length,
      kernels,
      start,
      ms,
    }));
    known.set(program, made);
    return made;
  }
  /**
   * Tells the collector of memory it cannot see: a block of the same size, dropped at once, counts as pressure, so that
   * tensors nobody holds are found before the device is full.
   */
  private account(out: readonly DeviceBuffer[]): void {
    const bytes = out.reduce((n, b) => n + b.bytes, 0), before = Math.floor(this.made / TURN);
    this.made += bytes;
    if (Math.floor(this.made / TURN) > before) new ArrayBuffer(TURN);
  }

  read(values: readonly Tensor[]): Promise<readonly Data[]> {
    for (const t of values) {
      const a = asAtom(t);
      if (isLit(a)) continue;
      if (a.scope !== null) {
        throw new Error("Cannot read a tensor inside a traced function: return it, and read it outside");
      }
      if (a.state.tag === "gone") throw new Error(`Cannot read this tensor: ${a.state.why}`);
    }
    // Reads started in one turn of the event loop travel together.
    const shared = this.reading ?? this.collect(), from = shared.values.length;
    shared.values.push(...values);
    return shared.result.then((all) => all.slice(from, from + values.length));
  }
  private collect(): Reading {
    const values: Tensor[] = [];
    const reading: Reading = { values, begun: null, result: Promise.resolve().then(() => this.begin(reading)) };
    this.reading = reading;
    return reading;
  }
  private begin(reading: Reading): Promise<readonly Data[]> {
    if (this.reading === reading) this.reading = null;
    return reading.begun ??= this.fetch(reading.values);
  }
  /** Values that are freed or donated from now on are still read. */
  private async fetch(values: readonly Tensor[]): Promise<readonly Data[]> {
    const atoms = values.map(asAtom), out = new Array<Data>(atoms.length);
    this.flush(atoms.filter((a): a is Var => !isLit(a) && a.state.tag === "recorded"));
    const far: (readonly [at: number, held: Held])[] = [];
    atoms.forEach((a, i) => {
      const held = isLit(a) ? null : heldOf(a), local = isLit(a) ? fill(a.aval, a.value) : held!.local;
      if (local !== null) out[i] = local.slice();
      else far.push([i, held!]);
    });
    if (far.length === 0) return out;
    for (const [, held] of far) held.pin();
    try {
      const backend = await this.ready(), o = observer(), start = o.now();
      const data = await backend.download(far.map(([, held]) => held.on(backend)));
      far.forEach(([i], k) => out[i] = data[k]!);
      if (o.level >= 2) {
        const bytes = data.reduce((n, d) => n + d.byteLength, 0);
        o.take({ tag: "read", name: "read", start, ms: o.now() - start, bytes });
      }
    } finally {
      for (const [, held] of far) held.unpin();
    }
    if (this.made >= TURN) {
      this.made = 0;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return out;
  }
}

const heldOf = (v: Var): Held => {
  if (v.state.tag !== "held") {
    throw new Error(`Cannot read this tensor: ${v.state.tag === "gone" ? v.state.why : "it was not computed"}`);
  }
  return v.state.held as Held;
};
const fill = (aval: Aval, value: number): Data => {
  const data = allocate(aval.dtype, size(aval.shape));
  if (aval.dtype === "f16") new Float16Array(data.buffer).fill(value);
  else data.fill(value);
  return data;
};
const filled = (aval: Aval, value: number): Held => new Held(aval, fill(aval, value));
