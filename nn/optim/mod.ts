/** Optimizers: gradient transformations and learning-rate schedules. */
export { addDecayedWeights, momentum, scaleByLearningRate, sgd, type SgdConfig } from "./sgd.ts";
export { constantSchedule, type CosineConfig, cosineSchedule, type Schedule } from "./schedule.ts";
export {
  applyUpdates,
  chain,
  each,
  type GradientTransformation,
  type OptimizerState,
  type Updated,
} from "./transformation.ts";
