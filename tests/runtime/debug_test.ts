/** What the library says of itself at each level, and that it says nothing unasked. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import process from "node:process";
import { observe, observer } from "../../core/observer.ts";
import { item, jit, matmul, run, scalar, setBackend, setDebug, sum, tanh, type Tensor, zeros } from "../../mod.ts";
import { observerOfEnvironment, showEvent } from "../../runtime/debug.ts";
import { onDevices } from "../support/backends.ts";

type Matrix = Tensor<[number, number], "f32">;
const fresh = () => jit((x: Matrix, y: Matrix) => sum(matmul(x, y)), { name: "f" });
/** A number in a line, as far as it is one of time or rate. */
const blur = (line: string): string => line.replace(/\d[\d.]* (ms|[kMG]?(?:B|FLOP)\/s)/g, "# $1");

describe("debug levels", () => {
  let lines: string[] = [], before = observer();
  beforeEach(async () => {
    await run(setBackend("wasm"));
    before = observer();
    lines = [];
  });
  afterEach(() => observe(before));
  const debug = (level: number): void => setDebug(level, (line) => lines.push(line));
  /** The lines of a call at a level, times blurred. */
  const said = async (level: number): Promise<readonly string[]> => {
    debug(level);
    await item(fresh()(zeros([8, 4]), zeros([4, 2])));
    return lines.flatMap((l) => blur(l).split("\n"));
  };

  test("0 says nothing", async () => {
    expect(await said(0)).toEqual([]);
  });

  test("1 says what is traced and compiled, and why again", async () => {
    debug(1);
    const f = fresh();
    await item(f(zeros([8, 4]), zeros([4, 2])));
    await item(f(zeros([8, 4]), zeros([4, 2])));
    await item(f(zeros([6, 4]), zeros([4, 2])));
    expect(lines.map(blur)).toEqual([
      "trace jit(f): first call; 2 equations in # ms",
      "compile jit(f) for wasm: 2 equations to 2 kernels in # ms",
      "trace jit(f): argument 1 is f32[6,4], before f32[8,4]; 2 equations in # ms",
      "compile jit(f) for wasm: 2 equations to 2 kernels in # ms",
    ]);
  });

  test("a cache miss is explained by the most similar call before", async () => {
    debug(1);
    const f = jit((x: { w: Tensor; b?: Tensor }, n: number) => sum(x.w as Tensor<[number], "f32">, 0 * n), {
      static: [1],
      name: "g",
    });
    const w = zeros([3]);
    const reasons = async (...args: Parameters<typeof f>) => {
      lines = [];
      await item(f(...args));
      return /: (.*); \d/.exec(lines[0] ?? "")?.[1];
    };
    expect(await reasons({ w }, 1)).toBe("first call");
    expect(await reasons({ w }, 2)).toBe("argument 2 has structure number:2, before number:1");
    expect(await reasons({ w, b: w }, 2)).toBe('argument 1 has structure {"w":*,"b":*}, before {"w":*}');
    expect(await reasons({ w: zeros([4]) }, 2)).toBe("argument 1 is f32[4], before f32[3]");
    expect(await reasons({ w: zeros([4]), b: w }, 2)).toBe("argument 1 (its tensor 1) is f32[4], before f32[3]");
  });

  test("2 adds runs, reads, and kernels with their bytes and rates", async () => {
    const got = (await said(2)).slice(2);
    expect(got[0]).toMatch(/^ {2}kernel contract_8x2: # ms, 224 B, # .?B\/s, # .?FLOP\/s$/);
    expect(got[1]).toMatch(/^ {2}kernel reduce_1: # ms, 68 B, # .?B\/s$/);
    expect(got[2]).toBe("run jit(f): 2 kernels, started in # ms");
    expect(got[3]).toBe("read 4 B in # ms");
    expect(got).toHaveLength(4);
  });

  test("3 adds what is in each kernel, and why values are stored", async () => {
    const got = await said(3), at = got.findIndex((l) => l.startsWith("fuse contract"));
    expect(got.slice(at, at + 8)).toEqual([
      "fuse contract_8x2:",
      "    computes dot",
      "    reads f32[8,4] (input 0), f32[4,2] (input 1)",
      "    writes f32[8,2] (known after a contraction, read by 1 other kernel)",
      "fuse reduce_1:",
      "    computes sum",
      "    reads f32[8,2] (from contract_8x2)",
      "    writes f32[] (output 0)",
    ]);
  });

  test("4 adds the text of each kernel that is new to the device", async () => {
    debug(4);
    const shape: readonly [number, number] = [7, 13];
    await item(fresh()(zeros(shape), zeros([13, 3])));
    const code = lines.filter((l) => l.startsWith("code of"));
    expect(code.some((l) => l.includes("kernel contract_7x3 (b0:f32[91]") && l.includes("bytes of Wasm"))).toBe(true);
    lines = [];
    await item(fresh()(zeros(shape), zeros([13, 3])));
    expect(lines.filter((l) => l.startsWith("code of"))).toEqual([]);
  });

  test("5 adds the program after each pass", async () => {
    const got = (await said(5)).filter((l) => !l.startsWith("  "));
    const passes = got.filter((l) => l.startsWith("pass"));
    expect(passes).toEqual(["pass expand in # ms:", "pass simplify in # ms:", "pass fuse in # ms:"]);
    expect(lines.find((l) => l.startsWith("pass simplify"))).toContain("c:f32[8,2] = dot[");
  });

  test("operations outside jit are spoken of too", async () => {
    debug(1);
    await item(sum(tanh(zeros([5, 3]))));
    expect(lines.map(blur)).toEqual(["compile recorded operations for wasm: 2 equations to 1 kernel in # ms"]);
  });

  test("a level that is none is refused", () => {
    expect(() => setDebug(6)).toThrow(new RangeError("setDebug: expected a level from 0 to 5, got 6"));
    expect(() => setDebug(0.5)).toThrow(RangeError);
  });

  test("PULLBACK_DEBUG sets the level", () => {
    const known = process.env.PULLBACK_DEBUG;
    const levelAt = (value: string): number => {
      process.env.PULLBACK_DEBUG = value;
      return observerOfEnvironment().level;
    };
    try {
      expect(["0", "3", "5"].map(levelAt)).toEqual([0, 3, 5]);
      delete process.env.PULLBACK_DEBUG;
      expect(observerOfEnvironment().level).toBe(0);
    } finally {
      if (known !== undefined) process.env.PULLBACK_DEBUG = known;
    }
  });

  test("a device without a clock says that it has none", () => {
    const event = { tag: "kernel", name: "k", backend: "webgpu", start: 0, ms: null, bytes: 12, flops: 0, threads: [] };
    expect(showEvent(event as Parameters<typeof showEvent>[0])).toBe(
      "  kernel k: 12 B, time unknown: the adapter has no timestamp queries",
    );
  });
});

onDevices("every kernel of a run is told of, with a time that is none or positive", async (device) => {
  const before = observer(), lines: string[] = [];
  try {
    setDebug(2, (line) => lines.push(line));
    const later: Promise<unknown>[] = [], o = observer();
    observe({ ...o, wait: (p) => later.push(p) });
    await item(jit((x: Matrix) => sum(tanh(matmul(x, x))), { name: "f" })(zeros([16, 16])));
    await item(scalar(1));
    await Promise.all(later);
    const kernels = lines.filter((l) => l.startsWith("  kernel"));
    expect(kernels).toHaveLength(Number(/run jit\(f\): (\d+)/.exec(lines.find((l) => l.startsWith("run")) ?? "")?.[1]));
    for (const line of kernels) expect(line).toMatch(/: \d[\d.]* ms, |time unknown/);
    expect(lines.find((l) => l.startsWith("compile"))).toContain(`for ${device}`);
  } finally {
    observe(before);
  }
});
