import {
  inCompany,
  isRepeat,
  type Kernel,
  type Launch,
  type Place,
  placeAt,
  type Plan,
  type Repeat,
  type Step,
  stepAt,
} from "../../compiler/kernel.ts";
import { type Traffic, trafficOf } from "../../compiler/traffic.ts";
import { sharing } from "../../compiler/wgsl/spell.ts";
import type { Spelling, Stage } from "../../compiler/wgsl/stage.ts";
import { observer } from "../../core/observer.ts";
import type { Executable } from "../backend.ts";
import type { Machine } from "./machine.ts";
import type { Pipeline } from "./pipelines.ts";
import type { Block } from "./pool.ts";
import type { Timing } from "./stopwatch.ts";
import { asGpuValue } from "./values.ts";

/** So many bind groups of one dispatch are kept; a training loop needs two or three, three times as many inside a loop. */
const KEPT_GROUPS = 12;

/** Where a binding finds its buffer: a place of the plan, or scratch memory of one kernel. */
type Source = Place | { readonly tag: "scratch"; readonly index: number };
interface Dispatch {
  readonly name: string;
  readonly traffic: Traffic;
  readonly pipeline: Pipeline;
  readonly workgroups: Stage["workgroups"];
  readonly sources: readonly Source[];
  /** Whether the step of the loop around is bound, too. */
  readonly step: boolean;
  /** Bind groups by the ids of the blocks bound, oldest first. */
  readonly groups: Map<string, GPUBindGroup>;
}
interface Rounds {
  readonly repeat: Repeat;
  readonly body: readonly (Dispatch | Rounds)[];
}

/**
 * A plan made ready: shaders compiled, everything else decided. One run is one pass and one submit. `spelled` says a kernel
 * in WGSL.
 */
export const createExecutable = (
  plan: Plan,
  machine: Machine,
  spelled: (k: Kernel) => Spelling = machine.spellings.one,
): Executable => {
  const { device, pool, values, health } = machine, scratch: number[] = [];
  const ready = (s: Stage, traffic: Traffic, places: readonly Place[]): Dispatch => ({
    name: s.label,
    traffic,
    pipeline: machine.pipeline(s),
    workgroups: s.workgroups,
    sources: s.bindings.map((b): Source => b.from === "kernel" ? places[b.index]! : { tag: "scratch", index: b.index }),
    step: s.step,
    groups: new Map(),
  });
  const single = ({ kernel, places }: Launch): readonly Dispatch[] => {
    const spelling = spelled(kernel);
    spelling.scratch.forEach((bytes, i) => scratch[i] = Math.max(scratch[i] ?? 0, bytes));
    return spelling.stages.map((s) => ready(s, trafficOf(kernel), places));
  };
  const readied = (steps: readonly Step[]): readonly (Dispatch | Rounds)[] =>
    inCompany(steps).flatMap((all): readonly (Dispatch | Rounds)[] => {
      const [first] = all;
      if (isRepeat(first!)) return [{ repeat: first, body: readied(first.body) }];
      const launches = all as readonly Launch[];
      if (launches.length === 1) return single(launches[0]!);
      const shared = sharing(launches), stage = machine.spellings.together(shared);
      return stage === null ? launches.flatMap(single) : [ready(stage, total(launches), shared.places)];
    });
  const steps = readied(plan.steps), count = countOf(steps), longest = longestOf(steps);
  return {
    kernels: count,
    run(inputs, donated) {
      health.check();
      const given = inputs.map(asGpuValue), outputs = plan.outputs.map((o) => values.allocate(o.dtype, o.length));
      const slots = plan.slots.map((bytes) => pool.take(bytes)), extra = scratch.map((bytes) => pool.take(bytes));
      const blockOf = (source: Source, rounds: readonly number[]): Block => {
        if (source.tag === "scratch") return extra[source.index]!;
        const s = placeAt(source, rounds);
        switch (s.tag) {
          case "input":
            return given[s.index]!.block;
          case "output":
            return outputs[s.index]!.block;
          case "slot":
            return slots[s.slot]!;
        }
      };
      if (count > 0) {
        const encoder = device.createCommandEncoder(), watching = observer().level >= 2, ran: Dispatch[] = [];
        const timing = watching ? machine.stopwatch?.(count) ?? null : null;
        const counter = longest > 0 ? machine.counter.upTo(longest) : null;
        let pass: GPUComputePassEncoder | null = null;
        const dispatch = (d: Dispatch, rounds: readonly number[], step: number): void => {
          if (timing !== null) pass?.end();
          if (pass === null || timing !== null) pass = encoder.beginComputePass(timing?.passes(ran.length));
          if (watching) ran.push(d);
          const group = groupOf(device, d, d.sources.map((s) => blockOf(s, rounds)), counter);
          pass.setPipeline(d.pipeline.pipeline);
          pass.setBindGroup(0, group, d.step ? [step * machine.counter.stride] : []);
          pass.dispatchWorkgroups(...d.workgroups);
        };
        const go = (all: readonly (Dispatch | Rounds)[], rounds: readonly number[], step: number): void => {
          for (const s of all) {
            if (!("repeat" in s)) dispatch(s, rounds, step);
            else {
              for (let round = 0; round < s.repeat.length; round++) {
                go(s.body, [...rounds, round], stepAt(s.repeat, round));
              }
            }
          }
        };
        go(steps, [], 0);
        (pass as GPUComputePassEncoder | null)?.end();
        timing?.resolve(encoder);
        device.queue.submit([encoder.finish()]);
        if (watching) report(ran, timing);
      }
      // The queue is in order: what is started later may write here. Given back in reverse, so that the next run of the same
      // program takes the same blocks and finds its bind groups.
      for (const block of [...extra.toReversed(), ...slots.toReversed()]) pool.give(block);
      for (const i of donated) given[i]!.dispose();
      return outputs;
    },
  };
};

/** Dispatches of one run. */
const countOf = (all: readonly (Dispatch | Rounds)[]): number =>
  all.reduce((n, s) => n + ("repeat" in s ? s.repeat.length * countOf(s.body) : 1), 0);
/** Steps of the longest loop. */
const longestOf = (all: readonly (Dispatch | Rounds)[]): number =>
  all.reduce((n, s) => "repeat" in s ? Math.max(n, s.repeat.length, longestOf(s.body)) : n, 0);
const total = (launches: readonly Launch[]): Traffic =>
  launches.map((l) => trafficOf(l.kernel)).reduce((a, b) => ({ bytes: a.bytes + b.bytes, flops: a.flops + b.flops }));

/** Tells the observer what ran, as soon as the device has said how long it took. */
const report = (ran: readonly Dispatch[], timing: Timing | null): void => {
  const o = observer(), asked = o.now();
  const say = (times: readonly { readonly start: number; readonly ms: number }[]): void =>
    ran.forEach(({ name, traffic }, i) => {
      const { start, ms } = times[i] ?? { start: asked, ms: null };
      o.take({ tag: "kernel", name, backend: "webgpu", start, ms, ...traffic, threads: [] });
    });
  if (timing === null) return say([]);
  o.wait(timing.times().then(say, () => say([])));
};

const groupOf = (
  device: GPUDevice,
  d: Dispatch,
  blocks: readonly Block[],
  counter: GPUBuffer | null,
): GPUBindGroup => {
  const key = blocks.map((b) => b.id).join(","), known = d.groups.get(key);
  if (known !== undefined) return known;
  const entries: GPUBindGroupEntry[] = blocks.map(({ buffer }, binding) => ({ binding, resource: { buffer } }));
  if (d.step) entries.push({ binding: blocks.length, resource: { buffer: counter!, offset: 0, size: 4 } });
  const group = device.createBindGroup({ layout: d.pipeline.layout, entries });
  d.groups.set(key, group);
  if (d.groups.size > KEPT_GROUPS) d.groups.delete(d.groups.keys().next().value!);
  return group;
};
