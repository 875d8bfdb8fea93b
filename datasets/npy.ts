/**
 * .npy, the format of one NumPy array: eight bytes of signature and version, the length of the header (u16, from version 2 on
 * u32, little-endian), the header, then the elements. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * Pure. A header is believed only after its shape was compared with the bytes that are there.
 */
import { type Either, isLeft, left, right } from "../core/either.ts";
import { ShapeError } from "../core/errors.ts";
import type { CorruptFile } from "../core/failure.ts";
import { parseNpyHeader } from "./npy_header.ts";
import type { StoredDType, StoredTensor } from "./safetensors.ts";

type Elements = StoredTensor["data"];

/** The dtypes of the format, by kind and bytes. */
const kinds: Readonly<Record<string, StoredDType>> = {
  f8: "f64",
  f4: "f32",
  f2: "f16",
  i8: "i64",
  i4: "i32",
  i2: "i16",
  i1: "i8",
  u8: "u64",
  u4: "u32",
  u2: "u16",
  u1: "u8",
  b1: "bool",
};
const kindOf = Object.fromEntries(Object.entries(kinds).map(([kind, dtype]) => [dtype, kind]));

const views: Readonly<Record<string, (buffer: ArrayBuffer) => Elements>> = {
  f8: (b) => new Float64Array(b),
  f4: (b) => new Float32Array(b),
  f2: (b) => new Uint16Array(b),
  i8: (b) => new BigInt64Array(b),
  i4: (b) => new Int32Array(b),
  i2: (b) => new Int16Array(b),
  i1: (b) => new Int8Array(b),
  u8: (b) => new BigUint64Array(b),
  u4: (b) => new Uint32Array(b),
  u2: (b) => new Uint16Array(b),
  u1: (b) => new Uint8Array(b),
  b1: (b) => Uint32Array.from(new Uint8Array(b)),
};

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

const corrupt = (path: string, offset: number, message: string): Either<CorruptFile, never> =>
  left({ _tag: "CorruptFile", path, offset, message: `${path}: ${message}, at byte ${offset}` });

/** Turns the bytes of every element around, in place. */
const swap = (bytes: Uint8Array, width: number): void => {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
};

/** Elements whose first axis varies fastest, put in the order in which the last one does. */
const rowMajor = (from: Elements, shape: readonly number[]): Elements => {
  const to = from.slice() as Elements, index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  let at = 0;
  for (let i = 0; i < from.length; i++) {
    to[i] = from[at]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      at -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return to;
};

/** The text of the header and where the elements begin. */
const headerOf = (
  bytes: Uint8Array,
  path: string,
): Either<CorruptFile, { text: string; from: number; start: number }> => {
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) {
    return corrupt(path, 0, "it does not begin as an .npy file does");
  }
  const version = bytes[6]!, view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (version < 1 || version > 3 || bytes[7] !== 0) {
    return corrupt(path, 6, `version ${version}.${bytes[7]} is unknown`);
  }
  const from = version === 1 ? 10 : 12;
  if (bytes.length < from) return corrupt(path, bytes.length, "the file ends inside the length of its header");
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true), start = from + length;
  if (start > bytes.length) return corrupt(path, 8, `a header of ${length} bytes does not fit into ${bytes.length}`);
  try {
    const text = new TextDecoder(version === 3 ? "utf-8" : "latin1", { fatal: true });
    return right({ text: text.decode(bytes.subarray(from, start)), from, start });
  } catch {
    return corrupt(path, from, "the header is not UTF-8");
  }
};

/**
 * Decodes a file of either byte order and either order of axes; the tensor is a copy in row-major order. `path` is only for
 * messages. Half floats are their bits, booleans words, as in safetensors files.
 *
 * @returns left `CorruptFile` with the offset: a signature, version or header that is not of the format, an element type that is no
 * number, another amount of data than the shape says, booleans other than 0 and 1.
 */
export const decodeNpy = (bytes: Uint8Array, path: string): Either<CorruptFile, StoredTensor> => {
  const header = headerOf(bytes, path);
  if (isLeft(header)) return header;
  const { text, from, start } = header.right;
  const parsed = parseNpyHeader(text);
  if (isLeft(parsed)) return corrupt(path, from + parsed.left.offset, `in the header ${parsed.left.reason}`);
  const { descr, fortran, shape } = parsed.right, kind = descr.slice(1);
  const width = Number(kind.slice(1)), dtype = Object.hasOwn(kinds, kind) ? kinds[kind]! : undefined;
  if (dtype === undefined || !(width === 1 ? "|<>" : "<>").includes(descr.charAt(0))) {
    return corrupt(
      path,
      from,
      `elements of type ${JSON.stringify(descr.slice(0, 40))} are not numbers that are known here`,
    );
  }
  const needed = sizeOf(shape) * width, there = bytes.length - start;
  if (needed !== there) {
    return corrupt(path, start, `${dtype}[${shape.join()}] needs ${needed} bytes, ${there} follow the header`);
  }
  const raw = new Uint8Array(bytes.subarray(start));
  if (kind === "b1") {
    const wrong = raw.findIndex((byte) => byte > 1);
    if (wrong >= 0) return corrupt(path, start + wrong, `${raw[wrong]} is no boolean`);
  }
  if (descr.startsWith(">")) swap(raw, width);
  const elements = views[kind]!(raw.buffer);
  const data = fortran && shape.length > 1 ? rowMajor(elements, shape) : elements;
  return right({ dtype, shape, data } as StoredTensor);
};

/**
 * Encodes a tensor as NumPy does: little-endian, row-major, the elements aligned to 64 bytes.
 *
 * Throws `ShapeError` when the data has another length than the shape, `TypeError` for bf16, which NumPy does not have.
 *
 * @example
 * ```ts
 * import { encodeNpy } from "@pullback/pullback/datasets";
 * console.log(encodeNpy({ dtype: "f32", shape: [2], data: Float32Array.of(1, 2) }).length); // 136
 * ```
 */
export const encodeNpy = ({ dtype, shape, data }: StoredTensor): Uint8Array<ArrayBuffer> => {
  const kind = kindOf[dtype];
  if (kind === undefined) throw new TypeError(`encodeNpy: NumPy has no ${dtype}: cast to f32 before`);
  const expected = sizeOf(shape);
  if (data.length !== expected || !shape.every((extent) => Number.isInteger(extent) && extent >= 0)) {
    const sentence = `encodeNpy: [${shape.join()}] needs ${expected} elements, got ${data.length}`;
    throw new ShapeError(sentence, { op: "encodeNpy", expected: String(expected), got: String(data.length) });
  }
  const order = kind.endsWith("1") ? "|" : "<", extents = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${order}${kind}', 'fortran_order': False, 'shape': (${extents}), }`;
  const start = Math.ceil((10 + text.length + 1) / 64) * 64;
  const raw = dtype === "bool"
    ? Uint8Array.from(data as Uint32Array, (word) => word === 0 ? 0 : 1)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const out = new Uint8Array(start + raw.length);
  out.set([...magic, 1, 0]);
  new DataView(out.buffer).setUint16(8, start - 10, true);
  out.set(new TextEncoder().encode(`${text.padEnd(start - 11)}\n`), 10);
  out.set(raw, start);
  return out;
};
