/**
 * Training: the loop over steps, with progress, evaluation, checkpoints that are continued bit for bit, and files of trees.
 * What touches the world is a `TaskEither`; nothing is read or written when this module is imported.
 *
 * @example
 * ```ts
 * import { mul, run, scalar, square, sub, type Tensor } from "@pullback/pullback";
 * import { fit, saveTree } from "@pullback/pullback/training";
 *
 * // The square root of 2, by a fixed rate: the state is whatever a step changes.
 * const step = (x: Tensor<[], "f32">, target: number) => {
 *   const off = sub(square(x), target);
 *   return [sub(x, mul(off, 0.35)), { loss: square(off) }] as const;
 * };
 * const end = await run(fit({
 *   state: scalar(1),
 *   ...{ epochs: 2, steps: 5, batch: 1, batches: () => [2, 2, 2, 2, 2], step },
 *   checkpoint: { path: "out/checkpoint.safetensors", recipe: { rate: 0.35 }, resume: false },
 * }));
 * await run(saveTree("out/root.safetensors", { x: end.state }));
 * ```
 * @module
 */
export type { Recipe } from "./checkpoint.ts";
export type { Best, Course, Ending, Evaluation, Watch } from "./course.ts";
export { type Callbacks, type CheckpointOptions, fit, type FitOptions, type Fitted, type Position } from "./fit.ts";
export type { Every } from "./judge.ts";
export type { Losses } from "./losses.ts";
export {
  bar,
  type Output,
  type Progress,
  progressBar,
  type ProgressOptions,
  showCount,
  showDuration,
} from "./progress.ts";
export { leafNames, loadTree, saveTree } from "./tree_file.ts";
