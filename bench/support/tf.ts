/** The parts of `@tensorflow/tfjs` that cases use; images are `[n, h, w, c]` and kernels `[h, w, c, o]` there. */
export interface TfTensor {
  readonly shape: number[];
  add(other: TfTensor | number): TfTensor;
  sub(other: TfTensor | number): TfTensor;
  mul(other: TfTensor | number): TfTensor;
  div(other: TfTensor | number): TfTensor;
  neg(): TfTensor;
  tanh(): TfTensor;
  exp(): TfTensor;
  sqrt(): TfTensor;
  abs(): TfTensor;
  relu(): TfTensor;
  sum(axis?: number | number[], keep?: boolean): TfTensor;
  mean(axis?: number | number[], keep?: boolean): TfTensor;
  reshape(shape: number[]): TfTensor;
  transpose(axes?: number[]): TfTensor;
  matMul(other: TfTensor, transposeA?: boolean, transposeB?: boolean): TfTensor;
  data(): Promise<Float32Array | Int32Array>;
  dispose(): void;
}
type Pair = [number, number];
export interface Tf {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tidy<T>(f: () => T): T;
  tensor(data: Float32Array | Int32Array, shape: number[], dtype?: string): TfTensor;
  grads(f: (...xs: TfTensor[]) => TfTensor): (xs: TfTensor[], dy?: TfTensor) => TfTensor[];
  valueAndGrads(f: (...xs: TfTensor[]) => TfTensor): (xs: TfTensor[]) => { value: TfTensor; grads: TfTensor[] };
  conv2d(x: TfTensor, w: TfTensor, strides: number | Pair, pad: number | "valid" | "same"): TfTensor;
  depthwiseConv2d(x: TfTensor, w: TfTensor, strides: number | Pair, pad: number | "valid" | "same"): TfTensor;
  conv2dTranspose(x: TfTensor, w: TfTensor, shape: number[], strides: number, pad: "valid" | "same"): TfTensor;
  batchNorm(
    x: TfTensor,
    mean: TfTensor,
    variance: TfTensor,
    offset?: TfTensor,
    scale?: TfTensor,
    epsilon?: number,
  ): TfTensor;
  avgPool(x: TfTensor, size: number | Pair, strides: number | Pair, pad: number | "valid" | "same"): TfTensor;
  maxPool(x: TfTensor, size: number | Pair, strides: number | Pair, pad: number | "valid" | "same"): TfTensor;
  softmax(x: TfTensor, axis?: number): TfTensor;
  logSoftmax(x: TfTensor, axis?: number): TfTensor;
  moments(x: TfTensor, axes?: number | number[], keep?: boolean): { mean: TfTensor; variance: TfTensor };
  gather(x: TfTensor, indices: TfTensor, axis?: number): TfTensor;
  concat(xs: TfTensor[], axis?: number): TfTensor;
  unsortedSegmentSum(x: TfTensor, segments: TfTensor, count: number): TfTensor;
  matMul(a: TfTensor, b: TfTensor, transposeA?: boolean, transposeB?: boolean): TfTensor;
  readonly image: { resizeBilinear(x: TfTensor, size: Pair, align?: boolean): TfTensor };
}
