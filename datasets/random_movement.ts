/**
 * Random movements of pictures, for more examples than there are. What is drawn for a picture depends on the seed, the epoch and
 * the picture's own number alone, not on the batch it is in; different movements draw independently.
 */
import { optionsOf } from "../core/options.ts";
import { cosine, sine } from "./exact_math.ts";
import type { Movement, Size } from "./movement.ts";
import { foldIn, keyOf, type Stream, stream } from "./threefry.ts";

/** What decides a draw. */
export interface Draw {
  /** Any number; the same one gives the same draw. */
  readonly seed: number;
  /** So that every epoch draws anew. Default 0. */
  readonly epoch?: number;
  /** The numbers of the pictures, as `indices` of a batch has them. */
  readonly indices: ArrayLike<number>;
}

/** What `make` draws for each picture, from a stream of its own. */
const drawn = <T>({ seed, epoch = 0, indices }: Draw, kind: number, make: (random: Stream) => T): readonly T[] => {
  const key = foldIn(foldIn(keyOf(seed), kind), epoch);
  return Array.from(indices, (index) => make(stream(foldIn(key, index))));
};

const wholeNumbers = (what: string, ...values: readonly number[]): void => {
  for (const v of values) {
    if (!Number.isInteger(v) || v < 0) throw new RangeError(`${what}: expected whole numbers of at least 0, got ${v}`);
  }
};

/**
 * A piece of every picture, `to` rows and columns of `from`, anywhere it fits; with `padding` it may lie so many pixels outside.
 *
 * Throws `RangeError` when the piece is larger than the padded picture.
 *
 * Krizhevsky, Sutskever, Hinton: ImageNet classification with deep convolutional neural networks. NIPS 2012, section 4.1.
 *
 * @example
 * ```ts
 * import { move, randomCrop } from "@pullback/pullback/datasets";
 * const crop = randomCrop({ seed: 0, indices: [7] }, [4, 4], [2, 3]);
 * const image = Float32Array.from({ length: 16 }, (_, i) => i);
 * console.log(move(crop, image, 1).length); // 6
 * ```
 */
export const randomCrop = <const H extends number, const W extends number>(
  draw: Draw,
  from: Size,
  to: Size<H, W>,
  padding = 0,
): Movement<H, W> => {
  wholeNumbers("randomCrop", ...from, ...to, padding);
  const room = [from[0] - to[0] + 2 * padding, from[1] - to[1] + 2 * padding] as const;
  if (room[0] < 0 || room[1] < 0) {
    throw new RangeError(`randomCrop: ${to.join("x")} does not fit into ${from.join("x")} padded by ${padding}`);
  }
  const corners = drawn(draw, 1, (random) => room.map((n) => random.below(n + 1) - padding));
  return {
    count: corners.length,
    from,
    to,
    source: (i, y, x, at) => {
      at[0] = y + corners[i]![0]!;
      at[1] = x + corners[i]![1]!;
    },
  };
};

/** Of some pictures, with this probability, left and right (`horizontal`) or top and bottom (`vertical`) change places. */
export const randomFlip = <const H extends number, const W extends number>(
  draw: Draw,
  size: Size<H, W>,
  direction: "horizontal" | "vertical",
  probability = 0.5,
): Movement<H, W> => {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`randomFlip: probability must be from 0 to 1, got ${probability}`);
  }
  const flips = drawn(draw, direction === "horizontal" ? 2 : 3, (random) => random.uniform(0, 1) < probability);
  const [height, width] = size;
  return {
    count: flips.length,
    from: size,
    to: size,
    source: (i, y, x, at) => {
      at[0] = flips[i] && direction === "vertical" ? height - 1 - y : y;
      at[1] = flips[i] && direction === "horizontal" ? width - 1 - x : x;
    },
  };
};

/** How far pictures are turned, enlarged, slanted and shifted at most; each is drawn evenly from a range around no change. */
export interface AffineRange {
  /** Degrees, either way. Default 0. */
  readonly rotate?: number;
  /** 0.1 for 0.9 to 1.1 times the size. Default 0. */
  readonly scale?: number;
  /** Degrees, either way. Default 0. */
  readonly shear?: number;
  /** Part of the height and of the width, either way. Default 0. */
  readonly shift?: number;
}

/**
 * Every picture turned, enlarged, slanted and shifted about its middle.
 *
 * Throws `RangeError` when `scale` is not in [0, 1) or another range is not at least 0.
 */
export const randomAffine = <const H extends number, const W extends number>(
  draw: Draw,
  size: Size<H, W>,
  ranges: AffineRange,
): Movement<H, W> => {
  optionsOf("randomAffine", ranges, { rotate: true, scale: true, shear: true, shift: true });
  const { rotate = 0, scale = 0, shear = 0, shift = 0 } = ranges;
  if (!(scale >= 0 && scale < 1) || ![rotate, shear, shift].every((v) => v >= 0 && v < Infinity)) {
    throw new RangeError(`randomAffine: ${JSON.stringify({ rotate, scale, shear, shift })} are no ranges`);
  }
  const [height, width] = size, [my, mx] = [(height - 1) / 2, (width - 1) / 2];
  const radians = (degrees: number) => degrees * 0.017453292519943295;
  const maps = drawn(draw, 4, (random) => {
    const around = (range: number) => random.uniform(-range, range);
    const [angle, size, slant] = [radians(around(rotate)), 1 + around(scale), radians(around(shear))];
    const [c, s, t] = [cosine(angle) / size, sine(angle) / size, sine(slant) / cosine(slant)];
    // Inverse of: slant, then turn and enlarge, then shift.
    return { yy: c, yx: -s, xy: s - t * c, xx: c + t * s, dy: around(shift) * height, dx: around(shift) * width };
  });
  return {
    count: maps.length,
    from: size,
    to: size,
    source: (i, y, x, at) => {
      const { yy, yx, xy, xx, dy, dx } = maps[i]!;
      const [v, u] = [y - my - dy, x - mx - dx];
      at[0] = yy * v + yx * u + my;
      at[1] = xy * v + xx * u + mx;
    },
  };
};

/** The four weights of Catmull and Rom between the second and the third of four points. */
const cubic = (t: number): readonly number[] => [
  ((2 - t) * t - 1) * t / 2,
  ((3 * t - 5) * t * t + 2) / 2,
  ((4 - 3 * t) * t + 1) * t / 2,
  (t - 1) * t * t / 2,
];

/** How pictures are bent. */
export interface ElasticRange {
  /** Deviation of the displacements, in pixels. Default 10. */
  readonly deviation?: number;
  /** Points of the coarse grid along each axis. Default 3. */
  readonly points?: number;
}

/**
 * Every picture bent smoothly: displacements are drawn at the points of a coarse grid and interpolated between them by cubics.
 *
 * Throws `RangeError` when there are fewer than 2 points or the deviation is not at least 0.
 *
 * Ronneberger, Fischer, Brox: U-Net: convolutional networks for biomedical image segmentation. MICCAI 2015, section 3.1.
 */
export const randomElastic = <const H extends number, const W extends number>(
  draw: Draw,
  size: Size<H, W>,
  range: ElasticRange = {},
): Movement<H, W> => {
  const { deviation = 10, points = 3 } = optionsOf("randomElastic", range, { deviation: true, points: true });
  if (!Number.isInteger(points) || points < 2 || !(deviation >= 0 && deviation < Infinity)) {
    throw new RangeError(`randomElastic: ${JSON.stringify({ deviation, points })} is no grid`);
  }
  const grids = drawn(
    draw,
    5,
    (random) => Float64Array.from({ length: 2 * points * points }, () => deviation * random.bell()),
  );
  /** For every row or column the first of its four points, and their weights. */
  const lines = (extent: number) =>
    Array.from({ length: extent }, (_, k) => {
      const at = extent === 1 ? 0 : k / (extent - 1) * (points - 1), first = Math.min(Math.floor(at), points - 2);
      const near = [-1, 0, 1, 2].map((d) => Math.min(Math.max(first + d, 0), points - 1));
      return { near, weights: cubic(at - first) };
    });
  const [rows, columns] = [lines(size[0]), lines(size[1])];
  return {
    count: grids.length,
    from: size,
    to: size,
    source: (i, y, x, at) => {
      // Pixels of a movement before may be broken or outside: the displacement of the nearest one is theirs.
      const row = rows[Math.min(Math.max(Math.round(y), 0), size[0] - 1)]!;
      const column = columns[Math.min(Math.max(Math.round(x), 0), size[1] - 1)]!;
      const grid = grids[i]!;
      let dy = 0, dx = 0;
      for (let j = 0; j < 4; j++) {
        const start = row.near[j]! * points, share = row.weights[j]!;
        for (let k = 0; k < 4; k++) {
          const weight = share * column.weights[k]!, p = 2 * (start + column.near[k]!);
          dy += weight * grid[p]!;
          dx += weight * grid[p + 1]!;
        }
      }
      at[0] = y + dy;
      at[1] = x + dx;
    },
  };
};
