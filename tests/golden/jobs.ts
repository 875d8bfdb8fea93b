/** Every case of a folder as a job. */
import type { Job } from "./job.ts";
import type { Case, Folder } from "./layout.ts";
import { failureJobs } from "./protocols/failures.ts";
import { networks } from "./protocols/networks.ts";
import { operation } from "./protocols/operation.ts";
import { clips, trajectory } from "./protocols/optimizers.ts";
import type { Protocol, Protocols } from "./protocols/protocol.ts";
import { scheduleJobs } from "./protocols/schedules.ts";
import { secondOrder } from "./protocols/second_order.ts";
import { workedJobs } from "./protocols/worked.ts";

const special: Protocols = { ...secondOrder, ...clips, ...networks };
const protocolOf = (c: Case): Protocol =>
  special[c.op] ?? ("loss" in c.args && "steps" in c.args ? trajectory : operation);

/** The jobs of a folder: the cases of the manifest, schedules, worked examples and failures. `only` is an operation or a class. */
export const jobsOf = (folder: Folder, only?: string): readonly Job[] => {
  const cases = folder.cases.map((c): Job => ({
    name: c.name,
    op: c.op,
    class: c.class,
    start: () => protocolOf(c)(c, folder),
  }));
  const all = [...cases, ...scheduleJobs(folder), ...workedJobs(folder), ...failureJobs(folder)];
  return only === undefined ? all : all.filter((j) => j.op === only || j.class === only);
};
