import { type Axis, type Expr, type Fold, operands } from "../../core/expr.ts";
import { identityOf } from "../../core/scalar.ts";
import type { Store } from "../kernel.ts";
import { Dependence } from "./dependence.ts";
import { indent, type Module, STEP, typeOf, vectorOf } from "./module.ts";
import { laneOf, storesByFours } from "./quad.ts";
import { spellCombine, spellOp } from "./scalar.ts";
import { bare, find, type Scope, scope } from "./scope.ts";
import { type Sum, sumDtype, sumType } from "./sums.ts";

/** How the loops of the outermost block are run: one after the other, or by all invocations of a workgroup together. */
export interface Looping {
  run(body: Body, at: Scope, axes: readonly (readonly Axis[])[], fill: (inner: Scope) => void): void;
  /** Puts the partial results of all invocations together, in place. */
  finish(body: Body, at: Scope, sums: readonly Sum[]): void;
}

/**
 * The statements of one function. A value is computed in the outermost block that knows its axes, so that what does not
 * depend on a loop stands before it; it gets a name where it has several uses.
 */
export class Body {
  private count = 0;
  private readonly uses = new Map<Expr, number>();
  private readonly dependence: Dependence;
  /** Folds whose loop is being written. */
  private readonly pending = new Set<Fold>();
  readonly root: Scope;

  /** `axes` are the names of the axes known from the start; `acc` that of the finished contraction. */
  constructor(
    readonly module: Module,
    roots: readonly Expr[],
    axes: ReadonlyMap<Axis, string>,
    private readonly options: { readonly acc?: string; readonly looping?: Looping } = {},
  ) {
    const { step } = module;
    this.root = scope(null, step === undefined ? axes : new Map([...axes, [step, STEP]]));
    this.dependence = new Dependence(roots);
    const count = (e: Expr): void => {
      const n = (this.uses.get(e) ?? 0) + 1;
      this.uses.set(e, n);
      if (n === 1) operands(e).forEach(count);
    };
    roots.forEach(count);
  }

  /** A name no other value of the function has. */
  fresh(letter: string): string {
    return `${letter}${this.count++}`;
  }
  /** The text of a value, after whatever must be computed first has been written. */
  value(e: Expr, at: Scope): string {
    if (e.tag === "lit") return this.module.literal(e.value, e.dtype);
    if (e.tag === "acc") return this.options.acc ?? fail("there is no contraction here");
    const known = find(e, at);
    if (known !== undefined) return known;
    const home = this.home(e, at);
    if (e.tag === "fold") {
      this.folds(e, home);
      return find(e, home)!;
    }
    const text = this.compose(e, home);
    if (home === at && (this.uses.get(e) ?? 0) < 2 && text.length < 60) return text;
    return this.let(e, text, home);
  }
  /** The name of a value. */
  private named(e: Expr, at: Scope): string {
    const text = this.value(e, at);
    return /^\w+(\.[xyzw])?$/.test(text) || e.tag === "lit" ? text : this.let(e, text, this.home(e, at));
  }
  /** A value that may become a factor where no product is in sight: if it is a known zero, out of sight of the driver. */
  factor(e: Expr, at: Scope): string {
    return e.tag === "lit" && e.value === 0 ? this.module.hiddenZero(e.value, e.dtype) : this.value(e, at);
  }
  /** `let name = text;` in a block, known there as `key`. */
  private let(key: Expr | string, text: string, at: Scope): string {
    const name = this.fresh("v");
    at.lines.push(`let ${name} = ${bare(text)};`);
    at.names.set(key, name);
    return name;
  }

  /** The outermost block in which a value can be computed. */
  private home(e: Expr, from: Scope): Scope {
    const free = this.dependence.axes(e), loops = this.dependence.folds(e).size > 0;
    let at = from;
    while (at.parent !== null && !(loops && at.branch) && ![...free].some((a) => at.binds.has(a))) at = at.parent;
    return at;
  }
  private compose(e: Expr, at: Scope): string {
    switch (e.tag) {
      case "load": {
        const lane = this.module.laneOf(e);
        if (lane !== null) return `${this.component(e.source, lane.vector, at)}.${"xyzw"[lane.lane]}`;
        const element = `b${e.source}[${this.spot(e.index, this.module.buffers[e.source]!.length, at)}]`;
        return e.dtype === "bool" ? `(${element} != 0u)` : element;
      }
      case "guard":
        return this.dependence.folds(e.value).size + this.dependence.folds(e.other).size > 0
          ? this.branches(e.cond, e.value, e.other, at)
          : `select(${this.factor(e.other, at)}, ${this.factor(e.value, at)}, ${this.value(e.cond, at)})`;
      case "op": {
        const args = e.args.map((a) =>
          repeated(e) ? this.named(a, at) : e.op === "select" ? this.factor(a, at) : this.value(a, at)
        );
        // An operation on literals alone would be a constant expression, which must not overflow.
        if (e.args.every((a) => a.tag === "lit")) args[0] = this.let(`literal ${e.args[0]!.id}`, args[0]!, at);
        const { need, target } = this.module;
        return spellOp(e, args, { need, exactDivision: target.exactDivision });
      }
      case "axis":
        return fail(`an axis of extent ${e.extent} is not bound`);
      default:
        return fail(e.tag);
    }
  }
  /** The four neighbours at a position of a buffer of vectors. */
  private component(source: number, vector: Expr, from: Scope): string {
    const at = this.home(vector, from), key = `${source}@${vector.id}`;
    const spot = () => this.spot(vector, this.module.buffers[source]!.length / 4, at);
    return find(key, from) ?? this.let(key, `b${source}[${spot()}]`, at);
  }
  /** A place in a buffer. Tiles reach past the end, which a device forgives unless the place is a constant. */
  private spot(index: Expr, length: number, at: Scope): string {
    if (index.tag !== "lit") return bare(this.value(index, at));
    return `${Math.max(0, Math.min(index.value, length - 1))}i`;
  }
  private branches(cond: Expr, value: Expr, other: Expr, at: Scope): string {
    const name = this.fresh("v"), when = this.value(cond, at);
    const blocks = [value, other].map((e) => {
      const inner = scope(at, new Map(), true), text = this.factor(e, inner);
      inner.lines.push(`${name} = ${text};`);
      at.trips += inner.trips;
      return indent(inner.lines);
    });
    at.lines.push(
      `var ${name}: ${typeOf(value.dtype)};`,
      `if (${when}) {`,
      ...blocks[0]!,
      "} else {",
      ...blocks[1]!,
      "}",
    );
    return name;
  }

  /** Runs `fill` in nested loops. Each list of axes runs over the same extents; all are bound to the same counters. */
  loops(at: Scope, axes: readonly (readonly Axis[])[], fill: (inner: Scope) => void): void {
    const first = axes[0]!;
    const nest = (outer: Scope, depth: number): void => {
      if (depth === first.length) return fill(outer);
      const counter = this.fresh("r"), { extent } = first[depth]!;
      const inner = scope(outer, new Map(axes.map((list) => [list[depth]!, counter])));
      nest(inner, depth + 1);
      outer.lines.push(
        `for (var ${counter} = 0i; ${counter} < ${extent}i; ${counter}++) {`,
        ...indent(inner.lines),
        "}",
      );
      outer.trips += extent * (1 + inner.trips);
    };
    nest(at, 0);
  }
  /** Runs `fill` in loops over every setting of some axes, in the way the outermost block asks for. */
  private looping(at: Scope, axes: readonly (readonly Axis[])[], fill: (inner: Scope) => void): Looping | null {
    const together = at.parent === null ? this.options.looping ?? null : null;
    if (together === null) this.loops(at, axes, fill);
    else together.run(this, at, axes, fill);
    return together;
  }

  /** Computes a fold, and in the same loop every other fold that can be. */
  private folds(wanted: Fold, at: Scope): void {
    const group = this.dependence.companions(
      wanted,
      (f) => !this.pending.has(f) && find(f, at) === undefined && this.available(f, at),
    );
    group.forEach((f) => this.pending.add(f));
    const sums = group.map((fold): Sum => ({ fold, name: this.fresh("s") }));
    for (const { fold, name } of sums) {
      at.lines.push(
        `var ${name}: ${sumType(fold)} = ${this.module.literal(identityOf(fold.combine, fold.dtype), sumDtype(fold))};`,
      );
    }
    const together = this.looping(at, group.map((f) => f.axes), (inner) => {
      for (const { fold, name } of sums) {
        const value = this.value(fold.value, inner);
        inner.lines.push(
          `${name} = ${bare(this.combine(fold, name, sumDtype(fold) === fold.dtype ? value : `f32(${value})`))};`,
        );
      }
    });
    together?.finish(this, at, sums);
    group.forEach((f) => this.pending.delete(f));
    for (const { fold, name } of sums) at.names.set(fold, sumDtype(fold) === fold.dtype ? name : `f16(${name})`);
  }
  /** Whether a fold can be computed in this very block. */
  private available(f: Fold, at: Scope): boolean {
    const free = this.dependence.axes(f);
    for (const a of free) if (find(a, at) === undefined) return false;
    return this.home(f, at) === at;
  }
  /** Two partial results put together. */
  combine(fold: Fold, x: string, y: string): string {
    return spellCombine(fold.combine, sumDtype(fold), x, y, this.module.need);
  }

  /** Writes stores; those with loops of their own over the same extents share one. */
  stores(stores: readonly Store[], at: Scope, only: (lines: readonly string[]) => readonly string[] = (l) => l): void {
    const groups = new Map<string, Store[]>();
    for (const s of stores) {
      const key = s.axes.map((a) => a.extent).join(",");
      groups.set(key, [...(groups.get(key) ?? []), s]);
    }
    for (const [key, group] of groups) {
      const targets = [...new Set(group.map((s) => s.target))];
      const write = (inner: Scope): readonly string[] =>
        targets.flatMap((target) => {
          const own = group.filter((s) => s.target === target);
          return this.module.byFours(target)
            ? storesByFours(own)!.map((four) => this.storeFour(four, inner))
            : own.map((s) => this.store(s, inner));
        });
      if (key === "") at.lines.push(...only(write(at)));
      else this.looping(at, group.map((s) => s.axes), (inner) => inner.lines.push(...write(inner)));
    }
  }
  private store(s: Store, at: Scope): string {
    const place = `b${s.target}[${bare(this.value(s.index, at))}]`, value = this.put(s, place, this.value(s.value, at));
    return `${place} = ${s.value.dtype === "bool" ? `select(0u, 1u, ${value})` : bare(value)};`;
  }
  private storeFour(four: readonly Store[], at: Scope): string {
    const place = `b${four[0]!.target}[${bare(this.value(laneOf(four[0]!.index)!.vector, at))}]`;
    const values = four.map((s, i) => bare(this.put(s, `${place}.${"xyzw"[i]}`, this.value(s.value, at))));
    return `${place} = ${vectorOf(`vec4<${typeOf(four[0]!.value.dtype)}>`, values)};`;
  }
  /** What is put in a place: a value, or what it makes with the one that is there. */
  private put({ combine, value: { dtype } }: Store, place: string, value: string): string {
    return combine === undefined ? value : spellCombine(combine, dtype, place, value, this.module.need);
  }
}

/** Instructions whose spelling repeats an operand. */
const repeated = (e: Expr): boolean => e.tag === "op" && (e.op === "min" || e.op === "max");

const fail = (what: string): never => {
  throw new Error(`Cannot spell a kernel in WGSL: ${what}`);
};
