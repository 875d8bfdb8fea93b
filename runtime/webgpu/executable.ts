import { inCompany, type Kernel, type Launch, type Place, type Plan } from "../../compiler/kernel.ts";
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

/** So many bind groups of one dispatch are kept; a training loop needs two or three. */
const KEPT_GROUPS = 8;

/** Where a binding finds its buffer: a place of the plan, or scratch memory of one kernel. */
type Source = Place | { readonly tag: "scratch"; readonly index: number };
interface Step {
  readonly name: string;
  readonly traffic: Traffic;
  readonly pipeline: Pipeline;
  readonly workgroups: Stage["workgroups"];
  readonly sources: readonly Source[];
  /** Bind groups by the ids of the blocks bound, oldest first. */
  readonly groups: Map<string, GPUBindGroup>;
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
  const stepOf = (s: Stage, traffic: Traffic, places: readonly Place[]): Step => ({
    name: s.label,
    traffic,
    pipeline: machine.pipeline(s),
    workgroups: s.workgroups,
    sources: s.bindings.map((b): Source => b.from === "kernel" ? places[b.index]! : { tag: "scratch", index: b.index }),
    groups: new Map(),
  });
  const single = ({ kernel, places }: Launch): readonly Step[] => {
    const spelling = spelled(kernel);
    spelling.scratch.forEach((bytes, i) => scratch[i] = Math.max(scratch[i] ?? 0, bytes));
    return spelling.stages.map((s) => stepOf(s, trafficOf(kernel), places));
  };
  const steps = inCompany(plan.launches).flatMap((launches) => {
    if (launches.length === 1) return single(launches[0]!);
    const shared = sharing(launches), stage = machine.spellings.together(shared);
    return stage === null ? launches.flatMap(single) : [stepOf(stage, total(launches), shared.places)];
  });
  return {
    kernels: steps.length,
    run(inputs, donated) {
      health.check();
      const given = inputs.map(asGpuValue), outputs = plan.outputs.map((o) => values.allocate(o.dtype, o.length));
      const slots = plan.slots.map((bytes) => pool.take(bytes)), extra = scratch.map((bytes) => pool.take(bytes));
      const blockOf = (s: Source): Block => {
        switch (s.tag) {
          case "input":
            return given[s.index]!.block;
          case "output":
            return outputs[s.index]!.block;
          case "slot":
            return slots[s.slot]!;
          case "scratch":
            return extra[s.index]!;
        }
      };
      if (steps.length > 0) {
        const encoder = device.createCommandEncoder(), watching = observer().level >= 2;
        const timing = watching ? machine.stopwatch?.(steps.length) ?? null : null;
        let pass: GPUComputePassEncoder | null = null;
        steps.forEach((step, i) => {
          if (timing !== null) pass?.end();
          if (pass === null || timing !== null) pass = encoder.beginComputePass(timing?.passes(i));
          pass.setPipeline(step.pipeline.pipeline);
          pass.setBindGroup(0, groupOf(device, step, step.sources.map(blockOf)));
          pass.dispatchWorkgroups(...step.workgroups);
        });
        pass!.end();
        timing?.resolve(encoder);
        device.queue.submit([encoder.finish()]);
        if (watching) report(steps, timing);
      }
      // The queue is in order: what is started later may write here. Given back in reverse, so that the next run of the same
      // program takes the same blocks and finds its bind groups.
      for (const block of [...extra.toReversed(), ...slots.toReversed()]) pool.give(block);
      for (const i of donated) given[i]!.dispose();
      return outputs;
    },
  };
};

const total = (launches: readonly Launch[]): Traffic =>
  launches.map((l) => trafficOf(l.kernel)).reduce((a, b) => ({ bytes: a.bytes + b.bytes, flops: a.flops + b.flops }));

/** Tells the observer what ran, as soon as the device has said how long it took. */
const report = (steps: readonly Step[], timing: Timing | null): void => {
  const o = observer(), asked = o.now();
  const say = (times: readonly { readonly start: number; readonly ms: number }[]): void =>
    steps.forEach(({ name, traffic }, i) => {
      const { start, ms } = times[i] ?? { start: asked, ms: null };
      o.take({ tag: "kernel", name, backend: "webgpu", start, ms, ...traffic, threads: [] });
    });
  if (timing === null) return say([]);
  o.wait(timing.times().then(say, () => say([])));
};

const groupOf = (device: GPUDevice, step: Step, blocks: readonly Block[]): GPUBindGroup => {
  const key = blocks.map((b) => b.id).join(","), known = step.groups.get(key);
  if (known !== undefined) return known;
  const group = device.createBindGroup({
    layout: step.pipeline.layout,
    entries: blocks.map(({ buffer }, binding) => ({ binding, resource: { buffer } })),
  });
  step.groups.set(key, group);
  if (step.groups.size > KEPT_GROUPS) step.groups.delete(step.groups.keys().next().value!);
  return group;
};
