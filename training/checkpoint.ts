/**
 * A course of training on a disk, one safetensors file:
 *
 *     state.*          the tree of the state             evaluations.step      i32[n]
 *     losses.NAME      f32[step]                         evaluations.NAME      f64[n]
 *     best.*           the best state, where there is one
 *     metadata         step, seconds, best_step, and recipe.NAME for all that decides the course
 *
 * Everything is stored bit by bit, so going on from it gives the numbers that never stopping would have given.
 */
import { type Either, isLeft, left, right, type TaskEither } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import type { StoredTensor, TensorFile } from "../datasets/safetensors.ts";
import { loadTensors, saveTensors } from "../datasets/tensor_file.ts";
import type { Course, Evaluation } from "./course.ts";
import { buildTree, type NamedTensor, storeTrees } from "./tree_file.ts";

/** What decides the course of training, by name: a checkpoint is continued only under the same. */
export type Recipe = Readonly<Record<string, string | number | boolean>>;

const recipeNotes = (recipe: Recipe): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(recipe).map(([name, value]) => [`recipe.${name}`, String(value)]));

const floats = (name: string, values: readonly number[]): NamedTensor => [
  name,
  { dtype: "f32", shape: [values.length], data: Float32Array.from(values) },
];

const evaluationTensors = (evaluations: readonly Evaluation[]): readonly NamedTensor[] => {
  const shape = [evaluations.length];
  const column = (name: string): NamedTensor => [
    `evaluations.${name}`,
    { dtype: "f64", shape, data: Float64Array.from(evaluations, (e) => e.metrics[name]!) },
  ];
  return evaluations.length === 0 ? [] : [
    ["evaluations.step", { dtype: "i32", shape, data: Int32Array.from(evaluations, (e) => e.step) }],
    ...Object.keys(evaluations[0]!.metrics).map(column),
  ];
};

/** Writes a course whole or not at all. */
export const saveCourse = <S>(
  path: string,
  { state, step, losses, evaluations, best, seconds }: Course<S>,
  recipe: Recipe,
): TaskEither<PullbackError, void> =>
async () => {
  const trees = await storeTrees(best === null ? { state } : { state, best: best.state });
  const rest = Object.entries(losses).map(([name, values]) => floats(`losses.${name}`, values));
  const notes = { step: String(step), seconds: String(seconds), ...recipeNotes(recipe) };
  return await saveTensors(
    path,
    [...trees, ...rest, ...evaluationTensors(evaluations)],
    best === null ? notes : { ...notes, best_step: String(best.step) },
  )();
};

/** Names and tensors below `prefix`. */
const below = (file: TensorFile, prefix: string): readonly NamedTensor[] =>
  [...file.tensors].flatMap(([name, tensor]): readonly NamedTensor[] =>
    name.startsWith(`${prefix}.`) ? [[name.slice(prefix.length + 1), tensor]] : []
  );
const numbersOf = (tensor: StoredTensor): readonly number[] => Array.from(tensor.data as ArrayLike<number>);

const evaluationsOf = (file: TensorFile): readonly Evaluation[] => {
  const columns = below(file, "evaluations").map(([name, tensor]) => [name, numbersOf(tensor)] as const);
  const steps = columns.find(([name]) => name === "step")?.[1] ?? [];
  const metrics = columns.filter(([name]) => name !== "step");
  return steps.map((step, i) => ({
    step,
    metrics: Object.fromEntries(metrics.map(([name, values]) => [name, values[i]!])),
  }));
};

/** The first thing in which a file was made otherwise, as a failure. */
const differing = (path: string, notes: ReadonlyMap<string, string>, recipe: Recipe): PullbackError | null => {
  const wanted = new Map(Object.entries(recipeNotes(recipe)));
  const kept = [...notes.keys()].filter((name) => name.startsWith("recipe."));
  for (const name of new Set([...wanted.keys(), ...kept])) {
    const got = notes.get(name) ?? "unknown", expected = wanted.get(name) ?? "unknown";
    if (got === expected) continue;
    const about = name.slice("recipe.".length);
    const otherwise = wanted.has(name) ? `not ${expected}` : "of which the recipe says nothing";
    const message = `${path} has ${about} ${got}, ${otherwise}: go on with its options, or start anew`;
    return { _tag: "MismatchedRecipe", path, name: about, expected, got, message };
  }
  return null;
};

const damaged = (path: string, what: string): Either<PullbackError, never> =>
  left({ _tag: "CorruptFile", path, message: `${path} is no checkpoint: ${what}` });

/**
 * Reads a course that `saveCourse` wrote under the same recipe; the state has the structure of `like`. With `most`, a course
 * that has taken more steps than that is refused: what it was before them is not known.
 *
 * @returns left `MissingFile`, `CorruptFile`, `MismatchedRecipe`, `MismatchedWeights`, `PermissionDenied` or `FileFailed`.
 */
export const loadCourse =
  <S>(path: string, like: S, recipe: Recipe, most?: number): TaskEither<PullbackError, Course<S>> => async () => {
    const opened = await loadTensors(path)();
    if (isLeft(opened)) {
      if (opened.left._tag !== "MissingFile") return opened;
      return left({ ...opened.left, message: `There is no ${path} to go on from: start anew, or check the path` });
    }
    const file = opened.right, notes = file.metadata;
    const other = differing(path, notes, recipe);
    if (other !== null) return left(other);
    const [step, seconds] = [Number(notes.get("step")), Number(notes.get("seconds"))];
    const losses = Object.fromEntries(below(file, "losses").map(([name, tensor]) => [name, numbersOf(tensor)]));
    if (!Number.isSafeInteger(step) || !Number.isFinite(seconds)) return damaged(path, "it does not say its step");
    if (step > (most ?? step)) {
      const message =
        `${path} has taken ${step} steps, more than the ${most} asked for: ask for more epochs, or start anew`;
      return left({
        _tag: "MismatchedRecipe",
        path,
        name: "steps",
        expected: String(most),
        got: String(step),
        message,
      });
    }
    const wrong = Object.entries(losses).find(([, values]) => values.length !== step);
    if (wrong !== undefined) return damaged(path, `it has ${wrong[1].length} losses ${wrong[0]} after ${step} steps`);
    const state = buildTree(file.tensors, path, like, "state");
    if (isLeft(state)) return state;
    const course = { state: state.right, step, losses, evaluations: evaluationsOf(file), best: null, seconds };
    const bestStep = notes.get("best_step");
    if (bestStep === undefined) return right(course);
    const best = buildTree(file.tensors, path, like, "best");
    if (isLeft(best)) return best;
    const found = course.evaluations.find((e) => e.step === Number(bestStep));
    return found === undefined
      ? damaged(path, `nothing was measured at step ${bestStep}, its best`)
      : right({ ...course, best: { ...found, state: best.right } });
  };
