import { DTypeError, ShapeError } from "../core/errors.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { dotP } from "./contraction.ts";
import type { EinsumFunction } from "./einsum_signatures.ts";
import { moveAxis, permute, reshape, sum } from "./structure.ts";
import { diagonal } from "./triangle.ts";

/** A tensor, and a name for each of its axes: a letter, or `.n` for the n-th axis from the end under an ellipsis. */
interface Term {
  readonly x: Tensor;
  readonly names: readonly string[];
}
const refuse = (sentence: string, expected: string, got: string): never => {
  throw new ShapeError(`einsum: ${sentence}`, { op: "einsum", expected, got });
};

const ELLIPSIS = "...";
/** The letters of a part of an equation, with an ellipsis as so many names. */
const letters = (part: string, under: number): readonly string[] => {
  const dots = Array.from({ length: under }, (_, i) => `.${under - i}`), [before, after, more] = part.split(ELLIPSIS);
  const all = after === undefined ? [...part] : [...before!, ...dots, ...after];
  const odd = all.find((c) => !/^([a-zA-Z]|\.\d+)$/.test(c));
  if (odd !== undefined || more !== undefined) {
    refuse(`cannot read "${part}"`, "letters and at most one ellipsis", part);
  }
  return all;
};
/** Names the axes of an operand; each must have the extent the name had before. An ellipsis broadcasts. */
const nameAxes = (x: Tensor, part: string, n: number, extent: Map<string, number>): Term => {
  const shape = extents(x),
    own = [...part.replace(ELLIPSIS, "")].length,
    under = part.includes(ELLIPSIS) ? shape.length - own : 0;
  const names = letters(part, Math.max(0, under)), missing = names[shape.length];
  if (under < 0 || missing !== undefined) {
    const c = missing ?? part.at(-1)!;
    refuse(`operand ${n} has no axis for index ${c}`, `${own} axes`, `${shape.length}`);
  }
  const rest = shape.length - names.length;
  if (rest > 0) refuse(`operand ${n} has ${rest} more axes than indices`, `${names.length} axes`, `${shape.length}`);
  names.forEach((c, i) => {
    const d = shape[i]!, known = extent.get(c), free = c.startsWith(".");
    if (known !== undefined && known !== d && !(free && (known === 1 || d === 1))) {
      refuse(`index ${c} is ${known} before but ${d} in operand ${n}`, `${known}`, `${d}`);
    }
    extent.set(c, free && known !== undefined ? (known === 1 ? d : known) : d);
  });
  return { x, names };
};

/** A name that occurs twice is walked along the diagonal. */
const undouble = (t: Term): Term => {
  const j = t.names.findIndex((c, k) => t.names.indexOf(c) < k);
  if (j < 0) return t;
  const i = t.names.indexOf(t.names[j]!), last = t.names.length - 1;
  const x = diagonal(moveAxis(moveAxis(t.x, j, last), i, last - 1)) as Tensor;
  return undouble({ x, names: [...t.names.filter((_, k) => k !== i && k !== j), t.names[j]!] });
};
/** Axes of extent 1 that broadcast are left out, and those that nothing else needs are summed. */
const reduced = (t: Term, extent: ReadonlyMap<string, number>, needed: ReadonlySet<string>): Term => {
  const shape = extents(t.x), wide = t.names.map((c, i) => shape[i] !== 1 || extent.get(c) === 1);
  const x = wide.every(Boolean) ? t.x : reshape(t.x, shape.filter((_, i) => wide[i])) as Tensor,
    names = t.names.filter((_, i) => wide[i]);
  const gone = names.flatMap((c, i) => needed.has(c) ? [] : [i]);
  return { x: gone.length === 0 ? x : sum(x, gone), names: names.filter((c) => needed.has(c)) };
};
const contract = (a: Term, b: Term, kept: ReadonlySet<string>): Term => {
  const both = a.names.filter((c) => b.names.includes(c)),
    over = both.filter((c) => !kept.has(c)),
    batch = both.filter((c) => kept.has(c));
  const at = (t: Term, names: readonly string[]) => names.map((c) => t.names.indexOf(c));
  const x = bind(dotP, [a.x, b.x], { contract: [at(a, over), at(b, over)], batch: [at(a, batch), at(b, batch)] });
  const free = (t: Term) => t.names.filter((c) => !both.includes(c));
  return { x, names: [...batch, ...free(a), ...free(b)] };
};

/**
 * Sums of products by the letters of their axes: `einsum("bij,bjk->bik", x, y)` is the matrix product of a batch. A letter that
 * the result does not have is summed over; one that an operand has twice walks its diagonal; `...` stands for any axes, which
 * broadcast. Without an arrow the result has, after the ellipsis, the letters that occur once, in alphabetical order.
 *
 * Throws `ShapeError` where letters and axes do not agree, `DTypeError` where dtypes differ. More than two operands are put
 * together from left to right.
 */
export const einsum: EinsumFunction = ((equation: string, ...operands: Tensor[]): Tensor => {
  const [inputs = "", output, more] = equation.replaceAll(" ", "").split("->"), parts = inputs.split(",");
  if (more !== undefined) refuse(`cannot read "${equation}"`, "one arrow", equation);
  if (parts.length > operands.length) {
    refuse("the equation names more operands than there are", `${parts.length} operands`, `${operands.length}`);
  }
  if (parts.length < operands.length) {
    refuse("there are more operands than the equation names", `${parts.length} operands`, `${operands.length}`);
  }
  const odd = operands.find((x) => x.dtype !== operands[0]!.dtype);
  if (odd !== undefined) {
    const got = `${operands[0]!.dtype} and ${odd.dtype}`;
    throw new DTypeError(`einsum: expected operands of one dtype, got ${got}`, {
      op: "einsum",
      expected: operands[0]!.dtype,
      got,
    });
  }
  const extent = new Map<string, number>(), named = operands.map((x, i) => nameAxes(x, parts[i]!, i + 1, extent));
  const under = Math.max(0, ...[...extent.keys()].filter((c) => c.startsWith(".")).map((c) => Number(c.slice(1))));
  const out = output === undefined ? implied(named, under) : letters(output, output.includes(ELLIPSIS) ? under : 0);
  const unknown = out.find((c, i) => !extent.has(c) || out.indexOf(c) < i);
  if (unknown !== undefined) {
    const why = extent.has(unknown) ? "occurs twice" : "does not appear in the operands";
    refuse(`output index ${unknown} ${why}`, "indices of the operands", output ?? "");
  }
  const terms = named.map(undouble),
    wants = (from: number) => new Set([...out, ...terms.slice(from).flatMap((t) => t.names)]);
  const total = terms.slice(1).reduce((a, b, i) => {
    const kept = wants(i + 2), left = reduced(a, extent, new Set([...kept, ...b.names]));
    return contract(left, reduced(b, extent, new Set([...kept, ...left.names])), kept);
  }, terms[0]!);
  const last = reduced(total, extent, new Set(out));
  return permute(last.x, out.map((c) => last.names.indexOf(c))) as Tensor;
}) as EinsumFunction;
const implied = (terms: readonly Term[], under: number): readonly string[] => {
  const all = terms.flatMap((t) => t.names),
    once = all.filter((c) => !c.startsWith(".") && all.indexOf(c) === all.lastIndexOf(c));
  return [...letters(under > 0 ? ELLIPSIS : "", under), ...once.sort()];
};
