/** What a classifier says of every point of the plane, and the points it learned: the picture of a decision boundary. */
import type { Frame } from "./chart.ts";
import { image, painted } from "./canvas.ts";
import { element, label } from "./svg.ts";

type Colour = readonly [number, number, number];
/** Classes 0 and 1: orange and blue, as in the TensorFlow playground. */
const colours: readonly [Colour, Colour] = [[245, 147, 34], [8, 119, 189]];
const css = ([r, g, b]: Colour): string => `rgb(${r},${g},${b})`;

/** A square of the plane. */
export interface Region {
  readonly low: number;
  readonly high: number;
  /** So many points along each side are asked for. */
  readonly points: number;
}

/** The points of a region, row by row from the top. `f32[points², 2]` */
export const gridOf = ({ low, high, points }: Region): Float32Array<ArrayBuffer> => {
  const out = new Float32Array(2 * points * points), step = (high - low) / points;
  for (let row = 0; row < points; row++) {
    for (let column = 0; column < points; column++) {
      out.set([low + (column + 0.5) * step, high - (row + 0.5) * step], 2 * (row * points + column));
    }
  }
  return out;
};

/** Points that are shown on top. */
export interface Dots {
  /** `f32[n, 2]` */
  readonly features: ArrayLike<number>;
  /** 0 or 1 for each. */
  readonly labels: ArrayLike<number>;
  /** Radius of a dot. Default 2.5. */
  readonly radius?: number;
  /** Colour of its rim. Default white. */
  readonly rim?: string;
}

/** `share` of the way from white to a colour. */
const tint = (colour: Colour, share: number): Colour => colour.map((v) => 255 + (v - 255) * share) as unknown as Colour;

/**
 * A square of the plane, coloured by the probability of class 1 at the points of `gridOf(region)`: orange where it is 0, white at
 * one half, blue at 1; dots over it.
 */
export const planePicture = async (
  region: Region,
  probabilities: ArrayLike<number>,
  dots: readonly Dots[],
  title: string,
  frame: Frame,
): Promise<string> => {
  const { low, high, points } = region;
  const background = painted(points, points, (y, x) => {
    const p = probabilities[y * points + x]!;
    return tint(colours[p < 0.5 ? 0 : 1], 0.75 * Math.abs(2 * p - 1));
  });
  const place = (v: number) => (v - low) / (high - low);
  const drawn = dots.flatMap(({ features, labels, radius = 2.5, rim = "white" }) =>
    Array.from(labels, (name, i) =>
      element("circle", {
        cx: frame.x + frame.width * place(features[2 * i]!),
        cy: frame.y + frame.height * (1 - place(features[2 * i + 1]!)),
        r: radius,
        fill: css(colours[name === 1 ? 1 : 0]),
        stroke: rim,
        "stroke-width": 0.8,
      }))
  );
  return [
    await image(background, frame, true),
    element("rect", { ...frame, fill: "none", stroke: "#bbb" }),
    ...drawn,
    label(frame.x, frame.y - 8, title),
    label(frame.x, frame.y + frame.height + 16, String(low)),
    label(frame.x + frame.width, frame.y + frame.height + 16, String(high), { "text-anchor": "end" }),
  ].join("");
};
