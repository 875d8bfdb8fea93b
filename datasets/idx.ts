/**
 * IDX, the format of MNIST: a big-endian header and unsigned bytes.
 *
 *     images: u32 2051, u32 count, u32 height, u32 width, then count*height*width pixels, row by row
 *     labels: u32 2049, u32 count, then count labels
 *
 * Every size is compared with the bytes that are there before anything is made from it; results are views, not copies.
 */
import { type Either, isLeft, left, right } from "../core/either.ts";
import type { CorruptFile } from "../core/failure.ts";

const kinds = { images: { magic: 2051, header: 16 }, labels: { magic: 2049, header: 8 } } as const;
type Kind = keyof typeof kinds;

/** Grey pictures, one after another: pixel `(i, y, x)` is `pixels[(i * height + y) * width + x]`, 0 background, 255 ink. */
export interface IdxImages {
  /** All pixels. */
  readonly pixels: Uint8Array;
  /** How many pictures. */
  readonly count: number;
  /** Rows of a picture. */
  readonly height: number;
  /** Pixels of a row. */
  readonly width: number;
}

/** What a decoder is told to find; what is left out is taken from the file. */
export interface IdxExpectation {
  /** How many items. */
  readonly count?: number;
  /** Rows of a picture. */
  readonly height?: number;
  /** Pixels of a row. */
  readonly width?: number;
}

const corrupt = (path: string, offset: number, message: string): Either<CorruptFile, never> =>
  left({ _tag: "CorruptFile", path, offset, message: `${path}: ${message}, at byte ${offset}` });

const wordAt = (bytes: Uint8Array, offset: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset);

const nameOfMagic = (magic: number): string => {
  for (const [kind, known] of Object.entries(kinds)) if (known.magic === magic) return `${magic} (${kind})`;
  return magic >>> 8 === 0x1f8b08 ? `0x${magic.toString(16)} (still compressed with gzip)` : String(magic);
};

/** The header's extents and the payload, once they agree with `expected` and with the length of the file. */
const decode = (
  kind: Kind,
  bytes: Uint8Array,
  path: string,
  expected: readonly (readonly [name: string, extent: number | undefined])[],
): Either<CorruptFile, { readonly extents: readonly number[]; readonly payload: Uint8Array }> => {
  const { magic, header } = kinds[kind];
  if (bytes.length < header) {
    return corrupt(path, bytes.length, `the file ends inside its header of ${header} bytes`);
  }
  const found = wordAt(bytes, 0);
  if (found !== magic) return corrupt(path, 0, `expected magic number ${magic} (${kind}), got ${nameOfMagic(found)}`);
  const extents: number[] = [];
  for (const [i, [name, wanted]] of expected.entries()) {
    const offset = 4 + 4 * i;
    const extent = wordAt(bytes, offset);
    if (wanted !== undefined && extent !== wanted) {
      return corrupt(path, offset, `expected ${name} ${wanted}, got ${extent}`);
    }
    extents.push(extent);
  }
  const size = extents.reduce((product, extent) => product * extent, 1);
  const there = bytes.length - header;
  if (there < size) {
    return corrupt(path, bytes.length, `the header promises ${size} bytes, the file ends after ${there}`);
  }
  if (there > size) {
    return corrupt(path, header + size, `${there - size} bytes follow the ${size} that the header promises`);
  }
  return right({ extents, payload: bytes.subarray(header) });
};

/**
 * Decodes a file of images. `path` is only for messages.
 *
 * @returns left `CorruptFile` with the offset when the file is truncated, has another magic number, other extents than
 * expected, or bytes left over.
 */
export const decodeIdxImages = (
  bytes: Uint8Array,
  path: string,
  expected: IdxExpectation = {},
): Either<CorruptFile, IdxImages> => {
  const { count, height, width } = expected;
  const decoded = decode("images", bytes, path, [["count", count], ["height", height], ["width", width]]);
  if (isLeft(decoded)) return decoded;
  const [n, h, w] = decoded.right.extents as readonly [number, number, number];
  return right({ pixels: decoded.right.payload, count: n, height: h, width: w });
};

/**
 * Decodes a file of labels, each below `classes`. `path` is only for messages.
 *
 * @returns left `CorruptFile` with the offset when the file is truncated, has another magic number, another count than
 * expected, bytes left over, or a label that is out of range.
 */
export const decodeIdxLabels = (
  bytes: Uint8Array,
  path: string,
  classes: number,
  expected: Pick<IdxExpectation, "count"> = {},
): Either<CorruptFile, Uint8Array> => {
  const decoded = decode("labels", bytes, path, [["count", expected.count]]);
  if (isLeft(decoded)) return decoded;
  const labels = decoded.right.payload;
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong < 0) return right(labels);
  return corrupt(path, kinds.labels.header + wrong, `label ${labels[wrong]} is not below ${classes}`);
};
