/**
 * Failures of the world: what can go wrong without a mistake in the program. They are values, returned in the left of a
 * `TaskEither`, told apart by `_tag`. `message` is one sentence for a person and ends with what to do.
 */

/** What all failures have. */
export interface Failure<Tag extends string> {
  /** Which failure it is. */
  readonly _tag: Tag;
  /** What happened and what to do, for a person. */
  readonly message: string;
  /** What the platform threw, where something was thrown. */
  readonly cause?: unknown;
}

/** The backend that was asked for cannot be had on this machine. */
export interface DeviceUnavailable extends Failure<"DeviceUnavailable"> {
  /** The one that was asked for. */
  readonly backend: string;
}
/** The device stopped working: its values are gone. */
export interface DeviceLost extends Failure<"DeviceLost"> {
  /** The one that was lost. */
  readonly backend: string;
}
/** The device refused an allocation. */
export interface OutOfMemory extends Failure<"OutOfMemory"> {
  /** How many were asked for. */
  readonly bytes: number;
}
/** A file that is needed is not there. */
export interface MissingFile extends Failure<"MissingFile"> {
  /** Where it was looked for. */
  readonly path: string;
}
/** A file is there and is not what it should be. */
export interface CorruptFile extends Failure<"CorruptFile"> {
  /** The file, or the name it was given where it is not on a disk. */
  readonly path: string;
  /** The byte at which reading stopped, where one is to blame. */
  readonly offset?: number;
}
/** A file could not be read or written: disk full, a folder in its place, no rights. */
export interface FileFailed extends Failure<"FileFailed"> {
  /** The file or folder. */
  readonly path: string;
  /** What was tried. */
  readonly action: "read" | "write";
}
/** The runtime does not let the program do this, and was not asked to: a library never prompts. */
export interface PermissionDenied extends Failure<"PermissionDenied"> {
  /** What is not allowed. */
  readonly permission: "read" | "write" | "net" | "env";
  /** The file, host or variable it is not allowed for. */
  readonly target: string;
}
/** No mirror gave the file. */
export interface DownloadFailed extends Failure<"DownloadFailed"> {
  /** Name of the file. */
  readonly file: string;
  /** What each mirror did, in the order they were tried. */
  readonly attempts: readonly { readonly url: string; readonly reason: string }[];
}
/** The caller's `AbortSignal` ended the work. */
export interface Aborted extends Failure<"Aborted"> {
  /** What was being done. */
  readonly what: string;
}
/** Weights that do not belong to this model: every difference is listed. */
export interface MismatchedWeights extends Failure<"MismatchedWeights"> {
  /** Names that the model has and the file has not. */
  readonly missing: readonly string[];
  /** Names that the file has and the model has not. */
  readonly surplus: readonly string[];
  /** Names that both have, in different shapes, or in the file not as floats: then `got` begins with the dtype. */
  readonly misshapen: readonly { readonly name: string; readonly expected: string; readonly got: string }[];
}

/** A checkpoint was made under another recipe than the one it is to be continued with. */
export interface MismatchedRecipe extends Failure<"MismatchedRecipe"> {
  /** The checkpoint. */
  readonly path: string;
  /** What differs. */
  readonly name: string;
  /** Its value now. */
  readonly expected: string;
  /** Its value in the checkpoint, `unknown` where it has none. */
  readonly got: string;
}
/** A loss became infinite or no number: going on would learn nothing. */
export interface Diverged extends Failure<"Diverged"> {
  /** The first step that gave such a loss, counted from 1. */
  readonly step: number;
  /** Which of the losses. */
  readonly loss: string;
  /** Infinity, -Infinity or NaN. */
  readonly value: number;
}

/** Everything the world can do to a program. `switch (failure._tag)` is exhaustive. */
export type PullbackError =
  | DeviceUnavailable
  | DeviceLost
  | OutOfMemory
  | MissingFile
  | CorruptFile
  | FileFailed
  | PermissionDenied
  | DownloadFailed
  | Aborted
  | MismatchedWeights
  | MismatchedRecipe
  | Diverged;

/** The names of the failures. */
export type FailureTag = PullbackError["_tag"];

/** What `run` throws: an `Error` that carries the failure it was made from, for scripts that want an exception. */
export class UnhandledFailure extends Error {
  /** `UnhandledFailure`. */
  override readonly name: string = "UnhandledFailure";

  /** An error that says what `failure` says. */
  constructor(
    /** The failure that nobody handled. */
    readonly failure: PullbackError,
  ) {
    super(`${failure._tag}: ${failure.message}`, { cause: failure.cause });
  }
}

/** The sentence in anything that was thrown. */
export const reasonOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause instanceof Error ? `: ${thrown.cause.message}` : "";
  return thrown.message + cause;
};
