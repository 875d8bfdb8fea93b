/** Optimizers: gradient transformations and learning-rate schedules. */
export { adadelta, type AdadeltaConfig, scaleByAdadelta, type ScaleByAdadeltaConfig } from "./adadelta.ts";
export { adagrad, type AdagradConfig, scaleByRootSum, type ScaleByRootSumConfig } from "./adagrad.ts";
export { adam, type AdamConfig, adamw, type MomentsConfig, scaleByAdam, type ScaleByAdamConfig } from "./adam.ts";
export { adamax, type AdamaxConfig, scaleByAdamax } from "./adamax.ts";
export { clipByGlobalNorm, clipByValue, globalNorm, type GlobalNormConfig } from "./clip.ts";
export {
  type CosineRestartsConfig,
  cosineRestartsSchedule,
  type CyclicConfig,
  cyclicSchedule,
  type OneCycleConfig,
  oneCycleSchedule,
} from "./cycles.ts"; // deno-fmt-ignore
export { exponentialSchedule, multistepSchedule, stepSchedule } from "./decays.ts";
export { scaleByLearningRate } from "./learning_rate.ts";
export { masked, selective } from "./masked.ts";
export { momentum, type MomentumConfig } from "./momentum.ts";
export { type Plateau, type PlateauConfig, type PlateauState, reduceOnPlateau } from "./plateau.ts";
export { radam, type RadamConfig, scaleByRadam } from "./radam.ts";
export {
  type CosineConfig,
  cosineSchedule,
  linearSchedule,
  type PolynomialConfig,
  polynomialSchedule,
} from "./ramps.ts";
export { rmsprop, type RmspropConfig, scaleByRms, type ScaleByRmsConfig } from "./rmsprop.ts";
export {
  type ConstantConfig,
  constantSchedule,
  lambdaSchedule,
  type Schedule,
  sequentialSchedule,
  warmupSchedule,
} from "./schedule.ts"; // deno-fmt-ignore
export { sgd, type SgdConfig } from "./sgd.ts";
export {
  applyUpdates,
  chain,
  each,
  type GradientTransformation,
  type OptimizerState,
  type Updated,
} from "./transformation.ts";
export { addDecayedWeights } from "./weight_decay.ts";
