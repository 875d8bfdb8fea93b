/** The table of a model: one line a layer, blocks indented. */
import type { Extents } from "../core/aval.ts";
import { size } from "../core/aval.ts";
import { showShape } from "../core/shape/dim.ts";
import { trace } from "../core/trace.ts";
import { flatten } from "../core/tree.ts";
import { key } from "../ops/random.ts";
import { type Child, sequenceParts, unnamed } from "./children.ts";
import type { Part } from "./layer.ts";

/** A line of the table. */
export interface SummaryRow {
  readonly name: string;
  readonly kind: string;
  readonly output: Extents;
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** How deep in blocks. */
  readonly depth: number;
}

const kindOf = ({ layer, times }: Part): string => {
  const inner = layer as typeof layer & { readonly layer?: typeof layer };
  const kind = layer.kind === "named" && inner.layer !== undefined ? inner.layer.kind : layer.kind;
  return times === undefined ? kind : `${kind} x ${times}`;
};
/** Parameters are counted on a trace: they are drawn, but never computed. */
const count = ({ layer, input, times = 1 }: Part): number => {
  if (!layer.has.params) return 0;
  const { program } = trace(() => flatten(layer.init(key(0), input).params).leaves, []);
  return times * program.outputs.reduce((n, x) => n + size(x.aval.shape), 0);
};
/** What a part costs in a prediction: without the heads beside the network, which nobody reads then. */
const predicted = (part: Part): number => (part.times ?? 1) * (part.layer.multiplyAdds(part.input) - beside(part));
/** What the heads inside a layer cost. */
const beside = ({ layer, input }: Part): number =>
  unnamed(layer).kind === "auxiliary"
    ? layer.multiplyAdds(input)
    : layer.parts(input).reduce((n, part) => n + (part.times ?? 1) * beside(part), 0);
/** The lines of the table of layers on an input. */
export const summaryRows = (parts: readonly Part[], depth = 0): SummaryRow[] =>
  parts.flatMap((part) => [
    {
      name: part.label,
      kind: kindOf(part),
      output: part.layer.outShape(part.input),
      parameters: count(part),
      multiplyAdds: (part.times ?? 1) * part.layer.multiplyAdds(part.input),
      depth,
    },
    ...summaryRows(part.layer.parts(part.input), depth + 1),
  ]);

const grouped = (n: number): string => Number.isNaN(n) ? "?" : `${n}`.replace(/\B(?=(\d{3})+$)/g, ",");

/** The table as text. Heads beside the network have lines, and parameters in the total; multiply-adds there are those of a prediction. */
export const summarize = (list: readonly Child[], input: Extents): string => {
  const parts = sequenceParts(list, input), rows = summaryRows(parts);
  const total = (numbers: readonly number[]): string => grouped(numbers.reduce((n, x) => n + x, 0));
  const head = ["layer", "kind", "output", "parameters", "multiply-adds"];
  const body = rows.map((r) => [
    "  ".repeat(r.depth) + r.name,
    r.kind,
    showShape(r.output),
    grouped(r.parameters),
    grouped(r.multiplyAdds),
  ]);
  const held = rows.filter((r) => r.depth === 0).map((r) => r.parameters);
  const foot = ["total", "", "", total(held), total(parts.map(predicted))];
  const start = ["input", "", showShape(input), "", ""];
  const table = [head, start, ...body, foot];
  const widths = head.map((_, i) => Math.max(...table.map((cells) => cells[i]!.length)));
  const line = (cells: readonly string[]): string =>
    cells.map((c, i) => i < 3 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!)).join("  ").trimEnd();
  const rule = "-".repeat(widths.reduce((a, b) => a + b + 2, -2));
  return [line(head), rule, line(start), ...body.map(line), rule, line(foot)].join("\n");
};
