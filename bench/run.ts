/**
 * How fast Pullback is, and how fast others are at the same work, in turn on the same machine.
 *
 *     deno task bench [--case TEXT]... [--backend wasm|webgpu]... [--peers] [--peer TEXT]... [--threads N] [--json FILE]
 *                     [--pairs N] [--ms N] [--tiny | --hardware] [--list]
 *
 * `--case` takes every case whose name has the text; `--tiny` takes small sizes, to see whether all contestants compute, and
 * `--hardware` the cases for a GPU. With `--peers` the other libraries are measured too, or, with `--peer`, those whose name
 * has the text: ours and theirs A B, B A, A B, ..., `--pairs` times for `--ms` milliseconds each, every one in a process of
 * its own, and only where its first results are right. jax-js, TensorFlow.js and ONNX Runtime come from the npm registry
 * when they are first asked for; PyTorch is used where `python3` can import it.
 * On Debian and Ubuntu: `apt-get install python3-torch libopenblas0-pthread`, and `update-alternatives --display
 * libblas.so.3-x86_64-linux-gnu` names openblas-pthread: the reference BLAS that is there without it is no peer.
 */
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import process from "node:process";
import { casesOf, type Sizes } from "./cases/mod.ts";
import { type BackendName, pythonWithTorch } from "./support/contestants.ts";
import { fail, flagsOf } from "./support/flags.ts";
import { measure } from "./support/measure.ts";
import { questions } from "./questions/mod.ts";
import type { Reading } from "./questions/question.ts";
import { readingsTable, table } from "./support/table.ts";

const usage = `deno task bench [options]

  --case TEXT      cases whose name has the text; may be given several times
  --list           names of all cases
  --backend NAME   wasm or webgpu; may be given several times (default both)
  --peers          other libraries too
  --peer TEXT      those whose name has the text
  --threads N      of Wasm and of the peers (default all)
  --pairs N        turns of each (default 10)
  --ms N           milliseconds of a turn (default 250)
  --tiny           small sizes, to see whether all contestants compute
  --hardware       the cases for a GPU
  --json FILE      results, for a program`;
const values = flagsOf(usage, {
  case: { type: "string", multiple: true, default: [] },
  backend: { type: "string", multiple: true, default: ["wasm", "webgpu"] },
  peers: { type: "boolean", default: false },
  peer: { type: "string", multiple: true, default: [] },
  threads: { type: "string", default: `${availableParallelism()}` },
  pairs: { type: "string", default: "10" },
  ms: { type: "string", default: "250" },
  json: { type: "string" },
  tiny: { type: "boolean", default: false },
  hardware: { type: "boolean", default: false },
  list: { type: "boolean", default: false },
});
const whole = (name: "threads" | "pairs" | "ms"): number => {
  const n = Number(values[name]);
  return Number.isInteger(n) && n > 0 ? n : fail(`--${name} is a positive whole number`);
};
const wanted = ({ name }: { readonly name: string }): boolean =>
  values.case.length === 0 || values.case.some((text) => name.includes(text));
const sizes: Sizes = values.tiny ? "tiny" : values.hardware ? "hardware" : "usual";
const chosen = casesOf(sizes).filter(wanted), asked = sizes === "usual" ? questions.filter(wanted) : [];
const backends = values.backend.map((name): BackendName =>
  name === "wasm" || name === "webgpu" ? name : fail(`--backend is wasm or webgpu, not ${name}`)
);
if (values.list) {
  for (const { name, title } of [...chosen, ...asked]) console.log(`${name.padEnd(24)} ${title}`);
  process.exit(0);
}
if (chosen.length + asked.length === 0) fail(`no case is called like ${values.case.join(" or ")}: --list shows them`);
if ((values.peers || values.peer.includes("torch")) && pythonWithTorch() === null) {
  console.error(
    "PyTorch is left out: no python3 here imports torch (apt-get install python3-torch libopenblas0-pthread)",
  );
}
const results = await measure(chosen, {
  threads: whole("threads"),
  pairs: whole("pairs"),
  turn: whole("ms"),
  sizes,
  backends,
  against: (name) => values.peers || values.peer.some((text) => name.toLowerCase().includes(text.toLowerCase())),
  say: (line) => console.error(line),
});
const readings: Reading[] = [];
for (const q of asked) {
  console.error(q.name);
  readings.push(...await q.answer());
}
if (chosen.length > 0) console.log(table(results));
if (readings.length > 0) console.log(`\n${readingsTable(readings)}`);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ ...results, readings }, null, 2)}\n`);
process.exit(0);
