import { describe, expect, test } from "bun:test";
import { assemble } from "../../compiler/wasm/assembler.ts";
import { createBuilder } from "../../compiler/wasm/builder.ts";
import type { Builder, Value } from "../../compiler/wasm/ir.ts";

const memory = () => {
  const made = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  new Float32Array(made.buffer).forEach((_, i, all) => all[i] = i);
  return made;
};
/** What is at 64 and after, as vectors, once a function has run on numbers that count from 0, and how many of each load it has. */
const run = (build: (b: Builder, splat: (offset: number) => Value) => readonly Value[], vectors: number) => {
  const b = createBuilder(false), at = b.param(0);
  build(b, (offset) => b.load("v128.load32_splat", at, offset)).forEach((value, i) =>
    b.store([{ name: "v128.store", address: b.i32(64 + 16 * i), offset: 0, value }])
  );
  const f = b.finish("f"), code = f.code, m = memory();
  const count = (op: number): number => code.filter((byte, i) => byte === 0xfd && code[i + 1] === op).length;
  const bytes = assemble({ shared: true, imports: [], functions: [f] });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: m } });
  (exports["f"] as (at: number) => void)(1024);
  const found = Array.from(new Float32Array(m.buffer, 64, 4 * vectors));
  return {
    values: Array.from({ length: vectors }, (_, i) => found.slice(4 * i, 4 * i + 4)),
    loads: count(0x00),
    splats: count(0x09),
  };
};
const four = (x: number) => [x, x, x, x];

describe("numbers for all lanes that lie next to each other", () => {
  test("are loaded together, in any order, with gaps", () =>
    expect(run((_b, splat) => [splat(12), splat(0), splat(4)], 3)).toEqual({
      values: [four(259), four(256), four(257)],
      loads: 1,
      splats: 0,
    }));
  test("are loaded in fours", () =>
    expect(run((_b, splat) => [0, 4, 8, 12, 16, 20].map(splat), 6)).toEqual({
      values: [256, 257, 258, 259, 260, 261].map(four),
      loads: 2,
      splats: 0,
    }));
  test("stay alone when they are far apart", () =>
    expect(run((_b, splat) => [splat(0), splat(16)], 2)).toEqual({
      values: [four(256), four(260)],
      loads: 0,
      splats: 2,
    }));
  test("are not loaded before what is written between them", () => {
    const written = run((b, splat) => {
      const before = splat(0);
      b.store([{ name: "v128.store", address: b.param(0), offset: 0, value: b.vector(0, 0, 0, 0) }]);
      return [before, b.loadScratch("v128.load32_splat", b.param(0), 4)];
    }, 2);
    expect(written).toEqual({ values: [four(256), four(0)], loads: 0, splats: 2 });
  });
});
