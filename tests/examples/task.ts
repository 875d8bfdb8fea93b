/** Examples as users start them: as processes, with the permissions of their task. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { inDeno, projectPath } from "../support/skips.ts";

/** The words of `deno task NAME` after `deno`, with leave to write into `folder` instead of the task's own places. */
export const taskWords = (name: string, folder: string): readonly string[] => {
  const text = readFileSync(projectPath("deno.json"), "utf8").replace(/^\s*\/\/.*$/gm, "");
  const task = (JSON.parse(text) as { tasks: Readonly<Record<string, string>> }).tasks[name];
  if (task === undefined) throw new Error(`there is no task ${name}`);
  return task.split(" ").slice(1).map((word) => word.startsWith("--allow-write=") ? `--allow-write=${folder}` : word);
};

/** How a process ended, and what it wrote. */
export interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
/** In what surroundings it runs. */
export interface Circumstances {
  readonly env?: Readonly<Record<string, string>>;
  /** Sends a signal when the errors and the progress written so far match. */
  readonly signal?: readonly [when: RegExp, name: "SIGINT" | "SIGKILL"];
}

/** Runs the example of a task; it computes in WebAssembly unless the arguments say otherwise. */
export const start = (
  name: string,
  folder: string,
  args: readonly string[],
  { env = {}, signal }: Circumstances = {},
): Promise<Done> => {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("PULLBACK_"));
  const task = taskWords(name, folder);
  const words = inDeno ? task : ["run", task.at(-1)!];
  const child = spawn(process.execPath, [...words, ...args], {
    cwd: projectPath(""),
    env: { ...Object.fromEntries(own), PULLBACK_BACKEND: "wasm", NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let [stdout, stderr, sent] = ["", "", false];
    child.on("error", reject);
    child.stdout.on("data", (chunk) => stdout += chunk);
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
      if (signal === undefined || sent || !signal[0].test(stderr)) return;
      sent = true;
      // Not child.kill: in Deno the exit status would then be lost.
      process.kill(child.pid!, signal[1]);
    });
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
};

/** The JSON object on the last line of what went well. */
export const jsonOf = (done: Done): unknown => {
  if (done.code !== 0) throw new Error(`the example ended with ${done.code}:\n${done.stdout}${done.stderr}`);
  return JSON.parse(done.stdout.trimEnd().split("\n").at(-1)!);
};
