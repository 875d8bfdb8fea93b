import { describe, expect, test } from "bun:test";
import { aval } from "../../core/aval.ts";
import { dtypes, floats } from "../../core/dtype.ts";
import { binary, unary } from "../../core/families.ts";
import { no } from "../../core/primitive.ts";
import { type Atom, Lit, type Program, Var } from "../../core/program.ts";
import { referenceBackend } from "../../runtime/reference/backend.ts";

const addP = binary({
  name: "add",
  dtypes,
  evaluate: (x, y) => x + y,
  linearize: no("not needed here"),
  transpose: no("not needed here"),
  lower: "add",
  at: [[1], [2]],
});
const sqrtP = unary({
  name: "sqrt",
  dtypes: floats,
  evaluate: Math.sqrt,
  linearize: no("not needed here"),
  lower: "sqrt",
  at: [1],
});

/** x, y -> (sqrt(x + y), x, 7) */
const program = (dtype: "f32" | "f64" | "f16", length: number): Program => {
  const a = aval([length], dtype), x = new Var(a), y = new Var(a), sum = new Var(a), root = new Var(a);
  return {
    inputs: [x, y],
    eqns: [
      { primitive: addP, inputs: [x, y], params: null, outs: [sum] },
      { primitive: sqrtP, inputs: [sum], params: null, outs: [root] },
    ],
    outputs: [root, x, new Lit(aval([2], dtype), 7)] as Atom[],
  };
};

describe("reference backend", () => {
  test("rounds every result to its dtype", async () => {
    const b = referenceBackend();
    const run = async (dtype: "f32" | "f64" | "f16", x: Float32Array | Float64Array | Uint16Array) => {
      const made = b.upload(x, aval([1], dtype)), other = b.upload(x, aval([1], dtype));
      const out = b.compile(program(dtype, 1)).run([made, other], new Set());
      return await b.download(out);
    };
    expect(await run("f32", Float32Array.of(0.1))).toEqual([
      Float32Array.of(Math.sqrt(Math.fround(Math.fround(0.1) * 2))),
      Float32Array.of(0.1),
      Float32Array.of(7, 7),
    ]);
    expect((await run("f64", Float64Array.of(0.1)))[0]).toEqual(Float64Array.of(Math.sqrt(0.2)));
    // f16 travels as bits: 1.0009765625 + itself is 2.001953125, whose root 1.41490… rounds to 1.4150390625.
    expect(await run("f16", Uint16Array.of(0x3c01))).toEqual([
      Uint16Array.of(0x3da9),
      Uint16Array.of(0x3c01),
      Uint16Array.of(0x4700, 0x4700),
    ]);
  });

  test("counts what lives, disposes what was donated, and refuses what was disposed", async () => {
    const b = referenceBackend(), run = b.compile(program("f32", 3));
    const x = b.upload(Float32Array.of(1, 2, 3), aval([3], "f32")), y = b.upload(new Float32Array(3), aval([3], "f32"));
    expect(b.memory()).toEqual({ bytes: 24, buffers: 2 });
    const out = run.run([x, y], new Set([0]));
    expect(b.memory()).toEqual({ bytes: 12 + 12 + 12 + 8, buffers: 4 });
    expect(() => run.run([x, y], new Set())).toThrow("was disposed");
    expect(() => x.dispose()).toThrow("was disposed");
    expect((await b.download([out[1]!]))[0]).toEqual(Float32Array.of(1, 2, 3));
    [y, ...out].forEach((v) => v.dispose());
    expect(b.memory()).toEqual({ bytes: 0, buffers: 0 });
  });

  test("an upload is a copy, a download too, and empty tensors have values", async () => {
    const b = referenceBackend(), data = Int32Array.of(1, 2);
    const x = b.upload(data, aval([2], "i32"));
    data[0] = 9;
    const [first] = await b.download([x]);
    expect(first).toEqual(Int32Array.of(1, 2));
    first![0] = 5;
    expect((await b.download([x]))[0]).toEqual(Int32Array.of(1, 2));
    expect(await b.download([b.upload(new Float32Array(0), aval([0, 3], "f32"))])).toEqual([new Float32Array(0)]);
    expect(() => b.upload(new Float32Array(3), aval([2], "f32"))).toThrow("expected 2 numbers for f32[2], got 3");
  });
});
