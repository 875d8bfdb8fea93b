/**
 * safetensors, the format of weights: u64 length of the header (little-endian), the header (JSON), then the elements of
 * all tensors, little-endian, without gaps. https://huggingface.co/docs/safetensors
 *
 * Pure; `tensor_file.ts` reads and writes files. A header is believed only after every one of its numbers has been
 * compared with the bytes that are there, so memory is never taken for more than those.
 */
import { type Either, isLeft, right } from "../core/either.ts";
import { ShapeError } from "../core/errors.ts";
import type { CorruptFile } from "../core/failure.ts";
import { quoted } from "./safetensors_header.ts";
import {
  corrupt,
  elementBytes,
  elements,
  headerBytes,
  parseTable,
  showExtents,
  type StoredDType,
  type TableEntry,
} from "./safetensors_table.ts"; // deno-fmt-ignore

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
export type { StoredDType } from "./safetensors_table.ts";

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

const views: { readonly [D in StoredDType]: (buffer: ArrayBuffer) => StoredArrays[D] } = {
  f64: (b) => new Float64Array(b),
  f32: (b) => new Float32Array(b),
  f16: (b) => new Uint16Array(b),
  bf16: (b) => new Uint16Array(b),
  i64: (b) => new BigInt64Array(b),
  i32: (b) => new Int32Array(b),
  i16: (b) => new Int16Array(b),
  i8: (b) => new Int8Array(b),
  u64: (b) => new BigUint64Array(b),
  u32: (b) => new Uint32Array(b),
  u16: (b) => new Uint16Array(b),
  u8: (b) => new Uint8Array(b),
  bool: (b) => Uint32Array.from(new Uint8Array(b)),
};

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
    elementBytes[y.dtype] - elementBytes[x.dtype] || (a < b ? -1 : a > b ? 1 : 0)
  );
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set("__metadata__", metadata);
  let end = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    const expected = elements(shape);
    if (data.length !== expected || !shape.every((extent) => Number.isInteger(extent) && extent >= 0)) {
      const sentence = `encodeTensors: ${name} of shape ${
        showExtents(shape)
      } needs ${expected} elements, got ${data.length}`;
      throw new ShapeError(sentence, { op: "encodeTensors", expected: String(expected), got: String(data.length) });
    }
    if (name === "__metadata__" || header.has(name)) {
      throw new TypeError(`encodeTensors: the name ${quoted(name)} is taken: give every tensor a name of its own`);
    }
    const begin = end;
    end += expected * elementBytes[dtype];
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

/** One tensor of the table, whose bytes these are; it becomes a view of them. Left `CorruptFile` for a boolean other than 0 and 1. */
export const decodeTensor = (
  raw: Uint8Array<ArrayBuffer>,
  { name, dtype, shape, begin }: TableEntry,
  path: string,
): Either<CorruptFile, StoredTensor> => {
  const wrong = dtype === "bool" ? raw.findIndex((b) => b > 1) : -1;
  if (wrong >= 0) return corrupt(path, begin + wrong, `${quoted(name)} holds ${raw[wrong]} as a BOOL`);
  return right({ dtype, shape, data: views[dtype](raw.buffer) } as StoredTensor);
};

/**
 * Decodes a file. `path` is only for messages. The tensors are copies.
 *
 * @returns left `CorruptFile` with the offset: length or header not of the format, duplicate names, unknown dtypes, offsets
 * that overlap, leave gaps or lie outside, sizes that are not those of the shapes, booleans other than 0 and 1.
 */
export const decodeTensors = (bytes: Uint8Array, path: string): Either<CorruptFile, TensorFile> => {
  const length = headerBytes(bytes.subarray(0, 8), bytes.length, path);
  if (isLeft(length)) return length;
  const table = parseTable(bytes.subarray(8, 8 + length.right), bytes.length, path);
  if (isLeft(table)) return table;
  const tensors = new Map<string, StoredTensor>();
  for (const entry of table.right.entries) {
    const decoded = decodeTensor(new Uint8Array(bytes.subarray(entry.begin, entry.end)), entry, path);
    if (isLeft(decoded)) return decoded;
    tensors.set(entry.name, decoded.right);
  }
  return right({ tensors, metadata: table.right.metadata });
};
