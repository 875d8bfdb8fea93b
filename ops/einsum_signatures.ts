/** The shape that `einsum` gives, from its equation. */
import type { DType } from "../core/dtype.ts";
import type { AnyFail, Dim, Fail, IsDynamic, Same, Shape, ShowDim, UnifyDim } from "../core/shape/dim.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Guard, Ok, ShapesOf } from "../core/typed.ts";

type NoSpace<S extends string> = S extends `${infer A} ${infer B}` ? NoSpace<`${A}${B}`> : S;
type Terms<S extends string, O extends string[] = []> = S extends `${infer H},${infer T}` ? Terms<T, [...O, H]>
  : [...O, S];

/** The indices of one operand, letter by letter; `Env` holds the dims of the letters seen before. `N` counts operands. */
type Bind<L extends string, S extends readonly unknown[], Env, N extends string> = L extends `${infer C}${infer R}`
  ? S extends readonly [infer H, ...infer T]
    ? C extends keyof Env
      ? Same<Env[C], H> extends true ? Bind<R, T, Omit<Env, C> & { [K in C]: UnifyDim<Env[C], H> }, N>
      : Fail<`einsum: index ${C} is ${ShowDim<Env[C]>} before but ${ShowDim<H>} in operand ${N}`>
    : Bind<R, T, Env & { [K in C]: H }, N>
  : Fail<`einsum: operand ${N} has no axis for index ${C}`>
  : S extends readonly [] ? Env
  : Fail<`einsum: operand ${N} has ${S["length"]} more axes than indices`>;
type BindAll<I extends readonly string[], T extends readonly unknown[], Env, N extends unknown[] = [0]> = I extends
  readonly [infer L extends string, ...infer J extends readonly string[]]
  ? T extends readonly [infer S, ...infer U] ? S extends readonly unknown[] ? IsDynamic<S> extends true ? Unknown
      : Bind<L, S, Env, `${N["length"]}`> extends infer E ? E extends AnyFail ? E : BindAll<J, U, E, [...N, 0]>
      : never
    : Unknown
  : Fail<"einsum: the equation names more operands than there are">
  : T extends readonly [] ? Env
  : Fail<"einsum: there are more operands than the equation names">;
/** Stands for an environment that is not known. */
interface Unknown {
  readonly "~unknown": true;
}
type Project<O extends string, Env, R extends unknown[] = []> = O extends `${infer C}${infer T}`
  ? C extends keyof Env ? Project<T, Env, [...R, Env[C]]>
  : Fail<`einsum: output index ${C} does not appear in the operands`>
  : R;
/** The shape of `einsum(Eq, ...T)`. Equations with an ellipsis or without an arrow are checked at run time. */
export type Einsum<Eq extends string, T extends readonly unknown[]> = string extends Eq ? Dim[]
  : Eq extends `${string}...${string}` ? Dim[]
  : number extends T["length"] ? Dim[]
  : NoSpace<Eq> extends `${infer L}->${infer R}`
    ? BindAll<Terms<L>, T, Record<never, never>> extends infer E
      ? E extends AnyFail ? E : E extends Unknown ? Dim[] : Project<R, E>
    : never
  : Dim[];

/** The type of `einsum`. */
export interface EinsumFunction {
  <const Eq extends string, T extends readonly Tensor<Shape>[]>(
    equation: Guard<Eq, Einsum<Eq, ShapesOf<T>>>,
    ...operands: T
  ): Tensor<Ok<Einsum<Eq, ShapesOf<T>>>, T[0] extends Tensor<unknown, infer D> ? D : DType>;
}
