/**
 * Runs a script and writes what the library did meanwhile, for ui.perfetto.dev or chrome://tracing.
 *
 *     deno task profile [--out FILE] SCRIPT [its arguments]        deno task profile examples/lenet.ts --dataset digits
 *
 * FILE is profile.json unless given. What a script that fails has done until then is written too.
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { observe, observer } from "../core/observer.ts";
import "../mod.ts";
import { chromeTrace, recorder } from "../runtime/profile.ts";

const given = process.argv.slice(2), named = given[0] === "--out";
const [out = "", path, ...rest] = named ? given.slice(1) : ["profile.json", ...given];
if (path === undefined || out === "" || path.startsWith("-")) {
  console.error("usage: deno task profile [--out FILE] SCRIPT [its arguments]");
  process.exit(2);
}
const file = resolve(path);
process.argv.splice(1, process.argv.length, file, ...rest);

const r = recorder(observer());
observe(r.observer);
let written = false;
const write = (): void => {
  if (written) return;
  written = true;
  const trace = chromeTrace(r.events), kernels = trace.traceEvents.filter((e) => e.cat === "kernel").length;
  writeFileSync(out, JSON.stringify(trace));
  console.error(`${out}: ${trace.traceEvents.length} entries, ${kernels} of kernels`);
};
// A script may end the process itself.
process.on("exit", write);
try {
  await import(pathToFileURL(file).href);
  await r.settled();
} finally {
  write();
}
