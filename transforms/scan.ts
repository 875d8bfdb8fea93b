import { type Aval, aval, showAval, size } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { evaluate } from "../core/evaluate.ts";
import type { Primitive, Repetition as RepetitionOf, Tangent } from "../core/primitive.ts";
import { asAtom, type Program } from "../core/program.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bindAll, constant, replay, trace } from "../core/trace.ts";
import { plus } from "../ops/arithmetic.ts";
import { joinAlong, sliceP } from "../ops/slice.ts";
import { expandAxes, moveAxis, reshape } from "../ops/structure.ts";
import { batchedProgram } from "./cond.ts";
import { stage, zerosLike } from "./linearize.ts";
import { type Parts, reorder, sortResiduals } from "./scan_residuals.ts";
import { transposeProgram } from "./transpose.ts";

type Repetition = RepetitionOf<Program>;
const split = <T>(inputs: readonly T[], p: { readonly consts: number; readonly carry: number }): Parts<T> => ({
  consts: inputs.slice(0, p.consts),
  carry: inputs.slice(p.consts, p.consts + p.carry),
  xs: inputs.slice(p.consts + p.carry),
});
const scan_ = (inputs: Parts<Tensor>, body: Program, length: number, reverse: boolean): readonly Tensor[] =>
  bindAll(scanP, [...inputs.consts, ...inputs.carry, ...inputs.xs], {
    body,
    length,
    consts: inputs.consts.length,
    carry: inputs.carry.length,
    reverse,
  });
const zerosOf = (a: Aval): Tensor => constant(0, a);
const steps = (p: Repetition): readonly number[] =>
  Array.from({ length: p.length }, (_, i) => p.reverse ? p.length - 1 - i : i);

export const scanP: Primitive<Repetition> = {
  name: "scan",
  kind: "opaque",
  abstractEval: (_inputs, p) =>
    p.body.outputs.map(({ aval: a }, i) => i < p.carry ? a : aval([p.length, ...a.shape], a.dtype)),
  evaluate: (inputs, outs, p) => {
    const { consts, carry: first, xs } = split(inputs.map((x) => x.data), p);
    let carry = first;
    const entries = p.body.inputs.slice(p.consts + p.carry).map((v) => size(v.aval.shape));
    const stacked = outs.slice(p.carry).map((a) => new Float64Array(size(a.shape)));
    for (const t of steps(p)) {
      const now = xs.map((x, i) => Array.from({ length: entries[i]! }, (_, k) => x[t * entries[i]! + k]!));
      const out = evaluate(p.body, [...consts, ...carry, ...now]);
      carry = out.slice(0, p.carry);
      out.slice(p.carry).forEach((y, i) => stacked[i]!.set(Array.from(y), t * y.length));
    }
    return [...carry, ...stacked];
  },
  linearize: (primals, _outs, p) => {
    // One loop computes the results and, for every step, what its linear map needs; a second loop is that map.
    const floats = p.body.inputs.map((v) => isFloat(v.aval.dtype)), count = p.body.outputs.length;
    let linear: Program | null = null;
    const forward = trace((...xs) => {
      const { outputs, push } = stage(p.body, xs);
      const inner = trace((...ts) => {
        let next = 0;
        return push(floats.map((f) => f ? ts[next++]! : null)).map((t, i) => t ?? zerosLike(outputs[i]!));
      }, p.body.inputs.filter((_, i) => floats[i]).map((v) => v.aval));
      linear = inner.program;
      return [...outputs, ...inner.borrowed];
    }, p.body.inputs.map((v) => v.aval)).program;
    const needs = sortResiduals(forward, count, split(primals, p));
    const kept = { ...forward, outputs: [...forward.outputs.slice(0, count), ...needs.saved] };
    const outs = scan_(split(primals, p), kept, p.length, p.reverse), saved = outs.slice(count);
    const push = (tangents: readonly Tangent[]): readonly Tangent[] => {
      const full = tangents.map((t, i) => t ?? zerosLike(primals[i]!)), of = split(full, p), f = split(floats, p);
      const marked = (ts: readonly Tensor[], by: readonly boolean[]) => ts.filter((_, i) => by[i]);
      const outFloats = p.body.outputs.map((a) => isFloat(a.aval.dtype));
      const order = reorder(linear!, needs.fixed, f, outFloats), given = needs.given(saved);
      const ts = scan_(
        {
          consts: [...given.fixed, ...marked(of.consts, f.consts)],
          carry: marked(of.carry, f.carry),
          xs: [...given.entries, ...marked(of.xs, f.xs)],
        },
        order,
        p.length,
        p.reverse,
      );
      let next = 0;
      return outFloats.map((is) => is ? ts[next++]! : null);
    };
    return { outs: outs.slice(0, count), push };
  },
  transpose: (cts, inputs, p) => {
    const isLinear = inputs.map((x) => "linear" in x), of = split(inputs, p), lin = split(isLinear, p);
    // A carry that is known here starts from a tangent of zero: it is linear like the others, and nobody asks for its cotangent.
    const known = (xs: typeof inputs) => xs.flatMap((x) => "known" in x ? [x.known] : []);
    const bodyOut = p.body.outputs.map((a) => a.aval),
      full = cts.map((c, i) =>
        c ?? zerosOf(i < p.carry ? bodyOut[i]! : aval([p.length, ...bodyOut[i]!.shape], bodyOut[i]!.dtype))
      );
    const avals = split(p.body.inputs.map((v) => v.aval), p),
      pick = <T>(xs: readonly T[], by: readonly boolean[], is: boolean) => xs.filter((_, i) => by[i] === is);
    const cA = pick(avals.consts, lin.consts, true), kA = pick(avals.consts, lin.consts, false);
    const xA = pick(avals.xs, lin.xs, true), rA = pick(avals.xs, lin.xs, false);
    // carried backwards: sums of the cotangents of linear consts, and the cotangents of the carry
    const body = trace((...args) => {
      let at = 0;
      const take = (n: number) => args.slice(at, at += n);
      const [k, sums, carry, r, ys] = [
        take(kA.length),
        take(cA.length),
        take(p.carry),
        take(rA.length),
        take(bodyOut.length - p.carry),
      ] as const;
      const inner = trace((...ts) => {
        let t = 0, a = 0, b = 0;
        return replay(p.body, [
          ...lin.consts.map((l) => l ? ts[t++]! : k[a++]!),
          ...lin.carry.map(() => ts[t++]!),
          ...lin.xs.map((l) => l ? ts[t++]! : r[b++]!),
        ]);
      }, [...cA, ...avals.carry, ...xA]);
      const back = transposeProgram(inner, [...carry, ...ys]).map((c, i) =>
        c ?? zerosOf([...cA, ...avals.carry, ...xA][i]!)
      );
      return [...sums.map((s, i) => plus(s, back[i]!)!), ...back.slice(cA.length)];
    }, [...kA, ...cA, ...avals.carry, ...rA, ...bodyOut.slice(p.carry)]).program;
    const out = scan_(
      {
        consts: known(of.consts),
        carry: [...cA.map(zerosOf), ...full.slice(0, p.carry)],
        xs: [...known(of.xs), ...full.slice(p.carry)],
      },
      body,
      p.length,
      !p.reverse,
    );
    let next = 0;
    return isLinear.map((l, i) => {
      const carried = i >= p.consts && i < p.consts + p.carry;
      const back = l || carried ? out[next++]! : null;
      return l ? back : null;
    });
  },
  batch: (inputs, batched, length, p) => {
    const of = split(inputs, p), by = split(batched, p);
    const carry = of.carry.map((x, i) => by.carry[i] ? x : batchOf(x, length));
    const xs = of.xs.map((x, i) => by.xs[i] ? moveAxis(x, 0, 1) : x);
    const body = batchedProgram(p.body, [...by.consts, ...by.carry.map(() => true), ...by.xs], length);
    return scan_({ consts: of.consts, carry, xs }, body, p.length, p.reverse).map((y, i) =>
      i < p.carry ? y : moveAxis(y, 1, 0)
    );
  },
  lower: { repeats: true, expand: (inputs, p) => unroll(inputs, p) },
  samples: [],
};

const batchOf = (x: Tensor, length: number): Tensor =>
  expandAxes(x, [length, ...extents(x)], extents(x).map((_, i) => i + 1));
const stackOf = (xs: readonly Tensor[]): Tensor => joinAlong(xs.map((x) => reshape(x, [1, ...extents(x)])), 0);
const entry = (x: Tensor, t: number): Tensor => {
  const shape = extents(x),
    start = shape.map((_, i) => i === 0 ? t : 0),
    stop = shape.map((d, i) => i === 0 ? t + 1 : d);
  return reshape(bindAll(sliceP, [x], { start, stop, step: shape.map(() => 1) })[0]!, shape.slice(1));
};

/** The steps one after another. */
const unroll = (inputs: readonly Tensor[], p: Repetition): readonly Tensor[] => {
  const { consts, carry: first, xs } = split(inputs, p),
    stacked: Tensor[][] = p.body.outputs.slice(p.carry).map(() => []);
  let carry = first;
  for (const t of steps(p)) {
    const out = replay(p.body, [...consts, ...carry, ...xs.map((x) => entry(x, t))]);
    carry = out.slice(0, p.carry);
    out.slice(p.carry).forEach((y, i) => stacked[i]![t] = y);
  }
  const empty = (i: number) => {
    const a = p.body.outputs[p.carry + i]!.aval;
    return zerosOf(aval([0, ...a.shape], a.dtype));
  };
  return [...carry, ...stacked.map((ys, i) => ys.length === 0 ? empty(i) : stackOf(ys))];
};

/** Refuses entries whose leading axes differ. */
export const scanLength = (op: string, xs: readonly Tensor[], given: number | undefined): number => {
  let length = given;
  if (length !== undefined && (!Number.isInteger(length) || length < 0)) {
    throw new RangeError(`${op}: expected a whole number from 0 as length, got ${length}`);
  }
  for (const x of xs) {
    const n = extents(x)[0], got = showAval(asAtom(x).aval);
    if (n === undefined || (length !== undefined && n !== length)) {
      throw new ShapeError(`${op}: expected ${length === undefined ? "" : `${length} `}leading entries, got ${got}`, {
        op,
        expected: `${length}`,
        got,
      });
    }
    length = n;
  }
  if (length === undefined) {
    throw new ShapeError(`${op}: expected entries or a length`, { op, expected: "a length", got: "none" });
  }
  return length;
};
