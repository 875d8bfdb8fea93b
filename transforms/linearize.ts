import { isFloat } from "../core/dtype.ts";
import { isNo, type Push, type Tangent } from "../core/primitive.ts";
import { type Atom, isLit, type Program, type Var } from "../core/program.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bindAll, constant, replay, trace, type Traced } from "../core/trace.ts";

/** The outputs now, and the map that carries tangents of the inputs to tangents of the outputs. */
export interface Staged {
  readonly outputs: readonly Tensor[];
  readonly push: Push;
}

/** Runs a program on primals and keeps, for every equation, its linear map. */
export const stage = (p: Program, inputs: readonly Tensor[]): Staged => {
  const steps: { readonly inputs: readonly Atom[]; readonly outs: readonly Var[]; readonly push: Staged["push"] }[] =
    [];
  const outputs = replay(p, inputs, (e, xs) => {
    const outs = bindAll(e.primitive, xs, e.params), { linearize, name } = e.primitive;
    if (isNo(linearize)) {
      const push = (): never => {
        throw new TypeError(`Cannot differentiate ${name}: ${linearize.no}`);
      };
      steps.push({ inputs: e.inputs, outs: e.outs, push });
      return outs;
    }
    const rule = linearize(xs, outs, e.params);
    steps.push({ inputs: e.inputs, outs: e.outs, push: typeof rule === "function" ? rule : rule.push });
    return typeof rule === "function" ? outs : rule.outs;
  });
  const push = (tangents: readonly Tangent[]): readonly Tangent[] => {
    const known = new Map<Var, Tangent>();
    p.inputs.forEach((v, i) => known.set(v, isFloat(v.aval.dtype) ? tangents[i]! : null));
    const get = (a: Atom): Tangent => isLit(a) ? null : known.get(a) ?? null;
    for (const s of steps) {
      const ts = s.inputs.map(get);
      if (ts.every((t) => t === null)) continue;
      const outs = s.push(ts);
      s.outs.forEach((v, i) => known.set(v, isFloat(v.aval.dtype) ? outs[i] ?? null : null));
    }
    return p.outputs.map(get);
  };
  return { outputs, push };
};

/** Zeros like a tensor. */
export const zerosLike = (x: Tensor): Tensor => constant(0, { shape: extents(x), dtype: x.dtype });

/** Forward mode: outputs and their tangents, `null` where zero. */
export const jvpProgram = (
  p: Program,
  inputs: readonly Tensor[],
  tangents: readonly Tangent[],
): readonly [readonly Tensor[], readonly Tangent[]] => {
  const { outputs, push } = stage(p, inputs);
  return [outputs, push(tangents)];
};

/** The outputs now, and the linear program from tangents of the inputs marked `wrt` to tangents of the outputs. */
export const linearizeProgram = (
  p: Program,
  inputs: readonly Tensor[],
  wrt: readonly boolean[],
): { readonly outputs: readonly Tensor[]; readonly linear: Traced } => {
  const { outputs, push } = stage(p, inputs);
  const avals = p.inputs.filter((_, i) => wrt[i]).map((v) => v.aval);
  const linear = trace((...ts) => {
    let i = 0;
    return push(p.inputs.map((_, k) => wrt[k] ? ts[i++]! : null)).map((t, k) => t ?? zerosLike(outputs[k]!));
  }, avals);
  return { outputs, linear };
};
