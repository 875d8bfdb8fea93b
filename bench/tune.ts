/**
 * Measures which variants of kernels are fastest on this machine's adapter, and keeps them for WebGPU to use.
 *
 *     deno task tune [--case TEXT]... [--hardware] [--minutes N] [--dry]      the kernels of the bench's cases
 *     deno task tune [--minutes N] [--dry] SCRIPT [arguments]    those that a script runs
 *
 * The table lies in the cache folder (`PULLBACK_CACHE`), in a file named after the adapter; what is measured again takes
 * the place of what is there, and deleting the file undoes it. `--dry` measures and keeps nothing. Sums may be cut
 * otherwise afterwards, so results can differ in the last digits from those before.
 */
import { resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { compilePlan } from "../compiler/compile.ts";
import { type Kernel, launchesOf, showKernel } from "../compiler/kernel.ts";
import type { TunedEntry } from "../compiler/wgsl/tuned.ts";
import { isLeft } from "../core/either.ts";
import { makeProgram, type Tensor, tensor } from "../mod.ts";
import { runtime } from "../runtime/select.ts";
import { webgpuBackend, webgpuLimits } from "../runtime/webgpu/backend.ts";
import { createMachine } from "../runtime/webgpu/machine.ts";
import { tuneKernel } from "../runtime/webgpu/tune.ts";
import { writeTuned } from "../runtime/webgpu/tuned_file.ts";
import { casesOf } from "./cases/mod.ts";
import { flagsOf } from "./support/flags.ts";

const at = process.argv.findIndex((a, i) => i > 1 && /\.[mc]?[jt]s$/.test(a));
const own = at < 0 ? process.argv.slice(2) : process.argv.slice(2, at);
const usage = `deno task tune [options] [SCRIPT [its arguments]]

  --case TEXT    kernels of the cases of the bench whose name has the text; may be given several times
  --hardware     cases for a GPU
  --minutes N    at most (default 30)
  --dry          measure, and keep nothing`;
const values = flagsOf(usage, {
  case: {
    type: "string",
    multiple: true,
    default: ["matmul", "conv2d", "attention", "step", "resnet18", "unet", "sum-"],
  },
  minutes: { type: "string", default: "30" },
  hardware: { type: "boolean", default: false },
  dry: { type: "boolean", default: false },
}, own);
const made = await createMachine();
if (isLeft(made)) {
  console.error(made.left.message);
  process.exit(1);
}
const machine = made.right, limits = webgpuLimits(machine);
const kernels = new Map<string, Kernel>();
const collect = (program: Parameters<typeof compilePlan>[0]): void => {
  for (const { kernel } of launchesOf(compilePlan(program, limits).steps)) {
    kernels.set(showKernel({ ...kernel, name: "" }), kernel);
  }
};

if (at < 0) {
  for (
    const c of casesOf(values.hardware ? "hardware" : "usual").filter(({ name }) =>
      values.case.some((text) => name.includes(text))
    )
  ) {
    const f = c.ours as unknown as (...xs: readonly Tensor[]) => readonly Tensor[];
    collect(makeProgram(f)(...c.inputs().map(({ shape, data }) => tensor(data, shape) as Tensor)));
  }
} else {
  const opened = await webgpuBackend()();
  if (isLeft(opened)) throw new Error(opened.left.message);
  const backend = opened.right;
  runtime.use({
    ...backend,
    compile: (program) => {
      collect(program);
      return backend.compile(program);
    },
  });
  const script = resolve(process.argv[at]!);
  process.argv.splice(1, at, script);
  await import(pathToFileURL(script).href);
}

const until = performance.now() + Number(values.minutes) * 60_000, entries: TunedEntry[] = [];
let before = 0, after = 0, left = kernels.size;
for (const kernel of kernels.values()) {
  if (performance.now() > until) break;
  left--;
  const trial = await tuneKernel(machine, kernel);
  if (trial === null) continue;
  entries.push(trial.entry);
  before += trial.before;
  after += trial.after;
  const { form, extents, variant } = trial.entry, gain = (trial.before / trial.after).toFixed(2);
  console.log(
    `${form} ${extents.join("x")}: ${trial.after.toFixed(3)} ms, ${gain} times as fast, ${trial.tried} tried`,
  );
  console.log(`  ${JSON.stringify(variant)}`);
}
if (left > 0) console.log(`${left} kernels were not measured: the ${values.minutes} minutes are over`);
const gained = after === 0 ? 1 : before / after;
console.log(`${machine.description}: ${entries.length} kernels, together ${gained.toFixed(2)} times as fast`);
if (!values.dry && entries.length > 0) console.log(`kept in ${writeTuned(machine.description, entries)}`);
machine.health.retire();
machine.device.destroy();
process.exit(0);
