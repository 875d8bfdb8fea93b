/** The package as a user gets it: a copy of the library outside the tree, and scripts that use it. */
import { execFile } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectPath } from "../support/skips.ts";

const rooms = ["core", "ops", "transforms", "compiler", "runtime", "nn", "models", "datasets", "training"];

/** An empty folder outside the tree. */
export const outside = (): string => realpathSync(mkdtempSync(join(tmpdir(), "pullback-package-")));

/** Copies what the library is made of, and nothing of its tests, examples and configuration for Deno, into `folder`. */
export const copyLibrary = (folder: string): void => {
  for (const room of rooms) {
    if (existsSync(projectPath(room))) cpSync(projectPath(room), join(folder, room), { recursive: true });
  }
  for (const file of ["mod.ts", "package.json"]) copyFileSync(projectPath(file), join(folder, file));
};

/** A script that applies LeNet-5 to noise and prints the logits as JSON. `from` is how it imports the package. */
export const forwardScript = (from: string): string => `
import { nn, random, read } from "${from}";
const lenet = nn.model([1, 28, 28],
  nn.named("c1", nn.conv2d(6, { kernel: 5, padding: 2 })), nn.tanh, nn.avgPool2d(2),
  nn.named("c3", nn.conv2d(16, { kernel: 5 })), nn.tanh, nn.avgPool2d(2), nn.flatten,
  nn.named("f5", nn.linear(120)), nn.tanh, nn.named("f6", nn.linear(84)), nn.tanh, nn.named("out", nn.linear(10)));
const [k1, k2] = random.split(random.key(7));
const [logits] = lenet.apply(lenet.init(k1), random.normal(k2, [2, 1, 28, 28]), {});
console.log("logits " + JSON.stringify(await read(logits)));
`;

/** A script whose second convolution does not fit, and the sentence that says so. */
export const wrongScript = (from: string): string => `
import { nn } from "${from}";
export const model = nn.model([1, 8, 8], nn.named("c1", nn.conv2d(4, { kernel: 3 })), nn.avgPool2d(2),
  nn.named("c7", nn.conv2d(6, { kernel: 7 })));
`;
export const wrongSentence = "conv2d: kernel 7 does not fit input 3 (height of [4, 3, 3])";

/** The logits that `forwardScript` printed. */
export const logitsIn = (text: string): readonly (readonly number[])[] => {
  const line = /^logits (.*)$/m.exec(text)?.[1];
  if (line === undefined) throw new Error(`the script printed no logits:\n${text}`);
  return JSON.parse(line);
};

/** Runs a command in `folder`, with our environment but for the library's own variables. */
export const command = (
  folder: string,
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly text: string }> => {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PULLBACK_")));
  return new Promise((resolve) =>
    execFile(
      program,
      [...args],
      { cwd: folder, env: { ...env, NO_COLOR: "1" } },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), text: stdout + stderr }),
    )
  );
};
