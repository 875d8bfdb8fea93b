/** Stylized digits, 7 pixels wide and 12 high: what the outputs of LeNet-5 of 1998 are compared with. */
import type { Tensor } from "../core/tensor.ts";
import { div, mul, rem, sub } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { stack } from "../ops/slice.ts";
import { full } from "../ops/source.ts";
import { reshape } from "../ops/structure.ts";

// Two digits side by side in a block, a dot for white.
const drawn = [
  [
    "..###.. ...##..",
    ".##.##. ..###..",
    "##...## .####..",
    "##...## ##.##..",
    "##...## ...##..",
    "##...## ...##..",
    "##...## ...##..",
    "##...## ...##..",
    "##...## ...##..",
    "##...## ...##..",
    ".##.##. ...##..",
    "..###.. #######",
  ],
  [
    ".#####. .#####.",
    "##...## ##...##",
    "##...## .....##",
    ".....## .....##",
    ".....## .....##",
    "....##. ..####.",
    "...##.. .....##",
    "..##... .....##",
    ".##.... .....##",
    "##..... .....##",
    "##..... ##...##",
    "####### .#####.",
  ],
  [
    "....##. #######",
    "....##. ##.....",
    "...###. ##.....",
    "...###. ##.....",
    "..####. ######.",
    "..#.##. ##...##",
    ".##.##. .....##",
    ".#..##. .....##",
    "####### .....##",
    "....##. .....##",
    "....##. ##...##",
    "....##. .#####.",
  ],
  [
    "..####. #######",
    ".##..## ##...##",
    "##..... .....##",
    "##..... .....##",
    "##..... ....##.",
    "######. ....##.",
    "##...## ...##..",
    "##...## ...##..",
    "##...## ..##...",
    "##...## ..##...",
    "##...## .##....",
    ".#####. .##....",
  ],
  [
    ".#####. .#####.",
    "##...## ##...##",
    "##...## ##...##",
    "##...## ##...##",
    "##...## ##...##",
    ".#####. ##...##",
    "##...## .######",
    "##...## .....##",
    "##...## .....##",
    "##...## .....##",
    "##...## ##..##.",
    ".#####. .####..",
  ],
] as const;

/** The pixels of a digit, row by row: 1 for black. */
const pixels = (digit: number): (0 | 1)[] =>
  drawn[digit >> 1]!.flatMap((row) => Array.from(row.split(" ")[digit & 1]!, (c) => c === "#" ? 1 : 0));
const whole = (values: readonly number[]): Tensor => stack(values.map((v) => full([], v, "i32"))) as Tensor;
/** How many pixels a number holds, the first one in its lowest bit. */
const together = 28;

/** The codes of the ten digits, 84 pixels each: 1 for black, -1 for white. `f32[10,84]` */
export const digitCodes = (): Tensor<[10, 84], "f32"> => {
  const all = Array.from({ length: 10 }, (_, digit) => pixels(digit)).flat();
  const words = Array.from(
    { length: all.length / together },
    (_, i) => all.slice(together * i, together * (i + 1)).reduce<number>((n, bit, k) => n + bit * 2 ** k, 0),
  );
  const powers = whole(Array.from({ length: together }, (_, k) => 2 ** k));
  const bits = rem(div(reshape(whole(words), [words.length, 1]), powers) as Tensor, 2);
  const black = cast(reshape(bits as Tensor, [10, 84]) as Tensor, "f32") as Tensor;
  return sub(mul(black, 2), 1) as Tensor as Tensor<[10, 84], "f32">;
};
