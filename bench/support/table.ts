import type { Results, Row } from "./measure.ts";
import type { Spread } from "./statistics.ts";

const ms = (x: number): string =>
  x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x >= 1 ? x.toFixed(2) : x.toFixed(3);
const times = (x: number): string => x >= 10 ? x.toFixed(1) : x.toFixed(2);
const range = ({ low, high }: Spread): string => `${times(low)}–${times(high)}`;

const headers = [
  "case",
  "back end",
  "ours ms",
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
  r.kernels === undefined ? "" : `${r.kernels}`,
  r.submits === undefined || r.backend === "wasm" ? "" : `${r.submits}`,
  r.peer ?? "",
  r.theirs === undefined ? "" : ms(r.theirs.middle),
  r.ratio === undefined ? "" : times(r.ratio.middle),
  r.ratio === undefined ? "" : range(r.ratio),
  r.cpuRatio === undefined ? "" : times(r.cpuRatio.middle),
  `${r.pairs}`,
];

/** A Markdown table, its columns aligned, and below it who could not take part and why. */
export const table = ({ rows, refusals }: Results): string => {
  const lines = [headers, ...rows.map(cells)];
  const widths = headers.map((_, i) => Math.max(...lines.map((l) => l[i]!.length)));
  const line = (l: readonly string[]) =>
    `| ${l.map((c, i) => i < 2 || i === 5 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!)).join(" | ")} |`;
  const rule = `| ${widths.map((w, i) => i < 2 || i === 5 ? "-".repeat(w) : `${"-".repeat(w - 1)}:`).join(" | ")} |`;
  const out = refusals.map((r) => `- ${r.case}: ${r.contestant} not timed: ${r.why.split("\n").slice(0, 3).join(" ")}`);
  return [line(headers), rule, ...rows.map((r) => line(cells(r))), ...(out.length === 0 ? [] : ["", ...out])].join(
    "\n",
  );
};
