import { bodiesOf, type Scope, type Statement, type Value, type Variable, writes } from "./ir.ts";
import { control, signed, unsigned, type ValType } from "./opcodes.ts";

const operandsOf = (s: Statement): readonly Value[] => {
  switch (s.tag) {
    case "let":
      return [];
    case "store":
      return s.effects.flatMap((e) => e.args);
    case "set":
      return s.values;
    case "loop":
      return [s.from, s.to];
    case "if":
      return [s.condition];
  }
};

/** How often every value is used, of those that something needs. */
const countUses = (root: Scope): Map<Value, number> => {
  const uses = new Map<Value, number>();
  const use = (v: Value): void => {
    const n = uses.get(v) ?? 0;
    uses.set(v, n + 1);
    if (n === 0) v.args.forEach(use);
  };
  const walk = (scope: Scope): void =>
    scope.statements.forEach((s) => {
      bodiesOf(s).forEach(walk);
      operandsOf(s).forEach(use);
    });
  walk(root);
  return uses;
};

/**
 * The values that are written where they are used: those used once, in their own scope, unless a load would move past a store.
 * Statements are visited from the last, so that the place of use is known before the value is.
 */
const inlined = (root: Scope, uses: ReadonlyMap<Value, number>): Set<Value> => {
  const found = new Set<Value>();
  const walk = (scope: Scope): void => {
    const { statements } = scope, stores: number[] = [], place = new Map<Value, number>();
    let count = 0;
    statements.forEach((s, i) => {
      if (s.tag === "let") place.set(s.value, i);
      stores[i] = count;
      if (writes(s)) count++;
    });
    const visit = (v: Value, at: number): void => {
      const defined = place.get(v);
      if (defined === undefined || uses.get(v) !== 1) return;
      if (v.kind === "load" && stores[defined] !== stores[at]) return;
      found.add(v);
      v.args.forEach((a) => visit(a, at));
    };
    for (let i = statements.length - 1; i >= 0; i--) {
      const s = statements[i]!;
      bodiesOf(s).forEach(walk);
      if (s.tag !== "let") operandsOf(s).forEach((v) => visit(v, i));
      else if (uses.has(s.value) && !found.has(s.value)) s.value.args.forEach((v) => visit(v, i));
    }
  };
  walk(root);
  return found;
};

/** The locals and the code of a function whose first `params` locals are its parameters. */
export const print = (
  root: Scope,
  reads: ReadonlyMap<Value, Variable>,
  params: number,
): { locals: ValType[]; code: number[] } => {
  const uses = countUses(root), inline = inlined(root, uses);
  const code: number[] = [], slots = new Map<Value | Variable, number>();
  const types: readonly ValType[] = ["i32", "i64", "f32", "f64", "v128"],
    byType = new Map(types.map((t) => [t, [] as (Value | Variable)[]]));
  const declare = (v: Value | Variable): void => {
    if (slots.has(v)) return;
    slots.set(v, -1);
    byType.get(v.type)!.push(v);
  };
  const collect = (scope: Scope): void =>
    scope.statements.forEach((s) => {
      if (s.tag === "let" && uses.has(s.value) && !inline.has(s.value)) declare(s.value);
      if (s.tag === "set") s.targets.forEach(declare);
      if (s.tag === "loop") declare(s.counter);
      bodiesOf(s).forEach(collect);
    });
  collect(root);
  let index = params;
  const locals = types.flatMap((t) => {
    const own = byType.get(t)!;
    own.forEach((v) => slots.set(v, index++));
    return own.map(() => t);
  });

  const emit = (...bytes: readonly number[]): void => void code.push(...bytes);
  const push = (v: Value): void => {
    if (v.kind === "constant") return emit(...v.code);
    if (v.kind === "variable") {
      const of = reads.get(v)!;
      return emit(control.get, ...unsigned(of.index ?? slots.get(of)!));
    }
    const slot = slots.get(v);
    if (slot !== undefined) return emit(control.get, ...unsigned(slot));
    v.args.forEach(push);
    emit(...v.code);
  };
  const set = (v: Value | Variable): void => emit(control.set, ...unsigned(slots.get(v)!));
  const write = (s: Statement): void => {
    switch (s.tag) {
      case "let": {
        if (!slots.has(s.value)) return;
        s.value.args.forEach(push);
        emit(...s.value.code);
        return set(s.value);
      }
      case "store":
        s.effects.forEach((e) => e.args.forEach(push));
        s.effects.toReversed().forEach((e) => emit(...e.code));
        return;
      case "set":
        s.values.forEach(push);
        s.targets.toReversed().forEach(set);
        return;
      case "loop": {
        const counter = unsigned(slots.get(s.counter)!);
        push(s.from);
        set(s.counter);
        if (!s.runs) {
          emit(control.get, ...counter);
          push(s.to);
          emit(0x48, control.if, control.empty);
        }
        emit(control.loop, control.empty);
        s.body.statements.forEach(write);
        emit(control.get, ...counter, 0x41, ...signed(s.step), 0x6a, control.tee, ...counter);
        push(s.to);
        emit(0x48, control.branchIf, 0, control.end);
        if (!s.runs) emit(control.end);
        return;
      }
      case "if":
        push(s.condition);
        emit(control.if, control.empty);
        s.then.statements.forEach(write);
        if (s.otherwise.statements.length > 0) {
          emit(control.else);
          s.otherwise.statements.forEach(write);
        }
        emit(control.end);
        return;
    }
  };
  root.statements.forEach(write);
  return { locals, code };
};
