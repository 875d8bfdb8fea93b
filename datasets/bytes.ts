/** Checking and unpacking bytes that came from outside. */
import { type Either, left, right, type TaskEither } from "../core/either.ts";
import { type PullbackError, reasonOf } from "../core/failure.ts";

/** SHA-256 in lower-case hexadecimal. */
export const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((b) => b.toString(16).padStart(2, "0")).join(
    "",
  );

/** Compressed bytes are handed over in pieces, so that one piece cannot inflate to more than about 16 MiB (deflate: 1032:1). */
const pieceBytes = 16384;

const pieces = (bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> => {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + pieceBytes));
      at += pieceBytes;
    },
  });
};

/** How bytes are compressed: gzip, zlib (as in PNG), or bare deflate (as in zip). */
export type Compression = "gzip" | "deflate" | "deflate-raw";
const called: Readonly<Record<Compression, string>> = { gzip: "gzip", deflate: "zlib", "deflate-raw": "deflate" };

/** Deflate makes at most 1032 bytes of one: a promise of more than this is a lie, and no memory is taken for it. */
export const inflatedAtMost = (compressed: number): number => 1032 * compressed + 1024;

/** What `bytes` inflate to, in pieces of at most about 16 MiB. Throws what the platform throws. */
export const inflating = (
  bytes: Uint8Array<ArrayBuffer>,
  compression: Compression,
): ReadableStreamDefaultReader<Uint8Array> =>
  pieces(bytes).pipeThrough(new DecompressionStream(compression)).getReader();

/** The failure of data that cannot be inflated. */
export const damaged = (path: string, compression: Compression, thrown: unknown): Either<PullbackError, never> => {
  const message = `${path}: its ${called[compression]} data is damaged (${reasonOf(thrown)})`;
  return left({ _tag: "CorruptFile", path, message, cause: thrown });
};

/**
 * Inflates data that is known to hold exactly `size` bytes; no more than that is ever kept. `path` is for messages.
 *
 * @returns left `CorruptFile` when the data is damaged, or inflates to another size.
 */
export const inflate = (
  bytes: Uint8Array<ArrayBuffer>,
  compression: Compression,
  size: number,
  path: string,
): TaskEither<PullbackError, Uint8Array<ArrayBuffer>> =>
async () => {
  const corrupt = (message: string) =>
    left<PullbackError>({ _tag: "CorruptFile", path, message: `${path}: ${message}` });
  if (size > inflatedAtMost(bytes.length)) return corrupt(`${bytes.length} bytes cannot inflate to ${size}`);
  const out = new Uint8Array(size);
  let filled = 0;
  try {
    const reader = inflating(bytes, compression);
    while (true) {
      const { done, value } = await reader.read();
      if (done) break;
      if (filled + value.length > size) {
        await reader.cancel().catch(() => {});
        return corrupt(`it inflates to more than the ${size} bytes expected`);
      }
      out.set(value, filled);
      filled += value.length;
    }
  } catch (thrown) {
    return damaged(path, compression, thrown);
  }
  return filled === size ? right(out) : corrupt(`it inflates to ${filled} bytes, expected ${size}`);
};

/** Inflates gzip data, as `inflate` does. */
export const gunzip = (
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
  path: string,
): TaskEither<PullbackError, Uint8Array<ArrayBuffer>> => inflate(bytes, "gzip", size, path);
