/**
 * Rows of the table: how a golden operation is called. A family of operations is a file that exports `rows`, from the golden
 * name of an operation to an adapter, and, if it has any, `failures`, from a name to calls that must throw. Add a row to the
 * file of its family, and a new file to the list in `mod.ts`.
 */
import type { Data } from "../../../core/dtype.ts";
import type { Tensor } from "../../../core/tensor.ts";
import { zeros } from "../../../ops/source.ts";
import type { Args } from "../layout.ts";

// deno-lint-ignore no-explicit-any -- rows call operations whose types know shapes; here shapes come from files
export type Any = any;
/** Inputs by their short names; the ones a case does not have are undefined. */
export type Inputs = Readonly<Record<string, Any>>;
/** Outputs by their short names; one tensor alone is `y`. */
export type Outputs = Tensor | Readonly<Record<string, Tensor>>;
/** The numbers of the inputs, for what must be known before anything is traced: how many elements a mask selects. */
export type Host = Readonly<Record<string, Data>>;
export type Adapter = (inputs: Inputs, args: Args, host: Host) => Outputs;
export type Rows = Readonly<Record<string, Adapter>>;
/** Calls that must throw, on the arguments of `worked/failures.json`. */
export type Failures = Readonly<Record<string, (args: Args) => unknown>>;
export interface Family {
  readonly rows: Rows;
  readonly failures?: Failures;
}

/** The row of a function of input `x`. */
export const ofX = (f: Any): Adapter => ({ x }) => f(x);
/** The row of a function of inputs `a` and `b`. */
export const ofAB = (f: Any): Adapter => ({ a, b }) => f(a, b);
/** The same row for several names: `every({ neg, abs }, ofX)`. */
export const every = (fs: Readonly<Record<string, Any>>, row: (f: Any) => Adapter): Rows =>
  Object.fromEntries(Object.entries(fs).map(([name, f]) => [name, row(f)]));
/** An axis of the files: null is all of them. */
export const axisOf = (axis: number | readonly number[] | null | undefined): number | readonly number[] | undefined =>
  axis ?? undefined;
/** A tensor to fail with. */
export const blank = (shape: readonly number[]): Any => zeros(shape);
