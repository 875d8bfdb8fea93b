/** PNG files (W3C Recommendation, third edition), read and written without a library: every colour type, depth and filter. */
import { isLeft, right, type TaskEither } from "../core/either.ts";
import { ShapeError } from "../core/errors.ts";
import type { PullbackError } from "../core/failure.ts";
import { inflate } from "./bytes.ts";
import { crc32 } from "./crc32.ts";
import type { Channels, Picture } from "./picture.ts";
import { type ColourType, colourTypes, corruptAt, type PngChunks, readPngChunks, signature } from "./png_format.ts";
import { filterRows, type Pass, passesOf, rowBytes, unfilter } from "./png_rows.ts";

type Values = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** Puts the stored values of one pass where they belong; values of less than 8 bits stay as small as they are. */
const place = (out: Values, rows: Uint8Array, pass: Pass, width: number, channels: number, bits: number): void => {
  const length = rowBytes(pass.width, channels * bits);
  for (let j = 0; j < pass.height; j++) {
    const at = j * (length + 1) + 1;
    if (bits === 8 && pass.dx === 1 && pass.dy === 1) {
      out.set(rows.subarray(at, at + length), j * length);
      continue;
    }
    for (let i = 0; i < pass.width * channels; i++) {
      const value = bits === 16
        ? rows[at + 2 * i]! << 8 | rows[at + 2 * i + 1]!
        : bits === 8
        ? rows[at + i]!
        : (rows[at + (i * bits >> 3)]! >> (8 - bits - i * bits % 8)) & ((1 << bits) - 1);
      const x = pass.x0 + pass.dx * Math.floor(i / channels), y = pass.y0 + pass.dy * j;
      out[(y * width + x) * channels + i % channels] = value;
    }
  }
};

/** Colours of the palette for its indices; null where an index is beyond it. */
const painted = (indices: Values, palette: Uint8Array, opacity: Uint8Array | null): Values | null => {
  const channels = opacity === null ? 3 : 4;
  const out = new Uint8Array(indices.length * channels);
  for (let i = 0; i < indices.length; i++) {
    const entry = indices[i]!;
    if (3 * entry >= palette.length) return null;
    for (let c = 0; c < 3; c++) out[i * channels + c] = palette[3 * entry + c]!;
    if (opacity !== null) out[i * channels + 3] = opacity[entry] ?? 255;
  }
  return out;
};

/** Adds an opacity: 0 for the one value that is transparent, else full. */
const keyed = (values: Values, channels: number, bits: number, key: Uint8Array): Values => {
  const wanted = Array.from({ length: channels }, (_, c) => (key[2 * c]! << 8 | key[2 * c + 1]!) & ((1 << bits) - 1));
  const pixels = values.length / channels;
  const out = values instanceof Uint16Array
    ? new Uint16Array(pixels * (channels + 1))
    : new Uint8Array(pixels * (channels + 1));
  for (let i = 0; i < pixels; i++) {
    let same = true;
    for (let c = 0; c < channels; c++) {
      const value = out[i * (channels + 1) + c] = values[i * channels + c]!;
      same &&= value === wanted[c];
    }
    out[i * (channels + 1) + channels] = same ? 0 : out instanceof Uint16Array ? 65535 : 255;
  }
  return out;
};

/** The picture that the stored values mean; null where an index is beyond the palette. */
const meant = (stored: Values, { header, palette, transparency }: PngChunks): Picture | null => {
  const { width, height, colour, bits } = header;
  const of = (channels: number, values: Values) => ({ width, height, channels: channels as Channels, values });
  if (colour === 3) {
    const values = painted(stored, palette!, transparency);
    return values === null ? null : of(transparency === null ? 3 : 4, values);
  }
  const { channels } = colourTypes[colour];
  const values = transparency === null ? stored : keyed(stored, channels, bits, transparency);
  if (bits < 8) {
    // Grey of few bits fills the whole range; an added opacity does so already.
    const full = 255 / ((1 << bits) - 1), step = transparency === null ? 1 : 2;
    for (let i = 0; i < values.length; i += step) values[i] = values[i]! * full;
  }
  return of(transparency === null ? channels : channels + 1, values);
};

/**
 * Decodes a PNG file of any colour type, depth and interlacing; colours of a palette are looked up, a transparent colour
 * becomes an opacity, and grey of less than 8 bits is spread over 0 to 255. `path` is only for messages.
 *
 * `u8[bytes] -> [h, w, c]`
 *
 * @returns left `CorruptFile`, with the offset where one is to blame: chunks that are truncated, damaged, unknown or in the
 * wrong order, sizes that the data does not have. No memory is taken for pixels that the data cannot hold.
 *
 * @example
 * ```ts
 * import { decodePng, readFile, run } from "@pullback/pullback/datasets";
 * const { width, height, channels } = await run(decodePng(await run(readFile("cat.png")), "cat.png"));
 * ```
 */
export const decodePng = (bytes: Uint8Array, path: string): TaskEither<PullbackError, Picture> => async () => {
  const read = readPngChunks(bytes, path);
  if (isLeft(read)) return read;
  const { header, data, dataAt } = read.right, { width, height, bits, colour } = header;
  const { channels } = colourTypes[colour], pixelBits = channels * bits;
  const passes = passesOf(header);
  const sizes = passes.map((pass) => pass.height * (1 + rowBytes(pass.width, pixelBits)));
  const rows = await inflate(data, "deflate", sizes.reduce((a, b) => a + b, 0), path)();
  if (isLeft(rows)) return rows;
  const count = width * height * channels;
  const stored = bits === 16 ? new Uint16Array(count) : new Uint8Array(count);
  let at = 0;
  for (const [i, pass] of passes.entries()) {
    const part = rows.right.subarray(at, at += sizes[i]!);
    const wrong = unfilter(part, pass.height, rowBytes(pass.width, pixelBits), Math.max(1, pixelBits >> 3));
    if (wrong >= 0) return corruptAt(path, dataAt, `row ${pass.y0 + pass.dy * wrong} has an unknown filter`);
    place(stored, part, pass, width, channels, bits);
  }
  const picture = meant(stored, read.right);
  return picture === null ? corruptAt(path, dataAt, "a pixel is beyond the palette") : right(picture);
};

const colourOf: Readonly<Record<Channels, ColourType>> = { 1: 0, 2: 4, 3: 2, 4: 6 };

const chunk = (type: string, data: Uint8Array): Uint8Array<ArrayBuffer> => {
  const out = new Uint8Array(12 + data.length), view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(new TextEncoder().encode(type), 4);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
};

const deflated = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer(),
  );

/**
 * Encodes a picture: grey or colours, with opacity or without, of 8 or 16 bits. What `decodePng` gives comes back equal.
 *
 * `[h, w, c] -> u8[bytes]`
 *
 * Rejects with `ShapeError` when there are not as many values as height, width and channels say.
 */
export const encodePng = async ({ width, height, channels, values }: Picture): Promise<Uint8Array<ArrayBuffer>> => {
  const expected = width * height * channels;
  if (
    !(Number.isInteger(expected) && expected > 0 && values.length === expected && Object.hasOwn(colourOf, channels))
  ) {
    const sentence = `encodePng: a picture [${height}, ${width}, ${channels}] has other than ${values.length} values`;
    throw new ShapeError(sentence, { op: "encodePng", expected: String(expected), got: String(values.length) });
  }
  const bits = values instanceof Uint16Array ? 16 : 8, step = channels * bits / 8, length = width * step;
  const raw = new Uint8Array(height * length);
  if (bits === 8) raw.set(values);
  else for (let i = 0; i < values.length; i++) [raw[2 * i], raw[2 * i + 1]] = [values[i]! >> 8, values[i]! & 255];
  const header = new Uint8Array(13), view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([bits, colourOf[channels]], 8);
  const data = await deflated(filterRows(raw, height, length, step));
  const parts = [signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", new Uint8Array(0))];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
};
