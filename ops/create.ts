import { size } from "../core/aval.ts";
import { allocate, type Data, type DType, holds } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { engine } from "../core/engine.ts";
import { asAtom, isLit } from "../core/program.ts";
import type { Shape } from "../core/shape/dim.ts";
import { extents, kindOf, type Tensor } from "../core/tensor.ts";
import { checkShape } from "./checks.ts";

/** Numbers in nested arrays, as deep as the tensor has axes. */
export type Nested = number | boolean | readonly Nested[];
/** The shape of nested array literals: `[[1, 2, 3]]` is `[1, 3]`; an array of unknown length is a dynamic axis. */
export type ShapeOf<T> = T extends readonly [] ? [0]
  : T extends readonly (infer E)[]
    ? [T["length"], ...(T extends readonly [infer H, ...unknown[]] ? ShapeOf<H> : ShapeOf<E>)]
  : [];

/** The dtype of a typed array. */
export type DTypeOf<A extends Data> = A extends Float32Array ? "f32"
  : A extends Int32Array ? "i32"
  : A extends Uint32Array ? "u32"
  : A extends Float64Array ? "f64"
  : "f16";
/** The dtype of nested numbers or booleans. */
export type ElementOf<T> = T extends Truths ? "bool" : "f32";
type Truths = boolean | readonly Truths[];
const kinds = [
  [Float32Array, "f32"],
  [Int32Array, "i32"],
  [Uint32Array, "u32"],
  [Float64Array, "f64"],
  [Uint16Array, "f16"],
] as const satisfies readonly (readonly [unknown, DType])[];
const typeOf = (data: Data): DType => {
  const found = kinds.find(([kind]) => data instanceof kind);
  if (found !== undefined) return found[1];
  const got = (data as object).constructor.name, expected = kinds.map(([kind, d]) => `${kind.name} (${d})`).join(", ");
  throw new DTypeError(`tensor: expected one of ${expected}, got ${got}`, { op: "tensor", expected, got });
};

/**
 * A tensor of given numbers: nested arrays, or a typed array with its shape. A typed array is taken as it is and must not be
 * changed afterwards; its kind decides the dtype (Float32Array f32, Int32Array i32, Uint32Array u32, Float64Array f64,
 * Uint16Array the bits of f16). Nested numbers are f32, nested booleans bool, unless `dtype` says otherwise.
 *
 * Throws `ShapeError` where nested arrays are ragged or the number of elements is not that of the shape, `DTypeError` where
 * a number does not fit the dtype.
 */
export function tensor<const T extends Nested>(values: T): Tensor<ShapeOf<T>, ElementOf<T>>;
export function tensor<const T extends Nested, D extends DType>(values: T, dtype: D): Tensor<ShapeOf<T>, D>;
export function tensor<const S extends readonly number[], A extends Data>(
  data: A,
  shape: S,
): Tensor<[...S], DTypeOf<A>>;
export function tensor(values: Nested | Data, second?: DType | readonly number[]): Tensor {
  if (ArrayBuffer.isView(values)) return fromData(values as Data, second as readonly number[] | undefined);
  const shape = nestedShape(values as Nested), flat: (number | boolean)[] = [];
  collect(values as Nested, shape, 0, flat);
  const dtype = (second as DType | undefined) ?? (typeof flat[0] === "boolean" ? "bool" : "f32"),
    data = allocate(dtype, flat.length);
  const halves = dtype === "f16" ? new Float16Array(data.buffer) : data;
  flat.forEach((v, i) => {
    const known = typeof v === "number" || typeof v === "boolean";
    if (!known || !holds(dtype, Number(v))) {
      const got = known ? `${v}` : kindOf(v);
      throw new DTypeError(`tensor: expected numbers that ${dtype} can hold, got ${got}`, {
        op: "tensor",
        expected: dtype,
        got,
      });
    }
    halves[i] = Number(v);
  });
  return engine().hold(data, { shape, dtype });
}
const nestedShape = (v: Nested): number[] =>
  Array.isArray(v) ? [v.length, ...(v.length > 0 ? nestedShape(v[0]!) : [])] : [];
const collect = (v: Nested, shape: readonly number[], axis: number, into: (number | boolean)[]): void => {
  const length = Array.isArray(v) ? v.length : undefined;
  if (length !== shape[axis]) {
    const got = length === undefined ? "a number" : `${length} entries`,
      expected = shape[axis] === undefined ? "a number" : `${shape[axis]} entries`;
    throw new ShapeError(`tensor: the nested arrays are ragged: expected ${expected} at depth ${axis}, got ${got}`, {
      op: "tensor",
      expected,
      got,
    });
  }
  if (Array.isArray(v)) { for (const w of v) collect(w, shape, axis + 1, into); }
  else into.push(v as number | boolean);
};
const fromData = (data: Data, shape: readonly number[] | undefined): Tensor => {
  const s = shape ?? [data.length];
  checkShape("tensor", s);
  if (size(s) !== data.length) {
    throw new ShapeError(`tensor: [${s.join(", ")}] has ${size(s)} elements, got an array of ${data.length}`, {
      op: "tensor",
      expected: `${size(s)} elements`,
      got: `${data.length}`,
    });
  }
  return engine().hold(data, { shape: s, dtype: typeOf(data) });
};

/** Nested arrays of numbers (booleans of a bool tensor), as deep as the shape. */
export type Values<S, D extends DType> = S extends readonly [unknown, ...infer R] ? Values<R, D>[]
  : S extends readonly [] ? D extends "bool" ? boolean : number
  : unknown;

/**
 * Refuses to read what has no value yet, at once: nobody waits in a traced function, and a promise that is rejected there would
 * end the program.
 */
const elementsOf = (op: string, xs: readonly Tensor[]): Promise<readonly Data[]> => {
  for (const x of xs) {
    const a = asAtom(x);
    if (isLit(a) || a.state.tag !== "traced") continue;
    throw new TypeError(
      `${op}: a tensor has no value inside a traced function (of jit, grad, vmap and their like): return it, and read the result`,
    );
  }
  return (async () => await engine().read(xs))();
};
/**
 * The elements in row-major order. Several reads started together are one trip to the device. Throws `TypeError` inside a traced
 * function.
 */
export const data = <S extends Shape, D extends DType>(x: Tensor<S, D>): Promise<Data> =>
  elementsOf("data", [x as Tensor]).then(([own]) => own!);
/** The elements of several tensors, in one trip to the device. Throws as `data` does. */
export const dataOf = (xs: readonly Tensor[]): Promise<readonly Data[]> => elementsOf("dataOf", xs);
/** The value as nested arrays. Throws as `data` does. */
export const read = <S extends Shape, D extends DType>(x: Tensor<S, D>): Promise<Values<S, D>> => {
  const shape = extents(x as Tensor);
  const nested = (flat: readonly (number | boolean)[]): unknown => {
    const nest = (axis: number, from: number, count: number): unknown => {
      if (axis === shape.length) return flat[from];
      const step = shape[axis] === 0 ? 0 : count / shape[axis]!;
      return Array.from({ length: shape[axis]! }, (_, i) => nest(axis + 1, from + i * step, step));
    };
    return nest(0, 0, size(shape));
  };
  return elementsOf("read", [x as Tensor]).then(([own]) => nested(numbers(own!, x.dtype)) as Values<S, D>);
};
/** The only element of a tensor. Throws `ShapeError` where there is not exactly one, and as `data` does. */
export const item = <D extends DType>(x: Tensor<Shape, D>): Promise<D extends "bool" ? boolean : number> => {
  const shape = extents(x);
  if (size(shape) !== 1) {
    throw new ShapeError(`item: expected one element, got [${shape.join(", ")}]`, {
      op: "item",
      expected: "one element",
      got: `[${shape}]`,
    });
  }
  return elementsOf("item", [x as Tensor]).then(([own]) => numbers(own!, x.dtype)[0] as never);
};
const numbers = (flat: Data, dtype: DType): readonly (number | boolean)[] =>
  dtype === "bool"
    ? Array.from(flat, (v) => v !== 0)
    : Array.from(dtype === "f16" ? new Float16Array(flat.buffer, flat.byteOffset, flat.length) : flat);
