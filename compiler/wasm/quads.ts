import { become, bodiesOf, type Scope, type Statement, type Value, writes } from "./ir.ts";
import { type Coded, codedAccess, codedShuffle } from "./opcodes.ts";

/** A load of one number for all lanes, and what its instruction adds to the address. */
export type Splats = ReadonlyMap<Value, number>;

/**
 * Loads for all lanes of numbers that lie next to each other become one load of four numbers and a shuffle for each: every access
 * to memory is checked by engines without guard pages. Up to 12 bytes after a number are read.
 */
export const joinSplats = (root: Scope, splats: Splats, make: (like: Value, code: Coded) => Value): void => {
  if (splats.size === 0) return;
  const join = (run: readonly Value[], { statements }: Scope): void => {
    const first = splats.get(run[0]!)!, four = make(run[0]!, codedAccess("v128.load", first));
    const at = statements.findIndex((s) => s.tag === "let" && run.includes(s.value));
    statements.splice(at, 0, { tag: "let", value: four });
    for (const v of run) {
      become(v, { kind: "pure", args: [four, four], ...codedShuffle(lanes(splats.get(v)! - first)) });
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
  const found: Value[][] = [];
  let open = new Map<Value, Value[]>();
  const close = (): void => {
    for (const all of open.values()) {
      all.sort((x, y) => splats.get(x)! - splats.get(y)!);
      for (let i = 0; i < all.length;) {
        const end = splats.get(all[i]!)! + 12, run = all.filter((v, k) => k >= i && splats.get(v)! <= end);
        if (run.length > 1) found.push(run);
        i += run.length;
      }
    }
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
