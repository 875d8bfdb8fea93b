/** Images read at given places: for rotations, scalings and whatever a network thinks of. (Jaderberg et al. 2015) */
import type { Float } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { type Dim, type Shape, showShape } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { optionsOf } from "../core/options.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { clamp } from "./between.ts";
import { cast } from "./cast.ts";
import { and, greaterEqual, lessEqual, where } from "./comparison.ts";
import { gatherAlong } from "./gather.ts";
import { select } from "./pieces.ts";
import { type AnyFloat, needFloat } from "./pointwise.ts";
import { floor, round } from "./rounding.ts";
import { stack } from "./slice.ts";
import { iota } from "./source.ts";
import { expandAxes, expandDims, reshape } from "./structure.ts";

/** Options of `gridSample`. */
export interface GridSampleOptions {
  /** "linear" (of the four samples around) unless given, or "nearest". */
  readonly mode?: "linear" | "nearest";
  /** What lies outside: zeros unless given, or the border. */
  readonly outside?: "zeros" | "border";
  /** Whether -1 and 1 are the middles of the outermost pixels, instead of their edges. */
  readonly alignCorners?: boolean;
}
/** From -1 … 1 to places of samples. */
const placeOf = (g: Tensor, d: number, align: boolean): Tensor =>
  align ? mul(add(g, 1), (d - 1) / 2) : div(sub(mul(add(g, 1), d), 1), 2);

/**
 * Images read at places (x, y), where -1 and 1 are the edges: `F[n,c,h,w], F[n,h',w',2] -> F[n,c,h',w']`. Differentiable in the
 * image and in the places. Throws `ShapeError` where images and places do not go together.
 */
export const gridSample = <D extends Float>(
  x: Tensor<Shape, D>,
  grid: Tensor<Shape, D>,
  options: GridSampleOptions = {},
): Tensor<Dim[], D> => {
  optionsOf("gridSample", options, { mode: true, outside: true, alignCorners: true });
  const { mode = "linear", outside = "zeros", alignCorners = false } = options;
  const t = needFloat("gridSample", x as Tensor) as Tensor,
    shape = extents(t),
    at = extents(grid as Tensor),
    got = `${showShape(shape)} and ${showShape(at)}`;
  if (shape.length !== 4 || at.length !== 4 || at[0] !== shape[0] || at[3] !== 2 || shape.includes(0)) {
    const expected = "images [n, c, h, w] and places [n, h', w', 2]";
    throw new ShapeError(`gridSample: expected ${expected}, got ${got}`, { op: "gridSample", expected, got });
  }
  const [n, c, h, w] = shape as [number, number, number, number], [, rows, columns] = at as [number, number, number];
  const flat = reshape(t, [n, c, h * w]) as Tensor;
  const coordinate = (k: number, d: number): Tensor => {
    const v = placeOf(select(grid as Tensor, 3, k) as Tensor, d, alignCorners);
    return outside === "border" ? clamp(v as AnyFloat, 0, d - 1) : v;
  };
  const px = coordinate(0, w), py = coordinate(1, h);
  /** The samples at whole places, zeros outside. */
  const read = (ix: Tensor, iy: Tensor): Tensor => {
    const inside = and(
      and(greaterEqual(ix, 0), lessEqual(ix, w - 1)),
      and(greaterEqual(iy, 0), lessEqual(iy, h - 1)),
    ) as Tensor;
    const whole = (v: Tensor, d: number): Tensor => cast(clamp(v as AnyFloat, 0, d - 1), "i32") as Tensor;
    const position = reshape(add(mul(whole(iy, h), w), whole(ix, w)) as Tensor, [n, rows * columns]);
    const values = gatherAlong(flat, expandAxes(position, [n, c, rows * columns], [0, 2]), 2);
    return where(expandDims(inside, 1) as Tensor<[], "bool">, reshape(values, [n, c, rows, columns]) as Tensor, 0);
  };
  if (mode === "nearest") {
    return read(round(px as AnyFloat) as Tensor, round(py as AnyFloat) as Tensor) as Tensor<Dim[], D>;
  }
  const x0 = floor(px as AnyFloat) as Tensor,
    y0 = floor(py as AnyFloat) as Tensor,
    wx: Tensor = sub(px, x0),
    wy: Tensor = sub(py, y0);
  const corner = (dx: 0 | 1, dy: 0 | 1): Tensor => {
    const weight: Tensor = mul(dx === 1 ? wx : sub(1, wx), dy === 1 ? wy : sub(1, wy));
    return mul(read(add(x0, dx), add(y0, dy)), expandDims(weight, 1));
  };
  return add(add(corner(0, 0), corner(1, 0)) as Tensor, add(corner(0, 1), corner(1, 1)) as Tensor) as Tensor as Tensor<
    Dim[],
    D
  >;
};

/**
 * The places that an affine map gives the pixels of an image of this size: `F[n,2,3] -> F[n,h,w,2]`, for `gridSample`.
 * `affineGrid(theta, [h, w])`. Throws `ShapeError` where the maps are not 2 by 3.
 */
export const affineGrid = <D extends Float>(
  theta: Tensor<Shape, D>,
  [h, w]: readonly [number, number],
  options: Pick<GridSampleOptions, "alignCorners"> = {},
): Tensor<Dim[], D> => {
  const { alignCorners = false } = optionsOf("affineGrid", options, { alignCorners: true });
  const t = needFloat("affineGrid", theta as Tensor) as Tensor, shape = extents(t);
  if (shape.length !== 3 || shape[1] !== 2 || shape[2] !== 3) {
    const got = showShape(shape);
    throw new ShapeError(`affineGrid: expected maps [n, 2, 3], got ${got}`, {
      op: "affineGrid",
      expected: "[n, 2, 3]",
      got,
    });
  }
  const axis = (d: number, along: 0 | 1): Tensor => {
    const i = iota([h, w], along, t.dtype) as Tensor;
    return alignCorners ? sub(mul(i, d > 1 ? 2 / (d - 1) : 0), 1) : sub(div(add(mul(i, 2), 1), d), 1);
  };
  const across = axis(w, 1), down = axis(h, 0);
  const part = (row: 0 | 1): Tensor => {
    const [a, b, e] = [0, 1, 2].map((k) =>
      reshape(select(select(t, 2, k) as Tensor, 1, row) as Tensor, [shape[0]!, 1, 1]) as Tensor
    );
    return add(add(mul(a!, across), mul(b!, down)), e!);
  };
  return stack([part(0), part(1)], 3) as Tensor as Tensor<Dim[], D>;
};
