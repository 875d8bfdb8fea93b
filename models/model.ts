/**
 * What the models of the zoo share: a network on a known input, and what is known of it. A constructor takes one record of
 * literals, from which the type checker computes every shape: `resnet18({ classes: 10, input: [3, 64, 64] })`.
 */
import type { Failed, LastOut, Run } from "../core/pipe.ts";
import { ShapeError } from "../core/errors.ts";
import { type Dim, type Message, type Mut, type Shape, type Show, showShape, unify } from "../core/shape/dim.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import * as nn from "../nn/mod.ts";
import type { Preprocessing } from "./preprocess.ts";
import type { AnyModel } from "./variables.ts";
import type { Naming } from "./weights.ts";

/** What is known of a model besides its layers. */
export interface About {
  /** The name it is registered under; where torchvision has the model, its name there. */
  readonly name: string;
  /** The paper it was published in. */
  readonly source: string;
  /** How its tensors are called in files. */
  readonly naming: Naming;
  /** What its images go through first. */
  readonly preprocessing?: Preprocessing;
  /** What its classes are called, in their order, where they are those of a small set; `topLabels` takes them. */
  readonly labels?: readonly string[];
}
/** A model of the zoo: `nn.Model` and what is known of it. */
export interface ZooModel<I extends Shape, L extends nn.Layers> extends nn.Model<I, OutputOf<L, I>, L>, About {}
/** The output shape of layers on an input. */
export type OutputOf<L extends nn.Layers, I> = Run<L, I> extends infer R extends readonly unknown[]
  ? LastOut<R, I> extends infer O extends Shape ? O : never
  : Dim[];

/** Options of a classifier of images. */
export interface ImageConfig {
  /** How many classes it tells apart; 1000 unless given. */
  readonly classes?: number;
  /** The shape of an image: channels, height, width; [3, 224, 224] unless given. */
  readonly input?: readonly [Dim, Dim, Dim];
}
/** The names of `ImageConfig`. */
export const imageNames = { classes: true, input: true } as const;
/** The type of option `K` of a config `C`, or `D` where it is left out. */
export type Option<C, K extends string, D> = K extends keyof C
  ? undefined extends C[K] ? Exclude<C[K], undefined> | D : C[K]
  : D;
/** The number of classes that a config asks for. */
export type Classes<C, D = 1000> = Option<C, "classes", D> & number;
/** The input shape that a config asks for. */
export type Input<C, D = [3, 224, 224]> = Option<C, "input", D> extends infer I extends Shape ? Mut<I> : never;

/** The config, or the sentence of the layer that refuses its input, or that about an input without channels. */
export type Fitting<C, I, L extends nn.Layers> = Run<L, I> extends Failed<string, infer E> ? Message<E>
  : I extends readonly [0, ...infer R extends Shape]
    ? `model: expects an input of extents from 1, got ${Show<[0, ...R]>}`
  : C;
/** Twin of the second sentence of `Fitting`. */
const needExtents = (input: readonly Dim[]): void => {
  const wrong = input.some((d) => typeof d === "number" && !Number.isNaN(d) && !(Number.isInteger(d) && d >= 1));
  if (!wrong) return;
  const expected = "an input of extents from 1", got = showShape(input);
  throw new ShapeError(`model: expects ${expected}, got ${got}`, { op: "model", expected, got });
};

/** A model, and what is known of it. Throws `ShapeError` for an input some of whose extents are none. */
export const published = <M extends AnyModel>(about: About, model: M): M & About => {
  needExtents(model.input);
  return { ...model, ...about };
};
/** Layers whose types are computed from a config, as a model of the zoo. Throws `ShapeError` where one does not fit. */
export const zooModel = <I extends Shape, L extends nn.Layers>(
  about: About,
  input: readonly Dim[],
  layers: nn.Layers,
): ZooModel<I, L> => {
  const make = nn.model as unknown as (input: readonly Dim[], ...layers: nn.Layers) => AnyModel;
  return published(about, make(input, ...layers)) as unknown as ZooModel<I, L>;
};
/** What a model does with a batch, whatever its types. */
interface Applied {
  readonly apply: (variables: unknown, x: Tensor, context: unknown) => unknown;
  readonly predict: (variables: unknown, x: Tensor) => unknown;
}
/**
 * A model some of whose layers know the height and width of an image. Where the input has them by name they are those of the batch:
 * it is applied as the model of that size, which has the same variables.
 */
export const sizedZooModel = <I extends Shape, L extends nn.Layers>(
  about: About,
  input: readonly Dim[],
  layersFor: (size: readonly [height: number, width: number]) => nn.Layers,
): ZooModel<I, L> => {
  const known = input.map(Number);
  const at = (shape: readonly Dim[], [, height, width]: readonly number[]) =>
    zooModel<Shape, nn.Layers>(about, shape, layersFor([height!, width!])) as unknown as Applied;
  const model = at(input, known);
  const of = (x: Tensor): Applied => {
    const [, ...example] = extents(x);
    return unify(example, known) === null ? model : at(example, example);
  };
  const sized: Applied = {
    apply: (variables, x, context) => of(x).apply(variables, x, context),
    predict: (variables, x) => of(x).predict(variables, x),
  };
  return (known.some(Number.isNaN) ? { ...model, ...sized } : model) as unknown as ZooModel<I, L>;
};
