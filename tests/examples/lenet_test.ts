/** The main example as users start it: a process, with the permissions of `deno task train`, on small amounts of data. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { loadTensors, run } from "../../datasets/mod.ts";
import { type Circumstances, type Done, jsonOf, start, taskWords } from "./task.ts";

let folder = "";
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "pullback-lenet-")));
});
afterAll(() => rmSync(folder, { recursive: true }));
const out = (name: string): string => join(folder, name);

/** The words of `deno task train` after `deno`. */
const taskFlags = (): readonly string[] => taskWords("train", folder);
/** Runs the example. */
const train = (args: readonly string[], circumstances?: Circumstances): Promise<Done> =>
  start("train", folder, args, circumstances);

interface Result {
  readonly dataset: string;
  readonly backend: string;
  readonly epochs: number;
  readonly steps: number;
  readonly seconds: number;
  readonly final_loss: number;
  readonly test_accuracy: number;
  readonly losses: readonly number[];
}
/** The JSON object on the last line. */
const resultOf = (done: Done): Result => jsonOf(done) as Result;
/** All that two runs must have in common. */
const course = ({ losses, final_loss, test_accuracy }: Result) => ({ losses, final_loss, test_accuracy });

const small = ["--dataset", "digits", "--limit", "512", "--epochs", "1", "--json"];
const longer = ["--dataset", "digits", "--limit", "2048", "--batch", "32", "--epochs", "3", "--json"];

describe("a run of the example", () => {
  let done: Done = { code: null, stdout: "", stderr: "" };
  beforeAll(async () => {
    done = await train([...small, "--out", out("first")]);
  });

  test("ends with one line of JSON", () => {
    const { seconds, test_accuracy, losses, final_loss, ...rest } = resultOf(done);
    expect(rest).toEqual({ dataset: "digits", backend: "wasm", epochs: 1, steps: 4 });
    expect(losses).toHaveLength(4);
    expect(losses.every((loss) => Number.isFinite(loss) && loss > 0)).toBe(true);
    expect(final_loss).toBe(losses[3]!);
    expect(seconds).toBeGreaterThan(0);
    expect(test_accuracy).toBeGreaterThan(0.05);
    expect(test_accuracy).toBeLessThanOrEqual(1);
  });

  test("shows the table of layers, the progress, the accuracy and the confusion matrix", () => {
    expect(done.stdout).toMatch(/^c1 +conv2d +\[6, 28, 28\] +156 +117,600$/m);
    expect(done.stdout).toMatch(/^total +61,706 +416,520$/m);
    expect(done.stdout).toMatch(/^test accuracy \d+\.\d\d%$/m);
    expect(done.stdout).toMatch(/^precision( +(\d+\.\d%|-)){11}$/m);
    expect(done.stderr).toMatch(/^epoch 1\/1 {2}4\/4 {2}loss \d+\.\d{4} {2}[\d,]+ examples\/s {2}ETA 0:00$/m);
  });

  test("asks for nothing, and warns of nothing", () => {
    expect(done.stderr.split("\n").filter((line) => line !== "" && !line.startsWith("epoch "))).toEqual([]);
    expect(taskFlags()).toContain("--no-prompt");
    expect(taskFlags().some((flag) => flag === "-A" || flag.startsWith("--allow-all"))).toBe(false);
  });

  test("leaves weights under the names of PyTorch, a checkpoint and a picture", async () => {
    expect(readdirSync(out("first")).sort()).toEqual(["checkpoint.safetensors", "lenet5.safetensors", "lenet5.svg"]);
    const { tensors } = await run(loadTensors(`${out("first")}/lenet5.safetensors`));
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape.join()]));
    expect(shapes).toEqual({
      "c1.weight": "6,1,5,5",
      "c1.bias": "6",
      "c3.weight": "16,6,5,5",
      "c3.bias": "16",
      "f5.weight": "120,400",
      "f5.bias": "120",
      "f6.weight": "84,120",
      "f6.bias": "84",
      "out.weight": "10,84",
      "out.bias": "10",
    });
    const { metadata } = await run(loadTensors(`${out("first")}/checkpoint.safetensors`));
    expect(metadata.get("step")).toBe("4");
    const svg = readFileSync(`${out("first")}/lenet5.svg`, "utf8");
    expect(svg).toStartWith("<svg ");
    expect(svg).toContain("LeNet-5 on digits");
  });

  test("gives the same bits again, and others for another seed", async () => {
    const again = await train([...small, "--out", out("again")]);
    expect(course(resultOf(again))).toEqual(course(resultOf(done)));
    const weights = (name: string) => readFileSync(`${out(name)}/lenet5.safetensors`);
    expect(weights("again").equals(weights("first"))).toBe(true);
    const other = await train([...small, "--seed", "1", "--out", out("other")]);
    expect(resultOf(other).losses[0]).not.toBe(resultOf(done).losses[0]!);
  });
});

describe("training that stops", () => {
  let whole: Result;
  beforeAll(async () => {
    whole = resultOf(await train([...longer, "--out", out("whole")]));
  });
  const stepAt = async (name: string): Promise<number> =>
    Number((await run(loadTensors(`${out(name)}/checkpoint.safetensors`))).metadata.get("step"));

  /** Runs it until a signal ends it: on a busy machine the signal may come when all is done, and then it is run again. */
  const broken = async (name: string, signal: readonly [RegExp, "SIGINT" | "SIGKILL"]): Promise<Done> => {
    let done: Done, tries = 0;
    do {
      rmSync(out(name), { recursive: true, force: true });
      done = await train([...longer, "--out", out(name)], { signal });
    } while (done.stdout.includes("trained in") && ++tries < 10);
    return done;
  };

  test("by Ctrl-C leaves a checkpoint, from which it goes on as if nothing had been", async () => {
    const stopped = await broken("stopped", [/epoch 1\/3/, "SIGINT"]);
    expect(stopped.code, stopped.stderr).toBe(130);
    const step = await stepAt("stopped");
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(whole.steps);
    expect(stopped.stdout).toContain(`stopped after step ${step} of ${whole.steps}: --resume goes on from there`);
    const rest = resultOf(await train([...longer, "--resume", "--out", out("stopped")]));
    expect(course(rest)).toEqual(course(whole));
    expect(await stepAt("stopped")).toBe(whole.steps);
  });

  test("by a crash goes on after the last epoch that was finished", async () => {
    const killed = await broken("killed", [/epoch 2\/3/, "SIGKILL"]);
    expect(killed.code).not.toBe(0);
    expect(await stepAt("killed") % (whole.steps / 3)).toBe(0);
    expect(await stepAt("killed")).toBeGreaterThan(0);
    const rest = resultOf(await train([...longer, "--resume", "--out", out("killed")]));
    expect(course(rest)).toEqual(course(whole));
  });

  test("goes on only with the options it had", async () => {
    const done = await train([...longer, "--lr", "0.05", "--resume", "--out", out("whole")]);
    expect(done.code).toBe(1);
    expect(done.stderr).toContain("checkpoint.safetensors has lr 0.1, not 0.05");
  });

  test("does not go on from a damaged checkpoint", async () => {
    const bytes = readFileSync(`${out("whole")}/checkpoint.safetensors`);
    writeFileSync(`${out("again")}/checkpoint.safetensors`, bytes.subarray(0, bytes.length / 2));
    const done = await train([...longer, "--resume", "--out", out("again")]);
    expect(done.code).toBe(1);
    expect(done.stderr).toContain("checkpoint.safetensors");
    expect(done.stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("what cannot be done is told in one sentence", () => {
  test.each([
    [["--epoch", "3"], 2, "--epoch is no option: did you mean --epochs?"],
    [["--lr", "0"], 2, '--lr expects a number, above 0 and at most 10, got "0"'],
    [["--dataset", "cifar"], 2, '--dataset expects one of auto, mnist, digits, got "cifar"'],
    [["--backend", "cuda"], 2, '--backend expects one of auto, webgpu, wasm, reference, got "cuda"'],
    [["3"], 2, '"3" belongs to no option: --help lists them'],
    [["--resume", "--out", "{}/none", "--limit", "8", "--dataset", "digits"], 1, "There is no {}/none/checkpoint"],
    [["--out", "{}/file/x", "--limit", "8", "--dataset", "digits"], 1, "Cannot write {}/file/x/checkpoint"],
    [["--data", "{}"], 1, "There is no train-images-idx3-ubyte.gz in {} or {}/mnist"],
    [["--data", "{}/damaged"], 1, "{}/damaged/train-images-idx3-ubyte.gz"],
    [["--data", "{}", "--dataset", "digits"], 1, "--dataset digits draws its pictures and reads nothing from {}"],
    [["--dataset", "mnist", "--data", "{}"], 1, "There is no train-images-idx3-ubyte.gz in {} or {}/mnist"],
  ])("%j ends with %d", async (args, code, sentence) => {
    const placed = (text: string) => text.replaceAll("{}", folder);
    writeFileSync(out("file"), "");
    mkdirSync(out("damaged"), { recursive: true });
    writeFileSync(`${out("damaged")}/train-images-idx3-ubyte.gz`, gzipSync(new Uint8Array(16 + 60_000 * 784)));
    const done = await train(args.map(placed));
    expect(done.stderr).toContain(placed(sentence));
    expect(done.stderr.split("\n").filter((line) => line !== "" && !line.startsWith("epoch "))).toHaveLength(1);
    expect(done.code).toBe(code);
  });

  test("no adapter for --backend webgpu", async () => {
    // Bun has no WebGPU of its own; Deno finds no adapter behind an interface that the platform has not.
    const hidden = { DENO_WEBGPU_BACKEND: process.platform === "win32" ? "metal" : "dx12" };
    const done = await train(["--backend", "webgpu", ...small, "--out", out("gpu")], { env: hidden });
    expect(done.stderr).toMatch(/^.*WebGPU.*(adapter|navigator\.gpu).*\n$/);
    expect(done.code).toBe(1);
    expect(existsSync(out("gpu"))).toBe(false);
  });

  test("auto says why it does not learn MNIST, and learns digits", async () => {
    const args = ["--limit", "128", "--epochs", "1", "--json", "--out", out("auto")];
    const done = await train(args, { env: { PULLBACK_DATA: folder } });
    expect(resultOf(done).dataset).toBe("digits");
    const told = done.stderr.split("\n").filter((line) => line.includes("No MNIST here"));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("There is no train-images-idx3-ubyte.gz");
  });
});
