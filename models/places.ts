import type { Naming } from "./weights.ts";

/** Names in files of layers at the top of a model: `places({ c1: "0", f6: "9" })`. */
export const places = (names: Readonly<Record<string, string>>): Naming => ({
  renames: Object.entries(names).map(([own, other]) => [new RegExp(`^${own}(?=\\.|$)`), other]),
});
