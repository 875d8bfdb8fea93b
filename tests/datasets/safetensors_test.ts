import { describe, expect, test } from "bun:test";
import fc from "../support/properties.ts";
import { readFileSync } from "node:fs";
import { decodeTensors, encodeTensors, type StoredArrays, type StoredTensor } from "../../datasets/mod.ts";
import { testShared } from "../support/skips.ts";
import { concat, success, tensorEntry as entry, tensorFile as fileOf } from "./support.ts";

/** A tensor with its elements as bytes: NaN, -0 and all. */
const bits = ({ dtype, shape, data }: StoredTensor) => ({
  dtype,
  shape,
  bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
});

const one: { readonly [D in keyof StoredArrays]: StoredTensor } = {
  f64: { dtype: "f64", shape: [2], data: Float64Array.of(Math.PI, -0) },
  f32: { dtype: "f32", shape: [3], data: Float32Array.of(1.5, NaN, -Infinity) },
  f16: { dtype: "f16", shape: [2], data: Uint16Array.of(0x3c00, 0x7e01) },
  bf16: { dtype: "bf16", shape: [2], data: Uint16Array.of(0x3f80, 0xff80) },
  i64: { dtype: "i64", shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n) },
  i32: { dtype: "i32", shape: [2, 1], data: Int32Array.of(-5, 7) },
  i16: { dtype: "i16", shape: [1], data: Int16Array.of(-300) },
  i8: { dtype: "i8", shape: [3], data: Int8Array.of(-128, 0, 127) },
  u64: { dtype: "u64", shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
  u32: { dtype: "u32", shape: [1], data: Uint32Array.of(4294967295) },
  u16: { dtype: "u16", shape: [1], data: Uint16Array.of(65535) },
  u8: { dtype: "u8", shape: [1, 5], data: Uint8Array.of(0, 1, 2, 254, 255) },
  bool: { dtype: "bool", shape: [3], data: Uint32Array.of(0, 1, 1) },
};

describe("encodeTensors", () => {
  test("writes the bytes of the format", () => {
    const bytes = encodeTensors([["b", { dtype: "f32", shape: [1, 2], data: Float32Array.of(1, -2) }]], { by: "us" });
    const header = '{"__metadata__":{"by":"us"},"b":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(bytes).toEqual(fileOf(padded, [0, 0, 128, 63, 0, 0, 0, 192]));
  });

  test("gives the same bytes in whatever order the tensors come, wide elements first", () => {
    const pairs = Object.entries(one);
    const bytes = encodeTensors(pairs);
    expect(encodeTensors(pairs.toReversed())).toEqual(bytes);
    const names = [...success(decodeTensors(bytes, "x")).tensors.keys()];
    expect(names).toEqual("f64 i64 u64 f32 i32 u32 bf16 f16 i16 u16 bool i8 u8".split(" "));
  });

  test("begins the data at a multiple of 8, so that every tensor is aligned", () => {
    for (let n = 1; n < 20; n++) {
      const bytes = encodeTensors([["x".repeat(n), one.f64]]);
      expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    }
  });

  test("writes only the part of a buffer that a view shows", () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const { tensors } = success(decodeTensors(encodeTensors([["v", { dtype: "f32", shape: [2], data }]]), "x"));
    expect(tensors.get("v")!.data).toEqual(Float32Array.of(1, 2));
  });

  test("throws when the data does not fill the shape, and when a name is taken", () => {
    const data = Float32Array.of(1, 2, 3);
    expect(() => encodeTensors([["w", { dtype: "f32", shape: [2, 2], data }]])).toThrow(
      "encodeTensors: w of shape [2,2] needs 4 elements, got 3",
    );
    expect(() => encodeTensors([["w", { dtype: "f32", shape: [-1, -3], data }]])).toThrow(TypeError);
    expect(() => encodeTensors([["w", one.f32], ["w", one.i8]])).toThrow('the name "w" is taken');
    expect(() => encodeTensors([["__metadata__", one.f32]])).toThrow('the name "__metadata__" is taken');
  });
});

describe("decodeTensors of encodeTensors", () => {
  test("gives back every dtype, bit for bit", () => {
    const file = success(decodeTensors(encodeTensors(Object.entries(one), { "ключ": 'a "quoted" \\ \n' }), "x"));
    expect(file.tensors.size).toBe(13);
    for (const [name, tensor] of Object.entries(one)) expect(bits(file.tensors.get(name)!)).toEqual(bits(tensor));
    expect(Object.fromEntries(file.metadata)).toEqual({ "ключ": 'a "quoted" \\ \n' });
  });

  test("gives back any tensors under any names", () => {
    const tensor = fc.array(fc.nat(3), { maxLength: 4 }).chain((shape) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return fc.array(fc.float(), { minLength: length, maxLength: length }).map((values): StoredTensor => ({
        dtype: "f32",
        shape,
        data: Float32Array.from(values),
      }));
    });
    const name = fc.string({ unit: "grapheme" }).filter((n) => n !== "__metadata__");
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, tensor), { selector: ([n]) => n, maxLength: 6 }), (pairs) => {
        const { tensors } = success(decodeTensors(encodeTensors(pairs), "x"));
        expect(tensors.size).toBe(pairs.length);
        for (const [n, t] of pairs) expect(bits(tensors.get(n)!)).toEqual(bits(t));
      }),
    );
  });

  test("keeps names that are special to JavaScript", () => {
    const pairs = ["__proto__", "constructor", "toString", ""].map((n) => [n, one.i8] as const);
    const { tensors } = success(decodeTensors(encodeTensors(pairs), "x"));
    expect([...tensors.keys()]).toEqual(["", "__proto__", "constructor", "toString"]);
  });

  test("gives copies, also of a buffer that is part of a larger one", () => {
    const bytes = concat([1, 2, 3], encodeTensors([["v", one.i32]]));
    const view = bytes.subarray(3);
    const { tensors } = success(decodeTensors(view, "x"));
    bytes.fill(0);
    expect(tensors.get("v")).toEqual(one.i32);
    expect(tensors.get("v")!.data.buffer.byteLength).toBe(8);
  });
});

describe("decodeTensors", () => {
  test("reads what others write: any order of keys and tensors, spaces, escapes, unaligned data", () => {
    const header = `{ "\\u0061" : {"data_offsets":[1,5], "shape" :[1] ,"dtype":"I32"},\n\t"b":${
      entry("U8", [1], [0, 1])
    }}  `;
    const file = success(decodeTensors(fileOf(header, [200, 1, 0, 0, 0]), "x"));
    expect([...file.tensors]).toEqual([
      ["b", { dtype: "u8", shape: [1], data: Uint8Array.of(200) }],
      ["a", { dtype: "i32", shape: [1], data: Int32Array.of(1) }],
    ]);
  });

  test("reads scalars, empty tensors and empty files", () => {
    const header = `{"e":${entry("F32", [0, 7], [4, 4])},"s":${entry("F32", [], [0, 4])}}`;
    const { tensors } = success(decodeTensors(fileOf(header, [0, 0, 128, 63]), "x"));
    expect(tensors.get("s")!.data).toEqual(Float32Array.of(1));
    expect(tensors.get("e")).toEqual({ dtype: "f32", shape: [0, 7], data: new Float32Array(0) });
    expect(success(decodeTensors(fileOf("{}"), "x")).tensors.size).toBe(0);
  });

  testShared("golden/models/lenet5.safetensors")("reads a file that PyTorch's side wrote", (path) => {
    const { tensors } = success(decodeTensors(new Uint8Array(readFileSync(path)), path));
    const weights = [...tensors].filter(([name]) => name.includes("/in/init."));
    expect(weights.length).toBeGreaterThan(5);
    for (const [, tensor] of tensors) {
      expect(tensor.data.length).toBe(tensor.shape.reduce((a, b) => a * b, 1));
      expect(tensor.dtype).toBeOneOf(["f32", "i32", "bool"]);
    }
    const again = success(decodeTensors(encodeTensors(tensors), "again"));
    expect(again.tensors.size).toBe(tensors.size);
    for (const [name, tensor] of tensors) expect(bits(again.tensors.get(name)!)).toEqual(bits(tensor));
  });
});
