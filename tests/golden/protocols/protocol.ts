/** How a case of some kind is carried out. */
import type { Tensor } from "../../../core/tensor.ts";
import { type Expectation, expectStored } from "../job.ts";
import { type Case, type Folder, load, type Tolerance } from "../layout.ts";
import { rowOf } from "../table/mod.ts";
import type { Any, Host, Inputs, Outputs } from "../table/row.ts";

/** Starts a case and says what must come out. */
export type Protocol = (c: Case, folder: Folder) => readonly Expectation[];
export type Protocols = Readonly<Record<string, Protocol>>;

/** The inputs of a case as values, or those of them that are named. */
export const inputsOf = (c: Case, folder: Folder, names: readonly string[] = c.inputs): Inputs =>
  Object.fromEntries(names.map((n) => [n, load(folder.stored(c, "in", n))]));
/** The inputs of a case as numbers. */
export const hostOf = (c: Case, folder: Folder): Host =>
  Object.fromEntries(c.inputs.map((n) => [n, folder.stored(c, "in", n).data]));

/** Outputs by name. */
export const named = (outputs: Outputs): Readonly<Record<string, Tensor>> =>
  "dtype" in outputs && "shape" in outputs ? { y: outputs as Tensor } : outputs as Readonly<Record<string, Tensor>>;

/** Applies an operation by its golden name; what it gives is `y` alone, or a record. */
export const call = (op: string, inputs: Inputs, args: Any = {}): Any => rowOf(op)(inputs, args, {});

/** Every output of a case, at the tolerance of its group or of the case. */
export const expectOutputs = (
  c: Case,
  folder: Folder,
  got: Readonly<Record<string, Tensor | undefined>>,
): readonly Expectation[] =>
  c.outputs.map((name) => {
    const group: Tolerance = Object.values(c.tol ?? {}).find((t) => t.outputs.includes(name)) ?? c;
    return expectStored(name, got[name], folder.stored(c, "out", name), group);
  });
