/** Models: layers on a known input shape. Shapes are per example; a batch axis comes with the data. */
import { ShapeError } from "../core/errors.ts";
import type { Mask } from "../core/mask.ts";
import { type Failed, type LastOut, type Out, type Run } from "../core/pipe.ts";
import { type AnyFail, type Dim, type Message, type Mut, type Shape, showShape, unify } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import type { DType } from "../core/dtype.ts";
import type { Extents } from "../core/aval.ts";
import type { Arg } from "../core/typed.ts";
import type { Key } from "../ops/random.ts";
import { type Batch, type BatchOut, needBatch } from "./batch.ts";
import { applyChild, children, initChildren, nothingLeft, runShapes, sequenceParts } from "./children.ts";
import { variablesCheck } from "./expected.ts";
import type { Context, Layer, Layers, Nothing, Variables } from "./layer.ts";
import type { Label, Named, SequenceTree } from "./sequential.ts";
import { summarize } from "./summary.ts";
import { trainable } from "./trainable.ts";

/** Position of the first layer that repeats a name, or `never`. */
type Repeated<L extends readonly unknown[], Seen = never, N extends readonly unknown[] = []> = L extends
  readonly [infer H, ...infer T]
  ? H extends Named<infer X, Layer> ? X extends Seen ? `${N["length"]}` : Repeated<T, Seen | X, [...N, 0]>
  : Repeated<T, Seen, [...N, 0]>
  : never;
/** Each layer itself, or the sentence at the one whose name is taken. */
type Distinct<L extends readonly unknown[]> = {
  [K in keyof L]: K extends Repeated<L> ? `model: two layers are named ${Label<L[K], "">}` : L[K];
};
/** The expected layers: each itself, the sentence at the one that refuses its input, or whose name is taken. */
export type CheckedLayers<L extends Layers, I> = {
  [K in keyof L]: Run<L, I> extends Failed<infer At, infer E> ? K extends At ? Message<E> : L[K] : Distinct<L>[K];
};

/** The parameter tree of layers on an input, spelled out. */
export type Params<L extends Layers, I> = SequenceTree<"params", L, I> extends infer P
  ? { readonly [K in keyof P]: P[K] }
  : never;
/** The state tree of layers on an input. */
export type State<L extends Layers, I> = SequenceTree<"state", L, I> extends infer P ? { readonly [K in keyof P]: P[K] }
  : never;
/** The tree of what layers on an input give besides the result, such as `tap` and `auxiliary`. */
export type Outputs<L extends Layers, I> = SequenceTree<"outputs", L, I> extends infer P
  ? { readonly [K in keyof P]: P[K] }
  : never;
/** Parameters and state; the state may be left out where it is empty. */
export type ModelVariables<P, S> =
  & { readonly params: P }
  & (Nothing extends S ? { readonly state?: S } : { readonly state: S });

/** The type of `model`: layers whose shapes are known. `shapes` stands behind the trees as `~out` does in `Sequential`. */
export interface Model<I extends Shape, O extends Shape, L extends Layers> {
  readonly input: I;
  readonly output: O;
  readonly layers: L;
  /** Draws parameters and the first state. */
  init(key: Key): { readonly params: Params<L, I>; readonly state: State<L, I> };
  /** The result for a batch, the state of the next step, and what layers give besides. Throws `ShapeError`. */
  apply<S extends Shape, D extends DType>(
    variables: ModelVariables<Params<L, I>, State<L, I>>,
    x: Arg<S, D, Batch<S, I>>,
    context?: Context,
  ): readonly [Tensor<BatchOut<S, O, I>, "f32">, State<L, I>, Outputs<L, I>];
  /** The result for a batch outside training. Throws `ShapeError`. */
  predict<S extends Shape, D extends DType>(
    variables: ModelVariables<Params<L, I>, State<L, I>>,
    x: Arg<S, D, Batch<S, I>>,
  ): Tensor<BatchOut<S, O, I>, "f32">;
  /** The output shape of every layer. */
  readonly shapes: Run<L, I>;
  /** A table of layers: output shapes, parameters, multiply-adds for one example. */
  summary(): string;
  /** Which parameters are learned: the mask of what `freeze` does not hold, for `optim.selective`. */
  readonly trainable: Mask;
}

type ModelOut<L extends Layers, I> = Run<L, I> extends infer R extends readonly unknown[]
  ? LastOut<R, I> extends infer O extends Shape ? O : never
  : Dim[];

/**
 * Layers on examples of shape `input`: `model([1, 28, 28], conv2d(6, { kernel: 5 }), tanh, flatten, linear(10))`. A shape
 * that does not fit is a compile error on the layer that refuses it, and a `ShapeError` here.
 *
 * @example
 * ```ts
 * import { nn, random, zeros } from "@pullback/pullback";
 * const net = nn.model([1, 28, 28], nn.conv2d(6, { kernel: 5 }), nn.tanh, nn.flatten, nn.linear(10));
 * const logits = net.predict(net.init(random.key(0)), zeros([2, 1, 28, 28]));
 * console.log(net.output, logits.shape); // [ 10 ] [ 2, 10 ]
 * ```
 */
export const model = <const I extends Shape, L extends Layers>(
  input: I,
  ...layers: CheckedLayers<L, Mut<I>>
): Model<Mut<I>, ModelOut<L, Mut<I>>, L> =>
  build(input, layers as unknown as Layers) as unknown as Model<
    Mut<I>,
    ModelOut<L, Mut<I>>,
    L
  >;

/** Refuses a result that is of another shape than the layer said. Throws `ShapeError`. */
const needOut = (label: string, said: Extents, result: Extents): void => {
  if (unify(said, result) !== null) return;
  const expected = showShape(said), got = showShape(result);
  throw new ShapeError(`model: layer ${label} gave ${got}, its outShape says ${expected}`, {
    op: "model",
    expected,
    got,
  });
};
const build = (input: Shape, layers: Layers): Model<Dim[], Dim[], Layers> => {
  const known = input.map((d) => typeof d === "number" ? d : NaN);
  const shapesBy = runShapes(children(layers, false), known, false);
  const list = children(layers), init = (key: Key) => initChildren(list, key, [known, ...shapesBy]);
  const check = variablesCheck(init);
  const run = (variables: { readonly params: unknown; readonly state?: unknown }, x: Tensor, context: Context) => {
    const shape = extents(x);
    needBatch(input, shape);
    check(variables as Partial<Variables>);
    const left = nothingLeft(), trees = { state: {}, ...variables } as Variables;
    const y = list.reduce((z, { label }, i) => {
      const out = applyChild(list, i, trees, z, context, left);
      needOut(label, [shape[0]!, ...shapesBy[i]!], extents(out));
      return out;
    }, x);
    return [y, left.state, left.outputs] as const;
  };
  const fields = {
    input,
    output: shapesBy.at(-1) ?? [...input],
    layers,
    shapes: shapesBy,
    init,
    apply: (variables: Variables, x: Tensor, context: Context = {}) => run(variables, x, context),
    predict: (variables: Variables, x: Tensor) => run(variables, x, {})[0],
    summary: () => summarize(list, known),
    get trainable() {
      return trainable(sequenceParts(list, known));
    },
  };
  return fields as unknown as Model<Dim[], Dim[], Layers>;
};

/** A model in the making: every step shows the shape so far. */
export interface Chain<I extends Shape, S, L extends Layers> {
  readonly shape: S;
  /** Puts a layer behind; a layer that refuses the shape so far is a compile error. */
  pipe<H extends Layer>(
    layer: Out<H, S> extends infer E extends AnyFail ? Message<E> : H,
  ): Chain<I, Out<H, S>, [...L, H]>;
  model(): Model<I, S extends Shape ? S : Dim[], L>;
}
/**
 * The same layers one call at a time: `chain([1, 28, 28]).pipe(conv2d(6, { kernel: 5 })).pipe(tanh).model()`.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.chain([1, 28, 28]).pipe(nn.flatten).pipe(nn.linear(10)).model().output); // [ 10 ]
 * ```
 */
export const chain = <const I extends Shape>(input: I): Chain<Mut<I>, Mut<I>, []> =>
  link(input, []) as unknown as Chain<Mut<I>, Mut<I>, []>;
const link = (input: Shape, layers: Layers): Chain<Shape, Shape, Layers> => {
  const so = build(input, layers);
  const fields = { shape: so.output, pipe: (next: Layer) => link(input, [...layers, next]), model: () => so };
  return fields as unknown as Chain<Shape, Shape, Layers>;
};

type IsStatic<S> = S extends readonly [infer H, ...infer T]
  ? H extends number ? number extends H ? false : IsStatic<T> : IsStatic<T>
  : S extends readonly [] ? true
  : false;
/**
 * The model, refused by the compiler where a dimension was lost on the way, as `let width = 64` loses it.
 *
 * @example
 * ```ts
 * import { nn } from "@pullback/pullback";
 * console.log(nn.assertStatic(nn.model([3], nn.linear(4))).output); // [ 4 ]
 * ```
 */
export const assertStatic = <M extends { readonly output: Shape }>(
  checked: IsStatic<M["output"]> extends true ? M
    : "assertStatic: this model has dynamic dimensions: write them as literals or `as const`, or state them with expectShape",
): M => checked as M;
