import { byteSize } from "../../core/dtype.ts";
import { size } from "../../core/aval.ts";
import { convert, fold, op, visit } from "../../core/expr.ts";
import { inBasics } from "../basics.ts";
import { inTurn } from "../in_turn.ts";
import { combines, type Contraction, type Kernel, type KernelBuffer, type Launch, type Place } from "../kernel.ts";
import { cooperative } from "./cooperative.ts";
import { extentsOf, rootsOf } from "./flat.ts";
import { pointwise } from "./pointwise.ts";
import { registerTile } from "./register_tile.ts";
import { rewriting } from "./rewrite.ts";
import { splitContraction } from "./split.ts";
import { type Binding, checkTrips, type Spelling, type Stage } from "./stage.ts";
import { leastTarget, type Target } from "./target.ts";
import { chooseVariant, type Variant } from "./variant.ts";
import { alone, together, type Work } from "./work.ts";
import { inParts } from "./updates.ts";
import { workgroupTile } from "./workgroup_tile.ts";

/** A kernel as WGSL for a device; nothing at all where nothing is stored. */
export const spell = (given: Kernel, target: Target, wish?: Variant): Spelling => {
  const k = inBasics(given);
  if (size(extentsOf(k.grid)) === 0 || k.stores.length === 0) return { stages: [], scratch: [] };
  if (combines(k)) {
    const { start, updates } = inTurn(k), all = [start, ...inParts(updates, target.maxTrips)];
    return { stages: all.map((part) => checkTrips(spellOne(part, { tag: "pointwise" }, target), target)), scratch: [] };
  }
  const variant = wish ?? chooseVariant(k, target);
  const c = k.contraction;
  if (c === null || !("parts" in variant) || variant.parts < 2) {
    return { stages: [checkTrips(spellOne(k, variant, target), target)], scratch: [] };
  }
  const { first, second, scratch } = splitContraction(k, c, variant.parts);
  const partial = (s: Stage): Stage => ({
    ...s,
    bindings: s.bindings.map((b): Binding => b.index === k.buffers.length ? { ...b, from: "scratch", index: 0 } : b),
  });
  const whole = fitted({ ...variant, parts: 1 }, first);
  const stages = [spellOne(first, whole, target), spellOne(second, chooseVariant(second, target), target)];
  return {
    stages: stages.map((s) => checkTrips(partial(s), target)),
    scratch: [scratch.length * byteSize[scratch.dtype]],
  };
};

/** The variant with turns written out only where they come out even. */
const fitted = (v: Variant, k: Kernel): Variant => {
  if (v.tag !== "registers") return v;
  const even = (k.contraction?.k.at(-1)?.extent ?? 1) % v.tile.unroll === 0;
  return even ? v : { ...v, tile: { ...v.tile, unroll: 1 } };
};

/** One dispatch; only the buffers it touches are bound. */
const spellOne = (k: Kernel, variant: Variant, target: Target): Stage => {
  const { kernel, kept } = prune(k), c = kernel.contraction;
  const made = variant.tag === "cooperative"
    ? alone(cooperative(plain(kernel), variant.lanes), target)
    : variant.tag === "registers" && c !== null
    ? registerTile(kernel, c, variant.tile, target)
    : variant.tag === "tiles" && c !== null
    ? workgroupTile(kernel, c, variant.tile, target)
    : alone(workOf(plain(kernel), target), target);
  return { ...made, bindings: made.bindings.map((b) => ({ ...b, index: kept[b.index]! })) };
};
/** A kernel without contraction as it is done on a device: a contraction said as a fold, too, by whole workgroups. */
const workOf = (k: Kernel, target: Target): Work => {
  const variant = chooseVariant(k, target);
  return variant.tag === "cooperative" ? cooperative(k, variant.lanes) : pointwise(k, target);
};

/** More instructions than this in one shader compile for long. */
const LONGEST = 4000;

/** Launches with their buffers in one list: the places of all, and the number there of each buffer of each kernel. */
export interface Shared {
  readonly kernels: readonly Kernel[];
  readonly numbers: readonly (readonly number[])[];
  readonly buffers: readonly KernelBuffer[];
  readonly places: readonly Place[];
}
export const sharing = (launches: readonly Launch[]): Shared => {
  const places: Place[] = [], buffers: KernelBuffer[] = [], known = new Map<string, number>();
  const numbers = launches.map(({ kernel, places: own }) =>
    own.map((p, i) => {
      const b = kernel.buffers[i]!, key = `${JSON.stringify(p)}${b.dtype}${b.length}`;
      if (!known.has(key)) {
        known.set(key, places.push(p) - 1);
        buffers.push(b);
      }
      return known.get(key)!;
    })
  );
  return { kernels: launches.map((l) => l.kernel), numbers, buffers, places };
};
/** Kernels that may run at the same time as one dispatch; null where it cannot be one. */
export const spellTogether = ({ kernels, numbers, buffers }: Shared, target: Target): Stage | null => {
  let instructions = 0;
  const works: Work[] = [];
  for (const [i, kernel] of kernels.entries()) {
    if (kernel.contraction !== null || combines(kernel)) return null;
    if (size(extentsOf(kernel.grid)) === 0 || kernel.stores.length === 0) continue;
    const k = renumbered(inBasics(kernel), (s) => numbers[i]![s]!, buffers);
    visit(rootsOf(k), () => instructions++);
    works.push(workOf(k, target));
  }
  return works.length < 2 || instructions > LONGEST ? null : checkTrips(together(works, buffers, target), target);
};

/** The kernel with its contraction said as a fold. */
export const plain = (k: Kernel): Kernel => {
  const c = k.contraction;
  if (c === null) return k;
  const finish = rewriting({ acc: sumOf(c) });
  return {
    ...k,
    contraction: null,
    stores: k.stores.map((s) => ({ ...s, index: finish(s.index), value: finish(s.value) })),
  };
};
const sumOf = (c: Contraction) => {
  const dtype = c.dtype === "f16" ? "f32" : c.dtype;
  return convert(fold("add", c.k, op("mul", convert(c.a, dtype), convert(c.b, dtype))), c.dtype);
};

/** The kernel with only the buffers it touches, and their numbers in the given one. */
const prune = (k: Kernel): { readonly kernel: Kernel; readonly kept: readonly number[] } => {
  const used = new Set(k.stores.map((s) => s.target)), c = k.contraction;
  visit([...k.stores.flatMap((s) => [s.index, s.value]), ...(c === null ? [] : [c.a, c.b])], (e) => {
    if (e.tag === "load") used.add(e.source);
  });
  const kept = [...used].sort((x, y) => x - y), number = new Map(kept.map((b, i) => [b, i]));
  if (kept.length === k.buffers.length) return { kernel: k, kept };
  return { kernel: renumbered(k, (s) => number.get(s)!, kept.map((b) => k.buffers[b]!)), kept };
};
/** A kernel with its buffers numbered anew. */
const renumbered = (k: Kernel, number: (source: number) => number, buffers: readonly KernelBuffer[]): Kernel => {
  const rename = rewriting({ source: number }), c = k.contraction;
  return {
    ...k,
    buffers,
    stores: k.stores.map((s) => ({ ...s, target: number(s.target), index: rename(s.index), value: rename(s.value) })),
    contraction: c === null ? null : { ...c, a: rename(c.a), b: rename(c.b) },
  };
};

/** Loop trips of one invocation of a kernel that is spelled as it stands, for planners that must stay below a limit. */
export const trips = (k: Kernel): number =>
  alone(pointwise(plain(inBasics(k)), leastTarget), { ...leastTarget, maxTrips: Infinity }).trips;
