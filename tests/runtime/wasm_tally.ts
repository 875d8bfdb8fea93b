/** A small module by hand, for tests of threads: every task counts itself, works a while, and one of them traps. */
import type { Phase } from "../../runtime/wasm/worker.ts";

const unsigned = (n: number): number[] => n < 128 ? [n] : [n & 127 | 128, ...unsigned(n >>> 7)];
const section = (id: number, ...body: number[]): number[] => [id, ...unsigned(body.length), ...body];
const name = (s: string): number[] => [s.length, ...[...s].map((c) => c.charCodeAt(0))];

const i32 = 0x7f, get = 0x20, set = 0x21, plus = 0x6a;
const load = (offset: number): number[] => [0x28, 2, offset];

/*
 * run(args, begin, end, scratch): counts = args[0], trap = args[1], turns = args[2]
 *   for task from begin to end - 1: turns idle loops; counts[task]++, scratch[0] = task; task = trap: unreachable
 * locals: 0 args, 1 task, 2 end, 3 scratch, 4 idle, 5 address
 */
// deno-fmt-ignore
const body = [
  1, 2, i32,
  0x02, 0x40, 0x03, 0x40, get, 1, get, 2, 0x4e, 0x0d, 1,
  get, 0, ...load(8), set, 4,
  0x02, 0x40, 0x03, 0x40, get, 4, 0x45, 0x0d, 1, get, 4, 0x41, 1, 0x6b, set, 4, 0x0c, 0, 0x0b, 0x0b,
  get, 0, ...load(0), get, 1, 0x41, 2, 0x74, plus, set, 5,
  get, 5, get, 5, ...load(0), 0x41, 1, plus, 0x36, 2, 0,
  get, 3, get, 1, 0x36, 2, 0,
  get, 1, get, 0, ...load(4), 0x46, 0x04, 0x40, 0x00, 0x0b,
  get, 1, 0x41, 1, plus, set, 1, 0x0c, 0, 0x0b, 0x0b, 0x0b,
];

// deno-fmt-ignore
/** The module, for a memory that is shared or not. */
export const tallyModule = (shared: boolean): Uint8Array<ArrayBuffer> =>
  new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, 1, 0x60, 4, i32, i32, i32, i32, 0),
    ...section(2, 1, ...name("env"), ...name("memory"), 2, shared ? 3 : 1, 1, ...unsigned(65536)),
    ...section(3, 1, 0),
    ...section(7, 1, ...name("run"), 0, 0),
    ...section(10, 1, ...unsigned(body.length), ...body),
  ]);

export const linkTally = (module: WebAssembly.Module, memory: WebAssembly.Memory): readonly Phase[] => [
  new WebAssembly.Instance(module, { env: { memory } }).exports["run"] as Phase,
];
