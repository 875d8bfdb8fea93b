/**
 * The outside of a PNG file (W3C Recommendation, third edition): the signature, then chunks, each of u32 length, four letters,
 * the data and its CRC; the first, IHDR, says what the pixels are.
 */
import { type Either, isLeft, left, right } from "../core/either.ts";
import type { CorruptFile } from "../core/failure.ts";
import { crc32 } from "./crc32.ts";
import type { Channels } from "./picture.ts";

/** The first eight bytes of every file. */
export const signature: Uint8Array<ArrayBuffer> = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);

/** What IHDR says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a value, or of an index into the palette. */
  readonly bits: 1 | 2 | 4 | 8 | 16;
  readonly colour: ColourType;
  readonly interlaced: boolean;
}

/** By the number in the file: the channels that it stores, and the bits of a value that it may have. */
export const colourTypes = {
  0: { channels: 1, bits: [1, 2, 4, 8, 16] },
  2: { channels: 3, bits: [8, 16] },
  3: { channels: 1, bits: [1, 2, 4, 8] },
  4: { channels: 2, bits: [8, 16] },
  6: { channels: 4, bits: [8, 16] },
} as const satisfies Record<number, { readonly channels: Channels; readonly bits: readonly number[] }>;
/** 0 grey, 2 colours, 3 indices into a palette, 4 grey and opacity, 6 colours and opacity. */
export type ColourType = keyof typeof colourTypes;

/** The chunks that decide about pixels. */
export interface PngChunks {
  readonly header: PngHeader;
  /** Red, green and blue of every entry. */
  readonly palette: Uint8Array | null;
  /** Opacity of the palette's entries, or the one value that is transparent. */
  readonly transparency: Uint8Array | null;
  /** The compressed rows. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Where the first of them lie in the file. */
  readonly dataAt: number;
}

/** So many pixels a picture may have: no memory is taken for what only a hostile header can ask for. */
const mostPixels = 2 ** 28;

type Result<A> = Either<CorruptFile, A>;

/** The failure of a file that is wrong at a byte. */
export const corruptAt = (path: string, offset: number, message: string): Either<CorruptFile, never> =>
  left({ _tag: "CorruptFile", path, offset, message: `${path}: ${message}, at byte ${offset}` });

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** Where the chunk begins. */
  readonly at: number;
}

const chunksOf = (bytes: Uint8Array, path: string): Result<readonly Chunk[]> => {
  if (bytes.length < 8 || signature.some((byte, i) => bytes[i] !== byte)) {
    return corruptAt(path, 0, "it does not begin as a PNG file does");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 8; chunks.at(-1)?.type !== "IEND";) {
    if (at + 12 > bytes.length) return corruptAt(path, bytes.length, "the file ends before its last chunk");
    const length = view.getUint32(at), end = at + 8 + length;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) return corruptAt(path, at + 4, "the name of a chunk is not four letters");
    if (end + 4 > bytes.length) return corruptAt(path, at, `${type} has ${length} bytes, the file ends before`);
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
      return corruptAt(path, at, `${type} is damaged: its checksum is wrong`);
    }
    chunks.push({ type, data: bytes.subarray(at + 8, end), at });
    at = end + 4;
  }
  const end = chunks.at(-1)!.at + 12 + chunks.at(-1)!.data.length;
  return end === bytes.length
    ? right(chunks)
    : corruptAt(path, end, `${bytes.length - end} bytes follow the last chunk`);
};

const headerOf = ({ type, data, at }: Chunk, path: string): Result<PngHeader> => {
  if (type !== "IHDR" || data.length !== 13) return corruptAt(path, at, "the first chunk is no IHDR of 13 bytes");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [bits, colour, compression, filter, interlace] = data.subarray(8) as unknown as [number, number, ...number[]];
  if (width === 0 || height === 0) return corruptAt(path, at + 8, `a picture of ${width}x${height} has no pixels`);
  if (width * height > mostPixels) {
    return corruptAt(path, at + 8, `a picture of ${width}x${height} is larger than ${mostPixels} pixels`);
  }
  const known = Object.hasOwn(colourTypes, colour) ? colourTypes[colour as ColourType] : undefined;
  if (known === undefined || !(known.bits as readonly number[]).includes(bits)) {
    return corruptAt(path, at + 16, `there is no colour type ${colour} of ${bits} bits`);
  }
  if (compression !== 0 || filter !== 0 || interlace! > 1) {
    const told = `compression ${compression}, filter ${filter} or interlace ${interlace} is unknown`;
    return corruptAt(path, at + 18, told);
  }
  return right({
    width,
    height,
    bits: bits as PngHeader["bits"],
    colour: colour as ColourType,
    interlaced: interlace === 1,
  });
};

/** What is wrong with a chunk besides IHDR and IDAT, or null. */
const faultIn = ({ type, data }: Chunk, { colour }: PngHeader, entries: number): string | null => {
  if (type === "PLTE" && (data.length === 0 || data.length % 3 !== 0 || data.length > 768)) {
    return `a palette of ${data.length} bytes is none`;
  }
  if (type === "tRNS") {
    const fits = { 0: data.length === 2, 2: data.length === 6, 3: data.length <= entries, 4: false, 6: false }[colour];
    return fits ? null : `tRNS of ${data.length} bytes does not belong to colour type ${colour}`;
  }
  const critical = type[0]! <= "Z";
  return critical && !["IHDR", "PLTE", "IDAT", "IEND"].includes(type) ? `the chunk ${type} is unknown` : null;
};

const joined = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};

/**
 * Reads the chunks of a file, their checksums compared. `path` is for messages.
 *
 * @returns left `CorruptFile` with the offset.
 */
export const readPngChunks = (bytes: Uint8Array, path: string): Result<PngChunks> => {
  const all = chunksOf(bytes, path);
  if (isLeft(all)) return all;
  const header = headerOf(all.right[0]!, path);
  if (isLeft(header)) return header;
  let palette: Uint8Array | null = null, transparency: Uint8Array | null = null;
  let before = "IHDR";
  const data: Chunk[] = [];
  for (const chunk of all.right.slice(1)) {
    const { type, at } = chunk;
    const fault = faultIn(chunk, header.right, (palette?.length ?? 0) / 3);
    if (fault !== null) return corruptAt(path, at, fault);
    const late = type === "IHDR" || (type === "PLTE" && (palette !== null || data.length > 0)) ||
      (type === "tRNS" && (transparency !== null || data.length > 0)) ||
      (type === "IDAT" && data.length > 0 && before !== "IDAT");
    if (late) return corruptAt(path, at, `${type} comes too late, or twice`);
    if (type === "PLTE") palette = chunk.data;
    if (type === "tRNS") transparency = chunk.data;
    if (type === "IDAT") data.push(chunk);
    before = type;
  }
  if (data.length === 0) return corruptAt(path, bytes.length, "it has no pixels: IDAT is missing");
  if (header.right.colour === 3 && palette === null) return corruptAt(path, data[0]!.at, "its palette is missing");
  const dataAt = data[0]!.at;
  return right({ header: header.right, palette, transparency, data: joined(data.map((c) => c.data)), dataAt });
};
