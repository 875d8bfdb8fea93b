/** Courses that come one after the other, each with a checkpoint of its own. */
import { run, unwrap } from "../../datasets/mod.ts";
import { type CheckpointOptions, fit, type FitOptions, type Fitted } from "../../training/mod.ts";

/**
 * A stage: `fit`, which with `resume` goes on from its checkpoint or, where it had not begun, begins; the first one has begun wherever
 * there is something to go on from. A stage that was finished ends at once, with what it had learned.
 *
 * Throws `UnhandledFailure` for what else `fit` fails of.
 */
export const stage = async <S, B, K extends string, M extends string>(
  options: FitOptions<S, B, K, M> & { readonly checkpoint: CheckpointOptions },
  { first }: { readonly first: boolean },
): Promise<Fitted<S, K, M>> => {
  const { checkpoint } = options, end = await fit(options)();
  const unbegun = !first && checkpoint.resume === true && end._tag === "Left" && end.left._tag === "MissingFile";
  return unbegun ? await run(fit({ ...options, checkpoint: { ...checkpoint, resume: false } })) : unwrap(end);
};
