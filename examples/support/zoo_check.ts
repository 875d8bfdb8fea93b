/** Compares the models of the zoo with reference tables: shapes, counts, names of tensors, layers. */
import { run } from "../../mod.ts";
import { readFile } from "../../datasets/mod.ts";
import {
  describe,
  type Description,
  get,
  type LayerRow,
  list,
  type Naming,
  rename,
  stateDict,
  type ZooConfig,
  type ZooName,
} from "../../models/mod.ts"; // deno-fmt-ignore
import { Trouble } from "./script.ts";

type Extents = readonly number[];
/** A network of `torchvision.json` and `classic.json`. */
interface Reference {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly input: Extents;
  readonly output: Extents | readonly Extents[] | Readonly<Record<string, Extents>>;
  readonly output_training?: Readonly<Record<string, Extents>>;
  readonly parameters: number;
  readonly trainable: number;
  /** Elements of the tensors that are not parameters, and how many such tensors there are. */
  readonly buffers: number;
  readonly state_buffers: number;
  readonly weight_layers: Readonly<Record<string, number>>;
  readonly macs: Readonly<Record<string, number>>;
  readonly state_dict: Readonly<Record<string, Extents>>;
}
/** A layer of `classic_layers.json`. */
interface ReferenceLayer {
  readonly layer: string;
  readonly type: string;
  readonly output: Extents;
  readonly parameters: number;
  readonly macs: number;
}

/** What came of it: a line for each difference. */
export interface ZooVerdict {
  readonly lines: readonly string[];
  readonly passed: number;
  readonly failed: number;
}

const show = (x: unknown): string => JSON.stringify(x);
const differ = (what: string, got: unknown, want: unknown): readonly string[] =>
  show(got) === show(want) ? [] : [`${what}: got ${show(got)}, want ${show(want)}`];
const compare = (what: string, got: ReadonlyMap<string, unknown>, want: ReadonlyMap<string, unknown>) => [
  ...[...want].flatMap(([k, v]) => got.has(k) ? differ(`${what} ${k}`, got.get(k), v) : [`${what} ${k}: missing`]),
  ...[...got.keys()].filter((k) => !want.has(k)).map((k) => `${what} ${k}: surplus`),
];
const sum = (rows: readonly LayerRow[], of: (row: LayerRow) => number): number => rows.reduce((n, r) => n + of(r), 0);

/** The options that a reference network was made with, in our words; what its name says already is left out. */
const configOf = ({ num_classes, aux_logits, aux_loss }: Reference["args"]): ZooConfig => ({
  ...typeof num_classes === "number" ? { classes: num_classes } : {},
  ...typeof (aux_logits ?? aux_loss) === "boolean" ? { auxiliary: (aux_logits ?? aux_loss) as boolean } : {},
});

/** Kinds of layers, by the words of the tables. */
const families: Readonly<Record<string, readonly string[]>> = {
  conv: ["conv1d", "conv2d", "conv3d", "depthwiseConv2d"],
  conv_transpose: ["convTranspose2d"],
  linear: ["linear", "dense"],
  attention: ["multiHeadAttention"],
  batch_norm: ["batchNorm"],
};
const inFamily = ({ layers }: Description, family: string): readonly LayerRow[] =>
  layers.filter((row) => families[family]?.includes(row.kind));

/** Every output by name, with a batch axis: the main one is "". */
const outputsOf = ({ output, auxiliary }: Description, batch: number): ReadonlyMap<string, Extents> =>
  new Map(Object.entries({ "": output, ...auxiliary }).map(([name, shape]) => [name, [batch, ...shape]]));
/** The outputs of a reference by our names; of a list, those beside the main one come in order. */
const named = (output: Reference["output"], names: readonly string[]): ReadonlyMap<string, Extents> => {
  if (!Array.isArray(output)) {
    const ours = (name: string) => ["out", "logits"].includes(name) ? "" : name.replace("_logits", "");
    return new Map(Object.entries(output).map(([name, shape]) => [ours(name), shape]));
  }
  const list = Array.isArray(output[0]) ? output as readonly Extents[] : [output as Extents];
  return new Map(list.map((shape, i) => [names[i] ?? `output ${i}`, shape]));
};

const checkNetwork = (want: Reference): readonly string[] => {
  if (!list().includes(want.name as ZooName)) return ["there is no such model"];
  const model = get(want.name as ZooName, configOf(want.args)), got = describe(model), entries = stateDict(model);
  const outputs = outputsOf(got, 1), reference = named(want.output, [...outputs.keys()]);
  // What the reference computes in a prediction: heads beside it only where it gives their results.
  const all = reference.size > 1, training = want.output_training;
  const buffers = entries.filter((e) => e.variable?.tree !== "params");
  const elements = buffers.reduce((n, e) => n + e.shape.reduce((a, d) => a * d, 1), 0);
  return [
    ...differ("input", [1, ...got.input], want.input),
    ...compare("output", all ? outputs : new Map([...outputs].slice(0, 1)), reference),
    ...training === undefined ? [] : compare("output in training", outputsOf(got, 2), named(training, [])),
    ...differ("parameters", got.parameters, want.parameters),
    ...differ("trainable parameters", got.trainable, want.trainable),
    ...differ("elements of buffers", elements, want.buffers),
    ...differ("buffers", buffers.length, want.state_buffers),
    ...Object.entries(want.weight_layers).flatMap(([family, n]) => {
      // The way out of PyTorch's attention is one of its linear layers.
      const more = family === "linear" ? inFamily(got, "attention").length : 0;
      return differ(`layers of kind ${family}`, inFamily(got, family).length + more, n);
    }),
    ...Object.entries(want.macs).flatMap(([family, n]) =>
      differ(
        `multiply-adds (${family})`,
        sum(family === "total" ? got.layers : inFamily(got, family), (r) => all || !r.beside ? r.multiplyAdds : 0),
        n,
      )
    ),
    ...compare("tensor", new Map(entries.map((e) => [e.key, e.shape])), new Map(Object.entries(want.state_dict))),
  ];
};

const types: Readonly<Record<string, string>> = {
  conv2d: "Conv2d",
  convTranspose2d: "ConvTranspose2d",
  linear: "Linear",
  radialBasis: "RBF",
  subsample2d: "Subsample",
  maxPool2d: "MaxPool2d",
  avgPool2d: "AvgPool2d",
  localResponseNorm: "LocalResponseNorm",
};
/** The tables list what has parameters, and of the rest what they please. */
const checkLayers = (name: string, want: readonly ReferenceLayer[]): readonly string[] => {
  if (!list().includes(name as ZooName)) return ["there is no such model"];
  const model: { readonly naming?: Naming } & Parameters<typeof describe>[0] = get(name as ZooName);
  const wanted = new Map(want.map(({ layer, ...rest }) => [layer, rest]));
  const rows = describe(model).layers.map((row) => ({ ...row, name: rename(row.place, model.naming ?? {}) }));
  const got = rows.filter((row) => row.parameters > 0 || wanted.has(row.name)).map((row) =>
    [row.name, {
      type: types[row.kind] ?? row.kind,
      output: row.output,
      parameters: row.parameters,
      macs: row.multiplyAdds,
    }] as const
  );
  return compare("layer", new Map(got), wanted);
};

/** What a table holds under a name. Throws where it is no JSON, or has no entries there. */
const table = async (path: string, under: string): Promise<object> => {
  const text = new TextDecoder().decode(await run(readFile(path)));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Trouble(`${path}: the table is not JSON`);
  }
  const held = typeof json === "object" && json !== null ? (json as Readonly<Record<string, unknown>>)[under] : null;
  if (typeof held !== "object" || held === null) throw new Trouble(`${path}: the table has no "${under}"`);
  return held;
};
const fields = ["name", "args", "input", "output", "weight_layers", "macs", "state_dict"] as const;
/** The networks of a table. Throws where one lacks what is compared. */
const networks = async (path: string): Promise<readonly Reference[]> => {
  const all = Object.values(await table(path, "models")) as readonly unknown[];
  all.forEach((entry, i) => {
    const lost = fields.find((field) => typeof entry !== "object" || entry === null || !Object.hasOwn(entry, field));
    if (lost !== undefined) throw new Trouble(`${path}: entry ${i} has no "${lost}"`);
  });
  return all as readonly Reference[];
};

/** Compares every network of the three tables in a folder. Throws `Trouble` where a table is empty or malformed. */
export const checkZoo = async (folder: string): Promise<ZooVerdict> => {
  const results: (readonly [string, readonly string[]])[] = [];
  for (const set of ["torchvision", "classic"]) {
    for (const want of await networks(`${folder}/${set}.json`)) {
      results.push([`${set} ${want.name} ${show(want.args)}`, checkNetwork(want)]);
    }
  }
  const file = `${folder}/classic_layers.json`;
  for (const [name, want] of Object.entries(await table(file, "layers"))) {
    if (!Array.isArray(want)) throw new Trouble(`${file}: the layers of ${name} are no list`);
    results.push([`layers of ${name}`, checkLayers(name, want as readonly ReferenceLayer[])]);
  }
  if (results.length === 0) throw new Trouble(`${folder}: the tables hold no network`);
  const failed = results.filter(([, complaints]) => complaints.length > 0);
  return {
    lines: failed.flatMap(([name, complaints]) => complaints.map((c) => `${name}: ${c}`)),
    passed: results.length - failed.length,
    failed: failed.length,
  };
};
