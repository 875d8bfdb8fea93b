import { type Either, left, right } from "../../core/either.ts";
import { type DeviceUnavailable, reasonOf } from "../../core/failure.ts";

/** The parts of WebGPU that every adapter is asked for, as far as it has them. */
const raised = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupsPerDimension",
] as const;
const features: readonly GPUFeatureName[] = ["shader-f16", "timestamp-query"];
/** Deno does not list it, but has it. */
const subgroups = "subgroups" as GPUFeatureName;

/** A device, and what is known of the adapter it came from. */
export interface Opened {
  readonly device: GPUDevice;
  /** A line for people. */
  readonly description: string;
  /** Whether a processor does the work of a GPU. */
  readonly software: boolean;
}

const INSTALL =
  "Install a Vulkan driver (on Debian and Ubuntu: apt install mesa-vulkan-drivers), or use the wasm back end.";
const unavailable = (message: string, cause?: unknown): Either<DeviceUnavailable, never> =>
  left({ _tag: "DeviceUnavailable", backend: "webgpu", message, ...(cause === undefined ? {} : { cause }) });

const softwareNames = /llvmpipe|lavapipe|swiftshader|basic render/i;
/** Adapters say it in `info`; older ones said it of themselves. */
const isSoftware = (adapter: GPUAdapter): boolean =>
  (adapter.info as { readonly isFallbackAdapter?: boolean }).isFallbackAdapter ??
    (adapter as { readonly isFallbackAdapter?: boolean }).isFallbackAdapter ??
    softwareNames.test(`${adapter.info.description} ${adapter.info.device}`);

const describe = ({ info }: GPUAdapter): string =>
  [info.description || info.device || info.architecture || "unknown adapter", info.vendor].filter((s) =>
    s !== "" && !/^\d+$/.test(s)
  )
    .join(", ");

/**
 * The fastest adapter and a device on it with all it can do. `hardwareOnly`: a software adapter does not count. Where there
 * is none, a `DeviceUnavailable` that says what to install.
 */
export const openDevice = async (
  hardwareOnly: boolean,
  gpu: GPU | undefined = (globalThis.navigator as { readonly gpu?: GPU } | undefined)?.gpu,
): Promise<Either<DeviceUnavailable, Opened>> => {
  if (gpu === undefined) {
    return unavailable(
      "This runtime has no WebGPU (navigator.gpu): Bun has none built in. Run with Deno, or use the wasm back end.",
    );
  }
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (adapter === null) return unavailable(`WebGPU found no adapter. ${INSTALL}`);
    if (adapter.info.device === "null-backend") {
      return unavailable(`WebGPU has only a null adapter here, which computes nothing. ${INSTALL}`);
    }
    const software = isSoftware(adapter), description = describe(adapter);
    if (hardwareOnly && software) {
      return unavailable(`WebGPU has no hardware adapter here, only ${description}. ${INSTALL}`);
    }
    const limits = raised.map((name) => [name, adapter.limits[name]] as const).filter(([, value]) =>
      value !== undefined
    );
    const request = (from: GPUAdapter, more: readonly GPUFeatureName[]): Promise<GPUDevice> =>
      from.requestDevice({
        requiredLimits: Object.fromEntries(limits),
        requiredFeatures: [...features.filter((f) => adapter.features.has(f)), ...more],
      });
    // What was refused may not be asked again.
    const device = await request(adapter, [subgroups]).catch(async () =>
      await request(await gpu.requestAdapter({ powerPreference: "high-performance" }) ?? adapter, [])
    );
    return right({ device, description, software });
  } catch (thrown) {
    return unavailable(`WebGPU could not be started: ${reasonOf(thrown)}. ${INSTALL}`, thrown);
  }
};
