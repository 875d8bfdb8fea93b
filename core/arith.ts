/**
 * Arithmetic on natural-number literals, digit by digit on decimal strings, exact to 10^8 and beyond. `number` (a
 * dynamic operand) gives `number`.
 *
 * - Strings, not tuples: a step allocates no tuple type, only interned literals.
 * - Carries come from flat tables ("carry a b" to digit), with no conditional per pair of digits.
 * - Every public operation starts with one conditional on a template of its operands. With a type variable as an operand
 *   the whole operation then stays deferred under its own exported name, and declarations print `Mul<4, C>`; anything
 *   else is printed by expanding the helpers, which does not end.
 */
import type {
  AddCarry,
  AddDigit,
  DivQuotient,
  DivRemainder,
  MulCarry,
  MulDigit,
  SubBorrow,
  SubDigit,
} from "./digits.ts";

type Num<S> = S extends `${infer N extends number}` ? N : never;
type Trim<S extends string> = S extends "0" ? "0" : S extends `0${infer R}` ? Trim<R> : S;
/** Reverses a digit string onto A, three digits at a time. */
type Rev<S, A extends string = ""> = S extends `${infer a}${infer b}${infer c}${infer R}`
  ? R extends "" ? `${c}${b}${a}${A}` : Rev<R, `${c}${b}${a}${A}`>
  : S extends `${infer a}${infer b}` ? `${b}${a}${A}`
  : A;

// In these, operands come reversed; C is the carry, O the result with its most significant digit first.
type AddRev<A, B, C extends string, O extends string> = A extends `${infer a}${infer A1}`
  ? B extends `${infer b}${infer B1}` ? AddRev<A1, B1, AddCarry[`${C}${a}${b}`], `${AddDigit[`${C}${a}${b}`]}${O}`>
  : C extends "0" ? Rev<A, O>
  : AddRev<A1, "", AddCarry[`1${a}0`], `${AddDigit[`1${a}0`]}${O}`>
  : B extends "" ? C extends "0" ? O : `1${O}`
  : AddRev<B, "", C, O>;
type AddStr<A, B> = A extends "0" ? B : B extends "0" ? A : AddRev<Rev<A>, Rev<B>, "0", "">;

type SubRev<A, B, C extends string, O extends string> = A extends `${infer a}${infer A1}`
  ? B extends `${infer b}${infer B1}` ? SubRev<A1, B1, SubBorrow[`${C}${a}${b}`], `${SubDigit[`${C}${a}${b}`]}${O}`>
  : C extends "0" ? Trim<Rev<A, O>>
  : SubRev<A1, "", SubBorrow[`1${a}0`], `${SubDigit[`1${a}0`]}${O}`>
  : B extends "" ? C extends "0" ? Trim<O> : never
  : never;
type SubStr<A, B> = B extends "0" ? A : A extends B ? "0" : SubRev<Rev<A>, Rev<B>, "0", "">;

/** A times one digit M. */
type MulOne<A, M extends string, C extends string, O extends string> = A extends `${infer a}${infer A1}`
  ? MulOne<A1, M, MulCarry[`${M}${a}${C}`], `${MulDigit[`${M}${a}${C}`]}${O}`>
  : C extends "0" ? O
  : `${C}${O}`;
type MulBy<AR, A, M extends string> = M extends "1" ? A : MulOne<AR, M, "0", "">;
type MulRev<A, AR, B, O extends string> = B extends `${infer b}${infer B1}`
  ? b extends "0" ? MulRev<A, AR, B1, O extends "" ? "" : `${O}0`>
  : O extends "" ? MulRev<A, AR, B1, MulBy<AR, A, b> & string>
  : MulRev<A, AR, B1, AddRev<Rev<`${O}0`>, Rev<MulBy<AR, A, b>>, "0", "">>
  : O;
type MulStr<A, B> = A extends "0" ? "0"
  : B extends "0" ? "0"
  : A extends "1" ? B
  : B extends "1" ? A
  : MulRev<A, Rev<A>, B, "">;

/** Division by one digit S, from the table. */
type DivOne<A, S extends string, R extends string, Q extends string> = A extends `${infer a}${infer A1}`
  ? DivOne<A1, S, DivRemainder[`${S}${R}${a}`], `${Q}${DivQuotient[`${S}${R}${a}`]}`>
  : [Trim<Q>, R];
/** Long division by B (reversed), counting subtractions. */
type DivLong<A, B, Q extends string, R extends string> = A extends `${infer a}${infer A1}`
  ? DivCount<R extends "0" ? a : `${R}${a}`, B, "0"> extends [infer q extends string, infer r extends string]
    ? DivLong<A1, B, `${Q}${q}`, r>
  : never
  : [Trim<Q>, R];
type DivCount<R, B, N extends string> = [SubRev<Rev<R>, B, "0", "">] extends [infer X extends string]
  ? [X] extends [never] ? [N, R] : DivCount<X, B, AddDigit[`0${N}1`]>
  : never;
type DivStr<A, B> = B extends "1" ? [A, "0"]
  : B extends "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ? DivOne<A, B, "0", "">
  : DivLong<A, Rev<B>, "", "0">;

/** Is one of the operands dynamic? */
type Dynamic<a, b> = `${number}` extends a ? true : `${number}` extends b ? true : false;

/** A + B. */
export type Add<A extends number, B extends number> = `${A},${B}` extends `${infer a},${infer b}`
  ? Dynamic<a, b> extends true ? number : Num<AddStr<a, b>>
  : never;
/** A - B; `never` when negative. */
export type Sub<A extends number, B extends number> = `${A},${B}` extends `${infer a},${infer b}`
  ? Dynamic<a, b> extends true ? number : Num<SubStr<a, b>>
  : never;
/** A * B. */
export type Mul<A extends number, B extends number> = `${A},${B}` extends `${infer a},${infer b}`
  ? Dynamic<a, b> extends true ? number : Num<MulStr<a, b>>
  : never;
/** [quotient, remainder] of A / B; `never` for B = 0. */
export type DivMod<A extends number, B extends number> = `${A},${B}` extends `${infer a},${infer b}`
  ? Dynamic<a, b> extends true ? [number, number]
  : b extends "0" ? never
  : DivStr<a, b> extends [infer Q, infer R] ? [Num<Q>, Num<R>]
  : never
  : never;
/** A < B; `boolean` when one is dynamic. */
export type Lt<A extends number, B extends number> = `${A},${B}` extends `${infer a},${infer b}`
  ? Dynamic<a, b> extends true ? boolean
  : a extends b ? false
  : [SubStr<a, b>] extends [never] ? true
  : false
  : never;

/** A * B as a value whose type is the product, for widths of building blocks: `times(4, width)`. */
export const times = <const A extends number, const B extends number>(a: A, b: B): Mul<A, B> => (a * b) as Mul<A, B>;
