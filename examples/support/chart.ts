/** Curves over the steps of training, on a logarithmic or an even scale. */
import { element, label, short } from "./svg.ts";

/** Where a chart lies in its picture. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A curve: points in the order of `x`. */
export interface Series {
  /** What the legend calls it; none without. */
  readonly name?: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Default: one of its own for each curve. */
  readonly colour?: string;
  /** Width of the line. Default 2. */
  readonly width?: number;
}

/** How curves are shown. */
export interface ChartOptions {
  readonly title: string;
  /** What runs to the right. Default `step`. */
  readonly across?: string;
  /** Default `even`. */
  readonly scale?: "log" | "even";
  /** Where dashed lines stand. */
  readonly marks?: readonly number[];
  /** What stands in place of a chart without points. */
  readonly empty?: string;
}

const colours = ["#1a5fb4", "#c64600", "#26a269", "#813d9c", "#986a44", "#5e5c64"];

/** `smooth[i]`: mean of the values up to `i`, each counted less by `decay` for every step it is old. */
export const smoothed = (values: readonly number[], decay: number): readonly number[] => {
  let [sum, weight] = [0, 0];
  return values.map((v) => {
    if (Number.isFinite(v)) [sum, weight] = [decay * sum + v, decay * weight + 1];
    return sum / weight;
  });
};

/** Values 1, 2 and 5 times powers of ten in [low, high]. */
export const logTicks = (low: number, high: number): readonly number[] => {
  const out: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const digit of [1, 2, 5]) {
      const tick = Number(`${digit}e${power}`);
      if (tick >= low && tick <= high) out.push(tick);
    }
  }
  return out;
};

/** At most `most` whole numbers from 0 to `high`, evenly spaced by 1, 2 or 5 times a power of ten. */
export const countTicks = (high: number, most: number): readonly number[] => {
  let step = 1;
  for (let i = 0; Math.floor(high / step) + 1 > most; i++) step = [2, 5, 10][i % 3]! * 10 ** Math.floor(i / 3);
  return Array.from({ length: Math.floor(high / step) + 1 }, (_, i) => i * step);
};

/** About four to nine round values in [low, high], evenly spaced. */
export const evenTicks = (low: number, high: number): readonly number[] => {
  const power = Math.floor(Math.log10((high - low) / 4));
  const step = [1, 2, 5].map((digit) => Number(`${digit}e${power}`)).findLast((s) => (high - low) / s >= 4)!;
  const first = Math.ceil(low / step), last = Math.floor(high / step);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
};

type Point = readonly [number, number];

/** At most `most` of the points: the lowest and the highest of every stretch, in order, so that no spike is lost. */
const thinned = (points: readonly Point[], most: number): readonly Point[] => {
  if (points.length <= most) return points;
  const size = Math.ceil(points.length / (most / 2));
  const out: Point[] = [];
  for (let i = 0; i < points.length; i += size) {
    const stretch = points.slice(i, i + size).toSorted((a, b) => a[1] - b[1]);
    out.push(...[stretch[0]!, stretch[stretch.length - 1]!].toSorted((a, b) => a[0] - b[0]));
  }
  return out;
};

const line = (points: readonly Point[]): string =>
  points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${short(x)} ${short(y)}`).join("");

/** The scale from the lowest to the highest value: where a value lies, 0 at the top, and its ticks. */
const scaleOf = (values: readonly number[], log: boolean) => {
  const extreme = (pick: (a: number, b: number) => number) => values.reduce((a, b) => pick(a, b));
  const [least, most] = [extreme(Math.min), extreme(Math.max)];
  if (log) {
    const [low, high] = [least / 1.1, most * 1.1];
    return { at: (v: number) => Math.log(high / v) / Math.log(high / low), ticks: logTicks(low, high) };
  }
  const room = (most - least) * 0.05 || Math.abs(most) * 0.1 || 1;
  const [low, high] = [least - room, most + room];
  return { at: (v: number) => (high - v) / (high - low), ticks: evenTicks(low, high) };
};

/**
 * A chart of curves. Points that are not finite are left out, and on a logarithmic scale those that are not positive.
 */
export const lineChart = (series: readonly Series[], options: ChartOptions, frame: Frame): string => {
  const { title, across = "step", scale = "even", marks = [], empty = "nothing was recorded" } = options;
  const shown = series.map((s) => s.points.filter(([, v]) => Number.isFinite(v) && (scale === "even" || v > 0)));
  const points = shown.flat();
  if (points.length === 0) return label(frame.x, frame.y + 20, empty);
  const right = Math.max(series.flatMap((s) => s.points).reduce((most, [v]) => Math.max(most, v), 0), ...marks);
  const { at, ticks } = scaleOf(points.map(([, v]) => v), scale === "log");
  const x = (v: number) => frame.x + frame.width * v / Math.max(right, 1);
  const y = (v: number) => frame.y + frame.height * at(v);
  const sides = { x1: frame.x, x2: frame.x + frame.width };
  const ends = { y1: frame.y, y2: frame.y + frame.height };
  const bottom = frame.y + frame.height, colourOf = (i: number) => series[i]!.colour ?? colours[i % colours.length]!;
  const named = series.flatMap(({ name }, i) => name === undefined ? [] : [{ name, colour: colourOf(i) }]);
  return [
    ...ticks.map((v) =>
      element("line", { ...sides, y1: y(v), y2: y(v), stroke: "#ddd" }) +
      label(frame.x - 6, y(v) + 4, String(v), { "text-anchor": "end" })
    ),
    ...countTicks(right, 9).map((v) => label(x(v), bottom + 16, String(v), { "text-anchor": "middle" })),
    ...marks.map((v) => element("line", { x1: x(v), x2: x(v), ...ends, stroke: "#999", "stroke-dasharray": "3 3" })),
    ...shown.map((curve, i) =>
      element("path", {
        d: line(thinned(curve, 1200).map(([a, b]) => [x(a), y(b)])),
        fill: "none",
        "stroke-linejoin": "round",
        stroke: colourOf(i),
        "stroke-width": series[i]!.width ?? 2,
      })
    ),
    ...named.map(({ name, colour }, i) => {
      const at = { x: frame.x + frame.width - 8, y: frame.y + 16 + 16 * i };
      return label(at.x, at.y, name, { "text-anchor": "end", fill: colour, "font-weight": "bold" });
    }),
    label(frame.x, frame.y - 8, title),
    label(frame.x + frame.width, bottom + 32, across, { "text-anchor": "end" }),
  ].join("");
};

/** The values of every step, from 0, as points. */
export const steps = (values: readonly number[]): Series["points"] => values.map((v, i) => [i, v]);

/**
 * A chart of `losses`, one for each step: faint as they are, bold smoothed, a dashed line at the end of every epoch of
 * `stepsPerEpoch`. Losses that are not positive and finite are left out.
 */
export const lossChart = (losses: readonly number[], stepsPerEpoch: number, frame: Frame): string => {
  const epochs = Math.floor(losses.length / stepsPerEpoch);
  const marks = Array.from({ length: epochs }, (_, i) => (i + 1) * stepsPerEpoch - 1);
  return lineChart(
    [
      { points: steps(losses), colour: "#8ab6e8", width: 1 },
      { points: steps(smoothed(losses, 0.95)), colour: "#1a5fb4" },
    ],
    { title: "loss of every step, and smoothed", scale: "log", marks, empty: "no loss was recorded" },
    frame,
  );
};
