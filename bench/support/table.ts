import type { Reading } from "../questions/question.ts";
import type { Results, Row } from "./measure.ts";
import type { Spread } from "./statistics.ts";

const ms = (x: number): string =>
  x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x >= 1 ? x.toFixed(2) : x.toFixed(3);
const times = (x: number): string => x >= 10 ? x.toFixed(1) : x.toFixed(2);
const range = ({ low, high }: Spread): string => `${times(low)}–${times(high)}`;

/** Rates of ours, where it is known what is to be done. */
const rate = ({ flops, bytes, ours }: Row): string =>
  flops !== undefined
    ? `${times(flops / ours.middle / 1e6)} GFLOP/s`
    : bytes !== undefined
    ? `${times(bytes / ours.middle / 1e6)} GB/s`
    : "";

const headers = [
  "case",
  "back end",
  "ours ms",
  "rate",
  "kernels",
  "submits",
  "peer",
  "peer ms",
  "peer / ours",
  "quartiles",
  "CPU time",
  "runs",
];
const cells = (r: Row): readonly string[] => [
  r.case,
  r.backend === "wasm" ? `wasm, ${r.threads} thread${r.threads === 1 ? "" : "s"}` : r.backend,
  ms(r.ours.middle),
  rate(r),
  r.kernels === undefined ? "" : `${r.kernels}`,
  r.submits === undefined || r.backend === "wasm" ? "" : `${r.submits}`,
  r.peer ?? "",
  r.theirs === undefined ? "" : ms(r.theirs.middle),
  r.ratio === undefined ? "" : times(r.ratio.middle),
  r.ratio === undefined ? "" : range(r.ratio),
  r.cpuRatio === undefined ? "" : times(r.cpuRatio.middle),
  `${r.pairs}`,
];

/** A Markdown table, its columns aligned; those of numbers to the right. */
const aligned = (lines: readonly (readonly string[])[], words: readonly number[]): string => {
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((l) => l[i]!.length)));
  const line = (l: readonly string[]): string =>
    `| ${l.map((c, i) => words.includes(i) ? c.padEnd(widths[i]!) : c.padStart(widths[i]!)).join(" | ")} |`;
  const rule = widths.map((w, i) => words.includes(i) ? "-".repeat(w) : `${"-".repeat(w - 1)}:`);
  return [line(lines[0]!), line(rule), ...lines.slice(1).map(line)].join("\n");
};

/** The races, and below them who could not take part and why. */
export const table = ({ rows, refusals }: Results): string => {
  const out = refusals.map((r) => `- ${r.case}: ${r.contestant} not timed: ${r.why.split("\n").slice(0, 3).join(" ")}`);
  return [aligned([headers, ...rows.map(cells)], [0, 1, 6]), ...(out.length === 0 ? [] : ["", ...out])].join("\n");
};
/** What is no race. */
export const readingsTable = (readings: readonly Reading[]): string =>
  aligned([
    ["question", "what", "value", "unit"],
    ...readings.map((r) => [r.question, r.what, r.unit === "ms" ? ms(r.value) : times(r.value), r.unit]),
  ], [0, 1, 3]);
