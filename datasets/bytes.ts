/** Checking and unpacking bytes that came from outside. */
import { left, right, type TaskEither } from "../core/either.ts";
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

/**
 * Inflates gzip data that is known to hold exactly `size` bytes; no more than that is ever kept. `path` is for messages.
 *
 * @returns left `CorruptFile` when the data is no gzip, is damaged, or inflates to another size.
 */
export const gunzip = (
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
  path: string,
): TaskEither<PullbackError, Uint8Array<ArrayBuffer>> =>
async () => {
  const corrupt = (message: string, cause?: unknown) =>
    left<PullbackError>({ _tag: "CorruptFile", path, message: `${path}: ${message}`, cause });
  const out = new Uint8Array(size);
  let filled = 0;
  try {
    const reader = pieces(bytes).pipeThrough(new DecompressionStream("gzip")).getReader();
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
    return corrupt(`its gzip data is damaged (${reasonOf(thrown)})`, thrown);
  }
  return filled === size ? right(out) : corrupt(`it inflates to ${filled} bytes, expected ${size}`);
};
