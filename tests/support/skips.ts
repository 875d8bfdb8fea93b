/** Skipping a test with the reason in its name, so that every report shows it; and where the data beside the project lies. */
import { test } from "bun:test";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

type Limit = number | { readonly timeout?: number };

/** Declares a test when `reason` is null, else a skipped one named `name [skipped: reason]`. */
export const testUnless = (reason: string | null) => (name: string, body: () => unknown, timeout?: Limit): void =>
  reason === null
    ? test(name, body as () => void, timeout as number)
    : test.skip(`${name} [skipped: ${reason}]`, body as () => void);

const root = new URL("../../", import.meta.url);

/** A path below the project's root. `projectPath("mod.ts")` */
export const projectPath = (path: string): string => fileURLToPath(new URL(path, root));

/** The path of `../shared/<path>` beside the project, or null when it is not there. */
export const shared = (path: string): string | null => {
  const found = fileURLToPath(new URL(`../shared/${path}`, root));
  return existsSync(found) ? found : null;
};

/**
 * Declares a test over a file or folder of `../shared`, whose path the body gets; skipped where it is absent.
 * `testShared("golden/ops/add.safetensors")("add agrees with the golden file", async (path) => { ... })`
 */
export const testShared = (path: string) => (name: string, body: (found: string) => unknown, timeout?: Limit): void => {
  const found = shared(path);
  testUnless(found === null ? `../shared/${path} is absent` : null)(name, () => body(found ?? ""), timeout);
};

/** Why a test that needs WebGPU cannot run here, or null when it can. Awaited at the top of a test file. */
export const noWebGpu = async (): Promise<string | null> => {
  const gpu = (globalThis.navigator as { gpu?: { requestAdapter(): Promise<unknown> } } | undefined)?.gpu;
  if (!gpu) return "this runtime has no navigator.gpu";
  return await gpu.requestAdapter() ? null : "navigator.gpu has no adapter here";
};

/** Whether the tests run in Deno; otherwise in Bun. */
export const inDeno: boolean = "Deno" in globalThis;
