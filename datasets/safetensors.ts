/**
 * safetensors, the format of weights: u64 length of the header (little-endian), the header (JSON), then the elements of
 * all tensors, little-endian, without gaps. https://huggingface.co/docs/safetensors
 *
 * Pure; `tensor_file.ts` reads and writes files. A header is believed only after every one of its numbers has been
 * compared with the bytes that are there, so memory is never taken for more than those.
 */
import { type Either, isLeft, left, right } from "../core/either.ts";
import { ShapeError } from "../core/errors.ts";
import type { CorruptFile } from "../core/failure.ts";
import { type Header, type HeaderEntry, parseHeader, quoted } from "./safetensors_header.ts";

/** The arrays in which elements are held: f16 and bf16 as their bits, bool as words 0 and 1, as in the rest of the library. */
export type StoredArrays = {
  readonly f64: Float64Array;
  readonly f32: Float32Array;
  readonly f16: Uint16Array;
  readonly bf16: Uint16Array;
  readonly i64: BigInt64Array;
  readonly i32: Int32Array;
  readonly i16: Int16Array;
  readonly i8: Int8Array;
  readonly u64: BigUint64Array;
  readonly u32: Uint32Array;
  readonly u16: Uint16Array;
  readonly u8: Uint8Array;
  readonly bool: Uint32Array;
};
/** The library's dtypes, and those that only occur in files. */
export type StoredDType = keyof StoredArrays;

/** A tensor as it lies in a file; of the library's own dtypes `data` is what `tensor(data, shape)` takes. */
export type StoredTensor = {
  [D in StoredDType]: { readonly dtype: D; readonly shape: readonly number[]; readonly data: StoredArrays[D] };
}[StoredDType];

/** All that a file holds. Tensors come in the order of their bytes. */
export interface TensorFile {
  /** By name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What else the writer noted, by name. */
  readonly metadata: ReadonlyMap<string, string>;
}

interface Format {
  /** Bytes of one element in the file. */
  readonly bytes: number;
  readonly view: (buffer: ArrayBuffer) => StoredTensor["data"];
}

const formats: Readonly<Record<StoredDType, Format>> = {
  f64: { bytes: 8, view: (b) => new Float64Array(b) },
  f32: { bytes: 4, view: (b) => new Float32Array(b) },
  f16: { bytes: 2, view: (b) => new Uint16Array(b) },
  bf16: { bytes: 2, view: (b) => new Uint16Array(b) },
  i64: { bytes: 8, view: (b) => new BigInt64Array(b) },
  i32: { bytes: 4, view: (b) => new Int32Array(b) },
  i16: { bytes: 2, view: (b) => new Int16Array(b) },
  i8: { bytes: 1, view: (b) => new Int8Array(b) },
  u64: { bytes: 8, view: (b) => new BigUint64Array(b) },
  u32: { bytes: 4, view: (b) => new Uint32Array(b) },
  u16: { bytes: 2, view: (b) => new Uint16Array(b) },
  u8: { bytes: 1, view: (b) => new Uint8Array(b) },
  bool: { bytes: 1, view: (b) => Uint32Array.from(new Uint8Array(b)) },
};

const isStoredDType = (name: string): name is StoredDType => Object.hasOwn(formats, name);
const longestHeader = 100_000_000;
const elements = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);
const show = (shape: readonly number[]): string => `[${shape.slice(0, 8).join(",")}${shape.length > 8 ? ",..." : ""}]`;

/**
 * Encodes tensors, largest elements first and then by name, so that the same tensors always give the same bytes.
 *
 * Throws `ShapeError` when the data of a tensor has another length than its shape, `TypeError` when a name comes twice or
 * is `__metadata__`.
 *
 * @example
 * ```ts
 * import { encodeTensors } from "@pullback/pullback/datasets";
 * const bytes = encodeTensors([["bias", { dtype: "f32", shape: [2], data: Float32Array.of(1, 2) }]]);
 * console.log(bytes.length); // 80
 * ```
 */
export const encodeTensors = (
  tensors: Iterable<readonly [name: string, tensor: StoredTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> => {
  const sorted = [...tensors].sort(([a, x], [b, y]) =>
    formats[y.dtype].bytes - formats[x.dtype].bytes || (a < b ? -1 : a > b ? 1 : 0)
  );
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set("__metadata__", metadata);
  let end = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    const expected = elements(shape);
    if (data.length !== expected || !shape.every((extent) => Number.isInteger(extent) && extent >= 0)) {
      const sentence = `encodeTensors: ${name} of shape ${show(shape)} needs ${expected} elements, got ${data.length}`;
      throw new ShapeError(sentence, { op: "encodeTensors", expected: String(expected), got: String(data.length) });
    }
    if (name === "__metadata__" || header.has(name)) {
      throw new TypeError(`encodeTensors: the name ${quoted(name)} is taken: give every tensor a name of its own`);
    }
    const begin = end;
    end += expected * formats[dtype].bytes;
    header.set(name, { dtype: dtype.toUpperCase(), shape, data_offsets: [begin, end] });
  }
  const pairs = [...header].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  const json = new TextEncoder().encode(`{${pairs.join(",")}}`);
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const out = new Uint8Array(start + end).fill(0x20, 0, start);
  new DataView(out.buffer).setBigUint64(0, BigInt(start - 8), true);
  out.set(json, 8);
  let at = start;
  for (const [, { dtype, data }] of sorted) {
    const raw = dtype === "bool"
      ? Uint8Array.from(data as Uint32Array, (word) => word === 0 ? 0 : 1)
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    out.set(raw, at);
    at += raw.length;
  }
  return out;
};

const corrupt = (path: string, offset: number, message: string): Either<CorruptFile, never> =>
  left({ _tag: "CorruptFile", path, offset, message: `${path}: ${message}, at byte ${offset}` });

/** Whether the tensors fill `size` bytes exactly, each with as many as its dtype and shape need; if not, what is wrong. */
const faultIn = (entries: readonly HeaderEntry[], size: number): string | null => {
  let filled = 0;
  for (const { name, dtype, shape, begin, end } of entries) {
    const named = quoted(name);
    const stored = dtype.toLowerCase();
    if (!isStoredDType(stored) || dtype !== dtype.toUpperCase()) return `${named} has unknown dtype ${quoted(dtype)}`;
    if (end < begin || end > size) return `${named} lies at [${begin}, ${end}) of ${size} bytes`;
    const needed = elements(shape) * formats[stored].bytes;
    if (end - begin !== needed) {
      return `${named} is ${dtype}${show(shape)} and needs ${needed} bytes, its offsets give ${end - begin}`;
    }
    if (begin < filled) return `${named} begins at ${begin}, inside the tensor before it, which ends at ${filled}`;
    if (begin > filled) return `bytes ${filled} to ${begin} belong to no tensor`;
    filled = end;
  }
  return filled === size ? null : `${size - filled} bytes follow the last tensor`;
};

const readHeader = (bytes: Uint8Array, path: string): Either<CorruptFile, { header: Header; start: number }> => {
  if (bytes.length < 8) return corrupt(path, bytes.length, "the file ends inside the length of its header");
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  if (length > BigInt(longestHeader)) return corrupt(path, 0, `a header of ${length} bytes is longer than allowed`);
  const start = 8 + Number(length);
  if (start > bytes.length) return corrupt(path, 0, `a header of ${length} bytes does not fit into ${bytes.length}`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, start));
  } catch {
    return corrupt(path, 8, "the header is not UTF-8");
  }
  const parsed = parseHeader(text);
  if (!isLeft(parsed)) return right({ header: parsed.right, start });
  const before = new TextEncoder().encode(text.slice(0, parsed.left.offset)).length;
  return corrupt(path, 8 + before, `in the header ${parsed.left.reason}`);
};

/**
 * Decodes a file. `path` is only for messages. The tensors are copies.
 *
 * @returns left `CorruptFile` with the offset: length or header not of the format, duplicate names, unknown dtypes, offsets
 * that overlap, leave gaps or lie outside, sizes that are not those of the shapes, booleans other than 0 and 1.
 */
export const decodeTensors = (bytes: Uint8Array, path: string): Either<CorruptFile, TensorFile> => {
  const read = readHeader(bytes, path);
  if (isLeft(read)) return read;
  const { header, start } = read.right;
  const entries = [...header.entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  const fault = faultIn(entries, bytes.length - start);
  if (fault !== null) return corrupt(path, 8, `in the header ${fault}`);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    const raw = new Uint8Array(bytes.subarray(start + begin, start + end));
    if (dtype === "BOOL") {
      const wrong = raw.findIndex((b) => b > 1);
      if (wrong >= 0) return corrupt(path, start + begin + wrong, `${quoted(name)} holds ${raw[wrong]} as a BOOL`);
    }
    const stored = dtype.toLowerCase() as StoredDType;
    tensors.set(name, { dtype: stored, shape, data: formats[stored].view(raw.buffer) } as StoredTensor);
  }
  return right({ tensors, metadata: header.metadata });
};
