import type { Aval } from "./aval.ts";
import type { DType } from "./dtype.ts";
import type { Lowering } from "./lowering.ts";
import type { Tensor } from "./tensor.ts";

/** The reason why a rule cannot exist. */
export interface No {
  readonly no: string;
}
export const no = (reason: string): No => ({ no: reason });
export const isNo = (x: unknown): x is No => typeof x === "object" && x !== null && "no" in x;

/** A value on the host: what the reference evaluator computes with. */
export interface Host {
  readonly aval: Aval;
  readonly data: ArrayLike<number>;
}

/** An input of a linear equation: a value to read, or the place a cotangent must reach. */
export type LinearInput = { readonly known: Tensor } | { readonly linear: Aval };
/** A tangent or cotangent; `null` is zero. */
export type Tangent = Tensor | null;

/** The linear map from tangents of the inputs to tangents of the results. */
export type Push = (tangents: readonly Tangent[]) => readonly Tangent[];
/** The linear map, together with results computed on the way that replace those of the equation. */
export interface Staged {
  readonly outs: readonly Tensor[];
  readonly push: Push;
}
/** What the device a program is compiled for does well. */
export interface Device {
  /** Updates that one point of a grid makes one after the other at most, where they could be sorted instead. */
  readonly updates: number;
}
/** The equations a primitive stands for, applied when a program is compiled. */
export interface Expansion<P> {
  readonly expand: (inputs: readonly Tensor[], params: P, device: Device) => readonly Tensor[];
}
export const isExpansion = (x: unknown): x is Expansion<unknown> =>
  typeof x === "object" && x !== null && "expand" in x;

/**
 * A loop of `length` steps. Inputs are `consts` values that every step sees, `carry` values handed from step to step, and
 * values with a leading axis of which each step sees one entry, the last first if `reverse`. `body` maps consts, carry,
 * entries to carry, results; the outputs are the last carry and the results stacked.
 */
export interface Repetition<Body = unknown> {
  readonly body: Body;
  readonly length: number;
  readonly consts: number;
  readonly carry: number;
  readonly reverse: boolean;
}
/** The lowering of a primitive whose parameters are a loop: it stays one, or, where it is short, becomes its steps. */
export interface Loop<P> extends Expansion<P> {
  readonly repeats: true;
}
export const isLoop = (x: unknown): x is Loop<unknown> => isExpansion(x) && "repeats" in x;

/** Inputs and parameters from which the laws of a primitive are tested. */
export interface Sample<P> {
  readonly inputs: readonly Host[];
  readonly params: P;
  /** Inputs a derivative is taken in; without it every float. */
  readonly wrt?: readonly number[];
}

/**
 * Everything that is known of one operation, in one place. Every field is required: absence is `no("…")`, so that the
 * message exists before the user meets it.
 */
// deno-lint-ignore no-explicit-any -- a program holds primitives of every parameter type
export interface Primitive<P = any> {
  readonly name: string;
  /** What fusion may assume; there is no list of primitives anywhere else. */
  readonly kind: "elementwise" | "movement" | "reduction" | "contraction" | "opaque";
  /** Typing: the avals of the results, or a throw that says what was expected and what was got. */
  readonly abstractEval: (inputs: readonly Aval[], params: P) => readonly Aval[];
  /** Meaning: the slow, obvious computation every back end is compared with. */
  readonly evaluate: (inputs: readonly Host[], outs: readonly Aval[], params: P) => readonly ArrayLike<number>[];
  /** Derivative in two stages: first what needs the primals, then what is linear in the tangents. */
  readonly linearize:
    | ((primals: readonly Tensor[], outs: readonly Tensor[], params: P) => Push | Staged)
    | No;
  /** The adjoint of a linear primitive: cotangents of the results to cotangents of the linear inputs. */
  readonly transpose:
    | ((cotangents: readonly Tangent[], inputs: readonly LinearInput[], params: P) => readonly Tangent[])
    | No;
  /**
   * vmap: inputs, those marked `batched` with the batch as axis 0, to results with the batch as axis 0.
   * "pointwise": expand every input and apply the same primitive.
   */
  readonly batch:
    | ((inputs: readonly Tensor[], batched: readonly boolean[], length: number, params: P) => readonly Tensor[])
    | "pointwise"
    | No;
  /** One element of each result; or, for an equation that stands for several, those. */
  readonly lower:
    | ((inputs: readonly Aval[], params: P) => readonly Lowering[])
    | Expansion<P>
    | (P extends Repetition ? Loop<P> : never)
    | No;
  readonly samples: readonly Sample<P>[];
}

/** A sample input. */
export const host = (shape: readonly number[], data: ArrayLike<number>, dtype: DType = "f64"): Host => ({
  aval: { shape, dtype },
  data,
});
