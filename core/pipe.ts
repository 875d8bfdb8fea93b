/**
 * Shape functions as values: a thing that carries a function from shapes to shapes in its type, applied through
 * `this["~in"]`. Layers and data-last operations are such things; `pipe` and `flow` compose operations and put the
 * sentence of a shape that does not fit on the very argument that refused it.
 */
import type { DType } from "./dtype.ts";
import { inNameOf } from "./errors.ts";
import type { AnyFail, Dim, Message, Shape } from "./shape/dim.ts";
import type { Tensor } from "./tensor.ts";
import type { Guard, Ok } from "./typed.ts";

/** Slots start with `~`, so that editors list them last, and hold no value. `~out` is a function of `this["~in"]`. */
export interface ShapeFunction {
  readonly "~in": unknown;
  readonly "~out": unknown;
  readonly kind: string;
}
/** An input shape: what a shape function is intersected with to be applied. */
export interface Applied<I> {
  readonly "~in": I;
}
/** The shape, or the failure, that `F` makes of input shape `I`. */
export type Out<F extends ShapeFunction, I> = (F & Applied<I>)["~out"];
export type ShapeFunctions = readonly ShapeFunction[];

/** A failure of element `At` of a list. */
export interface Failed<out At extends string = string, out E = AnyFail> {
  readonly at: At;
  readonly failure: E;
}
/**
 * Folds shapes through a list: the tuple of output shapes, or `Failed`. Tail recursive: up to 1000 elements. It counts through the
 * list instead of cutting it, since for every list that the compiler compares it makes the forty members of an array.
 */
export type Run<L extends ShapeFunctions, I> = From<L, I, [], []>;
/** The same with the input in front: what each element sees, and the last output. */
export type Shapes<L extends ShapeFunctions, I> = From<L, I, [], [I]>;
type From<L extends ShapeFunctions, I, N extends readonly 0[], S extends readonly unknown[]> = N["length"] extends
  Known<L> ? number extends L["length"] ? [...S, ...Dim[][]] : S
  : Taken<L, Out<L[N["length"]], I>, N, S>;
/** What element `N` gave, `O`, is a shape, and mutable unless somebody wrote it otherwise; or it is a failure. */
type Taken<L extends ShapeFunctions, O, N extends readonly 0[], S extends readonly unknown[]> = O extends unknown[]
  ? From<L, O, [...N, 0], [...S, O]>
  : O extends AnyFail ? Failed<`${N["length"]}`, O>
  : O extends readonly unknown[] ? From<L, [...O], [...N, 0], [...S, [...O]]>
  : From<L, O, [...N, 0], [...S, O]>;
/** How many elements are known. A list of unknown length may begin with some; behind them all is dynamic. */
export type Known<L extends readonly unknown[]> = number extends L["length"] ? KnownFirst<L> : L["length"];
type KnownFirst<L, N extends readonly 0[] = []> = L extends readonly [unknown, ...infer T] ? KnownFirst<T, [...N, 0]>
  : N["length"];
/** The last output of a fold, its input where the list is empty. */
export type LastOut<R, I> = R extends readonly [...unknown[], infer X] ? X : R extends readonly [] ? I : Dim[];

/** The expected arguments of a list of shape functions: each itself, the sentence at the one that refuses its input. */
export type Checked<L extends ShapeFunctions, I> = {
  [K in keyof L]: Run<L, I> extends Failed<infer At, infer E> ? K extends At ? Message<E> : L[K] : L[K];
};

/** A function from tensor to tensor as a value for `pipe` and `flow`: it can also be called. `~to` is the dtype it gives. */
export interface Operation extends ShapeFunction {
  readonly "~from": unknown;
  readonly "~to": unknown;
}
export type Operations = readonly Operation[];
/** What `this["~in"]` is known to be inside an operation. */
export type In<T> = T extends readonly unknown[] ? T : never;
type To<F extends Operation, D> = (F & { readonly "~from": D })["~to"];
/** The dtype after a list of operations. */
export type DTypeAfter<L extends Operations, D> = L extends
  readonly [infer H extends Operation, ...infer T extends Operations] ? DTypeAfter<T, To<H, D>>
  : L extends readonly [] ? D extends DType ? D : DType
  : DType;

type Step = (x: Tensor) => Tensor;
/** Makes an operation of a function; `kind` names it in paths, summaries and mistakes. */
export const operation = <O extends Operation>(kind: string, apply: Step): O =>
  Object.assign((x: Tensor) => inNameOf(kind, () => apply(x)), { kind }) as Step as unknown as O;
type Apply = (...args: never[]) => Tensor;
/** A function of `arity` arguments, data first, that makes an operation of all arguments but the data. */
export const byArity = <F>(kind: string, arity: number, apply: Apply): F =>
  ((...args: readonly unknown[]) =>
    args.length >= arity
      ? inNameOf(kind, () => apply(...args as never[]))
      : operation(kind, (x) => apply(...[x, ...args] as never[]))) as F;
/** The same for functions with optional arguments: data is what is neither a number, a string nor a list. */
export const byData = <F>(kind: string, apply: Apply): F =>
  Object.assign(
    (...args: readonly unknown[]) =>
      typeof args[0] === "object" && !Array.isArray(args[0])
        ? inNameOf(kind, () => apply(...args as never[]))
        : operation(kind, (x) => apply(...[x, ...args] as never[])),
    { kind },
  ) as F;

/**
 * Applies operations from left to right: `pipe(x, matmul(w), add(b), relu)`. A shape that does not fit is a compile error
 * on the operation that refuses it.
 */
export const pipe = <S extends Shape, D extends DType, L extends Operations>(
  x: Tensor<S, D>,
  ...operations: Checked<L, S>
): Tensor<LastOut<Run<L, S>, S>, DTypeAfter<L, D>> =>
  (operations as unknown as readonly Step[]).reduce<Tensor>((y, apply) => apply(y), x) as Tensor<never, never>;

/** Operations in sequence, as one operation: `flow(matmul(w), add(b), relu)`, for inputs of any shape that fits. */
export interface Flow<L extends Operations> extends Operation {
  readonly kind: "flow";
  readonly "~out": FlowOut<L, this["~in"]>;
  readonly "~to": DTypeAfter<L, this["~from"]>;
  <S extends Shape, D extends DType>(
    x: Guard<Tensor<S, D>, FlowOut<L, S>>,
  ): Tensor<Ok<FlowOut<L, S>>, DTypeAfter<L, D>>;
}
type FlowOut<L extends Operations, I> = L extends readonly [infer H extends Operation, ...infer T extends Operations]
  ? Out<H, I> extends infer O ? O extends AnyFail ? O : FlowOut<T, O> : never
  : I;
/** Composes operations from left to right without an input: the result is checked where it is applied. */
export const flow = <L extends Operations>(...operations: L): Flow<L> =>
  Object.assign((x: Tensor) => (operations as unknown as readonly Step[]).reduce((y, apply) => apply(y), x), {
    kind: "flow",
  }) as Step as unknown as Flow<L>;
