import { become, bodiesOf, type Scope, type Statement, type Value, writes } from "./ir.ts";
import { type Coded, codedAccess, codedShuffle } from "./opcodes.ts";

/** A load of one number for all lanes: what its instruction adds to the address, and with which others it belongs. */
export interface Splat {
  readonly offset: number;
  readonly part: number;
}
type Splats = ReadonlyMap<Value, Splat>;

/**
 * Loads for all lanes of numbers that lie next to each other become one load of four numbers and a shuffle for each: every access
 * to memory is checked by engines without guard pages. Up to 12 bytes after a number are read.
 */
export const joinSplats = (root: Scope, splats: Splats, make: (like: Value, code: Coded) => Value): void => {
  if (splats.size === 0) return;
  const join = (run: readonly Value[], { statements }: Scope): void => {
    const first = splats.get(run[0]!)!.offset, four = make(run[0]!, codedAccess("v128.load", first));
    const at = statements.findIndex((s) => s.tag === "let" && run.includes(s.value));
    statements.splice(at, 0, { tag: "let", value: four });
    for (const v of run) {
      become(v, { kind: "pure", args: [four, four], ...codedShuffle(lanes(splats.get(v)!.offset - first)) });
    }
  };
  const walk = (scope: Scope): void => {
    scope.statements.forEach((s) => bodiesOf(s).forEach(walk));
    for (const run of runs(scope.statements, splats)) join(run, scope);
  };
  walk(root);
};
const lanes = (k: number): readonly number[] => Array.from({ length: 16 }, (_, i) => k + i % 4);

/** The groups of at least two within 16 bytes of one address, with no write between them. */
const runs = (statements: readonly Statement[], splats: Splats): readonly (readonly Value[])[] => {
  const found: (readonly Value[])[] = [];
  let open = new Map<Value, Value[]>();
  const close = (): void => {
    for (const all of open.values()) found.push(...separate(all, splats).flatMap((some) => windows(some, splats)));
    open = new Map();
  };
  for (const s of statements) {
    if (writes(s)) close();
    if (s.tag !== "let" || !splats.has(s.value)) continue;
    const address = s.value.args[0]!;
    open.set(address, [...open.get(address) ?? [], s.value]);
  }
  close();
  return found;
};
/** Parts that read the same numbers are kept apart. */
const separate = (all: readonly Value[], splats: Splats): readonly (readonly Value[])[] => {
  const offsets = new Set(all.map((v) => splats.get(v)!.offset));
  return offsets.size === all.length ? [all] : [...Map.groupBy(all, (v) => splats.get(v)!.part).values()];
};
const windows = (all: readonly Value[], splats: Splats): readonly (readonly Value[])[] => {
  const rest = all.map((v) => ({ v, ...splats.get(v)! })).sort((x, y) => x.offset - y.offset);
  const found: (readonly Value[])[] = [];
  while (rest.length > 0) {
    const run = rest.splice(0, rest.findLastIndex((x) => x.offset <= rest[0]!.offset + 12) + 1).map((x) => x.v);
    if (run.length > 1) found.push(run);
  }
  return found;
};
