import { axis, type Expr } from "../../core/expr.ts";
import { iadd, int } from "../../core/index_expr.ts";
import type { Kernel, Store } from "../kernel.ts";
import { rewriting } from "./rewrite.ts";

/** A loop of so many turns in one invocation keeps a device long enough. */
const MOST = 2 ** 18;

/** Updates that are too many for one invocation as kernels that make some of them each, in order. */
export const inParts = (k: Kernel, maxTrips: number): readonly Kernel[] => {
  const [store] = k.stores, [turn] = store?.axes ?? [], most = Math.min(maxTrips - 1024, MOST);
  if (store === undefined || turn === undefined || turn.extent <= most) return [k];
  const count = Math.ceil(turn.extent / most), length = Math.ceil(turn.extent / count);
  return Array.from({ length: count }, (_, part): Kernel => {
    const from = part * length, own = axis(Math.min(length, turn.extent - from));
    const moved = rewriting({ axes: new Map([[turn, iadd(own, int(from)) as Expr]]) });
    const stores = [{ ...store, index: moved(store.index), value: moved(store.value), axes: [own] } satisfies Store];
    return { ...k, name: `${k.name}_${part}`, stores };
  });
};
