/** What was drawn at several stages of a course, in a file beside its checkpoint, so that a course that goes on has it all. */
import { loadTensors, run, saveTensors, type StoredTensor } from "../../datasets/mod.ts";
import { Trouble } from "./script.ts";

/** Drawings by the step after which they were made. */
export interface StageDrawings {
  /** Keeps those of these steps, read from the file where there are any; those of later steps will be made again. */
  readonly keep: (steps: readonly number[]) => Promise<void>;
  /** Adds one, and writes the file: before the checkpoint, which so has no evaluation without a drawing. */
  readonly add: (step: number, values: Float32Array<ArrayBuffer>) => Promise<void>;
  /** All, in the order of their steps. */
  readonly all: () => readonly Float32Array[];
}

/**
 * Drawings of this shape in the file `path`. What fails of the file is thrown as `UnhandledFailure`, a step of which it has none as `Trouble`.
 *
 * @example
 * ```ts
 * const drawings = stageDrawings("out/stages.safetensors", [10, 784]);
 * await drawings.keep([]); // a new course
 * ```
 */
export const stageDrawings = (path: string, shape: readonly number[]): StageDrawings => {
  const known = new Map<number, StoredTensor>();
  return {
    keep: async (steps) => {
      if (steps.length === 0) return;
      const { tensors } = await run(loadTensors(path));
      for (const step of steps) {
        const drawing = tensors.get(`step.${step}`);
        if (drawing === undefined) throw new Trouble(`${path} has no drawing of step ${step}: start anew`);
        known.set(step, drawing);
      }
    },
    add: async (step, data) => {
      known.set(step, { dtype: "f32", shape, data });
      await run(saveTensors(path, [...known].map(([at, drawing]) => [`step.${at}`, drawing] as const)));
    },
    all: () => [...known].toSorted(([a], [b]) => a - b).map(([, { data }]) => Float32Array.from(data as Float32Array)),
  };
};
