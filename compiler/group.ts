import { size } from "../core/aval.ts";
import { acc, type Axis, axis, type Expr, load } from "../core/expr.ts";
import { affine, iadd, imul, int, ravel, unravel } from "../core/index_expr.ts";
import type { Reader } from "../core/lowering.ts";
import { axesOf, axisExprs } from "./axes.ts";
import { elements, type Group, type Member } from "./elements.ts";
import { type GraphNode, type LoopCall, refine } from "./graph.ts";
import type { Contraction } from "./kernel.ts";
import { type Loops, loopsOver } from "./loops.ts";
import { freeAxes } from "./select.ts";

/** The results of a loop. */
export const groupOfLoop = (call: LoopCall): Group => {
  const member = (n: GraphNode): Member => ({
    value: load(n.id, int(0), n.dtype),
    position: int(0),
    axes: [],
    level: 0,
  });
  return {
    members: new Map(call.outs.map((n) => [n, member(n)])),
    index: [],
    shape: [],
    position: int(0),
    contraction: null,
    call,
    loops: new Map(),
    rows: new Map(),
  };
};

/** The group of a node that updates are put into: a point for all that is along the axis they are put at. */
const groupOfScatter = (node: GraphNode, stored: ReadonlySet<GraphNode>): Group => {
  const { form } = node;
  if (form.tag !== "scatter") throw new Error(`node ${node.id} has no updates`);
  const { axis: along, combine } = form, shape = node.shape.toSpliced(along, 1), index = axisExprs(shape);
  const { of } = elements(stored, null, 0), reader = of(node), at = (e: Expr) => index.toSpliced(along, 0, e);
  const [place] = axisExprs([node.shape[along]!]), [turn] = axisExprs([form.updates]);
  return {
    members: new Map([[node, {
      value: form.start(reader, at(place!)),
      position: ravel(at(place!), node.shape),
      axes: axesOf([place!]),
      level: 0,
      update: {
        value: form.update(reader, at(turn!)),
        position: ravel(at(form.place(reader, at(turn!))), node.shape),
        axes: axesOf([turn!]),
        combine,
      },
    }]]),
    index,
    shape,
    position: ravel(index, shape),
    contraction: null,
    call: null,
    loops: new Map(),
    rows: new Map(),
  };
};

/** A group of one node. */
export const groupOf = (node: GraphNode, stored: ReadonlySet<GraphNode>): Group => {
  if (node.form.tag === "scatter") return groupOfScatter(node, stored);
  const { form } = node, shape = form.tag === "contract" ? form.out : node.shape, index = axisExprs(shape);
  const { of, value } = elements(stored, null, 0), position = ravel(index, shape), loops = new Map<string, Loops>();
  let contraction: Contraction | null = null;
  const own = (): Expr => {
    if (form.tag === "reduce") return folded(node, index, of(node), loops, 0);
    if (form.tag !== "contract") return value(node, index);
    const reduced = axisExprs(form.reduced), a = form.a(of(node), index, reduced), b = form.b(of(node), index, reduced);
    const [inA, inB] = [freeAxes(a), freeAxes(b)], axes = axesOf(index);
    contraction = {
      batch: axes.filter((x) => inA.has(x) === inB.has(x)),
      m: axes.filter((x) => inA.has(x) && !inB.has(x)),
      n: axes.filter((x) => inB.has(x) && !inA.has(x)),
      k: axesOf(reduced),
      a,
      b,
      dtype: node.dtype,
    };
    return acc(node.dtype);
  };
  const member: Member = { value: own(), position, axes: [], level: form.tag === "reduce" ? 1 : 0 };
  return {
    members: new Map([[node, member]]),
    index,
    shape,
    position,
    contraction,
    call: null,
    loops,
    rows: new Map(),
  };
};

const folded = (
  node: GraphNode,
  index: readonly Expr[],
  reader: Reader,
  shared: Map<string, Loops>,
  level: number,
): Expr => {
  const { form } = node;
  if (form.tag !== "reduce") throw new Error(`node ${node.id} is no reduction`);
  const key = `${level}:${form.extents}`, loops = shared.get(key) ?? loopsOver(form.extents);
  shared.set(key, loops);
  return loops.fold(form.combine, form.body(reader, index, loops.index));
};

/** A node as a member of a group, and the loops it adds; null where a point of the group does not know what it needs. */
export const memberOf = (node: GraphNode, home: Group, stored: ReadonlySet<GraphNode>): Joined | null => {
  const full = home.call !== null || [...home.members.values()].some((m) => m.update !== undefined);
  if (full || (node.form.tag !== "map" && node.form.tag !== "reduce") || size(node.shape) === 0) {
    return null;
  }
  if (size(node.shape) === size(home.shape)) return atPoints(node, home, stored);
  return node.form.tag === "map" && home.contraction === null ? inRows(node, home, stored) : null;
};
export interface Joined {
  readonly member: Member;
  readonly loops: Group["loops"];
  readonly rows: Group["rows"];
}

const atPoints = (node: GraphNode, home: Group, stored: ReadonlySet<GraphNode>): Joined | null => {
  const index = refine(home.index, home.shape, node.shape), { form } = node, { rows, position } = home;
  if (form.tag !== "reduce") {
    const { value, seen } = elements(stored, home, size(node.shape)), made = value(node, index);
    if (seen.aside) return null;
    return { member: { value: made, position, axes: [], level: seen.level }, loops: home.loops, rows };
  }
  if (home.contraction !== null) return null;
  // The loop it shares is known once it is known what it reads: first with loops of its own.
  const times = size(node.shape) * size(form.extents), trial = elements(stored, home, times);
  folded(node, index, trial.of(node), new Map(), 0);
  const { level, aside } = trial.seen;
  if (aside) return null;
  const loops = new Map(home.loops), value = folded(node, index, elements(stored, home, times).of(node), loops, level);
  return { member: { value, position, axes: [], level: level + 1 }, loops, rows };
};

const inRows = (node: GraphNode, home: Group, stored: ReadonlySet<GraphNode>): Joined | null => {
  const axes = axisExprs(node.shape), times = size(node.shape), trial = elements(stored, home, times, true);
  trial.value(node, axes);
  if (trial.seen.positions.size !== 1) return null;
  const [where] = trial.seen.positions, split = pointAndRow(where!, axes, home);
  if (split === null) return null;
  const key = `${split.row.map((a) => a.extent)}`, known = home.rows.get(key);
  const index = known === undefined ? split.index(split.row) : split.index(known), row = known ?? split.row;
  const { value, seen } = elements(stored, home, times), made = value(node, index);
  if (seen.aside) return null;
  return {
    member: { value: made, position: ravel(index, node.shape), axes: row, level: seen.level },
    loops: home.loops,
    rows: new Map(home.rows).set(key, row),
  };
};

interface PointAndRow {
  /** What of the index is not given by the point. */
  readonly row: readonly Axis[];
  readonly index: (row: readonly Axis[]) => readonly Expr[];
}
/**
 * Given where a node with these axes reads a value of the points, its index by point and row: the place read must be the
 * row-major position of some of the axes, or of leading parts of them.
 */
const pointAndRow = (where: Expr, axes: readonly Expr[], home: Group): PointAndRow | null => {
  const { constant, terms } = affine(where),
    parts: { readonly of: Expr; readonly extent: number; readonly rest: number }[] = [];
  let total = size(home.shape);
  for (const [atom, step] of [...terms].sort(([, x], [, y]) => y - x)) {
    const part = atom.tag === "axis"
      ? { of: atom, extent: atom.extent, rest: 1 }
      : atom.tag === "op" && atom.op === "div" && atom.args[0]!.tag === "axis" && atom.args[1]!.tag === "lit"
      ? leadingPart(atom.args[0]!, atom.args[1]!.value)
      : null;
    if (part === null || !axes.includes(part.of) || parts.some((p) => p.of === part.of)) return null;
    total /= part.extent;
    if (step !== total) return null;
    parts.push(part);
  }
  if (total !== 1 || constant !== 0) return null;
  const points = unravel(home.position, parts.map((p) => p.extent));
  const row = axes.flatMap((a): Axis[] => {
    if (a.tag !== "axis") return [];
    const part = parts.find((p) => p.of === a);
    return part === undefined ? [axis(a.extent)] : part.rest > 1 ? [axis(part.rest)] : [];
  });
  if (row.length === 0) return null;
  return {
    row,
    index: (given) => {
      let next = 0;
      return axes.map((a): Expr => {
        if (a.tag !== "axis") return int(0);
        const at = parts.findIndex((p) => p.of === a);
        if (at < 0) return given[next++]!;
        const { rest } = parts[at]!;
        return rest > 1 ? iadd(imul(points[at]!, rest), given[next++]!) : points[at]!;
      });
    },
  };
};
const leadingPart = (of: Axis, rest: number) => of.extent % rest === 0 ? { of, extent: of.extent / rest, rest } : null;
