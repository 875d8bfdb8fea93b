/** What the tests of training share: a small course of which every number is known. */
import { mul, scalar, sub, type Tensor } from "../../mod.ts";
import { fit, type FitOptions } from "../../training/mod.ts";

export type Scalar = Tensor<[], "f32">;
export type Options = FitOptions<Scalar, number, "loss", "off">;

/** Newton's way to the root of `batch`, as training: the loss is how far the square is off. */
export const step = (state: Scalar, batch: number) => {
  const off = sub(mul(state, state), batch);
  return [sub(state, mul(off, 0.1)), { loss: mul(off, off) }] as const;
};
/** Three epochs of 20 steps. */
export const options = (more: Partial<Options> = {}): Options => ({
  state: scalar(1),
  epochs: 3,
  steps: 20,
  batch: 1,
  batches: (epoch) => Array.from({ length: 20 }, (_, i) => 1 + epoch + i % 3),
  step,
  progress: null,
  ...more,
});
/** Ends training like Ctrl-C, before the step with this number. */
export const stopBefore = (at: number): Partial<Options> => {
  const stop = new AbortController();
  return {
    signal: stop.signal,
    step: (state, batch, { step: taken }) => {
      if (taken === at - 1) stop.abort();
      return step(state, batch);
    },
  };
};
/** The failure with which training ends. */
export const failureOf = async (options: Options) => {
  const done = await fit(options)();
  if (done._tag === "Left") return done.left;
  throw new Error("training went through");
};
