/**
 * Pullback: a functional tensor language. Tensors are immutable, layers carry their shapes in their types, and `grad`,
 * `jvp`, `vmap` and `jit` work by tracing. Programs run on WebGPU, or on WebAssembly where there is no GPU.
 *
 * @example
 * ```ts
 * import { grad, item, mul, scalar, type Tensor } from "./mod.ts";
 * const cube = (x: Tensor<[], "f32">) => mul(mul(x, x), x);
 * console.log(await item(grad(cube)(scalar(2)))); // 12
 * ```
 * @module
 */
import { install } from "./core/engine.ts";
import { installObserver } from "./core/observer.ts";
import { observerOfEnvironment } from "./runtime/debug.ts";
import { runtime } from "./runtime/select.ts";

install(runtime);
installObserver(observerOfEnvironment);

export type { DType, Float, Int } from "./core/dtype.ts";
export { AxisError, DTypeError, ShapeError } from "./core/errors.ts";
export { run } from "./core/either.ts";
export type { PullbackError } from "./core/failure.ts";
export { flow, pipe } from "./core/pipe.ts";
export { type Program, show } from "./core/program.ts";
export type { Dim, Shape } from "./core/shape/dim.ts";
export type { Tensor } from "./core/tensor.ts";
export type { Mask } from "./core/mask.ts";
export { mapTree, type Tree } from "./core/tree.ts";
export { asShape } from "./core/typed.ts";
export * from "./ops/mod.ts";
export * as random from "./ops/random_mod.ts";
export * as nn from "./nn/mod.ts";
export {
  attention,
  type AttentionOptions,
  type EncoderOptions,
  type EncoderWeights,
  multiHeadAttention,
  type MultiHeadOptions,
  type MultiHeadOutput,
  type MultiHeadWeights,
  type NormWeights,
  transformerEncoderLayer,
} from "./nn/functional/attention.ts";
export { gru, lstm, type RecurrentLayer, type RecurrentOutput, rnn } from "./nn/functional/recurrent.ts";
export { gruCell, lstmCell, type RecurrentWeights, rnnCell } from "./nn/functional/recurrent_cells.ts";
export * as optim from "./nn/optim/mod.ts";
export { grad, type GradOptions, jvp, linearize, valueAndGrad, vjp } from "./transforms/grad.ts";
export { checkpoint } from "./transforms/checkpoint.ts";
export { cond } from "./transforms/cond.ts";
export { customJvp, customVjp } from "./transforms/custom.ts";
export { hessian, jacfwd, type Jacobian, jacrev } from "./transforms/jacobian.ts";
export {
  type Entry,
  forLoop,
  scan,
  type ScanOptions,
  type Stacked,
  whileLoop,
  type WhileOptions,
} from "./transforms/loop.ts";
export { jit, type JitOptions, makeProgram } from "./transforms/jit.ts";
export { vmap, type VmapOptions } from "./transforms/vmap.ts";
export { setDebug, type Sink } from "./runtime/debug.ts";
export { type ChromeTrace, profile, type Profiled, type TraceEvent } from "./runtime/profile.ts";
export { backend, type BackendInfo, type BackendName, memory, setBackend } from "./runtime/select.ts";
