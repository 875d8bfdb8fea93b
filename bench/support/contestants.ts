/** Who takes part, and how each is started. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Case } from "./case.ts";

export type BackendName = "wasm" | "webgpu";
export interface ContestantInfo {
  readonly name: string;
  /** Whether it has a second way of doing a case, for when the first is wrong. */
  readonly other?: boolean;
  /** Whose ratio is taken against ours on this back end. */
  readonly against: readonly BackendName[];
  readonly takes: (c: Case) => boolean;
  readonly command: (threads: number, cases: string) => readonly [command: string, args: readonly string[]];
  readonly environment: (threads: number) => Readonly<Record<string, string | undefined>>;
}

const script = (name: string): string => fileURLToPath(new URL(`../contestants/${name}`, import.meta.url));
const deno = (name: string, ...args: readonly string[]) =>
  [process.execPath, ["run", "-A", script(name), ...args]] as const;
/** Shaders are compiled anew in every process. */
const cold = { MESA_SHADER_CACHE_DISABLE: "true" };

export const ours: Readonly<Record<BackendName, ContestantInfo>> = {
  wasm: {
    name: "ours wasm",
    against: [],
    takes: () => true,
    command: () => deno("ours.ts", "wasm"),
    environment: (threads) => ({ PULLBACK_THREADS: `${threads}` }),
  },
  webgpu: {
    name: "ours webgpu",
    against: [],
    takes: () => true,
    command: () => deno("ours.ts", "webgpu"),
    environment: () => cold,
  },
};

/** A Python in which a line runs, or null. Debian's own is tried where another comes first. */
const python = (line: string): string | null =>
  ["python3", "/usr/bin/python3"].find((p) => spawnSync(p, ["-c", line]).status === 0) ?? null;
const once = <T>(f: () => T): () => T => {
  let known: { readonly value: T } | null = null;
  return () => (known ??= { value: f() }).value;
};
/** The Python that can import torch, and the one whose torch has a GPU. */
export const pythonWithTorch: () => string | null = once(() => python("import torch"));
const pythonWithGpu = once(() => python("import torch; assert torch.cuda.is_available()"));

const torch = (name: string, backend: BackendName, find: () => string | null, device: string): ContestantInfo => ({
  name,
  against: [backend],
  takes: (c) => c.torch !== undefined && find() !== null,
  command: (threads, cases) => [find()!, [script("pytorch.py"), `${threads}`, cases, device]],
  // OpenBLAS chooses its kernels for the processor there is.
  environment: (threads) => ({
    OMP_NUM_THREADS: `${threads}`,
    OPENBLAS_NUM_THREADS: `${threads}`,
    OPENBLAS_CORETYPE: undefined,
    OPENBLAS_L2_SIZE: undefined,
  }),
});

/** What every result is compared with: PyTorch in f64 where it is there and knows the case, else ours in f64. */
export const referenceFor = (c: Case): ContestantInfo => {
  const theirs = torch("reference PyTorch", "wasm", pythonWithTorch, "reference");
  return theirs.takes(c)
    ? theirs
    : { ...ours.wasm, name: "reference ours", command: () => deno("ours.ts", "wasm", "f64") };
};

export const peers: readonly ContestantInfo[] = [
  {
    name: "jax-js wasm",
    other: true,
    against: ["wasm"],
    takes: (c) => c.jax !== undefined,
    command: (threads) => deno("jax_js.ts", "wasm", `${threads}`),
    environment: () => ({}),
  },
  {
    name: "jax-js webgpu",
    other: true,
    against: ["webgpu"],
    takes: (c) => c.jax !== undefined,
    command: () => deno("jax_js.ts", "webgpu"),
    environment: () => cold,
  },
  {
    // Its threads are left out where it does not run in a browser.
    name: "TensorFlow.js",
    against: ["wasm"],
    takes: (c) => c.tf !== undefined,
    command: () => deno("tensorflow_js.ts"),
    environment: () => ({}),
  },
  {
    name: "ONNX Runtime",
    against: ["wasm"],
    takes: (c) => c.onnx !== undefined,
    command: (threads) => deno("onnx_runtime.ts", `${threads}`),
    environment: () => ({}),
  },
  torch("PyTorch", "wasm", pythonWithTorch, "cpu"),
  torch("PyTorch CUDA", "webgpu", pythonWithGpu, "cuda"),
];
