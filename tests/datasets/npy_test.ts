import { describe, expect, test } from "bun:test";
import fc from "../support/properties.ts";
import { decodeNpy, encodeNpy } from "../../datasets/mod.ts";
import { long, short, tensors, text } from "./arrays.ts";
import { type Bytes, concat, failure, success } from "./support.ts";

/** An .npy file with this header, padded to `start`. */
const npy = (header: string, data: Uint8Array | readonly number[] = [], start = 128): Bytes =>
  concat([0x93], text("NUMPY"), [1, 0], short(start - 10), text(`${header.padEnd(start - 11)}\n`), data);
const dict = (descr: string, shape: string, fortran = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
const plain = (bytes: Bytes) => {
  const { dtype, shape, data } = success(decodeNpy(bytes, "x.npy"));
  return [dtype, [...shape], Array.from(data as ArrayLike<number | bigint>)];
};

describe("decodeNpy", () => {
  test("reads every dtype, in both byte orders", () => {
    expect(plain(npy(dict("<f4", "(2, 1)"), [0, 0, 128, 63, 0, 0, 0, 192]))).toEqual(["f32", [2, 1], [1, -2]]);
    expect(plain(npy(dict(">f4", "(2,)"), [63, 128, 0, 0, 192, 0, 0, 0]))).toEqual(["f32", [2], [1, -2]]);
    expect(plain(npy(dict(">f8", "(1,)"), [63, 248, 0, 0, 0, 0, 0, 0]))).toEqual(["f64", [1], [1.5]]);
    expect(plain(npy(dict("<f2", "()"), [0, 0x38]))).toEqual(["f16", [], [0x3800]]);
    expect(plain(npy(dict(">i2", "(2,)"), [255, 253, 0, 4]))).toEqual(["i16", [2], [-3, 4]]);
    expect(plain(npy(dict(">i4", "(1,)"), [0, 1, 17, 112]))).toEqual(["i32", [1], [70000]]);
    expect(plain(npy(dict("<i8", "(1,)"), [0, 0, 0, 0, 0, 0, 0, 64]))).toEqual(["i64", [1], [2n ** 62n]]);
    expect(plain(npy(dict("<u8", "(1,)"), Array(8).fill(255)))).toEqual(["u64", [1], [2n ** 64n - 1n]]);
    expect(plain(npy(dict("|u1", "(3,)"), [7, 0, 255]))).toEqual(["u8", [3], [7, 0, 255]]);
    expect(plain(npy(dict("|i1", "(1,)"), [254]))).toEqual(["i8", [1], [-2]]);
    expect(plain(npy(dict("<u2", "(1,)"), [1, 2]))).toEqual(["u16", [1], [513]]);
    expect(plain(npy(dict(">u4", "(1,)"), [255, 0, 0, 1]))).toEqual(["u32", [1], [0xff000001]]);
    expect(plain(npy(dict("|b1", "(2,)"), [1, 0]))).toEqual(["bool", [2], [1, 0]]);
    expect(plain(npy(dict("<f4", "(0, 5)")))).toEqual(["f32", [0, 5], []]);
  });

  test("puts the axes of Fortran's order right", () => {
    // numpy.asfortranarray(numpy.arange(24).reshape(2, 3, 4))
    const stored = [0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23];
    const counted = Array.from({ length: 24 }, (_, i) => i);
    expect(plain(npy(dict("|u1", "(2, 3, 4)", "True"), stored))).toEqual(["u8", [2, 3, 4], counted]);
    expect(plain(npy(dict(">i2", "(2, 2)", "True"), [0, 1, 0, 3, 0, 2, 0, 4]))).toEqual(["i16", [2, 2], [1, 2, 3, 4]]);
    expect(plain(npy(dict("|u1", "(0, 3)", "True")))).toEqual(["u8", [0, 3], []]);
  });

  test("reads the versions 2 and 3, other spacing, and what Python 2 wrote", () => {
    const header = `{"shape":(1L,2L),'fortran_order':False,\t"descr":"|u1"}\n`;
    for (const version of [2, 3]) {
      const file = concat([0x93], text("NUMPY"), [version, 0], long(header.length), text(header), [5, 6]);
      expect(plain(file)).toEqual(["u8", [1, 2], [5, 6]]);
    }
  });

  test.each([
    ["another file", text("not NumPy's"), 0, "it does not begin as an .npy file does"],
    ["nothing", new Uint8Array(0), 0, "it does not begin as an .npy file does"],
    ["version 4", concat([0x93], text("NUMPY"), [4, 0, 1, 0, 0]), 6, "version 4.0 is unknown"],
    [
      "a long header",
      concat([0x93], text("NUMPY"), [1, 0, 255, 255, 0]),
      8,
      "a header of 65535 bytes does not fit into 11",
    ],
    ["a huge header", concat([0x93], text("NUMPY"), [2, 0], long(0xffffffff)), 8, "a header of 4294967295 bytes"],
    ["a header of nothing", npy(""), 128, "expected {, got the end of the header"],
    ["a record", npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }"), 20, "expected a string"],
    ["an object", npy(dict("|O", "(1,)"), [0]), 10, 'elements of type "|O" are not numbers'],
    ["a text", npy(dict("<U3", "(1,)"), [0]), 10, 'elements of type "<U3"'],
    ["no byte order", npy(dict("|f4", "(1,)"), [0, 0, 0, 0]), 10, 'elements of type "|f4"'],
    ["a strange type", npy(dict("<toString", "(1,)")), 10, 'elements of type "<toString"'],
    ["a key twice", npy("{'descr': '<f4', 'descr': '<f4'}"), 27, 'the key "descr" is unknown or comes twice'],
    ["another key", npy("{'size': 1}"), 11, 'the key "size" is unknown'],
    [
      "a missing key",
      npy("{'descr': '<f4', 'shape': (1,)}"),
      10,
      "expected the keys 'descr', 'fortran_order' and 'shape'",
    ],
    ["a negative extent", npy(dict("<f4", "(-1,)")), 61, "expected a whole number"],
    ["a huge extent", npy(dict("<f4", "(9999999999999999,)")), 61, "the extent 10000000000000000 is too large"],
    ["a number for a shape", npy(dict("<f4", "(3)")), 62, "expected , after the only extent"],
    ["many axes", npy(dict("<f4", `(${"1,".repeat(65)})`), [], 256), 189, "the shape has more than 64 axes"],
    ["code", npy("__import__('os')"), 10, "expected {"],
    ["something behind", npy(`${dict("<f4", "()")} 1`), 66, "something follows the dictionary"],
    ["too little data", npy(dict("<f4", "(2,)"), [0, 0, 0, 0]), 128, "f32[2] needs 8 bytes, 4 follow the header"],
    ["too much data", npy(dict("<f4", "(0,)"), [0]), 128, "f32[0] needs 0 bytes, 1 follow"],
    ["an exabyte", npy(dict("<f8", "(1000000000, 1000000000)")), 128, "needs 8000000000000000000 bytes, 0 follow"],
    ["half a yes", npy(dict("|b1", "(2,)"), [1, 2]), 129, "2 is no boolean"],
  ])("refuses %s", (_, bytes, offset, message) => {
    const fault = failure(decodeNpy(bytes, "x.npy"));
    expect(fault.message).toContain(message);
    expect(fault).toMatchObject({ _tag: "CorruptFile", path: "x.npy", offset });
  });

  test("takes any bytes without throwing", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(70), (noise, at) => {
      const bytes = npy(dict("<f4", "(1,)"), [0, 0, 0, 0], 80);
      bytes.set(noise.subarray(0, 84 - at), at);
      expect(decodeNpy(bytes, "x")._tag).toBeOneOf(["Left", "Right"]);
    }));
  });
});

describe("encodeNpy", () => {
  test.each(tensors.map((t) => [t.dtype, t] as const))("gives what decodeNpy takes: %s", (_, tensor) => {
    const bytes = encodeNpy(tensor);
    expect(success(decodeNpy(bytes, "x"))).toEqual(tensor);
    expect(new DataView(bytes.buffer).getUint16(8, true) % 64).toBe(54);
  });

  test("writes the bytes that NumPy writes", () => {
    // numpy.save(f, numpy.arange(6, dtype="f4").reshape(2, 3))
    const written =
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgIC" +
      "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAACAPwAAAEAAAEBAAACAQAAAoEA=";
    const mine = encodeNpy({ dtype: "f32", shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) });
    const theirs = Uint8Array.fromBase64(written);
    expect(plain(theirs)).toEqual(["f32", [2, 3], [0, 1, 2, 3, 4, 5]]);
    // NumPy leaves room for the first extent to grow; the dictionary and the data are the same.
    expect(new TextDecoder().decode(mine.subarray(10, 70))).toBe(new TextDecoder().decode(theirs.subarray(10, 70)));
    expect(mine.subarray(-24)).toEqual(theirs.subarray(-24));
  });

  test("refuses what does not fit, and what NumPy does not have", () => {
    expect(() => encodeNpy({ dtype: "f32", shape: [3], data: Float32Array.of(1) })).toThrow(
      "[3] needs 3 elements, got 1",
    );
    expect(() => encodeNpy({ dtype: "bf16", shape: [1], data: Uint16Array.of(1) })).toThrow("NumPy has no bf16");
  });
});
