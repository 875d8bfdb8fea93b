/** The four puzzles of the TensorFlow playground: points of the plane in two classes, drawn by its formulas. */
import { optionsOf } from "../core/options.ts";
import { shuffled } from "./batches.ts";
import { cosine, logarithm, sine } from "./exact_math.ts";
import { foldIn, keyOf, type Stream, stream } from "./threefry.ts";
import { selectVectors, type Vectors } from "./vectors.ts";

/** Which puzzle, from easy to hard: two clouds, a disk in a ring, four squares, two arms. */
export type Puzzle = "gauss" | "circle" | "xor" | "spiral";

/** What is drawn. */
export interface PlaygroundOptions {
  /** Points of both classes together. Default 500. */
  readonly count?: number;
  /** How much the points stray, 0 to 0.5. Default 0. */
  readonly noise?: number;
  /** Part of the points to learn from, 0 to 1. Default 0.5. */
  readonly train?: number;
  /** Which points are drawn. Default 0. */
  readonly seed?: number;
}

/** A puzzle: points to learn from, others to be judged by. */
export interface PointSet {
  /** Which puzzle. */
  readonly name: Puzzle;
  /** To learn from. */
  readonly train: Vectors<2>;
  /** To be judged by. */
  readonly test: Vectors<2>;
  /** 0 is negative (orange in the playground), 1 positive (blue). */
  readonly classes: readonly ["negative", "positive"];
}

type Point = readonly [x: number, y: number, label: 0 | 1];
/** Draws point `i` of the half with this label, of which there are `half`. */
type Formula = (label: 0 | 1, i: number, half: number, noise: number, random: Stream) => Point;

/** Normal deviates by the polar method of Marsaglia. */
const normal = (random: Stream, mean: number, variance: number): number => {
  while (true) {
    const [v1, v2] = [random.uniform(-1, 1), random.uniform(-1, 1)], s = v1 * v1 + v2 * v2;
    if (s > 0 && s < 1) return mean + Math.sqrt(variance * -2 * logarithm(s) / s) * v1;
  }
};

const radius = 5;

const formulas: Readonly<Record<Puzzle, Formula>> = {
  gauss: (label, _i, _half, noise, random) => {
    const middle = label === 1 ? 2 : -2, variance = 0.5 + 7 * noise;
    return [normal(random, middle, variance), normal(random, middle, variance), label];
  },
  circle: (label, _i, _half, noise, random) => {
    const r = label === 1 ? random.uniform(0, radius * 0.5) : random.uniform(radius * 0.7, radius);
    const angle = random.uniform(0, 6.283185307179586);
    const [x, y] = [r * sine(angle), r * cosine(angle)];
    const [nx, ny] = [x + random.uniform(-radius, radius) * noise, y + random.uniform(-radius, radius) * noise];
    return [x, y, nx * nx + ny * ny < (radius * 0.5) ** 2 ? 1 : 0];
  },
  xor: (_label, _i, _half, noise, random) => {
    const [x, y] = [random.uniform(-5, 5), random.uniform(-5, 5)].map((v) => v + (v > 0 ? 0.3 : -0.3)) as [
      number,
      number,
    ];
    const [nx, ny] = [x + random.uniform(-5, 5) * noise, y + random.uniform(-5, 5) * noise];
    return [x, y, nx * ny >= 0 ? 1 : 0];
  },
  spiral: (label, i, half, noise, random) => {
    const r = i / half * 5, t = 1.75 * i / half * 6.283185307179586 + (label === 1 ? 0 : 3.141592653589793);
    const [nx, ny] = [random.uniform(-1, 1) * noise, random.uniform(-1, 1) * noise];
    return [r * sine(t) + nx, r * cosine(t) + ny, label];
  },
};
const kinds: readonly Puzzle[] = ["gauss", "circle", "xor", "spiral"];

/**
 * A puzzle of the TensorFlow playground, its points between about -6 and 6, shuffled and divided. The same seed gives the same
 * points on every machine.
 *
 * `-> {f32[n,2], i32[n]}`
 *
 * Throws `RangeError` when the count is no even whole number of at least 2, noise is not in [0, 0.5], `train` is not in [0, 1], or
 * the seed is no whole number of at least 0.
 *
 * Smilkov, Carter, Sculley, Viegas, Wattenberg: Direct-manipulation visualization of deep networks. 2017.
 *
 * @example
 * ```ts
 * import { playground } from "@pullback/pullback/datasets";
 * const { train, test } = playground("spiral", { seed: 1 });
 * console.log(train.count, test.features.length); // 250 500
 * ```
 */
export const playground = (puzzle: Puzzle, options: PlaygroundOptions = {}): PointSet => {
  optionsOf("playground", options, { count: true, noise: true, train: true, seed: true });
  const { count = 500, noise = 0, train = 0.5, seed = 0 } = options;
  if (!Number.isInteger(count) || count < 2 || count % 2 !== 0) {
    throw new RangeError(`playground: count must be an even whole number of at least 2, got ${count}`);
  }
  for (const [name, value, most] of [["noise", noise, 0.5], ["train", train, 1]] as const) {
    if (!(value >= 0 && value <= most)) {
      throw new RangeError(`playground: ${name} must be from 0 to ${most}, got ${value}`);
    }
  }
  const random = stream(foldIn(keyOf(seed), kinds.indexOf(puzzle)));
  const points = ([1, 0] as const).flatMap((label) =>
    Array.from({ length: count / 2 }, (_, i) => formulas[puzzle](label, i, count / 2, noise, random))
  );
  const all: Vectors<2> = {
    features: Float32Array.from(points.flatMap(([x, y]) => [x, y])),
    labels: Int32Array.from(points, ([, , label]) => label),
    count,
    dimensions: 2,
  };
  const order = shuffled(count, seed), kept = Math.round(train * count);
  return {
    name: puzzle,
    train: selectVectors(all, order.subarray(0, kept)),
    test: selectVectors(all, order.subarray(kept)),
    classes: ["negative", "positive"],
  };
};
