/**
 * `deno task golden --dir DIR --backend webgpu|wasm|reference [--only OP]`: runs every case of a folder of golden cases, and
 * says which of them fail, and by how much. `--only` takes an operation or a class.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { backendNamed, backendNames, useBackend } from "./backends.ts";
import { jobsOf } from "./jobs.ts";
import { openFolder } from "./layout.ts";
import { exitCode, runJobs, type Skips, summary } from "./runner.ts";

const usage = `usage: deno task golden --dir DIR --backend ${backendNames.join("|")} [--only OP] [--together N]`;
const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      dir: { type: "string" },
      backend: { type: "string" },
      only: { type: "string" },
      together: { type: "string" },
    },
  });
  if (values.dir === undefined || values.backend === undefined) {
    console.error(usage);
    return 2;
  }
  const skips = JSON.parse(readFileSync(fileURLToPath(new URL("./skips.json", import.meta.url)), "utf8")) as Skips;
  const backend = await useBackend(backendNamed(values.backend)), jobs = jobsOf(openFolder(values.dir), values.only);
  if (jobs.length === 0) {
    throw new Error(`no case of ${values.dir}${values.only === undefined ? "" : ` is of the operation or class ${values.only}`}`);
  }
  console.log(`${jobs.length} cases on ${backend.name} (${backend.description})`);
  const results = await runJobs(jobs, {
    skips,
    ...(values.together === undefined ? {} : { together: Number(values.together) }),
    onResult: (r) => {
      if (r.verdict !== "passed") {
        for (const line of r.lines) console.log(`${r.verdict.toUpperCase()} ${r.job.name}: ${line}`);
      }
    },
  });
  console.log(`\n${summary(results)}`);
  return exitCode(results);
};
try {
  process.exitCode = await main();
} catch (e) {
  console.error(e instanceof Error ? e.message : e);
  process.exitCode = 2;
}
