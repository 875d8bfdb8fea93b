/** Fetching one published file, whose size and SHA-256 are known, from the first mirror that has it. */
import { type Either, left, right, type TaskEither } from "../core/either.ts";
import type { PullbackError } from "../core/failure.ts";
import { sha256 } from "./bytes.ts";
import { inDeno, permitted } from "./host.ts";

/** A file whose content was fixed when it was published. */
export interface PublishedFile {
  /** Its name in the folder of every mirror. */
  readonly name: string;
  /** Its size. */
  readonly bytes: number;
  /** SHA-256 of the file, lower-case hexadecimal. */
  readonly sha256: string;
  /** SHA-256 of what it unpacks to: by it a file in a folder is known however it was compressed since. */
  readonly content?: string;
}

/** What happens while files are fetched. `received` and `total` count the bytes of `file`. */
export type TransferEvent =
  | {
    readonly _tag: "Downloading";
    readonly file: string;
    readonly url: string;
    readonly received: number;
    readonly total: number;
  }
  | { readonly _tag: "MirrorFailed"; readonly file: string; readonly url: string; readonly reason: string }
  | { readonly _tag: "NotCached"; readonly file: string; readonly reason: string };

/** How files are fetched. */
export interface DownloadOptions {
  /** Called with everything that happens, as it happens. */
  readonly progress?: (event: TransferEvent) => void;
  /** Milliseconds without a byte after which a mirror is given up. Default 10,000. */
  readonly patience?: number;
  /** Ends the work: the task then gives `Aborted`. */
  readonly signal?: AbortSignal;
}

const redirectsFollowed = 5;

/** The response to a GET, following redirects only to where the program may go. */
const follow = async (url: URL, signal: AbortSignal): Promise<Response> => {
  let at = url;
  for (let hop = 0; hop <= redirectsFollowed; hop++) {
    if (!permitted({ name: "net", host: at.host })) {
      throw new Error(`is not allowed: run with --allow-net=${at.host}`);
    }
    const response = await fetch(at, {
      signal,
      // A runtime without permissions follows by itself; `manual` would hide the target in a browser.
      redirect: inDeno() ? "manual" : "follow",
      headers: { "accept-encoding": "identity" },
    }).catch((cause) => {
      throw new Error("cannot be reached", { cause });
    });
    const next = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || next === null) return response;
    await response.body?.cancel();
    at = new URL(next, at);
  }
  throw new Error(`redirects more than ${redirectsFollowed} times`);
};

/** Reads a body of exactly `total` bytes; throws with the reason when it is another number. */
const readBody = async (
  body: ReadableStream<Uint8Array>,
  total: number,
  onReceived: (received: number) => void,
): Promise<Uint8Array<ArrayBuffer>> => {
  const out = new Uint8Array(total);
  const reader = body.getReader();
  let received = 0;
  while (true) {
    const { done, value } = await reader.read().catch((cause) => {
      throw new Error(`breaks off after ${received} of ${total} bytes`, { cause });
    });
    if (done) break;
    if (received + value.length > total) {
      await reader.cancel().catch(() => {});
      throw new Error(`sends more than the ${total} bytes expected`);
    }
    out.set(value, received);
    received += value.length;
    onReceived(received);
  }
  if (received !== total) throw new Error(`ends after ${received} of ${total} bytes`);
  return out;
};

/** The file from one mirror; throws with the reason when it cannot be had there. */
const fetchFrom = async (
  url: URL,
  file: PublishedFile,
  options: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> => {
  const patience = options.patience ?? 10_000;
  const stall = new AbortController();
  const giveUp = () => stall.abort(new Error(`sends nothing for ${patience} ms`));
  let timer = setTimeout(giveUp, patience);
  try {
    const signal = options.signal === undefined ? stall.signal : AbortSignal.any([stall.signal, options.signal]);
    const response = await follow(url, signal);
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new Error(`answers ${response.status} ${response.statusText}`.trimEnd());
    }
    const bytes = await readBody(response.body, file.bytes, (received) => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, patience);
      options.progress?.({ _tag: "Downloading", file: file.name, url: url.href, received, total: file.bytes });
    });
    const digest = await sha256(bytes);
    if (digest !== file.sha256) throw new Error(`sends another file: SHA-256 ${digest}, expected ${file.sha256}`);
    return bytes;
  } catch (thrown) {
    throw stall.signal.aborted ? stall.signal.reason : thrown;
  } finally {
    clearTimeout(timer);
  }
};

const hostOf = (url: string): string => URL.canParse(url) ? new URL(url).host : url;

const failure = (file: PublishedFile, attempts: readonly { url: string; reason: string }[]): PullbackError => {
  const told = attempts.map(({ url, reason }) => `${hostOf(url)} ${reason}`).join("; ");
  return {
    _tag: "DownloadFailed",
    file: file.name,
    attempts,
    message: `Cannot download ${file.name} (${told || "no mirror was given"}): check the network and the permissions`,
  };
};

/**
 * Downloads `file` from `mirrors`, tried in turn: each is the URL of a folder that holds a file of that name. A mirror that
 * answers with an error, another size, other content, or nothing for too long is left for the next one.
 *
 * @returns left `DownloadFailed` with what every mirror did, or `Aborted`.
 */
export const download = (
  file: PublishedFile,
  mirrors: readonly string[],
  options: DownloadOptions = {},
): TaskEither<PullbackError, Uint8Array<ArrayBuffer>> =>
async (): Promise<Either<PullbackError, Uint8Array<ArrayBuffer>>> => {
  const attempts: { url: string; reason: string }[] = [];
  for (const mirror of mirrors) {
    const address = `${mirror.endsWith("/") ? mirror : `${mirror}/`}${file.name}`;
    try {
      return right(await fetchFrom(new URL(address), file, options));
    } catch (thrown) {
      if (options.signal?.aborted) {
        const message = `The download of ${file.name} was aborted: start it again when you want it`;
        return left({ _tag: "Aborted", what: file.name, message, cause: thrown });
      }
      const attempt = { url: address, reason: thrown instanceof Error ? thrown.message : String(thrown) };
      attempts.push(attempt);
      options.progress?.({ _tag: "MirrorFailed", file: file.name, ...attempt });
    }
  }
  return left(failure(file, attempts));
};
