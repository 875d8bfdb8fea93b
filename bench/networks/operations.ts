/** What a parameter is used for: where images lie otherwise in memory, kernels do too. */
export type Role = "kernel" | "up" | "plain";

/** The operations that networks are made of, however they are spelled. Images are `[n, c, h, w]`. */
export interface Operations<T> {
  /** The next parameter of the network. */
  param(shape: readonly number[], role: Role): T;
  conv(x: T, w: T, options: { readonly stride: number; readonly padding: number; readonly bias?: T }): T;
  /** Twice as high and wide: a transposed convolution by `w` of `[c, o, 2, 2]`. */
  up(x: T, w: T, bias: T): T;
  /** With the statistics of the batch where none are given. */
  batchNorm(x: T, scale: T, shift: T, known: readonly [mean: T, variance: T] | null): T;
  relu(x: T): T;
  add(x: T, y: T): T;
  maxPool(x: T, size: number, stride: number, padding: number): T;
  /** Of each channel. */
  mean(x: T): T;
  /** `w` is `[o, i]`. */
  linear(x: T, w: T, bias: T): T;
  /** Of the channels of two images. */
  concat(x: T, y: T): T;
}
/** A network from images to results. */
export type Network = <T>(o: Operations<T>, x: T) => T;

export interface Param {
  readonly shape: readonly number[];
  readonly role: Role;
}
/** The parameters of a network, in order. */
export const paramsOf = (network: Network): readonly Param[] => {
  const params: Param[] = [], nothing = (): null => null;
  network<null>({
    param: (shape, role) => {
      params.push({ shape, role });
      return null;
    },
    conv: nothing,
    up: nothing,
    batchNorm: nothing,
    relu: nothing,
    add: nothing,
    maxPool: nothing,
    mean: nothing,
    linear: nothing,
    concat: nothing,
  }, null);
  return params;
};
/** Takes parameters from a list, one after the other. */
export const inTurn = <T>(values: readonly T[]): () => T => {
  let next = 0;
  return () => values[next++]!;
};
