/** Texts to learn to write: names, and Shakespeare. */
import { type Either, isLeft, left, right, type TaskEither } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import { optionsOf } from "../core/options.ts";
import type { PublishedFile } from "./download.ts";
import { fetchNames, type FetchOptions, obtainFor, type Publication } from "./source.ts";

/** The list of names as it was published, and who serves it. */
export const namesFile: PublishedFile = {
  name: "names.txt",
  bytes: 228_145,
  sha256: "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
};
/** The text as it was published, and who serves it. */
export const tinyshakespeareFile: PublishedFile = {
  name: "input.txt",
  bytes: 1_115_394,
  sha256: "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
};

const fetchText = async (
  set: Omit<Publication, "contents">,
  file: PublishedFile,
  options: FetchOptions,
): Promise<Either<PullbackError, string>> => {
  const bytes = await obtainFor({ ...set, contents: file.name }, options)(file);
  if (isLeft(bytes)) return bytes;
  const wrong = bytes.right.findIndex((byte) => byte > 126 || (byte < 32 && byte !== 10));
  if (wrong < 0) return right(new TextDecoder().decode(bytes.right));
  const message = `${file.name}: byte ${bytes.right[wrong]} is no printed ASCII character, at byte ${wrong}`;
  return left({ _tag: "CorruptFile", path: file.name, offset: wrong, message });
};

/**
 * 32,033 first names of a to z in small letters, the most frequent first; of these 29,494 are different. The file is found,
 * checked and kept as those of `mnist` (0.2 MB).
 *
 * @returns left `MissingFile`, `CorruptFile`, `DownloadFailed`, `PermissionDenied`, `FileFailed`
 * or `Aborted`. Throws `TypeError` for an option that there is not, and nothing else.
 *
 * Karpathy: makemore. 2022.
 *
 * @example
 * ```ts
 * import { names, run } from "@pullback/pullback/datasets";
 * console.log((await run(names({ dir: "data" }))).slice(0, 3)); // [ "emma", "olivia", "ava" ]
 * ```
 */
export const names = (options: FetchOptions = {}): TaskEither<PullbackError, readonly string[]> => {
  optionsOf("names", options, fetchNames);
  return async () => {
    const mirrors = ["https://raw.githubusercontent.com/karpathy/makemore/master/"];
    const text = await fetchText({ name: "names", mirrors }, namesFile, options);
    return isLeft(text) ? text : right(text.right.split("\n").filter((line) => line !== ""));
  };
};

/**
 * 1,115,394 characters of Shakespeare, 65 of them different. The file is found, checked and kept as those of `mnist` (1.1 MB).
 *
 * @returns left `MissingFile`, `CorruptFile`, `DownloadFailed`, `PermissionDenied`, `FileFailed`
 * or `Aborted`. Throws `TypeError` for an option that there is not, and nothing else.
 *
 * Karpathy: The unreasonable effectiveness of recurrent neural networks. 2015.
 *
 * @example
 * ```ts
 * import { run, tinyshakespeare } from "@pullback/pullback/datasets";
 * console.log((await run(tinyshakespeare({ dir: "data" }))).slice(0, 14)); // First Citizen:
 * ```
 */
export const tinyshakespeare = (options: FetchOptions = {}): TaskEither<PullbackError, string> => {
  optionsOf("tinyshakespeare", options, fetchNames);
  return async () => {
    const mirrors = ["https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/"];
    return await fetchText({ name: "tinyshakespeare", mirrors }, tinyshakespeareFile, options);
  };
};
