/** Options as they are given: a name that there is not is a mistake, which JavaScript and casts let through. */

/** Every name of options `O`. */
export type OptionNames<O> = { readonly [K in keyof O]-?: true };

/** How many letters must be put in, taken out or changed to make one word of the other. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
};
/** The name that was meant: one that differs by a few letters, or that is a part of it or the other way round. */
const nearest = (name: string, names: readonly string[]): string | null => {
  const lower = name.toLowerCase(), far = Math.max(2, Math.floor(name.length / 3));
  const by = names.map((n) => [distance(lower, n.toLowerCase()), n] as const).sort(([a], [b]) => a - b);
  if (by[0] !== undefined && by[0][0] <= far) return by[0][1];
  const inside = (a: string, b: string): boolean => a.length >= 3 && b.includes(a);
  return names.find((n) => inside(lower, n.toLowerCase()) || inside(n.toLowerCase(), lower)) ?? null;
};
const listed = (names: readonly string[]): string => names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;

/**
 * The options, which may have these names and no others. Throws `TypeError` with the nearest name for another one, and for what is
 * no record.
 */
export const optionsOf = <O extends object>(op: string, options: O, names: OptionNames<NoInfer<O>>): O => {
  const known = Object.keys(names), given: unknown = options;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    const got = given === null ? "null" : Array.isArray(given) ? "an array" : `a ${typeof given}`;
    throw new TypeError(`${op}: expected options as a record, got ${got}: ${listed(known)}`);
  }
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(names, name)) continue;
    const near = nearest(name, known);
    throw new TypeError(
      `${op}: there is no option ${name}${near === null ? "" : `, is ${near} meant?`} (${listed(known)})`,
    );
  }
  return options;
};
