/** From a glyph to grey pixels: a hand that is never twice the same, and a round pen. Only exact arithmetic: see threefry.ts. */
import type { Glyph } from "./glyphs.ts";
import type { Stream } from "./threefry.ts";

/** A stroke as a chain of points: x, y, x, y, ... */
type Chain = Float64Array;

const pointsPerCurve = 10;

/** Strokes as chains, every point of the glyph moved a little: `wobble` is the deviation, in hundredths of the box. */
const trace = (glyph: Glyph, wobble: number, random: Stream): readonly Chain[] => {
  const near = (v: number) => v + wobble * random.bell();
  return glyph.map(({ start, moves }) => {
    let [x, y] = [near(start[0]), near(start[1])];
    const chain = [x, y];
    for (const move of moves) {
      const p = move.map(near);
      if (p.length === 2) {
        [x, y] = p as [number, number];
        chain.push(x, y);
        continue;
      }
      const [x1, y1, x2, y2, x3, y3] = p as [number, number, number, number, number, number];
      for (let i = 1; i <= pointsPerCurve; i++) {
        const t = i / pointsPerCurve;
        const s = 1 - t;
        const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t] as const;
        chain.push(a * x + b * x1 + c * x2 + d * x3, a * y + b * y1 + c * y2 + d * y3);
      }
      [x, y] = [x3, y3];
    }
    return Float64Array.from(chain);
  });
};

const cells = 3;
const knots = cells + 3;

/** Weights of the four knots around a point of a uniform cubic B-spline, `t` in [0, 1] between the middle two. */
const spline = (t: number): readonly [number, number, number, number] => {
  const s = 1 - t;
  return [s * s * s / 6, (4 - 6 * t * t + 3 * t * t * t) / 6, (4 - 6 * s * s + 3 * s * s * s) / 6, t * t * t / 6];
};

/** A smooth random displacement of the box: `strength` is the deviation of its knots, in hundredths of the box. */
const elastic = (strength: number, random: Stream): (x: number, y: number) => readonly [number, number] => {
  const field = Float64Array.from({ length: 2 * knots * knots }, () => strength * random.bell());
  const place = (v: number): readonly [number, number] => {
    const scaled = Math.min(Math.max(v / 100, 0), 1) * cells;
    const cell = Math.min(Math.floor(scaled), cells - 1);
    return [cell, scaled - cell];
  };
  return (x, y) => {
    const [column, tx] = place(x);
    const [row, ty] = place(y);
    const [across, down] = [spline(tx), spline(ty)];
    let [dx, dy] = [0, 0];
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        const weight = down[i]! * across[j]!;
        const at = 2 * ((row + i) * knots + column + j);
        dx += weight * field[at]!;
        dy += weight * field[at + 1]!;
      }
    }
    return [x + dx, y + dy];
  };
};

/** How a hand differs from the glyph. Lengths in pixels; `wobble` and `strength` in hundredths of the box. */
export interface Hand {
  readonly wobble: number;
  readonly strength: number;
  readonly width: number;
  readonly height: number;
  /** Tangent of half the angle of rotation. */
  readonly tilt: number;
  readonly shear: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

/** The strokes of `glyph` in pixels, as `hand` writes them around the centre of a picture `size` wide and high. */
export const write = (glyph: Glyph, hand: Hand, size: number, random: Stream): readonly Chain[] => {
  const chains = trace(glyph, hand.wobble, random);
  const bend = elastic(hand.strength, random);
  const norm = 1 + hand.tilt * hand.tilt;
  const [cosine, sine] = [(1 - hand.tilt * hand.tilt) / norm, 2 * hand.tilt / norm];
  const middle = (size - 1) / 2;
  return chains.map((chain) => {
    const out = new Float64Array(chain.length);
    for (let i = 0; i < chain.length; i += 2) {
      const [bx, by] = bend(chain[i]!, chain[i + 1]!);
      const v = (by / 100 - 0.5) * hand.height;
      const u = (bx / 100 - 0.5) * hand.width - hand.shear * v;
      out[i] = middle + hand.shiftX + cosine * u - sine * v;
      out[i + 1] = middle + hand.shiftY + sine * u + cosine * v;
    }
    return out;
  });
};

/** Lowers `gap` (distance to the ink's edge, negative inside) by one segment drawn with a pen whose radius goes from r0 to r1. */
const stampSegment = (
  gap: Float64Array,
  size: number,
  [x0, y0, r0]: readonly [number, number, number],
  [x1, y1, r1]: readonly [number, number, number],
): void => {
  const reach = Math.max(r0, r1) + 2;
  const [left, right] = [
    Math.max(0, Math.ceil(Math.min(x0, x1) - reach)),
    Math.min(size - 1, Math.max(x0, x1) + reach),
  ];
  const [top, bottom] = [
    Math.max(0, Math.ceil(Math.min(y0, y1) - reach)),
    Math.min(size - 1, Math.max(y0, y1) + reach),
  ];
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squared = dx * dx + dy * dy;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = squared === 0 ? 0 : ((x - x0) * dx + (y - y0) * dy) / squared;
      const t = along < 0 ? 0 : along > 1 ? 1 : along;
      const [ex, ey] = [x - x0 - t * dx, y - y0 - t * dy];
      const distance = Math.sqrt(ex * ex + ey * ey) - (r0 + t * (r1 - r0));
      const at = y * size + x;
      if (distance < gap[at]!) gap[at] = distance;
    }
  }
};

/** How the pen marks the paper. Lengths in pixels. */
export interface Pen {
  /** Half the width of a line where a stroke begins and where it ends. */
  readonly radius: readonly [number, number];
  /** Width of the edge over which ink fades to paper. */
  readonly softness: number;
  /** Darkness of full ink, 0..1. */
  readonly ink: number;
}

/** Ink of every pixel, 0..1, anti-aliased by the distance of its centre to the nearest stroke. */
export const draw = (chains: readonly Chain[], pen: Pen, size: number): Float64Array => {
  const gap = new Float64Array(size * size).fill(Infinity);
  const [begin, end] = pen.radius;
  for (const chain of chains) {
    const last = chain.length / 2 - 1;
    const point = (i: number) => [chain[2 * i]!, chain[2 * i + 1]!, begin + (end - begin) * i / last] as const;
    for (let i = 0; i < last; i++) stampSegment(gap, size, point(i), point(i + 1));
  }
  for (let i = 0; i < gap.length; i++) gap[i] = pen.ink * Math.min(Math.max(0.5 - gap[i]! / pen.softness, 0), 1);
  return gap;
};
