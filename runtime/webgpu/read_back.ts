import { allocate, type Data } from "../../core/dtype.ts";
import { Pool } from "./pool.ts";
import type { GpuValue } from "./values.ts";

/** Bytes of idle staging memory that are kept. */
const CAP = 32 * 2 ** 20;
const ALIGNMENT = 8;

interface Part {
  readonly value: GpuValue;
  readonly at: number;
  readonly bytes: number;
}

/**
 * Copies values to the host. All travel through one staging buffer (several beyond the largest the device can have) and are
 * awaited together: a wait costs the same for one and for many.
 */
export const createReadBack = (device: GPUDevice, largest: number) => {
  const pool = new Pool(device, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST, largest, CAP);
  return async (values: readonly GpuValue[]): Promise<readonly Data[]> => {
    const results = new Map<GpuValue, Data>(), encoder = device.createCommandEncoder({ label: "read back" });
    const loads = pack([...new Set(values)].filter((v) => v.length > 0), largest).map((parts) => {
      const end = parts.at(-1)!, staging = pool.take(end.at + end.bytes);
      for (const { value, at, bytes } of parts) {
        encoder.copyBufferToBuffer(value.block.buffer, 0, staging.buffer, at, bytes);
      }
      return { parts, staging, bytes: end.at + end.bytes };
    });
    if (loads.length > 0) device.queue.submit([encoder.finish()]);
    await Promise.all(loads.map(({ staging, bytes }) => staging.buffer.mapAsync(GPUMapMode.READ, 0, bytes)));
    for (const { parts, staging, bytes } of loads) {
      const mapped = staging.buffer.getMappedRange(0, bytes);
      for (const { value, at } of parts) results.set(value, copyOut(value, mapped, at));
      staging.buffer.unmap();
      pool.give(staging);
    }
    const seen = new Set<GpuValue>();
    return values.map((v) => {
      const data = results.get(v) ?? allocate(v.dtype, 0), again = seen.has(v);
      seen.add(v);
      return again ? data.slice() : data;
    });
  };
};

const copyOut = (value: GpuValue, mapped: ArrayBuffer, at: number): Data => {
  const data = allocate(value.dtype, value.length);
  new Uint8Array(data.buffer).set(new Uint8Array(mapped, at, data.byteLength));
  return data;
};

/** Places for values in staging buffers of at most `largest` bytes. */
const pack = (values: readonly GpuValue[], largest: number): readonly (readonly Part[])[] => {
  const loads: Part[][] = [];
  let end = 0;
  for (const value of values) {
    const bytes = Math.ceil(value.bytes / 4) * 4, start = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    const fits = loads.length > 0 && start + bytes <= largest, at = fits ? start : 0;
    if (!fits) loads.push([]);
    loads.at(-1)!.push({ value, at, bytes });
    end = at + bytes;
  }
  return loads;
};
