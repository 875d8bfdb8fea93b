/** Reading a folder of golden cases: `manifest.json`, tensors in safetensors files, tables in JSON. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { engine } from "../../core/engine.ts";
import { isLeft } from "../../core/either.ts";
import type { Data, DType } from "../../core/dtype.ts";
import type { Tensor } from "../../core/tensor.ts";
import { decodeTensors } from "../../datasets/safetensors.ts";

/** How far a number may be off: `|got - want| <= atol + rtol |want|`. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}
// deno-lint-ignore no-explicit-any -- hyper-parameters of every operation there is, as JSON has them
export type Args = Readonly<Record<string, any>>;

/** One line of the manifest. */
export interface Case extends Tolerance {
  readonly name: string;
  readonly op: string;
  readonly file: string;
  readonly class: string;
  readonly args: Args;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly cotangents: readonly string[];
  readonly grads: readonly string[];
  readonly grad_rtol?: number;
  readonly grad_atol?: number;
  /** Tolerances of groups of outputs, where they differ. */
  readonly tol?: Readonly<Record<string, Tolerance & { readonly outputs: readonly string[] }>>;
  readonly note?: string;
}

/** A tensor of a file. */
export interface Stored {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Data;
}
export type Part = "in" | "out" | "cot" | "grad";

/** A folder of the layout. */
export interface Folder {
  readonly cases: readonly Case[];
  /** A tensor of a case. Throws where the file does not have it. */
  readonly stored: (c: Case, part: Part, name: string) => Stored;
  /** A table, or null where the folder has none. */
  // deno-lint-ignore no-explicit-any -- tables of several forms, each read by the protocol that knows it
  readonly table: (path: string) => any;
}

const known: readonly string[] = ["f32", "i32", "u32", "bool", "f16", "f64"] satisfies DType[];
const decode = (path: string): ReadonlyMap<string, Stored> => {
  const file = decodeTensors(readFileSync(path), path);
  if (isLeft(file)) throw new Error(file.left.message);
  return new Map([...file.right.tensors].map(([name, t]) => {
    if (!known.includes(t.dtype)) throw new Error(`${path}: ${name} has dtype ${t.dtype}, which no back end has`);
    return [name, t as Stored];
  }));
};

/** Opens a folder. Throws where there is no manifest in it. */
export const openFolder = (dir: string): Folder => {
  const json = (path: string) => JSON.parse(readFileSync(join(dir, path), "utf8"));
  const files = new Map<string, ReadonlyMap<string, Stored>>();
  const file = (path: string): ReadonlyMap<string, Stored> => {
    const seen = files.get(path) ?? decode(join(dir, path));
    files.set(path, seen);
    return seen;
  };
  return {
    cases: json("manifest.json").cases,
    stored: (c, part, name) => {
      const key = `${c.name}/${part}/${name}`, found = file(c.file).get(key);
      if (found === undefined) throw new Error(`${c.file} does not hold ${key}`);
      return found;
    },
    table: (path) => existsSync(join(dir, path)) ? json(path) : null,
  };
};

/** A stored tensor as a value of the library. */
export const load = (t: Stored): Tensor => engine().hold(t.data, { shape: t.shape, dtype: t.dtype });
