import { compilePlan } from "../../compiler/compile.ts";
import { launchCount, launchesOf, type Plan } from "../../compiler/kernel.ts";
import { trafficOf } from "../../compiler/traffic.ts";
import { byteSize } from "../../core/dtype.ts";
import { makeProgram, type Tensor, tensor } from "../../mod.ts";
import { wasmLimits } from "../../runtime/wasm/backend.ts";
import { casesOf } from "../cases/mod.ts";
import type { Case } from "../support/case.ts";
import type { Question, Reading } from "./question.ts";

/** Bytes of the arena of a plan, and the most that its values need at any one kernel. */
export const arenaOf = ({ slots, steps }: Plan): { readonly arena: number; readonly live: number } => {
  const launches = launchesOf(steps);
  interface Life {
    readonly from: number;
    to: number;
    readonly bytes: number;
  }
  const current = new Map<number, Life>(), lives: Life[] = [];
  launches.forEach(({ kernel, places }, i) =>
    places.forEach((p, k) => {
      if (p.tag !== "slot") return;
      const b = kernel.buffers[k]!, known = current.get(p.slot);
      if (b.access === "read") {
        if (known !== undefined) known.to = i;
        return;
      }
      const life = { from: i, to: i, bytes: b.length * byteSize[b.dtype] };
      current.set(p.slot, life);
      lives.push(life);
    })
  );
  const at = launches.map((_, i) => lives.reduce((n, l) => l.from <= i && i <= l.to ? n + l.bytes : n, 0));
  return { arena: slots.reduce((a, b) => a + b, 0), live: Math.max(0, ...at) };
};
const asked = ["mlp-step", "lenet-step", "resnet18", "resnet18-step", "unet", "adam", "attention"];
const planOf = (c: Case): Plan => {
  const f = c.ours as unknown as (...xs: readonly Tensor[]) => readonly Tensor[];
  return compilePlan(makeProgram(f)(...c.inputs().map(({ shape, data }) => tensor(data, shape) as Tensor)), wasmLimits);
};
const MB = 1e6;

/** Read off the plans for Wasm: no clock is needed. */
export const memory: Question = {
  name: "memory",
  title: "bytes moved by kernels; memory of intermediate values, beside the most that are live at once",
  answer: () =>
    Promise.resolve(
      casesOf("usual").filter((c) => asked.includes(c.name)).flatMap((c) => {
        const plan = planOf(c), { arena, live } = arenaOf(plan), kernels = launchCount(plan.steps);
        const moved = launchesOf(plan.steps).reduce((n, l) => n + trafficOf(l.kernel).bytes, 0);
        const ports = [...plan.inputs, ...plan.outputs].reduce((n, p) => n + p.length * byteSize[p.dtype], 0);
        const reading = (what: string, value: number, unit: string): Reading => ({
          question: "memory",
          what: `${c.name}: ${what}`,
          value,
          unit,
        });
        return [
          reading("kernels", kernels, ""),
          reading("inputs and results", ports / MB, "MB"),
          reading("moved by all kernels", moved / MB, "MB"),
          reading("moved by each kernel, mean", moved / kernels / MB, "MB"),
          reading("intermediate values, arena", arena / MB, "MB"),
          reading("intermediate values, live at once", live / MB, "MB"),
          reading("arena / live", live === 0 ? 1 : arena / live, ""),
        ];
      }),
    ),
};
