/** The table of golden operations, put together from the files of the families. */
import * as activations from "./activations.ts";
import * as attention from "./attention.ts";
import * as contractions from "./contractions.ts";
import * as convolution from "./convolution.ts";
import * as cumulative from "./cumulative.ts";
import * as elementwise from "./elementwise.ts";
import * as indexing from "./indexing.ts";
import * as losses from "./losses.ts";
import * as movement from "./movement.ts";
import * as normalization from "./normalization.ts";
import * as pooling from "./pooling.ts";
import * as recurrent from "./recurrent.ts";
import * as reductions from "./reductions.ts";
import * as resampling from "./resampling.ts";
import * as sorting from "./sorting.ts";
import * as transforms from "./transforms.ts";
import type { Adapter, Failures, Family, Rows } from "./row.ts";
import { Unknown } from "../job.ts";

const families: readonly Family[] = [
  activations,
  attention,
  contractions,
  convolution,
  cumulative,
  elementwise,
  indexing,
  losses,
  movement,
  normalization,
  pooling,
  recurrent,
  reductions,
  resampling,
  sorting,
  transforms,
]; // deno-fmt-ignore

/** Records put together; a name in two of them is a mistake. */
const together = <T>(what: string, records: readonly Readonly<Record<string, T>>[]): Readonly<Record<string, T>> => {
  const all: Record<string, T> = {};
  for (const [name, value] of records.flatMap((r) => Object.entries(r))) {
    if (name in all) throw new Error(`two files of the table have ${what} for ${name}`);
    all[name] = value;
  }
  return all;
};
export const rows: Rows = together("a row", families.map((f) => f.rows));
export const failures: Failures = together("failures", families.map((f) => f.failures ?? {}));

/** The row of an operation. Throws where there is none: an unknown operation fails. */
export const rowOf = (op: string): Adapter => {
  const row = rows[op];
  if (row === undefined) throw new Unknown(`no row in the table for ${op}`);
  return row;
};
