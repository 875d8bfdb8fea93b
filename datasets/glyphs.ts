/**
 * The ten digits as pen strokes, each in the ways people write it. A style is a path in a box of 100 by 100, y down:
 * `M` starts a stroke, `L` draws a line, `C` a cubic Bezier curve (two control points, then the end).
 */

/** Where the pen goes: `[x, y]` points of one stroke; after the first, one point is a line, three are a curve. */
export interface Stroke {
  readonly start: readonly [number, number];
  readonly moves: readonly (readonly number[])[];
}
/** One way to write a digit. */
export type Glyph = readonly Stroke[];

const paths: readonly (readonly string[])[] = [
  [
    "M50 0 C16 0 2 24 2 50 C2 80 18 100 50 100 C82 100 98 78 98 50 C98 22 84 0 50 0",
    "M62 3 C22 -3 5 30 5 56 C5 86 26 100 50 100 C80 100 95 75 95 47 C95 18 75 0 44 9",
    "M36 4 C6 18 -2 52 10 78 C22 104 66 106 84 82 C102 56 96 18 72 6 C58 0 46 0 36 4",
  ],
  ["M50 0 L50 100", "M26 24 L56 0 L56 100", "M28 20 L52 0 L52 100 M24 100 L82 100", "M52 0 C50 34 48 66 50 100"],
  [
    "M8 26 C10 -8 90 -10 88 28 C87 55 32 74 5 100 L95 100",
    "M8 22 C20 -8 88 -6 84 28 C80 60 32 90 14 93 C-6 93 10 68 32 82 C55 98 78 104 98 88",
    "M10 12 C40 -5 88 -3 86 24 C85 50 40 76 8 100 C40 91 70 97 96 98",
  ],
  [
    "M10 12 C34 -8 88 -4 83 25 C79 45 52 48 38 48 C62 46 98 52 92 78 C85 108 26 105 5 86",
    "M10 2 L86 2 L42 42 C76 38 100 58 90 80 C78 106 28 104 6 88",
    "M12 18 C22 -8 82 -6 80 22 C78 42 58 47 44 47 C64 47 92 54 90 76 C88 104 22 106 10 80",
  ],
  [
    "M24 2 C20 25 16 45 8 60 L94 58 M74 12 L70 100",
    "M68 100 L68 0 L5 66 L95 66",
    "M15 4 C6 40 10 58 40 56 C60 55 75 48 84 40 M87 4 C84 40 80 70 74 100",
    "M70 100 C72 60 74 30 76 0 C50 20 20 44 6 62 C30 58 60 58 96 60",
  ],
  [
    "M88 2 L26 2 L18 45 C45 30 95 38 92 70 C90 104 35 106 8 90",
    "M26 5 L20 46 C50 34 92 42 90 72 C86 104 30 104 6 92 M26 5 L94 2",
    "M90 3 C62 0 32 2 29 6 C16 36 20 41 50 47 C86 54 96 75 76 92 C56 105 20 101 5 90",
  ],
  [
    "M78 3 C35 12 5 45 6 72 C8 104 60 106 82 88 C100 70 80 48 52 50 C30 52 12 66 8 80",
    "M60 0 C30 25 10 50 8 72 C8 108 90 108 88 72 C86 46 30 46 10 74",
    "M50 0 C20 20 4 60 14 84 C24 104 74 104 82 84 C90 62 40 52 18 78",
  ],
  [
    "M5 4 L92 4 L40 100",
    "M5 4 L92 4 L42 100 M30 52 L80 50",
    "M6 8 C30 0 60 6 92 2 C70 35 48 65 42 100",
    "M8 20 L10 3 L92 3 C72 40 52 60 46 100",
  ],
  [
    "M82 14 C60 -8 14 -2 17 24 C20 46 86 52 86 78 C86 106 13 106 13 78 C13 54 80 44 82 14",
    "M50 0 C14 0 14 46 50 46 C86 46 86 0 50 0 M50 46 C2 46 2 100 50 100 C98 100 98 46 50 46",
    "M76 8 C40 -8 10 8 24 32 C38 50 84 60 82 82 C78 106 22 104 20 80 C20 60 72 42 80 12",
  ],
  [
    "M86 26 C80 -7 12 -9 12 28 C12 60 80 60 86 26 M87 8 L80 100",
    "M84 32 C72 -11 10 -7 12 30 C14 60 76 58 85 26 C92 60 80 95 38 100",
    "M84 12 C40 -12 4 8 12 34 C20 58 70 50 85 16 L74 100",
  ],
];

const parse = (path: string): Glyph =>
  path.split("M").slice(1).map((stroke) => {
    const [start, ...moves] = stroke.trim().split(/\s*[LC]/).map((part) => part.trim().split(/\s+/).map(Number));
    return { start: [start![0]!, start![1]!], moves };
  });

/** `glyphs()[digit]` are the styles of a digit. */
export const glyphs = (): readonly (readonly Glyph[])[] => paths.map((styles) => styles.map(parse));
