/** Courses that come one after the other, each with a checkpoint of its own. */
import { run, unwrap } from "../../datasets/mod.ts";
import { type CheckpointOptions, fit, type FitOptions, type Fitted } from "../../training/mod.ts";

/**
 * A stage: `fit`, which with `resume` goes on from its checkpoint or, where it had not begun, begins. A stage that was finished ends
 * at once, with what it had learned.
 *
 * Throws `UnhandledFailure` for what else `fit` fails of.
 */
export const stage = async <S, B, K extends string, M extends string>(
  options: FitOptions<S, B, K, M> & { readonly checkpoint: CheckpointOptions },
): Promise<Fitted<S, K, M>> => {
  const { checkpoint } = options, end = await fit(options)();
  const unbegun = checkpoint.resume === true && end._tag === "Left" && end.left._tag === "MissingFile";
  return unbegun ? await run(fit({ ...options, checkpoint: { ...checkpoint, resume: false } })) : unwrap(end);
};
