/**
 * The table of a safetensors file: where each tensor lies, believed only after every number of the header has been compared
 * with the size of the file, so that memory is never taken for more than what is there.
 */
import { type Either, isLeft, left, right } from "../core/either.ts";
import type { CorruptFile } from "../core/failure.ts";
import { type HeaderEntry, parseHeader, quoted } from "./safetensors_header.ts";

/** Bytes of one element in a file. */
export const elementBytes = {
  f64: 8,
  f32: 4,
  f16: 2,
  bf16: 2,
  i64: 8,
  i32: 4,
  i16: 2,
  i8: 1,
  u64: 8,
  u32: 4,
  u16: 2,
  u8: 1,
  bool: 1,
} as const;
/** The library's dtypes, and those that only occur in files. */
export type StoredDType = keyof typeof elementBytes;

/** A tensor of a file: its bytes are [begin, end) of the file. */
export interface TableEntry {
  readonly name: string;
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}
/** All tensors of a file, in the order of their bytes, and what else the writer noted. */
export interface TensorTable {
  readonly entries: readonly TableEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

const isStoredDType = (name: string): name is StoredDType => Object.hasOwn(elementBytes, name);
const longestHeader = 100_000_000;
/** Number of elements. */
export const elements = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);
/** `[2,3]`; no longer than 8 extents, since a header may say anything. */
export const showExtents = (shape: readonly number[]): string =>
  `[${shape.slice(0, 8).join(",")}${shape.length > 8 ? ",..." : ""}]`;

/** A file that is not what it should be, at a byte. */
export const corrupt = (path: string, offset: number, message: string): Either<CorruptFile, never> =>
  left({ _tag: "CorruptFile", path, offset, message: `${path}: ${message}, at byte ${offset}` });

/** Whether the tensors fill `size` bytes exactly, each with as many as its dtype and shape need; if not, what is wrong. */
const faultIn = (entries: readonly HeaderEntry[], size: number): string | null => {
  let filled = 0;
  for (const { name, dtype, shape, begin, end } of entries) {
    const named = quoted(name);
    const stored = dtype.toLowerCase();
    if (!isStoredDType(stored) || dtype !== dtype.toUpperCase()) return `${named} has unknown dtype ${quoted(dtype)}`;
    if (end < begin || end > size) return `${named} lies at [${begin}, ${end}) of ${size} bytes`;
    const needed = elements(shape) * elementBytes[stored];
    if (end - begin !== needed) {
      return `${named} is ${dtype}${showExtents(shape)} and needs ${needed} bytes, its offsets give ${end - begin}`;
    }
    if (begin < filled) return `${named} begins at ${begin}, inside the tensor before it, which ends at ${filled}`;
    if (begin > filled) return `bytes ${filled} to ${begin} belong to no tensor`;
    filled = end;
  }
  return filled === size ? null : `${size - filled} bytes follow the last tensor`;
};

/** The length of the header, from the first 8 bytes of a file of `size` bytes. */
export const headerBytes = (first: Uint8Array, size: number, path: string): Either<CorruptFile, number> => {
  if (first.length < 8) return corrupt(path, first.length, "the file ends inside the length of its header");
  const length = new DataView(first.buffer, first.byteOffset, first.byteLength).getBigUint64(0, true);
  if (length > BigInt(longestHeader)) return corrupt(path, 0, `a header of ${length} bytes is longer than allowed`);
  if (8 + Number(length) > size) return corrupt(path, 0, `a header of ${length} bytes does not fit into ${size}`);
  return right(Number(length));
};

/** The table in the header of a file of `size` bytes. */
export const parseTable = (header: Uint8Array, size: number, path: string): Either<CorruptFile, TensorTable> => {
  const start = 8 + header.length;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    return corrupt(path, 8, "the header is not UTF-8");
  }
  const parsed = parseHeader(text);
  if (isLeft(parsed)) {
    const before = new TextEncoder().encode(text.slice(0, parsed.left.offset)).length;
    return corrupt(path, 8 + before, `in the header ${parsed.left.reason}`);
  }
  const sorted = [...parsed.right.entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  const fault = faultIn(sorted, size - start);
  if (fault !== null) return corrupt(path, 8, `in the header ${fault}`);
  const entries = sorted.map(({ name, dtype, shape, begin, end }): TableEntry => ({
    name,
    dtype: dtype.toLowerCase() as StoredDType,
    shape,
    begin: start + begin,
    end: start + end,
  }));
  return right({ entries, metadata: parsed.right.metadata });
};
