import type { Group } from "./elements.ts";

/** Which groups must run before which. */
export class Dependences {
  private readonly reads = new Map<Group, Set<Group>>();
  private readonly readers = new Map<Group, Set<Group>>();
  /** Greater than that of all it reads. */
  private readonly ranks = new Map<Group, number>();

  /** Takes note that a group reads others. */
  add(home: Group, sources: Iterable<Group>): void {
    const mine = this.reads.get(home) ?? new Set<Group>();
    this.reads.set(home, mine);
    for (const from of sources) {
      if (from === home || mine.has(from)) continue;
      mine.add(from);
      const back = this.readers.get(from) ?? new Set<Group>();
      this.readers.set(from, back.add(home));
      this.raise(home, this.rank(from) + 1);
    }
  }
  private rank(g: Group): number {
    return this.ranks.get(g) ?? 0;
  }
  private raise(g: Group, least: number): void {
    const stack: (readonly [Group, number])[] = [[g, least]];
    while (stack.length > 0) {
      const [at, rank] = stack.pop()!;
      if (this.rank(at) >= rank) continue;
      this.ranks.set(at, rank);
      for (const reader of this.readers.get(at) ?? []) stack.push([reader, rank + 1]);
    }
  }

  /** Whether any of the groups needs `home` to run first. */
  needs(groups: readonly Group[], home: Group): boolean {
    const seen = new Set<Group>(groups), stack = [...groups], least = this.rank(home);
    while (stack.length > 0) {
      const g = stack.pop()!;
      if (g === home) return true;
      if (this.rank(g) <= least) continue;
      for (const from of this.reads.get(g) ?? []) {
        if (seen.has(from)) continue;
        seen.add(from);
        stack.push(from);
      }
    }
    return false;
  }

  /** An order in which every group runs after those it reads. */
  order(groups: readonly Group[]): readonly Group[] {
    const done = new Set<Group>(), out: Group[] = [], stack: (readonly [Group, boolean])[] = [];
    for (const root of groups) {
      stack.push([root, false]);
      while (stack.length > 0) {
        const [g, ready] = stack.pop()!;
        if (ready) out.push(g);
        if (ready || done.has(g)) continue;
        done.add(g);
        stack.push([g, true]);
        for (const from of [...this.reads.get(g) ?? []].toReversed()) if (!done.has(from)) stack.push([from, false]);
      }
    }
    return out;
  }
}
