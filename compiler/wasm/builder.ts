import { type Builder, type Effect, inner, newScope, type Scope, type Value, type Variable } from "./ir.ts";
import {
  type Access,
  type Coded,
  coded,
  codedAccess,
  codedConst,
  codedLane,
  codedShuffle,
  codedVector,
  control,
  unsigned,
  type ValType,
} from "./opcodes.ts";
import { print } from "./print.ts";
import { joinSplats, type Splat } from "./quads.ts";
import { simplified } from "./simplified.ts";

const params: readonly ValType[] = ["i32", "i32", "i32", "i32"];
/** An instruction with its immediates, numbered. */
interface Instruction extends Coded {
  readonly id: number;
}

export const createBuilder = (relaxed: boolean): Builder => {
  const root = newScope(null);
  let here = root, fence = root, next = 0;

  const value = (
    scope: Scope,
    kind: Value["kind"],
    { code, type }: Coded,
    args: readonly Value[],
    constant: number | null = null,
  ): Value => ({ id: next++, type, code, args, scope, kind, constant });
  const instructions = new Map<string, Instruction>();
  const instruction = (key: string, make: () => Coded): Instruction => {
    const known = instructions.get(key);
    if (known !== undefined) return known;
    const made = { id: instructions.size, ...make() };
    instructions.set(key, made);
    return made;
  };
  /** A number where it can be one: it is looked up much faster. */
  const keyOf = (i: Instruction, args: readonly Value[]): string | number =>
    args.length <= 2 && i.id < 2 ** 13 && next < 2 ** 20
      ? (i.id * 2 ** 20 + (args.length > 0 ? args[0]!.id : 0)) * 2 ** 20 + (args.length > 1 ? args[1]!.id : 0)
      : `${i.id} ${args.map((a) => a.id)}`;
  const define = (scope: Scope, i: Instruction, kind: "load" | "pure", args: readonly Value[]): Value => {
    const key = keyOf(i, args);
    for (let s: Scope | null = scope; s !== null; s = kind === "load" ? s.parent : null) {
      const found = s.known.get(key);
      if (found !== undefined) return found;
    }
    const made = value(scope, kind, i, args);
    scope.known.set(key, made);
    scope.statements.push({ tag: "let", value: made });
    return made;
  };
  const place = (args: readonly Value[], least: Scope = root): Scope => {
    let scope = least;
    for (const a of args) scope = inner(scope, a.scope);
    return scope;
  };
  const pure = (i: Instruction, args: readonly Value[]): Value => define(place(args), i, "pure", args);

  const constants = new Map<string, Value>();
  const constant = (key: string, c: () => Coded, of: number | null): Value => {
    const known = constants.get(key);
    if (known !== undefined) return known;
    const made = value(root, "constant", c(), [], of);
    constants.set(key, made);
    return made;
  };
  const number = (type: "f32" | "f64", v: number): Value =>
    constant(`${type} ${Object.is(v, -0) ? "-0" : v}`, () => codedConst(type, v), null);
  const integers = new Map<number, Value>();
  const i32 = (v: number): Value => {
    const known = integers.get(v | 0);
    if (known !== undefined) return known;
    const made = value(root, "constant", codedConst("i32", v), [], v | 0);
    integers.set(v | 0, made);
    return made;
  };

  const variable = (type: ValType): Variable => ({ type, index: null });
  const reads = new Map<Value, Variable>(), carries = new Set<Value>();
  const read = (v: Variable, scope: Scope): Value => {
    const r = value(scope, "variable", { code: [], type: v.type }, []);
    reads.set(r, v);
    return r;
  };
  const at = <T>(scope: Scope, build: () => T, limit = fence): T => {
    const [h, f] = [here, fence];
    [here, fence] = [scope, limit];
    const result = build();
    [here, fence] = [h, f];
    return result;
  };

  let part = 0, parts = 0;
  const splats = new Map<Value, Splat>();
  const noted = (name: Access, offset: number, v: Value): Value => {
    if (name === "v128.load32_splat") splats.set(v, { offset, part });
    return v;
  };

  const b: Builder = {
    root,
    relaxed,
    get here() {
      return here;
    },
    get fence() {
      return fence;
    },
    param: (index) => {
      const key = `param ${index}`, known = constants.get(key) ?? read({ type: params[index]!, index }, root);
      constants.set(key, known);
      return known;
    },
    i32,
    f32: (v) => number("f32", v),
    f64: (v) => number("f64", v),
    i64: (v) => constant(`i64 ${v}`, () => codedConst("i64", v), null),
    vector: (...words) => {
      if (words.every((w) => w === 0)) return constant("v128 0", () => codedVector(words), null);
      return pure(instruction(`v128 ${words}`, () => codedVector(words)), []);
    },
    op: (name, ...args) => {
      const found = simplified(name, args);
      if (found !== null) return typeof found === "number" ? i32(found) : found;
      return pure(instruction(name, () => coded(name)), args);
    },
    lane: (name, k, ...args) => pure(instruction(`${name} ${k}`, () => codedLane(name, k)), args),
    shuffle: (lanes, x, y) => pure(instruction(`shuffle ${lanes}`, () => codedShuffle(lanes)), [x, y]),
    select: (condition, yes, no) => {
      if (condition.constant !== null) return condition.constant !== 0 ? yes : no;
      if (yes === no) return yes;
      return pure(instruction(`select ${yes.type}`, () => ({ code: [control.select], type: yes.type })), [
        yes,
        no,
        condition,
      ]);
    },
    call: (index, args) =>
      pure(instruction(`call ${index}`, () => ({ code: [control.call, ...unsigned(index)], type: "f64" })), args),
    load: (name, address, offset, lane, rest) => {
      const args = rest === undefined ? [address] : [address, rest];
      const scope = place(args, fence), own = scope === here ? part : 0;
      const i = instruction(`${name} ${offset} ${lane} ${own}`, () => codedAccess(name, offset, lane));
      return noted(name, offset, define(scope, i, "load", args));
    },
    loadScratch: (name, address, offset) => {
      const made = value(inner(here, address.scope), "load", codedAccess(name, offset), [address]);
      made.scope.statements.push({ tag: "let", value: made });
      return noted(name, offset, made);
    },
    store: (stores) => {
      const effects = stores.map((s): Effect => ({
        code: codedAccess(s.name, s.offset, s.lane).code,
        args: [s.address, s.value],
      }));
      if (effects.length > 0) here.statements.push({ tag: "store", effects });
    },
    assign: (target, v) => {
      const of = reads.get(target);
      if (of === undefined || !carries.has(target) || target.scope !== here) return v;
      here.statements.push({ tag: "set", targets: [of], values: [v] });
      const after = read(of, here);
      carries.add(after);
      return after;
    },
    loop: ({ from, to, step = 1 }, init, body) => {
      const known = from.constant !== null && to.constant !== null;
      const trips = known ? Math.max(0, Math.ceil((to.constant! - from.constant!) / step)) : null;
      if (trips === 0) return init;
      if (trips === 1) return body(from, init);
      const scope = newScope(here), counter = variable("i32");
      const carried = init.map((v) => variable(v.type));
      if (init.length > 0) here.statements.push({ tag: "set", targets: carried, values: init });
      at(scope, () => {
        const before = carried.map((v) => read(v, scope));
        before.forEach((v) => carries.add(v));
        const values = body(read(counter, scope), before);
        const changed = values.map((_, i) => i).filter((i) => reads.get(values[i]!) !== carried[i]);
        if (changed.length > 0) {
          const pick = <T>(list: readonly T[]): readonly T[] => changed.map((i) => list[i]!);
          scope.statements.push({ tag: "set", targets: pick(carried), values: pick(values) });
        }
      });
      here.statements.push({ tag: "loop", counter, from, to, step, runs: trips !== null, body: scope });
      return carried.map((v) => read(v, here));
    },
    choose: (condition, then, otherwise) => {
      if (condition.constant !== null) return condition.constant !== 0 ? then() : otherwise();
      const scopes = [newScope(here), newScope(here)] as const;
      let results: readonly Variable[] = [];
      [then, otherwise].forEach((build, i) => {
        const scope = scopes[i]!;
        at(scope, () => {
          const values = build();
          if (i === 0) results = values.map((v) => variable(v.type));
          if (values.length > 0) scope.statements.push({ tag: "set", targets: results, values });
        }, scope);
      });
      here.statements.push({ tag: "if", condition, then: scopes[0], otherwise: scopes[1] });
      return results.map((v) => read(v, here));
    },
    apart: (build) => {
      const before = part;
      part = ++parts;
      const result = build();
      part = before;
      return result;
    },
    fenced: (build) => at(here, build, here),
    at: (scope, build) => at(scope, build),
    finish: (name) => {
      joinSplats(root, splats, ({ scope, args }, code) => value(scope, "load", code, args));
      return { name, params, ...print(root, reads, params.length) };
    },
  };
  return b;
};
