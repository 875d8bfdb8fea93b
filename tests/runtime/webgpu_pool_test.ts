/** Memory and adapters of the WebGPU back end, on objects that only look like a device. */
import { describe, expect, test } from "bun:test";
import { UnhandledFailure } from "../../core/failure.ts";
import { openDevice } from "../../runtime/webgpu/adapter.ts";
import { Pool, sizeClass } from "../../runtime/webgpu/pool.ts";
import { testUnless } from "../support/skips.ts";

const poolOf = (largest: number, cap: number) => {
  const alive = new Set<number>();
  let made = 0;
  const device = {
    createBuffer: ({ size }: { size: number }) => {
      const id = made++;
      alive.add(id);
      return { size, destroy: () => alive.delete(id) };
    },
  } as unknown as GPUDevice;
  return { pool: new Pool(device, 0, largest, cap), alive };
};

describe("the buffer pool", () => {
  test("rounds sizes up by at most a quarter, to whole words, never beyond the limit", () => {
    const largest = 10_000;
    for (let bytes = 0; bytes <= largest; bytes++) {
      const size = sizeClass(bytes, largest);
      expect(size).toBeGreaterThanOrEqual(bytes);
      expect(size % 4).toBe(0);
      expect(size).toBeLessThanOrEqual(Math.max(64, Math.min(largest, bytes * 1.25 + 4)));
    }
  });
  test("hands out the block that was given back last", () => {
    const { pool, alive } = poolOf(1e6, 1e6), [a, b] = [pool.take(1000), pool.take(1010)];
    expect(a.id).not.toBe(b.id);
    pool.give(a);
    pool.give(b);
    expect(pool.idleBytes).toBe(a.size + b.size);
    expect(pool.take(1005).id).toBe(b.id);
    expect(pool.take(1005).id).toBe(a.id);
    expect(pool.idleBytes).toBe(0);
    expect(alive.size).toBe(2);
  });
  test("destroys the oldest idle blocks beyond its cap", () => {
    const { pool, alive } = poolOf(1e6, 2048), blocks = [512, 1024, 1024].map((n) => pool.take(n));
    blocks.forEach((b) => pool.give(b));
    expect([...alive]).toEqual([1, 2]);
    expect(pool.idleBytes).toBe(2048);
    pool.shrink(0);
    expect(alive.size).toBe(0);
    expect(pool.take(1024).id).toBe(3);
  });
  test("refuses what no buffer of the device can hold", () => {
    const { pool } = poolOf(1000, 1e6);
    let thrown: unknown = null;
    try {
      pool.take(1004);
    } catch (e) {
      thrown = e;
    }
    expect(thrown).toBeInstanceOf(UnhandledFailure);
    const { failure } = thrown as UnhandledFailure;
    expect(failure._tag).toBe("OutOfMemory");
    expect(failure.message).toContain("1004 bytes");
    expect(failure.message).toContain("hold 1000");
  });
});

describe("looking for an adapter", () => {
  const adapter = (
    info: Partial<GPUAdapterInfo> & { readonly isFallbackAdapter?: boolean },
    requestDevice?: () => unknown,
  ) => ({
    requestAdapter: () =>
      Promise.resolve({
        info: { description: "", vendor: "", device: "", ...info },
        limits: {},
        features: new Set(),
        requestDevice,
      }),
  } as unknown as GPU);
  const message = async (gpu: GPU | undefined, hardwareOnly = false): Promise<string> => {
    const found = await openDevice(hardwareOnly, gpu);
    return found._tag === "Left" ? `${found.left._tag}: ${found.left.message}` : `found ${found.right.description}`;
  };
  test("says what to do where there is no adapter, or only a null one", async () => {
    const none = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
    expect(await message(none)).toContain("WebGPU found no adapter");
    expect(await message(none)).toContain("apt install mesa-vulkan-drivers");
    expect(await message(adapter({ device: "null-backend" }))).toContain(
      "DeviceUnavailable: WebGPU has only a null adapter",
    );
  });
  test("passes over software where hardware is asked for", async () => {
    const software = adapter(
      { description: "llvmpipe (LLVM 15.0.6, 256 bits)", isFallbackAdapter: true },
      () => Promise.resolve({}),
    );
    expect(await message(software, true)).toContain("no hardware adapter here, only llvmpipe");
    expect(await message(software)).toBe("found llvmpipe (LLVM 15.0.6, 256 bits)");
  });
  test("takes a failure of the platform for a missing device", async () => {
    const failing = adapter({ description: "a card" }, () => Promise.reject(new Error("out of ideas")));
    expect(await message(failing)).toContain("could not be started: out of ideas");
  });
});

const here = "gpu" in globalThis.navigator ? "this runtime has navigator.gpu" : null;
testUnless(here)("without navigator.gpu the back end says so", async () => {
  const found = await openDevice(false);
  expect(found._tag === "Left" ? found.left.message : "").toContain("This runtime has no WebGPU");
});
