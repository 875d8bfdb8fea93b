/** Layers give what the operations they are made of give in the golden files, and draw parameters of those shapes. */
import { expect } from "bun:test";
import type { Tensor } from "../../core/tensor.ts";
import * as nn from "../../nn/mod.ts";
import { key } from "../../ops/random.ts";
import { compare, showMiss } from "../golden/compare.ts";
import { type Case, type Folder, openFolder } from "../golden/layout.ts";
import { testShared } from "../support/skips.ts";
import { goldenLayers } from "./golden_layers.ts";
import { compute, given } from "./support.ts";

type Names = Readonly<Record<string, string>>;
/** A tree of what stands at paths such as `gate.fc1.weight`. */
const tree = (entries: readonly (readonly [string, unknown])[]): unknown => {
  const root: Record<string, unknown> = {};
  for (const [path, x] of entries) {
    const steps = path.split(".");
    let at = root;
    for (const s of steps.slice(0, -1)) at = (at[s] ??= {}) as Record<string, unknown>;
    at[steps.at(-1)!] = x;
  }
  return root;
};
const paths = (x: unknown, prefix = ""): [string, unknown][] =>
  typeof x === "object" && x !== null && !("dtype" in x)
    ? Object.entries(x).flatMap(([k, v]) => paths(v, prefix === "" ? k : `${prefix}.${k}`))
    : [[prefix, x]];

/** What is wrong with a case, or how many numbers of it were compared. */
const check = (folder: Folder, c: Case): string[] | number => {
  const shapes = Object.fromEntries(c.inputs.map((n) => [n, folder.stored(c, "in", n).shape]));
  const golden = goldenLayers[c.op]!(c.args, shapes);
  const { layer, input = "x", params = {}, state = {}, training = false, next = {} } = golden ?? { layer: null };
  if (layer === null || shapes[input]!.length < 2 || shapes[input]!.includes(0)) return 0;
  const m = nn.model(shapes[input]!.slice(1), nn.named("it", layer)) as unknown as nn.Model<
    number[],
    number[],
    [nn.Layer]
  >;
  const present = (names: Names) => Object.entries(names).filter(([n]) => c.inputs.includes(n));
  const own = present(params), carried = present(state);
  const started = compute(() => paths(m.init(key(0)).params).map(([, t]) => t)).map((t) => t.shape);
  const keys = own.map(([n]) => shapes[n]!);
  const wrong: string[] = [];
  const sorted = (list: readonly (readonly number[])[]) => list.map((s) => `[${s}]`).toSorted().join();
  if (sorted(started) !== sorted(keys)) wrong.push(`${c.name}: init draws ${sorted(started)}, want ${sorted(keys)}`);
  const names = [input, ...own.map(([n]) => n), ...carried.map(([n]) => n)];
  const results = compute(
    (x, ...rest) => {
      const at = (list: readonly (readonly [string, string])[], from: number) =>
        tree(list.map(([, path], i) => [path, rest[from + i]]));
      const variables = { params: { it: at(own, 0) }, state: { it: at(carried, own.length) } };
      const [y, after] = m.apply(variables as never, x as Tensor<number[], "f32"> as never, {
        training,
      }) as unknown as readonly [
        Tensor,
        { readonly it: Record<string, Tensor> },
      ];
      return [y, ...Object.values(next).map((k) => after.it[k]!)];
    },
    ...names.map((n) => {
      const { shape, data, dtype } = folder.stored(c, "in", n);
      return given(shape, Array.from(data, Number), dtype);
    }),
  );
  let count = 0;
  ["y", ...Object.keys(next)].forEach((name, i) => {
    const want = folder.stored(c, "out", name), miss = compare(results[i]!.values, Array.from(want.data, Number), c);
    count += want.data.length;
    if (results[i]!.shape.join() !== want.shape.join()) {
      wrong.push(`${c.name}: ${name} has shape [${results[i]!.shape}], want [${want.shape}]`);
    } else if (miss !== null) wrong.push(showMiss(`${c.name}: ${name}`, want.shape, miss));
  });
  return wrong.length > 0 ? wrong : count;
};

testShared("golden/manifest.json")("layers agree with the golden files", (path) => {
  const folder = openFolder(path.replace(/manifest\.json$/, ""));
  const outcomes = folder.cases.filter((c) => c.op in goldenLayers).map((c) => [c.op, check(folder, c)] as const);
  expect(outcomes.flatMap(([, o]) => typeof o === "number" ? [] : o)).toEqual([]);
  const seen = new Set(outcomes.flatMap(([op, o]) => typeof o === "number" && o > 0 ? [op] : []));
  expect(Object.keys(goldenLayers).filter((op) => !seen.has(op))).toEqual([]);
});
