/** What training leaves to look at: one SVG with the loss and with the mistakes that the model was surest of. */
import { lossChart } from "./chart.ts";
import { document, element, label, pixels } from "./svg.ts";

/** A picture that was taken for something else. */
export interface Mistake {
  /** `u8[height * width]`, 0 background, 255 ink. */
  readonly pixels: ArrayLike<number>;
  readonly label: string;
  readonly predicted: string;
  /** Probability that the model gave to its answer, 0..1. */
  readonly confidence: number;
}

export interface Report {
  readonly title: string;
  /** One loss for each step. */
  readonly losses: readonly number[];
  readonly stepsPerEpoch: number;
  readonly mistakes: readonly Mistake[];
  /** Extents of a picture. */
  readonly height: number;
  readonly width: number;
}

/** Indices of at most `most` wrong predictions, the surest first. */
export const surestMistakes = (
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  confidence: ArrayLike<number>,
  most: number,
): readonly number[] => {
  const wrong: number[] = [];
  for (let i = 0; i < labels.length; i++) if (labels[i] !== predicted[i]) wrong.push(i);
  return wrong.toSorted((a, b) => confidence[b]! - confidence[a]!).slice(0, most);
};

const width = 900;
const margin = 56;
const columns = 8;
const cell = { width: (width - 2 * margin) / columns, height: 124, picture: 80 };

const mistakeAt = (mistake: Mistake, index: number, top: number, report: Report): string => {
  const x = margin + (index % columns) * cell.width;
  const y = top + Math.floor(index / columns) * cell.height;
  const scale = cell.picture / Math.max(report.height, report.width);
  const percent = `${Math.floor(mistake.confidence * 1000) / 10}%`;
  return element(
    "g",
    { transform: `translate(${x},${y})` },
    [
      element("g", { transform: `scale(${scale})` }, pixels(mistake.pixels, report.width, report.height)),
      element("rect", { width: report.width * scale, height: report.height * scale, fill: "none", stroke: "#bbb" }),
      label(0, cell.picture + 16, `${mistake.label} taken for ${mistake.predicted}`),
      label(cell.picture, cell.picture + 29, percent, { "text-anchor": "end", fill: "#777", "font-size": 10 }),
    ].join(""),
  );
};

/**
 * The report as the text of an SVG file.
 *
 * @example
 * ```ts
 * const svg = reportSvg({ title: "LeNet-5", losses: [2.3, 0.4], stepsPerEpoch: 2, mistakes: [], height: 28, width: 28 });
 * ```
 */
export const reportSvg = (report: Report): string => {
  const chart = { x: margin, y: 76, width: width - 2 * margin, height: 280 };
  const top = chart.y + chart.height + 84;
  const rows = Math.ceil(report.mistakes.length / columns);
  const heading = report.mistakes.length === 0 ? "no mistakes" : "the mistakes it was surest of";
  return document(
    width,
    top + rows * cell.height + 16,
    [
      label(margin, 36, report.title, { "font-size": 20, "font-weight": "bold" }),
      lossChart(report.losses, report.stepsPerEpoch, chart),
      label(margin, top - 18, heading, { "font-size": 14, "font-weight": "bold" }),
      ...report.mistakes.map((mistake, i) => mistakeAt(mistake, i, top, report)),
    ].join(""),
  );
};
