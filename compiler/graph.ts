import { type Aval, type Extents, showAval, size } from "../core/aval.ts";
import type { DType } from "../core/dtype.ts";
import { type Axis, convert, type Expr, guard, lit, load } from "../core/expr.ts";
import { iadd, ilt, imul, int, ravel, unravel } from "../core/index_expr.ts";
import type { Lowering, Reader } from "../core/lowering.ts";
import { isExpansion, isNo, type Primitive } from "../core/primitive.ts";
import { type Atom, type Eqn, isLit, type Program, type Var } from "../core/program.ts";
import { identityOf } from "../core/scalar.ts";
import { axisExprs } from "./axes.ts";
import { inSingle } from "./in_single.ts";
import { inPieces } from "./long_contraction.ts";
import type { Limits } from "./kernel.ts";
import { type Repetition, repetitionOf } from "./repetition.ts";
import { LONG, piecesOf, shortTail, tripsOver } from "./loops.ts";

/** A value of the program as the compiler sees it: how its elements are computed from the elements of others. */
export interface GraphNode {
  /** Position in the graph; inputs come before their uses. */
  readonly id: number;
  readonly shape: Extents;
  readonly dtype: DType;
  readonly form:
    | Lowering
    | { readonly tag: "input"; readonly index: number }
    /** A result of a loop. */
    | { readonly tag: "loop"; readonly call: LoopCall };
  readonly inputs: readonly GraphNode[];
}
/** A loop, and the nodes it reads and gives. */
export interface LoopCall extends Repetition {
  readonly inputs: readonly GraphNode[];
  readonly outs: readonly GraphNode[];
}
/** The step of a loop whose body a graph is. */
export interface Inside {
  readonly loop: Repetition;
  readonly step: Axis;
}
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly GraphNode[];
  /** The names of the operations that gave the nodes; constants and copies have none. */
  readonly operations: ReadonlyMap<GraphNode, string>;
  /** The outputs that lie one after the other in memory, one for each step of the loop around, and that step. */
  readonly stacked: ReadonlySet<number>;
  readonly step: Axis | null;
}

/** The lowerings of a program, with constants as expressions and reductions in stages where they leave a device idle. */
export const graphOf = (p: Program, limits: Limits, inside: Inside | null = null): Graph => {
  const nodes: GraphNode[] = [], of = new Map<Var, GraphNode>();
  const operations = new Map<GraphNode, string>(), formsOf = lowerings();
  const push = (shape: Extents, dtype: DType, form: GraphNode["form"], inputs: readonly GraphNode[]): GraphNode => {
    const node = { id: nodes.length, shape, dtype, form, inputs };
    nodes.push(node);
    return node;
  };
  const get = (a: Atom): GraphNode =>
    isLit(a)
      ? push(a.aval.shape, a.aval.dtype, { tag: "map", body: () => lit(a.value, a.aval.dtype) }, [])
      : of.get(a)!;
  p.inputs.forEach((v, index) => {
    const { shape, dtype } = v.aval, form = { tag: "input", index } as const;
    if (inside === null || index < inside.loop.consts + inside.loop.carry) {
      return of.set(v, push(shape, dtype, form, []));
    }
    const all = push([inside.loop.length, ...shape], dtype, form, []);
    of.set(v, push(shape, dtype, { tag: "map", body: (r, at) => r.at(0, [inside.step, ...at]) }, [all]));
  });
  for (const e of p.eqns) {
    const { lower, name } = e.primitive;
    if (isNo(lower)) throw new Error(`Cannot compile ${name}: ${lower.no}`);
    const loop = repetitionOf(e);
    if (loop !== null) {
      const outs: GraphNode[] = [], call: LoopCall = { ...loop, inputs: e.inputs.map(get), outs };
      for (const v of e.outs) {
        const out = push(v.aval.shape, v.aval.dtype, { tag: "loop", call }, call.inputs);
        outs.push(out);
        of.set(v, out);
        operations.set(out, name);
      }
      continue;
    }
    if (isExpansion(lower)) throw new Error(`Cannot compile ${name}: it was not expanded`);
    const inputs = e.inputs.map(get);
    formsOf(e, lower).forEach((form, i) => {
      const { shape, dtype } = e.outs[i]!.aval;
      const { form: own, dtype: sums } = inSingle(form, dtype);
      const summed = own.tag === "reduce"
        ? stages(own, shape, sums, inputs, push, limits)
        : own.tag === "contract"
        ? contraction(own, shape, sums, inputs, push, limits)
        : push(shape, sums, own, inputs);
      const staged = sums === dtype
        ? summed
        : push(shape, dtype, { tag: "map", body: (r, index) => convert(r.at(0, index), dtype) }, [summed]);
      of.set(e.outs[i]!, staged);
      operations.set(staged, name);
    });
  }
  // An output that is an input or a constant is copied; one that is asked for twice is copied once.
  const taken = new Set<GraphNode>();
  const outputs = p.outputs.map((a) => {
    const node = get(a), fresh = node.form.tag !== "input" && !taken.has(node);
    const out = fresh ? node : push(node.shape, node.dtype, { tag: "map", body: (r, index) => r.at(0, index) }, [node]);
    taken.add(out);
    return out;
  });
  const stacked = new Set(inside === null ? [] : outputs.slice(inside.loop.carry).map((n) => n.id));
  return { nodes, outputs, operations, stacked, step: inside?.step ?? null };
};

/**
 * Lowerings of equations; those of the same primitive, parameters and avals are the same objects, so that what is found out
 * about one is known of all.
 */
const lowerings = () => {
  const known = new Map<Primitive, Map<string, readonly Lowering[]>>();
  return (
    { primitive, inputs, params }: Eqn,
    lower: (avals: readonly Aval[], params: unknown) => readonly Lowering[],
  ) => {
    const avals = inputs.map((a) => a.aval), own = known.get(primitive) ?? new Map<string, readonly Lowering[]>();
    known.set(primitive, own);
    const key = `${avals.map(showAval)}${params === null ? "" : JSON.stringify(params)}`;
    const forms = own.get(key) ?? lower(avals, params);
    own.set(key, forms);
    return forms;
  };
};

type Reduce = Extract<Lowering, { tag: "reduce" }>;
type Push = (shape: Extents, dtype: DType, form: GraphNode["form"], inputs: readonly GraphNode[]) => GraphNode;

/**
 * A reduction as one, where so many results keep the device busy or there is little to do; else as a tree of reductions none
 * of which is long.
 */
const stages = (
  form: Reduce,
  shape: Extents,
  dtype: DType,
  inputs: readonly GraphNode[],
  push: Push,
  limits: Limits,
): GraphNode => {
  const total = size(form.extents);
  if (total <= LONG || (size(shape) >= limits.points && 2 * tripsOver(form.extents) <= limits.trips)) {
    return push(shape, dtype, form, inputs);
  }
  const cut = shortTail(form.extents);
  const { first, pieces } = cut < form.extents.length ? leading(form, cut) : piecewise(form, dtype);
  // The pieces are the outer axes of the partial result, so that neighbours in the result stay neighbours.
  const partial = push([...pieces, ...shape], dtype, first, inputs);
  const second: Reduce = {
    tag: "reduce",
    extents: pieces,
    combine: form.combine,
    body: (r, index, reduced) => r.at(0, [...reduced, ...index]),
  };
  return stages(second, shape, dtype, [partial], push, limits);
};
/** A contraction, or the sum of its pieces where it is long. */
const contraction = (
  form: Extract<Lowering, { tag: "contract" }>,
  shape: Extents,
  dtype: DType,
  inputs: readonly GraphNode[],
  push: Push,
  limits: Limits,
): GraphNode => {
  const pieces = inPieces(form, dtype);
  if (pieces === null) return push(shape, dtype, form, inputs);
  const partial = push(pieces.form.out, dtype, pieces.form, inputs);
  const total: Reduce = {
    tag: "reduce",
    extents: [pieces.count],
    combine: "add",
    body: (r, index, reduced) => r.at(0, [...reduced, ...refine(index, shape, form.out)]),
  };
  return stages(total, shape, dtype, [partial], push, limits);
};
interface Split {
  readonly first: Reduce;
  readonly pieces: Extents;
}
/** First reduce over the axes from `cut`; the ones before it become axes of the partial result. */
const leading = (form: Reduce, cut: number): Split => ({
  pieces: form.extents.slice(0, cut),
  first: {
    ...form,
    extents: form.extents.slice(cut),
    body: (r, index, reduced) => form.body(r, index.slice(cut), [...index.slice(0, cut), ...reduced]),
  },
});
/** First reduce pieces of the last axis, the last piece padded with the identity. */
const piecewise = (form: Reduce, dtype: DType): Split => {
  const last = form.extents.at(-1)!, before = form.extents.slice(0, -1);
  const { count, length } = piecesOf(last);
  return {
    pieces: [...before, count],
    first: {
      ...form,
      extents: [length],
      body: (r, index, [within]) => {
        const n = before.length, at = iadd(imul(index[n]!, length), within!);
        const value = form.body(r, index.slice(n + 1), [...index.slice(0, n), at]);
        return guard(ilt(at, int(last)), value, lit(identityOf(form.combine, dtype), dtype));
      },
    },
  };
};
/** The axes an operand of a contraction depends on. */
export interface ContractAxes {
  readonly out: readonly Expr[];
  readonly reduced: readonly Expr[];
}
/** Fresh index expressions for a contraction. */
export const contractAxes = (form: Extract<Lowering, { tag: "contract" }>): ContractAxes => ({
  out: axisExprs(form.out),
  reduced: axisExprs(form.reduced),
});
/** A reader that shows which elements are read: load of input `i` at its row-major position. */
export const positions = (inputs: readonly GraphNode[]): Reader => ({
  at: (i, index) => load(i, ravel(index, inputs[i]!.shape), inputs[i]!.dtype),
});
/** The index of an output element by the refined axes of a contraction. */
export const refine = (index: readonly Expr[], shape: Extents, out: Extents): readonly Expr[] =>
  unravel(ravel(index, shape), out);
