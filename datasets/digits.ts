/** Digits that the library draws itself: something real to learn on a machine without data and without a network. */
import { optionsOf } from "../core/options.ts";
import type { Examples, ImageSet } from "./image_set.ts";
import { type Glyph, glyphs } from "./glyphs.ts";
import { draw, write } from "./pen.ts";
import { foldIn, keyOf, type Stream, stream, type Words } from "./threefry.ts";

/** What `digits` is to draw. */
export interface DigitsOptions {
  /** Examples to learn from. Default 12,000. */
  readonly train?: number;
  /** Examples to be judged by. Default 2,000. */
  readonly test?: number;
  /** Which pictures are drawn. Default 0. */
  readonly seed?: number;
}

const size = 28;
const classes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

/** One picture: a style of the digit, a hand, a pen, and the noise of a cheap scanner. */
const picture = (styles: readonly Glyph[], random: Stream): Uint8Array => {
  const height = random.uniform(15, 20);
  const chains = write(
    styles[random.below(styles.length)]!,
    {
      wobble: random.uniform(1, 4),
      strength: random.uniform(2, 8),
      height,
      width: height * random.uniform(0.5, 0.95),
      tilt: 0.07 * random.bell(),
      shear: 0.05 + 0.16 * random.bell(),
      shiftX: random.uniform(-2, 2),
      shiftY: random.uniform(-2, 2),
    },
    size,
    random,
  );
  const radius = random.uniform(0.7, 1.7);
  const ink = draw(chains, {
    radius: [radius, radius * random.uniform(0.7, 1.3)],
    softness: random.uniform(0.9, 1.8),
    ink: random.uniform(0.75, 1),
  }, size);
  const noise = random.uniform(0, 20);
  const grey = new Uint8Array(ink.length);
  for (let i = 0; i < grey.length; i++) {
    const level = Math.round(255 * ink[i]! + noise * random.bell());
    grey[i] = level < 0 ? 0 : level > 255 ? 255 : level;
  }
  return grey;
};

const draws = (count: number, key: Words): Examples<28, 28> => {
  const known = glyphs();
  const images = new Uint8Array(count * size * size);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const random = stream(foldIn(key, i));
    const label = random.below(classes.length);
    labels[i] = label;
    images.set(picture(known[label]!, random), i * size * size);
  }
  return { images, labels, count, channels: 1, height: size, width: size };
};

const whole = (name: string, count: number): number => {
  if (Number.isInteger(count) && count >= 0 && count <= 1_000_000) return count;
  throw new RangeError(`digits: ${name} must be a whole number from 0 to 1,000,000, got ${count}`);
};

/**
 * Synthetic handwriting: 28x28 grey pictures of 0-9 drawn with a round pen from stroke glyphs in several styles, with random
 * slant, size, place, elastic bend, thickness and noise. Needs nothing and takes about a second per 10,000 pictures.
 *
 * The same seed gives the same bytes everywhere, and picture `i` does not depend on how many are drawn.
 *
 * Throws `RangeError` when a count or the seed is not a whole number in range.
 *
 * @example
 * ```ts
 * import { digits } from "@pullback/pullback/datasets";
 * const { train } = digits({ train: 100, test: 0, seed: 1 });
 * console.log(train.images.length); // 78400
 * ```
 */
export const digits = (options: DigitsOptions = {}): ImageSet<28, 28> => {
  const key = keyOf(optionsOf("digits", options, { train: true, test: true, seed: true }).seed ?? 0);
  return {
    name: "digits",
    train: draws(whole("train", options.train ?? 12_000), foldIn(key, 0)),
    test: draws(whole("test", options.test ?? 2_000), foldIn(key, 1)),
    classes,
  };
};
