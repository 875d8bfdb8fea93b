/** The parts of `@jax-js/jax` that cases use. Every use of an array uses it up; `ref` is one more use. */
export interface JaxArray {
  readonly ref: JaxArray;
  readonly shape: number[];
  readonly refCount: number;
  add(other: JaxArray | number): JaxArray;
  sub(other: JaxArray | number): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  div(other: JaxArray | number): JaxArray;
  neg(): JaxArray;
  sum(axis?: number | number[]): JaxArray;
  mean(axis?: number | number[]): JaxArray;
  reshape(shape: number[]): JaxArray;
  transpose(axes?: number[]): JaxArray;
  data(): Promise<Float32Array | Int32Array>;
  blockUntilReady(): Promise<JaxArray>;
  dispose(): void;
}
type Axis = number | number[] | null;
type Unary = (x: JaxArray) => JaxArray;
type Binary = (x: JaxArray | number, y: JaxArray | number) => JaxArray;
export interface Jax {
  init(...devices: string[]): Promise<string[]>;
  defaultDevice(device: string): string;
  jit<F extends (...args: JaxArray[]) => unknown>(f: F): F;
  grad(
    f: (...args: JaxArray[]) => JaxArray,
    options?: { argnums?: number | number[] },
  ): (...args: JaxArray[]) => unknown;
  valueAndGrad(
    f: (...args: JaxArray[]) => JaxArray,
    options?: { argnums?: number | number[] },
  ): (...args: JaxArray[]) => [JaxArray, JaxArray[]];
  vjp(
    f: (...args: JaxArray[]) => JaxArray,
    primals: JaxArray[],
  ): [JaxArray, ((ct: JaxArray) => JaxArray[]) & { dispose(): void }];
  blockUntilReady<T>(x: T): Promise<T>;
  readonly numpy: {
    array(data: Float32Array | Int32Array, options: { shape: number[]; device?: string }): JaxArray;
    readonly tanh: Unary;
    readonly exp: Unary;
    readonly sqrt: Unary;
    readonly abs: Unary;
    readonly square: Unary;
    readonly maximum: Binary;
    readonly minimum: Binary;
    readonly matmul: (x: JaxArray, y: JaxArray) => JaxArray;
    sum(x: JaxArray, axis?: Axis, options?: { keepdims?: boolean }): JaxArray;
    mean(x: JaxArray, axis?: Axis, options?: { keepdims?: boolean }): JaxArray;
    max(x: JaxArray, axis?: Axis, options?: { keepdims?: boolean }): JaxArray;
    var_(x: JaxArray, axis?: Axis, options?: { keepdims?: boolean }): JaxArray;
    take(x: JaxArray, indices: JaxArray, axis?: number): JaxArray;
    concatenate(xs: JaxArray[], axis: number): JaxArray;
    repeat(x: JaxArray, count: number, axis?: number): JaxArray;
    pad(x: JaxArray, width: readonly (readonly [number, number])[]): JaxArray;
  };
  readonly nn: {
    readonly relu: Unary;
    dotProductAttention(q: JaxArray, k: JaxArray, v: JaxArray): JaxArray;
    softmax(x: JaxArray, axis?: Axis): JaxArray;
    logSoftmax(x: JaxArray, axis?: Axis): JaxArray;
  };
  readonly lax: {
    convGeneralDilated(
      x: JaxArray,
      w: JaxArray,
      strides: number[],
      padding: readonly (readonly [number, number])[] | string,
      options?: { featureGroupCount?: number },
    ): JaxArray;
    convTranspose(
      x: JaxArray,
      w: JaxArray,
      strides: number[],
      padding: readonly (readonly [number, number])[] | string,
      options?: { transposeKernel?: boolean },
    ): JaxArray;
    reduceWindow(x: JaxArray, f: Unary, window: number[], strides?: number[]): JaxArray;
  };
}
