import { note } from "../../core/observer.ts";
import type { Stage } from "../../compiler/wgsl/stage.ts";

/** A shader made ready, and the layout its bind groups have. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** So many pipelines are kept for programs to come; programs keep their own. */
const KEPT = 1024;

/** Pipelines by the text of their shaders, shared by all programs of a device. */
export const pipelineCache = (device: GPUDevice): (stage: Stage) => Pipeline => {
  const pipelines = new Map<string, Pipeline>(), layouts = new Map<string, GPUBindGroupLayout>();
  const layoutOf = (access: readonly ("read" | "write" | "step")[]): GPUBindGroupLayout => {
    const key = access.map((a) => a[0]).join("");
    const layout = layouts.get(key) ?? device.createBindGroupLayout({
      entries: access.map((a, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: a === "step"
          ? { type: "uniform", hasDynamicOffset: true }
          : { type: a === "read" ? "read-only-storage" : "storage" },
      })),
    });
    layouts.set(key, layout);
    return layout;
  };
  return ({ code, label, bindings, step }) => {
    const known = pipelines.get(code);
    if (known !== undefined) return known;
    note(4, () => ({ tag: "code", name: label, text: () => code }));
    const layout = layoutOf([...bindings.map((b) => b.access), ...(step ? ["step" as const] : [])]),
      module = device.createShaderModule({ code, label });
    const pipeline = device.createComputePipeline({
      label,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main" },
    });
    pipelines.set(code, { pipeline, layout });
    if (pipelines.size > KEPT) pipelines.delete(pipelines.keys().next().value!);
    return { pipeline, layout };
  };
};
