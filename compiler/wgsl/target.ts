import type { Limits } from "../kernel.ts";

/** What the spelling of kernels has to know of a device. */
export interface Target {
  /**
   * `gpu`: hardware; workgroup memory and barriers are cheap. `cpu`: a software adapter; barriers are slow, a load costs
   * as much as a hundred multiplications, and few invocations run at a time.
   */
  readonly adapter: AdapterClass;
  /** Whether shaders may use f16. */
  readonly f16: boolean;
  /** Whether it divides f32 without an error in the last place; WGSL allows 2.5 units. */
  readonly exactDivision: boolean;
  /** Invocations that run together and see each other's values: neighbours in a workgroup. 1 where they do not. */
  readonly lanes: number;
  /** Loop trips, all loops together, after which the driver ends an invocation; `Infinity` where it does not. */
  readonly maxTrips: number;
  /** Workgroups in one dimension of a dispatch. */
  readonly maxWorkgroups: number;
  /** Invocations in a workgroup. */
  readonly maxInvocations: number;
  /** Bytes of workgroup memory. */
  readonly workgroupBytes: number;
}
export type AdapterClass = "cpu" | "gpu";

/**
 * Where loops may move into the points of a grid. A software adapter runs a point in a lane, hardware in a workgroup, which
 * shares the trips of its loops. Updates in order wait for memory at every step, which hardware does for long.
 */
export const loopLimits = ({ adapter, maxTrips }: Target): Pick<Limits, "points" | "trips" | "updates"> =>
  adapter === "cpu"
    ? { points: 32, trips: Math.min(maxTrips - 1024, MOST_TRIPS), updates: Infinity }
    : { points: 64, trips: MOST_TRIPS, updates: 512 };
const MOST_TRIPS = 2 ** 20;

/** What every WebGPU device has, and Mesa's llvmpipe up to 22 no more than that in loop trips. */
export const leastTarget: Target = {
  adapter: "cpu",
  f16: false,
  exactDivision: true,
  lanes: 1,
  maxTrips: 65535,
  maxWorkgroups: 65535,
  maxInvocations: 256,
  workgroupBytes: 16384,
};
