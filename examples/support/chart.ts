/** The loss of every step as a curve, on a logarithmic scale. */
import { element, label, short } from "./svg.ts";

/** Where a chart lies in its picture. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

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

/** At most `most` of the points: the lowest and the highest of every stretch, in order, so that no spike is lost. */
const thinned = (values: readonly number[], most: number): readonly (readonly [number, number])[] => {
  const points = values.map((v, i) => [i, v] as const).filter(([, v]) => Number.isFinite(v) && v > 0);
  if (points.length <= most) return points;
  const size = Math.ceil(points.length / (most / 2));
  const out: (readonly [number, number])[] = [];
  for (let i = 0; i < points.length; i += size) {
    const stretch = points.slice(i, i + size).toSorted((a, b) => a[1] - b[1]);
    out.push(...[stretch[0]!, stretch[stretch.length - 1]!].toSorted((a, b) => a[0] - b[0]));
  }
  return out;
};

const line = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${short(x)} ${short(y)}`).join("");

/**
 * A chart of `losses`, one for each step: faint as they are, bold smoothed, a dashed line at the end of every epoch of
 * `stepsPerEpoch`. Losses that are not positive and finite are left out.
 */
export const lossChart = (losses: readonly number[], stepsPerEpoch: number, frame: Frame): string => {
  const known = losses.filter((v) => Number.isFinite(v) && v > 0);
  if (known.length === 0) return label(frame.x, frame.y + 20, "no loss was recorded");
  const extreme = (pick: (a: number, b: number) => number) => known.reduce((a, b) => pick(a, b));
  const [low, high] = [extreme(Math.min) / 1.1, extreme(Math.max) * 1.1];
  const x = (step: number) => frame.x + frame.width * step / Math.max(losses.length - 1, 1);
  const y = (loss: number) => frame.y + frame.height * Math.log(high / loss) / Math.log(high / low);
  const path = (values: readonly number[], attributes: Readonly<Record<string, string | number>>) => {
    const points = thinned(values, 1200).map(([step, loss]) => [x(step), y(loss)] as const);
    return element("path", { d: line(points), fill: "none", "stroke-linejoin": "round", ...attributes });
  };
  const across = { x1: frame.x, x2: frame.x + frame.width };
  const up = { y1: frame.y, y2: frame.y + frame.height };
  const grey = { stroke: "#ddd" };
  const epochs = Array.from(
    { length: Math.floor(losses.length / stepsPerEpoch) },
    (_, i) => (i + 1) * stepsPerEpoch - 1,
  );
  return [
    ...logTicks(low, high).map((v) =>
      element("line", { ...across, y1: y(v), y2: y(v), ...grey }) +
      label(frame.x - 6, y(v) + 4, String(v), { "text-anchor": "end" })
    ),
    ...countTicks(losses.length - 1, 9).map((v) =>
      label(x(v), frame.y + frame.height + 16, String(v), { "text-anchor": "middle" })
    ),
    ...epochs.map((v) => element("line", { x1: x(v), x2: x(v), ...up, stroke: "#999", "stroke-dasharray": "3 3" })),
    path(losses, { stroke: "#8ab6e8", "stroke-width": 1 }),
    path(smoothed(losses, 0.95), { stroke: "#1a5fb4", "stroke-width": 2 }),
    label(frame.x, frame.y - 8, "loss of every step, and smoothed"),
    label(frame.x + frame.width, frame.y + frame.height + 32, "step", { "text-anchor": "end" }),
  ].join("");
};
