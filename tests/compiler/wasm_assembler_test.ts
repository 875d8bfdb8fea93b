import { describe, expect, test } from "bun:test";
import { assemble } from "../../compiler/wasm/assembler.ts";
import { createBuilder } from "../../compiler/wasm/builder.ts";
import type { Builder, Value } from "../../compiler/wasm/ir.ts";
import { signed, unsigned } from "../../compiler/wasm/opcodes.ts";
import { divide, magic } from "../../compiler/wasm/values.ts";

describe("LEB128", () => {
  test("of whole numbers from 0", () => {
    const numbers = [0, 1, 127, 128, 624485, 2 ** 31, 2 ** 32 - 1];
    expect(numbers.map((n) => unsigned(n).reduceRight((x, byte) => x * 128 + (byte & 127), 0))).toEqual(numbers);
    expect(unsigned(624485)).toEqual([0xe5, 0x8e, 0x26]);
  });
  test("of whole numbers of both signs", () => {
    const read = (bytes: readonly number[]): bigint => {
      const n = bytes.reduceRight((x, byte) => x * 128n + BigInt(byte & 127), 0n);
      return BigInt.asIntN(7 * bytes.length, n);
    };
    const numbers = [
      0n,
      1n,
      -1n,
      63n,
      64n,
      -64n,
      -65n,
      -123456n,
      2n ** 31n - 1n,
      -(2n ** 31n),
      2n ** 63n - 1n,
      -(2n ** 63n),
    ];
    expect(numbers.map((n) => read(signed(n)))).toEqual(numbers);
    expect(signed(-123456)).toEqual([0xc0, 0xbb, 0x78]);
  });
});

/** Runs a function that writes one number to the address of its first parameter. */
const run = (build: (b: Builder) => Value, args: readonly number[] = []): number => {
  const b = createBuilder(false);
  b.store([{ name: "i32.store", address: b.param(0), offset: 0, value: build(b) }]);
  const bytes = assemble({ shared: true, imports: [], functions: [b.finish("f")] });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  (exports["f"] as (...x: number[]) => void)(64, ...args);
  return new Int32Array(memory.buffer)[16]!;
};

describe("the builder", () => {
  test("carries values through loops, also such that run no round", () => {
    const sum = (b: Builder) =>
      b.loop({ from: b.param(1), to: b.param(2), step: 3 }, [b.i32(100)], (i, [s]) => [b.op("i32.add", s!, i)])[0]!;
    expect([run(sum, [0, 10]), run(sum, [5, 6]), run(sum, [5, 5]), run(sum, [7, 2])]).toEqual([118, 105, 100, 100]);
  });
  test("assigns what a loop carries at once, as often as it is asked to", () => {
    const sum = (b: Builder) =>
      b.loop({ from: b.i32(0), to: b.param(1) }, [b.i32(1)], (_i, [s]) => {
        const twice = b.assign(s!, b.op("i32.add", s!, s!));
        return [b.assign(twice, b.op("i32.add", twice, twice))];
      })[0]!;
    expect([run(sum, [3]), run(sum, [0])]).toEqual([64, 1]);
  });
  test("computes what does not change in a loop before it", () => {
    const b = createBuilder(false), x = b.param(1);
    let inside: Value | null = null, outside: Value | null = null;
    b.loop({ from: b.i32(0), to: b.i32(9) }, [], (i) => {
      outside = b.op("i32.mul", x, x);
      inside = b.op("i32.mul", i, outside);
      return [];
    });
    expect([outside!.scope === b.root, inside!.scope.depth, b.op("i32.mul", x, x) === outside]).toEqual([
      true,
      1,
      true,
    ]);
  });
  test("keeps loads inside the branch that asks for them", () => {
    const load = (b: Builder) => b.choose(b.param(1), () => [b.load("i32.load", b.param(2), 0)], () => [b.i32(-7)])[0]!;
    expect(run(load, [0, 70000])).toBe(-7);
    expect(() => run(load, [1, 70000])).toThrow();
  });
  test("reads before it writes, in one store", () => {
    const b = createBuilder(false), at = b.param(0), [x, y] = [b.load("i32.load", at, 0), b.load("i32.load", at, 4)];
    b.store([
      { name: "i32.store", address: at, offset: 0, value: y },
      { name: "i32.store", address: at, offset: 4, value: x },
    ]);
    const bytes = assemble({ shared: false, imports: [], functions: [b.finish("swap")] });
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 }), words = new Int32Array(memory.buffer);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    words.set([3, 4], 16);
    (exports["swap"] as (at: number) => void)(64);
    expect([...words.slice(16, 18)]).toEqual([4, 3]);
  });
});

describe("division by a constant as a multiplication", () => {
  test("is exact for every divisor at the edges of every quotient", () => {
    const divisors = [
      3,
      5,
      6,
      7,
      9,
      10,
      11,
      25,
      28,
      49,
      100,
      641,
      1000,
      65535,
      65537,
      1048577,
      2 ** 30 - 1,
      2 ** 30 + 1,
      2 ** 31 - 1,
    ];
    for (const c of divisors) {
      const { multiplier, shift } = magic(c),
        quotient = (x: number) => Number((BigInt(x) * multiplier) >> BigInt(shift));
      expect(multiplier < 2n ** 32n).toBe(true);
      for (const q of [0, 1, 2, 1000, Math.floor((2 ** 31 - 1) / c) - 1, Math.floor((2 ** 31 - 1) / c)]) {
        for (const x of [q * c - 1, q * c, q * c + c - 1]) {
          if (x >= 0 && x < 2 ** 31) expect([c, x, quotient(x)]).toEqual([c, x, Math.floor(x / c)]);
        }
      }
    }
  });
  test("runs", () => {
    for (const c of [1, 2, 3, 7, 28, 1000]) {
      expect([12345678, 27, 2 ** 31 - 1].map((x) => run((b) => divide(b, b.param(1), c), [x])))
        .toEqual([12345678, 27, 2 ** 31 - 1].map((x) => Math.floor(x / c)));
    }
  });
});
