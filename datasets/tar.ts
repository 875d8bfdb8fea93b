/**
 * Files out of a tar archive (POSIX ustar) that is compressed with gzip, unpacked as it streams by: blocks of 512 bytes, a
 * header before every file with its name, its size in octal digits and the sum of the header's bytes.
 */
import { type Either, left, right, type TaskEither } from "../core/either.ts";
import type { CorruptFile, PullbackError } from "../core/failure.ts";
import { damaged, inflating } from "./bytes.ts";

const block = 512;

/** What a header says. */
interface Entry {
  readonly name: string;
  readonly size: number;
  /** Whether it is a file, not a folder or a link. */
  readonly file: boolean;
}

const textAt = (header: Uint8Array, at: number, length: number): string =>
  new TextDecoder().decode(header.subarray(at, at + length)).replace(/\0.*$/s, "");
const octalAt = (header: Uint8Array, at: number, length: number): number => {
  const digits = textAt(header, at, length).trim();
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : NaN;
};

/** The header's entry, null at the end of the archive, or what is wrong with it. */
const entryOf = (header: Uint8Array): Entry | string | null => {
  if (header.every((byte) => byte === 0)) return null;
  let sum = 0;
  for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  if (octalAt(header, 148, 8) !== sum) return "a header's checksum is wrong";
  const size = octalAt(header, 124, 12);
  if (!Number.isSafeInteger(size)) return "a header's size is no octal number";
  const prefix = textAt(header, 257, 5) === "ustar" ? textAt(header, 345, 155) : "";
  const name = textAt(header, 0, 100);
  return { name: prefix === "" ? name : `${prefix}/${name}`, size, file: [0, 48].includes(header[156]!) };
};

/** Bytes of a stream, taken in the amounts that are asked for. */
const taker = (next: () => Promise<Uint8Array | null>) => {
  let rest: Uint8Array = new Uint8Array(0), offset = 0;
  /** Hands `length` bytes to `keep`, piece by piece; gives whether there were so many. */
  const take = async (length: number, keep: (piece: Uint8Array, at: number) => void): Promise<boolean> => {
    for (let at = 0; at < length;) {
      if (rest.length === 0) {
        const piece = await next();
        if (piece === null) return false;
        rest = piece;
        continue;
      }
      const part = rest.subarray(0, length - at);
      keep(part, at);
      rest = rest.subarray(part.length);
      at += part.length;
      offset += part.length;
    }
    return true;
  };
  return { take, offset: () => offset };
};

/**
 * The files that are `wanted`, by the last part of their name, each of exactly as many bytes as are given; reading stops when
 * all were found. `path` is for messages.
 *
 * @returns left `CorruptFile` with the offset in the archive when one is missing or has another size, or the archive is
 * truncated or damaged.
 */
export const untar = (
  archive: Uint8Array<ArrayBuffer>,
  wanted: ReadonlyMap<string, number>,
  path: string,
): TaskEither<PullbackError, ReadonlyMap<string, Uint8Array<ArrayBuffer>>> =>
async () => {
  const reader = inflating(archive, "gzip");
  const { take, offset } = taker(async () => {
    const { done, value } = await reader.read();
    return done ? null : value;
  });
  const corrupt = (message: string): Either<CorruptFile, never> =>
    left({ _tag: "CorruptFile", path, offset: offset(), message: `${path}: ${message}, at byte ${offset()} unpacked` });
  const found = new Map<string, Uint8Array<ArrayBuffer>>();
  const header = new Uint8Array(block);
  try {
    while (found.size < wanted.size) {
      const whole = await take(block, (piece, at) => header.set(piece, at));
      const entry = whole ? entryOf(header) : "the archive is truncated";
      if (typeof entry === "string") return corrupt(entry);
      if (entry === null) {
        const missing = [...wanted.keys()].filter((name) => !found.has(name));
        return corrupt(`the archive has no ${missing.join(", ")}`);
      }
      const name = entry.name.slice(entry.name.lastIndexOf("/") + 1);
      const expected = entry.file ? wanted.get(name) : undefined;
      if (expected !== undefined && entry.size !== expected) {
        return corrupt(`${entry.name} has ${entry.size} bytes, expected ${expected}`);
      }
      const content = expected === undefined ? null : new Uint8Array(expected);
      const padding = (block - entry.size % block) % block;
      if (!await take(entry.size, (piece, at) => content?.set(piece, at)) || !await take(padding, () => {})) {
        return corrupt(`the archive ends inside ${entry.name}`);
      }
      if (content !== null) found.set(name, content);
    }
    await reader.cancel().catch(() => {});
    return right(found);
  } catch (thrown) {
    return damaged(path, "gzip", thrown);
  }
};
