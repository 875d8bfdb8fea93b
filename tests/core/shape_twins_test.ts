/**
 * A shape rule is a type and a function. On random shapes both must agree: the same shape, or the same sentence. The
 * functions run here; what they gave is written down as a program of type assertions that `deno check` must accept.
 */
import { expect } from "bun:test";
import { isMistake } from "../../core/errors.ts";
import * as axes from "../../core/shape/axes.ts";
import * as broadcast from "../../core/shape/broadcast.ts";
import * as conv from "../../core/shape/conv.ts";
import * as join from "../../core/shape/join.ts";
import { matmulShape } from "../../core/shape/matmul.ts";
import { reshapeShape } from "../../core/shape/reshape.ts";
import * as slice from "../../core/shape/slice.ts";
import type { Fit, Padding } from "../../core/shape/window.ts";
import { testUnless } from "../support/skips.ts";
import { denoCheck, denoExecutable } from "../support/deno_check.ts";

/** One case: the type applied, and the function applied. */
interface Case {
  readonly type: string;
  readonly run: () => readonly number[];
}

let state = 7;
const below = (n: number): number => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return (state >>> 8) % n;
};
const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
const many = <T>(n: number, f: () => T): T[] => Array.from({ length: n }, f);
const shapeOf = (rank: number, dims: readonly number[] = [1, 2, 3, 4, 6, 12]): number[] => many(rank, () => pick(dims));
/** `shape` with, often, one dim changed. */
const nudge = (shape: readonly number[]): number[] => {
  const out = [...shape];
  if (out.length > 0 && below(2) === 0) out[below(out.length)] = pick([1, 2, 3, 5, 0]);
  return out;
};
const s = (x: unknown): string => JSON.stringify(x);
const axisOf = (rank: number): number => below(2 * rank + 2) - rank - 1;

const generators: Readonly<Record<string, () => Case>> = {
  broadcast: () => {
    const a = shapeOf(below(4)), b = nudge(a.slice(below(a.length + 1)));
    const type = `BroadcastNamed<"add", ${s(a)}, ${s(b)}>`;
    return { type, run: () => broadcast.broadcastShapes("add", a, b) };
  },
  broadcastTo: () => {
    const t = shapeOf(below(4)), a = nudge(t.slice(below(t.length + 1)));
    return { type: `BroadcastTo<${s(a)}, ${s(t)}>`, run: () => broadcast.broadcastToShape(a, t) };
  },
  matmul: () => {
    const a = shapeOf(below(5)), batch = nudge(a.slice(0, -2)), k = below(3) === 0 ? below(5) : a.at(-1) ?? 1;
    const b = below(5) === 0 ? shapeOf(below(2)) : [...batch, k, pick([1, 5, 7])];
    return { type: `Matmul<${s(a)}, ${s(b)}>`, run: () => matmulShape(a, b) };
  },
  reduceOne: () => {
    const a = shapeOf(below(4)), x = axisOf(a.length), keep = below(2) === 0;
    return { type: `Reduce<"sum", ${s(a)}, ${x}, ${keep}>`, run: () => axes.reduceShape("sum", a, x, keep) };
  },
  reduceMany: () => {
    const a = shapeOf(1 + below(3)), x = many(below(3), () => axisOf(a.length)), keep = below(2) === 0;
    return { type: `Reduce<"max", ${s(a)}, ${s(x)}, ${keep}>`, run: () => axes.reduceShape("max", a, x, keep) };
  },
  permute: () => {
    const a = shapeOf(below(4)), order = a.map((_, i) => i).sort(() => below(2) - 0.5);
    const x = below(2) === 0 ? order : many(Math.max(0, a.length - below(2)), () => axisOf(a.length));
    return { type: `Permute<${s(a)}, ${s(x)}>`, run: () => axes.permuteShape(a, x) };
  },
  moveAxis: () => {
    const a = shapeOf(below(4)), from = axisOf(a.length), to = axisOf(a.length);
    const run = () => axes.moveAxisOrder(a, from, to).map((i) => a[i]!);
    return { type: `MoveAxis<${s(a)}, ${from}, ${to}>`, run };
  },
  transpose: () => {
    const a = shapeOf(below(4));
    return { type: `Transpose<${s(a)}>`, run: () => axes.transposeShape(a) };
  },
  reshape: () => {
    const a = shapeOf(1 + below(3), [1, 2, 3, 4, 6, 12, 0]);
    const total = a.reduce((n, d) => n * d, 1), first = pick([1, 2, 3, 4, 6, 0]);
    const t = pick([[first, -1], [first, total / first], [-1, 1, first], [...a].reverse(), [...a, -1], [-1, 2, -1], [
      total,
    ]]);
    const target = t.map((d) => Number.isFinite(d) ? Math.floor(d) : 5);
    return { type: `Reshape<${s(a)}, ${s(target)}>`, run: () => reshapeShape(a, target) };
  },
  concat: () => {
    const a = shapeOf(below(4)), x = axisOf(a.length), list = [a, ...many(below(3), () => nudge(a))];
    return { type: `Concat<${s(list)}, ${x}>`, run: () => join.concatShape(list, x) };
  },
  stack: () => {
    const a = shapeOf(below(3)), x = axisOf(a.length + 1), list = [a, ...many(below(3), () => below(4) ? a : nudge(a))];
    return { type: `Stack<${s(list)}, ${x}>`, run: () => join.stackShape(list, x) };
  },
  slice: () => {
    const a = shapeOf(1 + below(3)), x = axisOf(a.length), from = below(9) - 3, to = below(9) - 2;
    return { type: `Slice<${s(a)}, ${x}, ${from}, ${to}>`, run: () => slice.sliceShape(a, x, from, to) };
  },
  take: () => {
    const a = shapeOf(below(3)), i = shapeOf(below(3));
    return { type: `Take<${s(a)}, ${s(i)}>`, run: () => slice.takeShape(a, i) };
  },
  expandDims: () => {
    const a = shapeOf(below(4)), x = axisOf(a.length);
    return { type: `ExpandDims<${s(a)}, ${x}>`, run: () => slice.expandDimsShape(a, x) };
  },
  squeeze: () => {
    const a = shapeOf(below(4), [1, 1, 3]), x = axisOf(a.length);
    return { type: `Squeeze<${s(a)}, ${x}>`, run: () => slice.squeezeShape(a, x) };
  },
  conv2d: () => {
    const c = pick([1, 2, 3, 4, 6]), groups = pick([1, 1, 1, 2, 3]), o = pick([4, 6, 8]);
    const inner = below(6) === 0 ? c + 1 : Math.floor(c / groups);
    const size = (n: number): number[] =>
      below(2) === 0 ? many(2, () => below(n)) : Array(2).fill(below(n)) as number[];
    const x = [pick([1, 32]), c, ...size(33)], k = [o, inner, ...size(8)];
    if (below(20) === 0) x.pop();
    if (below(20) === 0) k.pop();
    const { stride, padding, dilation, fit } = windowOptions();
    return {
      type: `Conv2d<${s(x)}, ${s(k)}, ${s(stride)}, ${s(padding)}, ${s(dilation)}, ${groups}, ${s(fit)}>`,
      run: () => conv.conv2dShape(x, k, { stride, padding, dilation, groups, fit }),
    };
  },
  pool2d: () => {
    const { stride, padding, fit } = windowOptions(), kernel = pick<conv.Size2>([2, 3, [2, 3], 5, 1]);
    const x = [pick([1, 32]), 3, ...many(2, () => below(20))];
    return {
      type: `Pool2d<"maxPool2d", ${s(x)}, ${s(kernel)}, ${s(stride)}, ${s(padding)}, ${s(fit)}>`,
      run: () => conv.pool2dShape("maxPool2d", x, { kernel, stride, padding, fit }),
    };
  },
};
const windowOptions = () => ({
  stride: pick<conv.Size2>([1, 1, 2, 3, [1, 2], 0]),
  padding: pick<Padding>([0, 0, 1, 2, "same", "valid", [1, 2], [[0, 1], 2]]),
  dilation: pick<conv.Size2>([1, 1, 1, 2, [1, 2]]),
  fit: pick<Fit>(["floor", "floor", "ceil", "exact"]),
});

const outcome = (run: () => readonly number[]): string => {
  try {
    return s(run());
  } catch (e) {
    if (isMistake(e)) return s(e.message);
    throw e;
  }
};

const prelude = `
import type { MoveAxis, Permute, Reduce, Transpose } from "../../core/shape/axes.ts";
import type { BroadcastNamed, BroadcastTo } from "../../core/shape/broadcast.ts";
import type { Conv2d, Pool2d } from "../../core/shape/conv.ts";
import type { Concat, Stack } from "../../core/shape/join.ts";
import type { Matmul } from "../../core/shape/matmul.ts";
import type { Reshape } from "../../core/shape/reshape.ts";
import type { ExpandDims, Slice, Squeeze, Take } from "../../core/shape/slice.ts";
type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : A;
type Text<R> = R extends { readonly "~sentence": infer M } ? M : R;
`;

const rounds = 40;
testUnless(denoExecutable() === null ? "there is no deno executable" : null)(
  "on random shapes a shape rule and its type give the same shape or the same sentence",
  () => {
    const cases = Object.values(generators).flatMap((generate) => many(rounds, generate));
    const outcomes = cases.map((c) => outcome(c.run));
    const lines = cases.map((c, i) => `export const c${i}: Eq<Text<${c.type}>, ${outcomes[i]}> = true;`);
    const wrong = denoCheck({ "tests/core/generated.ts": prelude + lines.join("\n") });
    expect(wrong.map((d) => d.text)).toEqual([]);
    const sentences = outcomes.filter((o) => o.startsWith('"'));
    expect(sentences.length).toBeGreaterThan(rounds * 4);
    expect(sentences.filter((o) => o.length > 300)).toEqual([]);
  },
  300_000,
);
