import type { Kernel, Store } from "./kernel.ts";
import { expandMath } from "./math.ts";

/** The kernel with the special functions of f32 and f16 in basic instructions, the same for every back end. */
export const inBasics = (k: Kernel): Kernel => {
  const c = k.contraction, values = expandMath([...k.stores.map((s) => s.value), ...(c === null ? [] : [c.a, c.b])]);
  const stores = k.stores.map((s, i): Store => ({ ...s, value: values[i]! }));
  return { ...k, stores, contraction: c === null ? null : { ...c, a: values.at(-2)!, b: values.at(-1)! } };
};
