/** The WebGPU back end: values, programs, memory, and what it says when something fails. */
import { describe, expect } from "bun:test";
import { allocate, type Data, type DType } from "../../core/dtype.ts";
import { acc, axis, type Expr, fold, lit, load, op } from "../../core/expr.ts";
import { ravel } from "../../core/index_expr.ts";
import { UnhandledFailure } from "../../core/failure.ts";
import type { Kernel, KernelBuffer, Plan } from "../../compiler/kernel.ts";
import type { DeviceBuffer } from "../../runtime/backend.ts";
import { createExecutable } from "../../runtime/webgpu/executable.ts";
import type { Machine } from "../../runtime/webgpu/machine.ts";
import { selfTest } from "../../runtime/webgpu/self_test.ts";
import { asGpuValue } from "../../runtime/webgpu/values.ts";
import { openMachine, restAfter } from "../support/gpu.ts";
import { noWebGpu, testUnless } from "../support/skips.ts";

const reason = await noWebGpu();
const gpuTest = testUnless(reason);
const machine: Machine | null = reason === null ? await openMachine() : null;
restAfter();

const f32 = (xs: readonly number[]): Float32Array<ArrayBuffer> => Float32Array.from(xs);
const upload = (xs: readonly number[]): DeviceBuffer =>
  machine!.values.upload(f32(xs), { shape: [xs.length], dtype: "f32" });
const download = async (buffers: readonly DeviceBuffer[]): Promise<readonly Data[]> => {
  const data = await machine!.readBack(buffers.map(asGpuValue));
  machine!.health.check();
  return data;
};
const buffer = (length: number, access: "read" | "write" = "read"): KernelBuffer => ({ dtype: "f32", length, access });
/** b1[i] = f(b0[i]) */
const pointwise = (n: number, f: (x: Expr) => Expr): Kernel => {
  const i = axis(n);
  return {
    name: "f",
    buffers: [buffer(n), buffer(n, "write")],
    grid: [i],
    stores: [{ target: 1, index: i, value: f(load(0, i, "f32")), axes: [] }],
    contraction: null,
  };
};
const twice = (x: Expr): Expr => op("mul", x, lit(2, "f32")), more = (x: Expr): Expr => op("add", x, lit(1, "f32"));
const port = (length: number) => ({ dtype: "f32" as const, length });
/** 2 x + 1 through a slot, and 2 (2 x + 1) through the same slot again. */
const chained = (n: number): Plan => ({
  inputs: [port(n)],
  outputs: [port(n), port(n)],
  slots: [4 * n],
  steps: [
    { kernel: pointwise(n, twice), places: [{ tag: "input", index: 0 }, { tag: "slot", slot: 0 }] },
    { kernel: pointwise(n, more), places: [{ tag: "slot", slot: 0 }, { tag: "output", index: 0 }] },
    { kernel: pointwise(n, twice), places: [{ tag: "output", index: 0 }, { tag: "slot", slot: 0 }] },
    { kernel: pointwise(n, (x) => x), places: [{ tag: "slot", slot: 0 }, { tag: "output", index: 1 }] },
  ],
});
const tagOf = (body: () => unknown): string => {
  try {
    body();
  } catch (e) {
    return e instanceof UnhandledFailure ? e.failure._tag : String(e);
  }
  return "nothing was thrown";
};

describe("a WebGPU device", () => {
  gpuTest("brings values of every dtype and length back as they were", async () => {
    const given = (["f32", "i32", "u32", "bool", "f16"] as const).flatMap((dtype: DType) =>
      [0, 1, 3, 64, 1001].map((length) => {
        const data = allocate(dtype, length).map((_, i) => (dtype === "bool" ? i % 2 : i * 3)) as Data;
        return { data, buffer: machine!.values.upload(data, { shape: [length], dtype }) };
      })
    );
    const back = await download(given.map((g) => g.buffer));
    given.forEach((g, i) => expect(back[i]).toEqual(g.data));
    given.forEach((g) => g.buffer.dispose());
  });
  gpuTest("reads one value twice into two arrays", async () => {
    const x = upload([1, 2]), [a, b] = await download([x, x]);
    expect(a).toEqual(b);
    expect(a).not.toBe(b);
    x.dispose();
  });
  gpuTest("runs the kernels of a plan in order, and run after run without waiting", async () => {
    const exe = createExecutable(chained(5), machine!);
    expect(exe.kernels).toBe(4);
    let x = upload([0, 1, 2, 3, 4]);
    for (let i = 0; i < 10; i++) {
      const [y, z] = exe.run([x], new Set([0]));
      y!.dispose();
      x = z!;
    }
    // x -> 4 x + 2, ten times: the fixed point is -2/3.
    const [got] = await download([x]), scale = 4 ** 10;
    expect([...got!]).toEqual([0, 1, 2, 3, 4].map((v) => Math.fround(v * scale + (scale - 1) * 2 / 3)));
    x.dispose();
  });
  gpuTest("counts what is live, and uses memory again", async () => {
    const { values, pool } = machine!, before = values.memory(), exe = createExecutable(chained(1000), machine!);
    const x = upload(Array(1000).fill(1)), first = exe.run([x], new Set());
    expect(values.memory()).toEqual({ bytes: before.bytes + 12000, buffers: before.buffers + 3 });
    const ids = first.map((b) => asGpuValue(b).block.id);
    first.forEach((b) => b.dispose());
    const again = exe.run([x], new Set([0]));
    expect(again.map((b) => asGpuValue(b).block.id).toSorted()).toEqual(ids.toSorted());
    expect(values.memory()).toEqual({ bytes: before.bytes + 8000, buffers: before.buffers + 2 });
    expect(() => x.dispose()).toThrow("was disposed");
    again.forEach((b) => b.dispose());
    expect(values.memory()).toEqual(before);
    expect(pool.idleBytes).toBeGreaterThan(12000);
    await download([]);
  });
  gpuTest("runs a contraction that is cut into parts, through scratch memory", async () => {
    const [m, n, k] = [axis(3), axis(2), axis(4096)];
    const kernel: Kernel = {
      name: "long",
      buffers: [buffer(3 * 4096), buffer(2 * 4096), buffer(6, "write")],
      grid: [m, n],
      stores: [{ target: 2, index: ravel([m, n], [3, 2]), value: acc("f32"), axes: [] }],
      contraction: {
        batch: [],
        m: [m],
        n: [n],
        k: [k],
        a: load(0, ravel([m, k], [3, 4096]), "f32"),
        b: load(1, ravel([n, k], [2, 4096]), "f32"),
        dtype: "f32",
      },
    };
    const plan: Plan = {
      inputs: [port(3 * 4096), port(2 * 4096)],
      outputs: [port(6)],
      slots: [],
      steps: [{
        kernel,
        places: [{ tag: "input", index: 0 }, { tag: "input", index: 1 }, { tag: "output", index: 0 }],
      }],
    };
    const exe = createExecutable(plan, machine!);
    expect(exe.kernels).toBe(2);
    const ones = upload(Array(3 * 4096).fill(1)), twos = upload(Array(2 * 4096).fill(2));
    const out = exe.run([ones, twos], new Set([0, 1]));
    expect([...(await download(out))[0]!]).toEqual(Array(6).fill(8192));
    out.forEach((b) => b.dispose());
  });
  gpuTest("shares pipelines between programs with the same text", () => {
    let made = 0;
    const { device } = machine!, create = device.createComputePipeline.bind(device);
    device.createComputePipeline = (d) => {
      made++;
      return create(d);
    };
    try {
      const plan = chained(77);
      createExecutable(plan, machine!);
      expect(made).toBe(3);
      createExecutable(plan, machine!);
      expect(made).toBe(3);
    } finally {
      device.createComputePipeline = create;
    }
  });
  gpuTest("finds the loop limit of the driver without being stopped by it", async () => {
    const { computes, maxTrips, exactDivision, lanes } = await selfTest(machine!.device);
    expect(computes).toBe(true);
    expect(lanes).toBe(machine!.target.lanes);
    expect(maxTrips).toBe(machine!.target.maxTrips);
    expect(exactDivision).toBe(machine!.target.exactDivision);
    const n = 40000, r = axis(n), i = axis(1);
    const kernel = { ...pointwise(1, (x) => x), buffers: [buffer(n), buffer(1, "write")] };
    const value = fold("add", [r], load(0, r, "f32"));
    const exe = createExecutable({
      inputs: [port(n)],
      outputs: [port(1)],
      slots: [],
      steps: [{
        kernel: { ...kernel, grid: [i], stores: [{ target: 1, index: i, value, axes: [] }] },
        places: [{ tag: "input", index: 0 }, { tag: "output", index: 0 }],
      }],
    }, machine!);
    const out = exe.run([upload(Array(n).fill(1))], new Set([0]));
    expect((await download(out))[0]![0]).toBe(n);
    out.forEach((b) => b.dispose());
  });
  gpuTest("refuses a tensor no buffer can hold before it is allocated", () => {
    expect(tagOf(() => machine!.values.allocate("f32", 2 ** 40))).toBe("OutOfMemory");
    expect(tagOf(() => machine!.health.check())).toBe("nothing was thrown");
  });
  gpuTest("reports a refused command at the next call, once", async () => {
    machine!.device.createBuffer({ size: 3, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(() => machine!.health.check()).toThrow("WebGPU refused a command");
    expect(tagOf(() => machine!.health.check())).toBe("nothing was thrown");
  });
  gpuTest("says at every call that it was lost", async () => {
    const other = await openMachine();
    other.device.destroy();
    await other.device.lost;
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(tagOf(() => other.health.check())).toBe("DeviceLost");
    expect(
      tagOf(() => createExecutable({ inputs: [], outputs: [], slots: [], steps: [] }, other).run([], new Set())),
    ).toBe("DeviceLost");
  });
});
