/** Calls that must throw: a mistake of shape, dtype or axis, with a sentence; never another error, never a result. */
import { isMistake } from "../../../core/errors.ts";
import { type Job, Unknown } from "../job.ts";
import type { Args, Folder } from "../layout.ts";
import { failures } from "../table/mod.ts";

interface Row {
  readonly op: string;
  readonly args: Args;
  readonly why: string;
}

export const failureJobs = (folder: Folder): readonly Job[] =>
  ((folder.table("worked/failures.json")?.rows ?? []) as readonly Row[]).map(({ op, args, why }): Job => ({
    name: `failure/${op} ${JSON.stringify(args)}`,
    op,
    class: "failure",
    start: () => {
      const attempt = failures[op];
      if (attempt === undefined) throw new Unknown(`no failure in the table for ${op}`);
      try {
        attempt(args);
      } catch (e) {
        if (isMistake(e) && e.message.length > 10) return [];
        throw e;
      }
      throw new Error(`it must throw (${why}) and did not`);
    },
  }));
