import { isRepeat, type Kernel, type Launch, launchesOf, type Place, type Plan } from "../../compiler/kernel.ts";
import { visit } from "../../core/expr.ts";

/**
 * Whether every load of buffer `read` is of the element that the same grid point stores in buffer `write`. Where updates follow,
 * each element is stored by itself before them.
 */
const inPlace = (kernel: Kernel, read: number, write: number): boolean => {
  const [first, ...updates] = kernel.stores.filter((s) => s.target === write), at = first?.index;
  if (first === undefined || updates.some((s) => s.combine === undefined)) return false;
  if (first.axes.length > 0 && updates.length === 0) return false;
  let safe = true;
  visit(updates.flatMap((s) => [s.index, s.value]), (e) => {
    if (e.tag === "load" && e.source === read) safe = false;
  });
  visit(kernel.contraction === null ? [] : [kernel.contraction.a, kernel.contraction.b], (e) => {
    if (e.tag === "load" && e.source === read) safe = false;
  });
  visit(kernel.stores.flatMap((s) => [s.index, s.value]), (e) => {
    if (e.tag === "load" && e.source === read && e.index !== at) safe = false;
  });
  return safe;
};

/**
 * For each output of a plan the inputs whose memory it may be written to: those of its dtype and length that nobody reads
 * after its kernel, and that its kernel does not read or reads element by element.
 */
export const replaceable = (plan: Plan): readonly (readonly number[])[] => {
  const lastRead = plan.inputs.map(() => -1), writtenBy = plan.outputs.map(() => -1);
  const touch = (p: Place, at: number, access: "read" | "write", repeated: boolean): void => {
    if (p.tag === "carried") return [p.first, p.even, p.odd].forEach((q) => touch(q, at, access, true));
    if (p.tag === "input") lastRead[p.index] = at;
    if (p.tag !== "output") return;
    // What a loop writes is written in every step, while inputs are read.
    if (access === "write") writtenBy[p.index] = writtenBy[p.index] === -1 && !repeated ? at : NaN;
  };
  plan.steps.forEach((step, at) =>
    launchesOf([step]).forEach(({ kernel, places }) =>
      places.forEach((p, i) => touch(p, at, kernel.buffers[i]!.access, isRepeat(step)))
    )
  );
  const safe = (input: number, output: number): boolean => {
    const a = plan.inputs[input]!, b = plan.outputs[output]!, by = writtenBy[output]!;
    if (a.dtype !== b.dtype || a.length !== b.length || a.length === 0 || !(by >= 0) || lastRead[input]! > by) {
      return false;
    }
    if (lastRead[input]! < by) return true;
    const { kernel, places } = plan.steps[by] as Launch;
    const write = places.findIndex((p) => p.tag === "output" && p.index === output);
    return places.every((p, i) => p.tag !== "input" || p.index !== input || inPlace(kernel, i, write));
  };
  return plan.outputs.map((_, o) => plan.inputs.flatMap((_, i) => safe(i, o) ? [i] : []));
};
