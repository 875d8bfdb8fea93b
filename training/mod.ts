/**
 * Training: the loop over steps, with progress, evaluation, checkpoints that are continued bit for bit, and files of trees.
 * What touches the world is a `TaskEither`; nothing is read or written when this module is imported.
 *
 * @example
 * ```ts
 * import { run } from "@pullback/pullback";
 * import { fit, saveTree } from "@pullback/pullback/training";
 *
 * const end = await run(fit({
 *   state, // { params, optimizer }: whatever a step changes
 *   epochs: 3, steps: 469, batch: 128,
 *   batches: (epoch) => batches(train, { size: 128, shuffle: { seed: 0, epoch }, dropLast: true }),
 *   step: (state, batch) => [next, { loss }],
 *   evaluate: async (state) => ({ accuracy }),
 *   watch: { metric: "accuracy", better: "higher", patience: 5 },
 *   checkpoint: { path: "out/checkpoint.safetensors", recipe: { rate: 0.1, seed: 0 }, resume: false },
 * }));
 * await run(saveTree("out/weights.safetensors", end.best?.state.params ?? end.state.params));
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
