import { type Either, isLeft, left, right } from "../../core/either.ts";
import type { DeviceUnavailable } from "../../core/failure.ts";
import type { AdapterClass, Target } from "../../compiler/wgsl/target.ts";
import type { TunedTable } from "../../compiler/wgsl/tuned.ts";
import { openDevice } from "./adapter.ts";
import { type Counter, createCounter } from "./counter.ts";
import { type Health, watch } from "./health.ts";
import { type Pipeline, pipelineCache } from "./pipelines.ts";
import { Pool } from "./pool.ts";
import { createReadBack } from "./read_back.ts";
import { selfTest } from "./self_test.ts";
import { createStopwatch, type Stopwatch } from "./stopwatch.ts";
import { createSpellings, type Spellings } from "./spellings.ts";
import type { Stage } from "../../compiler/wgsl/stage.ts";
import { ValueStore } from "./values.ts";

export interface WebGpuOptions {
  /** A software adapter does not count. */
  readonly hardwareOnly?: boolean;
  /** Which kernels to use; without it those for the adapter there is. */
  readonly adapterClass?: AdapterClass;
  /** What was measured on an adapter of this description; nothing unless given. */
  readonly tuned?: (description: string) => TunedTable;
  /** Bytes of freed memory kept for reuse; half a GiB unless given. */
  readonly pooledBytes?: number;
}

/** A device with everything that programs on it share. */
export interface Machine {
  readonly device: GPUDevice;
  readonly description: string;
  readonly target: Target;
  /** Storage buffers a shader may bind. */
  readonly maxBuffers: number;
  readonly health: Health;
  readonly pool: Pool;
  readonly values: ValueStore;
  readonly spellings: Spellings;
  readonly pipeline: (stage: Stage) => Pipeline;
  readonly counter: Counter;
  /** Null where the adapter cannot time its work. */
  readonly stopwatch: Stopwatch | null;
  readonly readBack: ReturnType<typeof createReadBack>;
}

/** Opens a device, tries it and puts the machine together. */
export const createMachine = async (options: WebGpuOptions = {}): Promise<Either<DeviceUnavailable, Machine>> => {
  const opened = await openDevice(options.hardwareOnly ?? false);
  if (isLeft(opened)) return opened;
  const { device, description, software } = opened.right, { limits } = device;
  const health = watch(device), findings = await selfTest(device).catch(() => null);
  if (findings === null || !findings.computes) {
    device.destroy();
    const message =
      `The WebGPU adapter ${description} computes wrong results: update its driver, or use the wasm back end.`;
    return left({ _tag: "DeviceUnavailable", backend: "webgpu", message });
  }
  const largest = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const pool = new Pool(device, usage, largest, options.pooledBytes ?? 2 ** 29);
  const target: Target = {
    adapter: options.adapterClass ?? (software ? "cpu" : "gpu"),
    f16: device.features.has("shader-f16"),
    exactDivision: findings.exactDivision,
    lanes: findings.lanes,
    maxTrips: findings.maxTrips,
    maxWorkgroups: limits.maxComputeWorkgroupsPerDimension,
    maxInvocations: limits.maxComputeInvocationsPerWorkgroup,
    workgroupBytes: limits.maxComputeWorkgroupStorageSize,
  };
  return right({
    device,
    description,
    target,
    maxBuffers: limits.maxStorageBuffersPerShaderStage,
    health,
    pool,
    values: new ValueStore(device, pool),
    spellings: createSpellings(target, options.tuned?.(description) ?? []),
    pipeline: pipelineCache(device),
    counter: createCounter(device),
    stopwatch: device.features.has("timestamp-query") ? createStopwatch(device) : null,
    readBack: createReadBack(device, limits.maxBufferSize),
  });
};
