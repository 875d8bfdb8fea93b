import { size } from "../core/aval.ts";
import { type Expr, visit } from "../core/expr.ts";
import { Dependences } from "./dependence.ts";
import type { Graph, GraphNode } from "./graph.ts";
import { type Group, partsOf, sourcesOf, tripsOf } from "./elements.ts";
import { groupOf, groupOfLoop, type Joined, memberOf } from "./group.ts";
import type { Limits } from "./kernel.ts";
import { storedNodes } from "./select.ts";

/** So many elements are a row of any number of points: there is too little to do to keep a device busy. */
const LITTLE = 16384;
/** A value has at most so many readers to share their loops with. */
const READERS = 8;
/** Values that are deeper than this are loaded by those who need them, in another kernel: compilers of shaders recur. */
const DEEPEST = 320;

/** Cuts a graph into groups, in an order in which they can run. */
export const fuse = (g: Graph, limits: Limits): readonly Group[] => new Fusion(g, limits).run();

class Fusion {
  private readonly stored: ReadonlySet<GraphNode>;
  private readonly outputs: ReadonlySet<GraphNode>;
  /** The stored nodes that read each one. */
  private readonly uses = new Map<GraphNode, GraphNode[]>();
  private readonly homes = new Map<GraphNode, Group>();
  private readonly sources = new Map<Group, Set<number>>();
  /** The groups that read each node, youngest last. */
  private readonly readers = new Map<number, Group[]>();
  private readonly order = new Dependences();

  constructor(private readonly graph: Graph, private readonly limits: Limits) {
    this.stored = storedNodes(graph, limits.buffersPerKernel - 2);
    this.outputs = new Set(graph.outputs);
    this.findUses();
  }
  private findUses(): void {
    const behind = new Map<GraphNode, ReadonlySet<GraphNode>>();
    for (const n of this.graph.nodes) {
      const read = new Set(
        n.inputs.flatMap((i) => this.stored.has(i) || i.form.tag === "input" ? [i] : [...behind.get(i)!]),
      );
      behind.set(n, read);
      if (!this.stored.has(n)) continue;
      for (const i of read) pushTo(this.uses, i, n);
    }
  }

  run(): readonly Group[] {
    const groups: Group[] = [];
    for (const node of this.graph.nodes) {
      if (!this.stored.has(node) || this.homes.has(node)) continue;
      if (node.form.tag === "loop") {
        const { call } = node.form, loop = groupOfLoop(call), read = new Set(call.inputs.map((i) => i.id));
        groups.push(loop);
        call.outs.forEach((n) => this.settle(n, loop, read));
        continue;
      }
      const own = groupOf(node, this.stored), read = sourcesOf([...valuesOf(own)]);
      const home = this.join(node, own, read);
      if (home !== null) continue;
      if (read.size + 1 > this.limits.buffersPerKernel) {
        throw new Error(
          `An operation with ${read.size} inputs needs more than the ${this.limits.buffersPerKernel} buffers a kernel can have here`,
        );
      }
      groups.push(own);
      this.settle(node, own, read);
    }
    return this.order.order(groups);
  }
  /** Puts a node into the group of a producer, or one that reads what it reads, if a point of it knows all it needs. */
  private join(node: GraphNode, own: Group, read: ReadonlySet<number>): Group | null {
    if (node.form.tag === "contract" || size(node.shape) === 0) return null;
    const from = [...read].map((s) => this.graph.nodes[s]!), producers = from.flatMap((n) => this.homes.get(n) ?? []);
    const near = new Set(producers.toReversed());
    for (const home of new Set([...near, ...this.companions(own, from)])) {
      if (!this.worth(node, home) || this.order.needs(producers.filter((g) => g !== home), home)) continue;
      const joined = memberOf(node, home, this.stored);
      if (joined === null || !(near.has(home) || sharesLoad(joined.member.value, home))) continue;
      if (joined.member.value.depth > DEEPEST) continue;
      const all = sourcesOf([joined.member.value]);
      if (!this.fits(node, home, all) || !this.short({ ...home, ...joined })) continue;
      adopt(node, home, joined);
      this.settle(node, home, all);
      return home;
    }
    return null;
  }
  /** Groups that run over the same extents and read the same values. */
  private companions(own: Group, from: readonly GraphNode[]): readonly Group[] {
    const found = from.flatMap((n) => (this.readers.get(n.id) ?? []).slice(-READERS));
    const alike = (g: Group) => g.contraction === null && `${g.shape}` === `${own.shape}`;
    return found.toReversed().filter((g) => alike(g) && [...own.loops.keys()].every((key) => g.loops.has(key)));
  }
  /** Whether enough points are left to work on, where a node would become rows of points with loops. */
  private worth(node: GraphNode, home: Group): boolean {
    const rows = size(node.shape), points = size(home.shape);
    if (rows === points) return true;
    return rows <= 4 * points * tripsOf(home) && (points >= this.limits.points || rows <= LITTLE);
  }
  private short(g: Group): boolean {
    return tripsOf(g) <= Math.max(this.limits.trips, 1);
  }
  private fits(node: GraphNode, home: Group, read: ReadonlySet<number>): boolean {
    const inside = (n: GraphNode) => n === node || home.members.has(n);
    const written = [...home.members.keys(), node].filter((n) =>
      this.outputs.has(n) || (this.uses.get(n) ?? []).some((u) => !inside(u))
    );
    const all = new Set([...this.sources.get(home)!, ...read]);
    return all.size + written.length <= this.limits.buffersPerKernel;
  }
  private settle(node: GraphNode, home: Group, read: ReadonlySet<number>): void {
    this.homes.set(node, home);
    const mine = this.sources.get(home) ?? new Set<number>(), before: Group[] = [];
    this.sources.set(home, mine);
    for (const s of read) {
      if (mine.has(s)) continue;
      mine.add(s);
      pushTo(this.readers, s, home);
      const producer = this.homes.get(this.graph.nodes[s]!);
      if (producer !== undefined) before.push(producer);
    }
    this.order.add(home, before);
  }
}

const pushTo = <K, V>(lists: Map<K, V[]>, key: K, value: V): void => {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [value]);
  else known.push(value);
};
/** Whether an element is read that a point of the group reads anyway. */
const sharesLoad = (value: Expr, home: Group): boolean => {
  const loads = new Set<Expr>();
  visit([...home.members.values()].map((m) => m.value), (e) => e.tag === "load" && loads.add(e));
  let found = false;
  visit([value], (e) => found ||= loads.has(e));
  return found;
};
const adopt = (node: GraphNode, home: Group, { member, loops, rows }: Joined): void => {
  home.members.set(node, member);
  loops.forEach((l, key) => home.loops.set(key, l));
  rows.forEach((r, key) => home.rows.set(key, r));
};
/** The expressions a group is made of. */
export const valuesOf = (g: Group) => [
  ...[...g.members.values()].flatMap(partsOf),
  ...(g.contraction === null ? [] : [g.contraction.a, g.contraction.b]),
];
