/** Learning-rate schedules: the rate in force at every step. */
import { type Expectation, expectNumbers, type Job } from "../job.ts";
import type { Folder } from "../layout.ts";
import { scheduleOf } from "../table/optimizers.ts";

export const scheduleJobs = (folder: Folder): readonly Job[] => {
  const table = folder.table("optim/schedules.json");
  if (table === null) return [];
  const tolerance = { rtol: table.rtol as number, atol: table.atol as number };
  return (table.schedules as readonly Entry[]).map(({ name, args, base_lr, lr, ...series }): Job => ({
    name: `schedule/${name} ${JSON.stringify(args)}`,
    op: name,
    class: "schedule",
    start: () => {
      const found = scheduleOf(name)(base_lr, args, lr.length, series);
      return Object.entries({ lr: found.lr, ...(found.momentum === undefined ? {} : { momentum: found.momentum }) })
        .map(([what, got]): Expectation => ({
          ...expectNumbers(what, 0, what === "lr" ? lr : series[what], tolerance),
          got,
        }));
    },
  }));
};
interface Entry {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly base_lr: number;
  readonly lr: readonly number[];
  readonly [series: string]: unknown;
}
