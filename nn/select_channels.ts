/** Choosing among the channels of an image. */
import type { Lt } from "../core/arith.ts";
import { ShapeError } from "../core/errors.ts";
import { type Fail, type Show, showShape } from "../core/shape/dim.ts";
import { concat, slice } from "../ops/slice.ts";
import { image, type NoImage } from "./image.ts";
import { type Stateless, stateless } from "./layer.ts";

/** The type of `selectChannels`. */
export interface SelectChannels<C extends readonly number[]> extends Stateless {
  readonly kind: "selectChannels";
  readonly "~out": SelectOut<this["~in"], C>;
}
type SelectOut<I, C extends readonly number[]> = I extends [infer D, infer H, infer W]
  ? Beyond<D, C> extends infer X extends number ? Fail<`selectChannels: there is no channel ${X} in ${Show<I>}`>
  : [C["length"], H, W]
  : NoImage<I, "selectChannels", [C["length"], number, number]>;
/** The first position that is no channel of `D`, or null. */
type Beyond<D, C extends readonly number[]> = D extends number ? number extends D ? null
  : C extends readonly [infer H extends number, ...infer T extends readonly number[]]
    ? number extends H ? Beyond<D, T> : Lt<H, D> extends true ? Beyond<D, T> : H
  : null
  : null;

/** Neighbouring positions as ranges: `[0, 1, 2, 5]` as `[[0, 3], [5, 6]]`. */
const ranges = (positions: readonly number[]): (readonly [number, number])[] =>
  positions.reduce<(readonly [number, number])[]>((found, p) => {
    const last = found.at(-1);
    return last?.[1] === p ? [...found.slice(0, -1), [last[0], p + 1]] : [...found, [p, p + 1]];
  }, []);

/**
 * The channels at these positions, in this order. `[c, h, w] -> [positions, h, w]`. `selectChannels(0, 1, 4)`. Throws `ShapeError`.
 *
 * @example
 * ```ts
 * import { nn, random, read, tensor } from "@pullback/pullback";
 * const net = nn.model([3, 1, 1], nn.selectChannels(2, 0), nn.flatten);
 * console.log(await read(net.predict(net.init(random.key(0)), tensor([[[[5]], [[6]], [[7]]]])))); // [ [ 7, 5 ] ]
 * ```
 */
export const selectChannels = <const C extends readonly number[]>(...positions: C): SelectChannels<C> => {
  const outShape = (shape: readonly number[]): number[] => {
    const [count, h, w] = image("selectChannels", shape);
    const beyond = positions.find((p) => !Number.isInteger(p) || p < 0 || p >= count);
    if (beyond === undefined) return [positions.length, h, w];
    const got = showShape(shape), expected = `positions below ${count}`;
    throw new ShapeError(`selectChannels: there is no channel ${beyond} in ${got}`, {
      op: "selectChannels",
      expected,
      got,
    });
  };
  return stateless<SelectChannels<C>>("selectChannels", outShape, (x) => {
    const pieces = ranges(positions).map(([from, to]) => slice(x, 1, from, to));
    return pieces.length === 1 ? pieces[0]! : concat(pieces, 1);
  });
};
