import { describe, expect, test } from "bun:test";
import fc from "../support/properties.ts";
import { deflateSync, inflateSync } from "node:zlib";
import { type Channels, decodePng, encodePng, type Picture } from "../../datasets/mod.ts";
import { crc32 } from "../../datasets/crc32.ts";
import { signature } from "../../datasets/png_format.ts";
import { type Bytes, concat, failure, success, words } from "./support.ts";

const chunk = (type: string, data: Uint8Array | readonly number[] = []): Bytes => {
  const body = concat(new TextEncoder().encode(type), data);
  return concat(words(data.length), body, words(crc32(body)));
};
const ihdr = (width: number, height: number, bits: number, colour: number, interlace = 0): Bytes =>
  chunk("IHDR", concat(words(width, height), [bits, colour, 0, 0, interlace]));
const idat = (rows: Uint8Array | readonly number[]): Bytes =>
  chunk("IDAT", new Uint8Array(deflateSync(Uint8Array.from(rows))));
const end = chunk("IEND");
const file = (...chunks: readonly Bytes[]): Bytes => concat(signature, ...chunks);
const decoded = async (...chunks: readonly Bytes[]): Promise<Picture> =>
  success(await decodePng(file(...chunks, end), "x.png")());
const refused = async (bytes: Uint8Array) => failure(await decodePng(bytes, "x.png")());

test("crc32 is that of the standard", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

describe("decodePng", () => {
  test("knows grey of 1, 2, 4, 8 and 16 bits", async () => {
    const values = async (bits: number, rows: readonly number[], width = 3) =>
      Array.from((await decoded(ihdr(width, 1, bits, 0), idat(rows))).values);
    expect(await values(1, [0, 0b10100000])).toEqual([255, 0, 255]);
    expect(await values(2, [0, 0b00011011], 4)).toEqual([0, 85, 170, 255]);
    expect(await values(4, [0, 0x0f, 0x70])).toEqual([0, 255, 119]);
    expect(await values(8, [0, 1, 2, 3])).toEqual([1, 2, 3]);
    expect(await values(16, [0, 1, 2, 3, 4, 255, 255])).toEqual([258, 772, 65535]);
  });

  test("knows grey with opacity, colours, and colours with opacity", async () => {
    const shape = async (colour: number, n: number) => {
      const { channels, values } = await decoded(
        ihdr(1, 2, 8, colour),
        idat([0, ...Array(n).fill(7), 0, ...Array(n).fill(9)]),
      );
      return [channels, ...values];
    };
    expect(await shape(4, 2)).toEqual([2, 7, 7, 9, 9]);
    expect(await shape(2, 3)).toEqual([3, 7, 7, 7, 9, 9, 9]);
    expect(await shape(6, 4)).toEqual([4, 7, 7, 7, 7, 9, 9, 9, 9]);
  });

  test("looks colours up in the palette, with their opacity", async () => {
    const palette = chunk("PLTE", [10, 20, 30, 40, 50, 60]);
    const plain = await decoded(ihdr(3, 1, 1, 3), palette, idat([0, 0b01000000]));
    expect([plain.channels, ...plain.values]).toEqual([3, 10, 20, 30, 40, 50, 60, 10, 20, 30]);
    const clear = await decoded(ihdr(2, 1, 8, 3), palette, chunk("tRNS", [128]), idat([0, 0, 1]));
    expect([clear.channels, ...clear.values]).toEqual([4, 10, 20, 30, 128, 40, 50, 60, 255]);
  });

  test("makes the transparent value an opacity", async () => {
    const grey = await decoded(ihdr(3, 1, 2, 0), chunk("tRNS", [0, 2]), idat([0, 0b01101100]));
    expect([grey.channels, ...grey.values]).toEqual([2, 85, 255, 170, 0, 255, 255]);
    const deep = await decoded(ihdr(2, 1, 16, 0), chunk("tRNS", [1, 2]), idat([0, 1, 2, 1, 3]));
    expect([...deep.values]).toEqual([258, 0, 259, 65535]);
    const colours = await decoded(ihdr(2, 1, 8, 2), chunk("tRNS", [0, 1, 0, 2, 0, 3]), idat([0, 1, 2, 3, 1, 2, 4]));
    expect([...colours.values]).toEqual([1, 2, 3, 0, 1, 2, 4, 255]);
  });

  test("undoes all five filters", async () => {
    const rows = [[1, 10, 5, 250], [2, 1, 1, 1], [3, 4, 4, 4], [4, 7, 7, 7], [0, 1, 2, 3]];
    const picture = await decoded(ihdr(3, 5, 8, 0), idat(rows.flat()));
    // By hand: left; above; half of left and above; Paeth; nothing.
    expect([...picture.values]).toEqual([10, 15, 9, 11, 16, 10, 9, 16, 17, 16, 23, 30, 1, 2, 3]);
  });

  test("puts the seven passes of an interlaced picture together", async () => {
    const [width, height] = [9, 6];
    const first = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];
    const rows = first.flatMap(([x0, y0, dx, dy]) => {
      const out: number[] = [];
      for (let y = y0!; y < height; y += dy!) {
        const row: number[] = [];
        for (let x = x0!; x < width; x += dx!) row.push(y * width + x);
        if (row.length > 0) out.push(0, ...row);
      }
      return out;
    });
    const picture = await decoded(ihdr(width, height, 8, 0, 1), idat(rows));
    expect([...picture.values]).toEqual(Array.from({ length: width * height }, (_, i) => i));
    const dot = await decoded(ihdr(1, 1, 1, 0, 1), idat([0, 128]));
    expect([...dot.values]).toEqual([255]);
  });

  test("takes data in several chunks, and passes over what it need not know", async () => {
    const data = new Uint8Array(deflateSync(Uint8Array.of(0, 42)));
    const parts = [chunk("IDAT", data.subarray(0, 3)), chunk("IDAT"), chunk("IDAT", data.subarray(3))];
    const picture = await decoded(ihdr(1, 1, 8, 0), chunk("tEXt", [1, 2, 3]), ...parts, chunk("tIME", [9]));
    expect([...picture.values]).toEqual([42]);
  });
});

describe("decodePng refuses", () => {
  const grey = ihdr(2, 2, 8, 0), rows = idat([0, 1, 2, 0, 3, 4]), good = file(grey, rows, end);

  test.each([
    ["another file", words(1, 2), 0, "it does not begin as a PNG file does"],
    ["nothing", new Uint8Array(0), 0, "it does not begin as a PNG file does"],
    ["a file without an end", file(grey, rows), 33 + rows.length, "the file ends before its last chunk"],
    ["a chunk that is cut", good.subarray(0, 50), 33, "IDAT has"],
    [
      "a huge chunk",
      file(grey, concat(words(0xffffffff), rows.subarray(4))),
      33,
      "IDAT has 4294967295 bytes, the file ends before",
    ],
    ["a chunk without a name", file(grey, concat(words(0), rows)), 37, "chunk is not four letters"],
    ["bytes at the end", concat(good, [0]), good.length, "1 bytes follow the last chunk"],
    ["another first chunk", file(rows, grey, end), 8, "the first chunk is no IHDR of 13 bytes"],
    ["a second header", file(grey, grey, rows, end), 33, "IHDR comes too late, or twice"],
    ["no width", file(ihdr(0, 2, 8, 0), rows, end), 16, "a picture of 0x2 has no pixels"],
    ["a huge picture", file(ihdr(2 ** 31, 2 ** 31, 8, 0), rows, end), 16, "is larger than 268435456 pixels"],
    ["a strange depth", file(ihdr(2, 2, 4, 2), rows, end), 24, "there is no colour type 2 of 4 bits"],
    ["a strange colour", file(ihdr(2, 2, 8, 5), rows, end), 24, "there is no colour type 5 of 8 bits"],
    ["a strange interlace", file(ihdr(2, 2, 8, 0, 2), rows, end), 26, "interlace 2 is unknown"],
    ["no pixels", file(grey, end), 45, "IDAT is missing"],
    ["no palette", file(ihdr(2, 2, 8, 3), rows, end), 33, "its palette is missing"],
    ["half a colour", file(ihdr(2, 2, 8, 3), chunk("PLTE", [1, 2]), rows, end), 33, "a palette of 2 bytes is none"],
    ["an unknown chunk", file(grey, chunk("NEWS"), rows, end), 33, "the chunk NEWS is unknown"],
    ["pixels in two places", file(grey, rows, chunk("tEXt"), rows, end), 45 + rows.length, "IDAT comes too late"],
    [
      "a foreign tRNS",
      file(grey, chunk("tRNS", [1]), rows, end),
      33,
      "tRNS of 1 bytes does not belong to colour type 0",
    ],
    ["an unknown filter", file(grey, idat([0, 1, 2, 5, 3, 4]), end), 33, "row 1 has an unknown filter"],
  ])("%s", async (_, bytes, offset, message) => {
    const fault = await refused(bytes);
    expect(fault).toMatchObject({ _tag: "CorruptFile", path: "x.png", offset });
    expect(fault.message).toContain(message);
    expect(fault.message).toEndWith(`, at byte ${offset}`);
  });

  test("every change of a byte, every missing end", async () => {
    for (let at = 0; at < good.length; at++) {
      const changed = good.slice();
      changed[at]! ^= 1 << (at % 8);
      expect((await refused(changed))._tag, `byte ${at}`).toBe("CorruptFile");
      expect((await refused(good.subarray(0, at)))._tag).toBe("CorruptFile");
    }
  });

  test("an index beyond the palette", async () => {
    const bytes = file(ihdr(2, 1, 8, 3), chunk("PLTE", [1, 2, 3]), idat([0, 0, 1]), end);
    expect((await refused(bytes)).message).toContain("a pixel is beyond the palette");
  });

  test("rows that are too few, too many or damaged, before it takes memory for them", async () => {
    const told = async (width: number, data: Bytes) =>
      (await refused(file(ihdr(width, width, 8, 0), data, end))).message;
    expect(await told(2, idat([0, 1, 2]))).toBe("x.png: it inflates to 3 bytes, expected 6");
    expect(await told(2, idat(new Uint8Array(99)))).toBe("x.png: it inflates to more than the 6 bytes expected");
    expect(await told(2, chunk("IDAT", [1, 2, 3]))).toContain("x.png: its zlib data is damaged");
    expect(await told(16384, idat([0]))).toMatch(/^x\.png: \d+ bytes cannot inflate to 268451840$/);
  });
});

describe("encodePng", () => {
  const picture = fc.record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom<Channels>(1, 2, 3, 4),
    deep: fc.boolean(),
    seed: fc.nat(),
  }).map(({ deep, seed, ...shape }): Picture => {
    const count = shape.width * shape.height * shape.channels;
    const value = (i: number) => Math.imul(seed + i, 2654435761) >>> (seed % 3 === 0 ? 28 : 16);
    const values = Array.from({ length: count }, (_, i) => value(i));
    return { ...shape, values: deep ? Uint16Array.from(values) : Uint8Array.from(values) };
  });

  test("gives what decodePng takes", async () => {
    await fc.assert(fc.asyncProperty(picture, async (p) => {
      expect(success(await decodePng(await encodePng(p), "x")())).toEqual(p);
    }));
  });

  test("filters so that a smooth picture becomes small", async () => {
    const values = Uint8Array.from({ length: 64 * 64 }, (_, i) => 2 * (i % 64) + (i >> 6));
    const bytes = await encodePng({ width: 64, height: 64, channels: 1, values });
    expect(bytes.length).toBeLessThan(200);
    const data = bytes.subarray(41, 41 + new DataView(bytes.buffer).getUint32(33));
    expect(inflateSync(data)).toHaveLength(64 * 65);
  });

  test("refuses values that do not fill the picture", async () => {
    const wrong = { width: 2, height: 2, channels: 3, values: new Uint8Array(4) } as const;
    await expect(encodePng(wrong)).rejects.toThrow("encodePng: a picture [2, 2, 3] has other than 4 values");
    await expect(encodePng({ ...wrong, width: 0, values: new Uint8Array(0) })).rejects.toThrow("encodePng");
  });
});
