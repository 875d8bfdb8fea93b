import { optionsOf } from "../core/options.ts";
/** Pictures moved about: where each pixel of the result comes from, and the values found there. */

/** Rows and columns of a picture. */
export type Size<H extends number = number, W extends number = number> = readonly [height: H, width: W];

/** Values of pictures, and of masks. */
export type PixelArray = Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/**
 * How the pictures of a batch move; each in its own way. The same movement moves pictures and masks alike.
 *
 * `H` and `W` are the extents of what comes out.
 */
export interface Movement<H extends number = number, W extends number = number> {
  /** How many pictures. */
  readonly count: number;
  /** Extents before. */
  readonly from: Size;
  /** Extents after. */
  readonly to: Size<H, W>;
  /** Writes to `at` the row and the column that pixel `(y, x)` of picture `i` comes from; these may be broken, or outside. */
  readonly source: (i: number, y: number, x: number, at: Float64Array) => void;
}

/** How values are found. */
export interface MoveOptions {
  /** Between pixels: the nearest, as masks need it, or weighed by distance. Default `nearest`. */
  readonly between?: "nearest" | "linear";
  /** Beyond the edge: a value, or the picture mirrored at its edge pixels. Default 0. */
  readonly outside?: number | "mirror";
}

/** `k` as it is inside 0..n-1, mirrored at the ends outside. */
const mirrored = (k: number, n: number): number => {
  if (n === 1) return 0;
  const period = 2 * (n - 1), inside = ((k % period) + period) % period;
  return inside < n ? inside : period - inside;
};

const alike = <A extends PixelArray>(values: A, length: number): A =>
  new (values.constructor as new (length: number) => A)(length);

/**
 * The values of moved pictures of `channels` planes each, in an array of the same kind.
 *
 * `[n,c,h,w] -> [n,c,h',w']`
 *
 * Throws `RangeError` when `values` are not those of as many pictures of these extents.
 */
export const move = <A extends PixelArray>(
  { count, from: [height, width], to: [h, w], source }: Movement,
  values: A,
  channels: number,
  options: MoveOptions = {},
): A => {
  const { between = "nearest", outside = 0 } = optionsOf("move", options, { between: true, outside: true });
  if (values.length !== count * channels * height * width) {
    throw new RangeError(`move: ${values.length} values are not [${count}, ${channels}, ${height}, ${width}]`);
  }
  const out = alike(values, count * channels * h * w), at = new Float64Array(2);
  const inside = (y: number, x: number) => y >= 0 && y < height && x >= 0 && x < width;
  /** The value at a whole position of the plane that begins at `base`. */
  const pixel = (base: number, y: number, x: number): number => {
    if (inside(y, x)) return values[base + y * width + x]!;
    return outside === "mirror" ? values[base + mirrored(y, height) * width + mirrored(x, width)]! : outside;
  };
  const linear = between === "linear", area = height * width;
  for (let i = 0; i < count; i++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        source(i, y, x, at);
        const sy = at[0]!, sx = at[1]!;
        const y0 = linear ? Math.floor(sy) : Math.round(sy), x0 = linear ? Math.floor(sx) : Math.round(sx);
        const fy = linear ? sy - y0 : 0, fx = linear ? sx - x0 : 0;
        const within = y0 >= 0 && y0 < height && x0 >= 0 && x0 < width;
        let to = (i * channels * h + y) * w + x;
        for (let base = i * channels * area; base < (i + 1) * channels * area; base += area, to += h * w) {
          let value = within ? values[base + y0 * width + x0]! : pixel(base, y0, x0);
          if (fx !== 0) value += fx * (pixel(base, y0, x0 + 1) - value);
          if (fy !== 0) {
            let below = pixel(base, y0 + 1, x0);
            if (fx !== 0) below += fx * (pixel(base, y0 + 1, x0 + 1) - below);
            value += fy * (below - value);
          }
          out[to] = value;
        }
      }
    }
  }
  return out;
};

/**
 * Two movements one after the other, as one: values are looked up once, so nothing is blurred twice.
 *
 * Throws `RangeError` when the second does not begin with what the first ends with.
 */
export const inTurn = <H extends number, W extends number>(first: Movement, second: Movement<H, W>): Movement<H, W> => {
  if (first.count !== second.count || first.to[0] !== second.from[0] || first.to[1] !== second.from[1]) {
    const told = ({ count }: Movement, [height, width]: Size) => `${count} pictures of ${height}x${width}`;
    throw new RangeError(
      `inTurn: the first gives ${told(first, first.to)}, the second takes ${told(second, second.from)}`,
    );
  }
  return {
    count: first.count,
    from: first.from,
    to: second.to,
    source: (i, y, x, at) => {
      second.source(i, y, x, at);
      first.source(i, at[0]!, at[1]!, at);
    },
  };
};
