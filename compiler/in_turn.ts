import type { Axis } from "../core/expr.ts";
import { affine } from "../core/index_expr.ts";
import type { Kernel } from "./kernel.ts";

/** A kernel that combines values with what it has stored, as two that are run one after the other. */
export interface InTurn {
  /** What is stored first: every element is a point of its own, in the order of memory. */
  readonly start: Kernel;
  /** What is combined with it. */
  readonly updates: Kernel;
}
export const inTurn = (k: Kernel): InTurn => {
  const first = k.stores.filter((s) => s.combine === undefined), rest = k.stores.filter((s) => s.combine !== undefined);
  const [store] = first;
  if (store === undefined || first.length > 1) throw new Error(`${k.name}: updates of what one store has put down`);
  const { terms } = affine(store.index), step = (a: Axis): number => terms.get(a) ?? 0;
  const grid = [...k.grid, ...store.axes].sort((x, y) => step(y) - step(x));
  return {
    start: { ...k, name: `${k.name}_start`, grid, stores: [{ ...store, axes: [] }] },
    updates: { ...k, stores: rest },
  };
};
