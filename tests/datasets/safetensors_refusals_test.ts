import { expect, test } from "bun:test";
import fc from "../support/properties.ts";
import { decodeTensors, encodeTensors, type StoredTensor } from "../../datasets/mod.ts";
import { failure, tensorEntry as entry, tensorFile as fileOf } from "./support.ts";

const sentence = (bytes: Uint8Array) => failure(decodeTensors(bytes, "w.safetensors")).message;

const some: readonly (readonly [string, StoredTensor])[] = [
  ["a", { dtype: "f32", shape: [3], data: Float32Array.of(1.5, NaN, -Infinity) }],
  ["b", { dtype: "u8", shape: [1, 5], data: Uint8Array.of(0, 1, 2, 254, 255) }],
  ["c", { dtype: "bool", shape: [3], data: Uint32Array.of(0, 1, 1) }],
];

const f = (offsets: readonly number[], shape: readonly number[] = [1], dtype = "F32") => entry(dtype, shape, offsets);
test.each([
  ["a length that ends early", Uint8Array.of(1, 0, 0), "the file ends inside the length of its header, at byte 3"],
  ["a header beyond the end", fileOf("{}", [], 100n), "a header of 100 bytes does not fit into 10, at byte 0"],
  ["a header of 2^64 - 1", fileOf("{}", [], 2n ** 64n - 1n), "18446744073709551615 bytes is longer than allowed"],
  ["a header that is no object", fileOf("[1]"), "in the header the first character is not {, at byte 8"],
  ["a header of spaces", fileOf("   "), "the first character is not {"],
  ["an empty header", fileOf(""), "the first character is not {"],
  ["a header that ends early", fileOf('{"a":'), 'expected "{", got the end of the header, at byte 13'],
  ["a name that ends early", fileOf('{"a'), "a string does not end, at byte 9"],
  ["a bad escape", fileOf('{"\\x":1}'), "a string has a bad escape or a control character, at byte 9"],
  ["a control character", fileOf('{"\n":1}'), "a string has a bad escape or a control character, at byte 9"],
  ["bytes that are no UTF-8", fileOf(Uint8Array.of(0x7b, 0xff, 0x7d)), "the header is not UTF-8, at byte 8"],
  ["text after the header", fileOf("{} x"), "something follows the header's object, at byte 11"],
  ["a comma too many", fileOf(`{"a":${f([0, 4])},}`, [0, 0, 0, 0]), 'expected a string, got "}"'],
  ["the same name twice", fileOf(`{"a":${f([0, 4])},"a":${f([0, 4])}}`, [0, 0, 0, 0]), 'the key "a" comes twice'],
  ["the same name, spelt twice", fileOf(`{"a":${f([0, 4])},"\\u0061":${f([0, 4])}}`), 'the key "a" comes twice'],
  ["the same key in a tensor", fileOf('{"a":{"dtype":"F32","dtype":"I8"}}'), 'the key "dtype" comes twice'],
  ["an unknown key in a tensor", fileOf('{"a":{"stride":1}}'), '"a" has an unknown key "stride"'],
  ["a tensor without offsets", fileOf('{"a":{"dtype":"F32","shape":[1]}}'), '"a" needs "dtype", "shape" and'],
  ["three offsets", fileOf(`{"a":${f([0, 4, 4])}}`, [0, 0, 0, 0]), '"a" needs "dtype", "shape" and "data_offsets"'],
  ["metadata that is no text", fileOf('{"__metadata__":{"a":1}}'), 'expected a string, got "1"'],
  [
    "a negative extent",
    fileOf(`{"a":${f([0, 4], [-1])}}`, [0, 0, 0, 0]),
    'expected a whole number below 2^53, got "-"',
  ],
  ["half an extent", fileOf(`{"a":${f([0, 4], [1.5])}}`, [0, 0, 0, 0]), 'expected "]", got "."'],
  ["an extent with an exponent", fileOf('{"a":{"shape":[1e9]}}'), 'expected "]", got "e"'],
  ["an extent with a leading zero", fileOf('{"a":{"shape":[01]}}'), "expected a whole number below 2^53, got 01"],
  ["an extent beyond 2^53", fileOf('{"a":{"shape":[9007199254740992]}}'), "below 2^53, got 9007199254740992"],
  ["an endless extent", fileOf(`{"a":{"shape":[${"9".repeat(1000)}]}}`), `got ${"9".repeat(40)}, at byte`],
  ["an unknown dtype", fileOf(`{"a":${f([0, 4], [4], "F8_E4M3")}}`, [0, 0, 0, 0]), 'unknown dtype "F8_E4M3"'],
  ["a dtype in lower case", fileOf(`{"a":${f([0, 4], [1], "f32")}}`, [0, 0, 0, 0]), 'unknown dtype "f32"'],
  ["an inherited dtype", fileOf(`{"a":${f([0, 4], [1], "CONSTRUCTOR")}}`, [0, 0, 0, 0]), "unknown dtype"],
  ["offsets beyond the end", fileOf(`{"a":${f([0, 8], [2])}}`, [0, 0, 0, 0]), '"a" lies at [0, 8) of 4 bytes'],
  ["offsets backwards", fileOf(`{"a":${f([4, 0])}}`, [0, 0, 0, 0]), '"a" lies at [4, 0) of 4 bytes'],
  [
    "a shape of another size",
    fileOf(`{"a":${f([0, 4], [2])}}`, [0, 0, 0, 0]),
    "F32[2] and needs 8 bytes, its offsets give 4",
  ],
  ["a shape beyond memory", fileOf(`{"a":${f([0, 4], [2e9, 2e9, 2e9])}}`, [0, 0, 0, 0]), "and needs 3.2e+28 bytes"],
  [
    "tensors that overlap",
    fileOf(`{"a":${f([0, 4])},"b":${f([2, 6])}}`, new Uint8Array(6)),
    '"b" begins at 2, inside',
  ],
  [
    "two tensors in one place",
    fileOf(`{"a":${f([0, 4])},"b":${f([0, 4])}}`, [0, 0, 0, 0]),
    '"b" begins at 0, inside',
  ],
  ["a gap", fileOf(`{"a":${f([0, 4])},"b":${f([5, 9])}}`, new Uint8Array(9)), "bytes 4 to 5 belong to no tensor"],
  ["a gap at the start", fileOf(`{"a":${f([1, 5])}}`, new Uint8Array(5)), "bytes 0 to 1 belong to no tensor"],
  ["bytes left over", fileOf(`{"a":${f([0, 4])}}`, new Uint8Array(5)), "1 bytes follow the last tensor"],
  ["a boolean of 2", fileOf(`{"a":${f([0, 2], [2], "BOOL")}}`, [1, 2]), '"a" holds 2 as a BOOL, at byte 64'],
])("decodeTensors refuses %s", (_, bytes, message) => {
  expect(sentence(bytes)).toStartWith("w.safetensors: ");
  expect(sentence(bytes)).toContain(message);
});

test("decodeTensors names the byte of a fault behind letters of several bytes", () => {
  expect(failure(decodeTensors(fileOf('{"ключ":?'), "x")).offset).toBe(8 + 12);
});

test("decodeTensors does not repeat an endless name in its sentence", () => {
  expect(sentence(fileOf(`{"${"x".repeat(10_000)}":{"y":1}}`)).length).toBeLessThan(300);
  expect(sentence(fileOf(`{"a":${f([0, 4], new Array(10_000).fill(3))}}`, [0, 0, 0, 0])).length).toBeLessThan(300);
});

test("decodeTensors is not confused by depth", () => {
  expect(sentence(fileOf('{"a":'.repeat(100_000)))).toContain('"a" has an unknown key "a"');
  expect(sentence(fileOf(`{"a":{"shape":${"[".repeat(100_000)}`))).toContain('got "["');
});

test("decodeTensors refuses every truncation of a good file", () => {
  const bytes = encodeTensors(some, { k: "v" });
  for (let length = 0; length < bytes.length; length++) {
    expect(failure(decodeTensors(bytes.subarray(0, length), "x"))._tag).toBe("CorruptFile");
  }
});

test("decodeTensors never throws, whatever is changed in a good file", () => {
  const bytes = encodeTensors(some, { k: "v" });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 4 }), (changes) => {
      const other = bytes.slice();
      for (const [at, value] of changes) other[at] = value;
      expect(decodeTensors(other, "x")._tag).toBeOneOf(["Left", "Right"]);
    }),
    { numRuns: 1000 },
  );
});
