/** What operations do where mathematics leaves a choice, and what other libraries are known to get wrong: on every back end. */
import { beforeAll, describe, expect, test } from "bun:test";
import { ShapeError } from "../../core/errors.ts";
import type { Tensor } from "../../core/tensor.ts";
import * as ops from "../../ops/mod.ts";
import type { BackendName } from "../../mod.ts";
import { grad, jvp } from "../../transforms/grad.ts";
import { hessian } from "../../transforms/jacobian.ts";
import { jit } from "../../transforms/jit.ts";
import { useBackend } from "../golden/backends.ts";
import { noWebGpu, testUnless } from "../support/skips.ts";

// deno-lint-ignore no-explicit-any -- one table for operations of many types
type Any = any;
const o = ops as Any;
const f32 = (...xs: number[]): Any => o.tensor(xs);
const i32 = (...xs: number[]): Any => o.tensor(xs, "i32");
/** The gradient of the sum of `f`. */
const slope = (f: (...xs: Any[]) => Any, ...xs: Any[]): Any =>
  (grad((...ys: Any[]) => o.sum(f(...ys)), { argnums: xs.map((_, i) => i) }) as Any)(...xs);
const many = Array.from({ length: 70 }, (_, i) => i === 33 ? 0 : 1 + (i % 3) / 64);

type Row = readonly [name: string, compute: () => Tensor | readonly Tensor[], want: readonly number[]];
const rows: readonly Row[] = [
  ["the derivative of relu at 0 is 0", () => slope(o.relu, f32(0, -0, 1)), [0, 0, 1]],
  ["the derivative of abs at 0 is 0", () => slope(o.abs, f32(0)), [0]],
  ["grad prod([0, 2, 3]) = [6, 0, 0]", () => slope((x) => o.prod(x), f32(0, 2, 3)), [6, 0, 0]],
  ["grad prod of two zeros is 0", () => slope((x) => o.prod(x), f32(0, 2, 0)), [0, 0, 0]],
  [
    "grad prod of many factors with a zero",
    () => o.slice(slope((x) => o.prod(x), f32(...many))[0], 0, 32, 35),
    [0, many.reduce((p, v) => v === 0 ? p : p * v, 1), 0],
  ],
  ["hessian prod([0, 2, 3])", () => hessian(((x: Any) => o.prod(x)) as Any)(f32(0, 2, 3)) as Any, [
    0,
    3,
    2,
    3,
    0,
    0,
    2,
    0,
    0,
  ]],
  ["the derivative of x^2 at 0 is 0", () => slope((x) => o.pow(x, 2), f32(0)), [0]],
  ["the derivative of x^y at 0 is 0 for y = 2", () => slope((x) => o.pow(x, f32(2)), f32(0)), [0]],
  ["0^0 = 1, with derivative 0", () => [o.pow(f32(0), f32(0)), ...slope((x, y) => o.pow(x, y), f32(0), f32(0))], [
    1,
    0,
    0,
  ]],
  ["tanh(1e-4)", () => o.tanh(f32(1e-4)), [9.999999966666667e-5]],
  [
    "n / n is exactly 1",
    () => o.sub(o.div(o.add(o.iota([2000], 0, "f32"), 1), o.add(o.iota([2000], 0, "f32"), 1)), 1),
    new Array(2000).fill(0),
  ],
  ["41 / 41 is exactly 1", () => o.sub(o.div(f32(41), f32(41)), 1), [0]],
  ["NaN * 0 and Infinity * 0 are NaN", () => o.mul(f32(NaN, Infinity, -Infinity), 0), [NaN, NaN, NaN]],
  ["they are in contractions with known zeros", () => {
    const x = o.reshape(f32(NaN, 1, Infinity, 2), [2, 2]), zeros = o.zeros([2, 2]), image = o.reshape(x, [1, 1, 2, 2]);
    const line = o.reshape(f32(1, 2), [1, 2]), padded = o.concat([line, o.zeros([1, 2])], 0);
    return [
      o.matmul(x, zeros),
      o.matmul(zeros, x),
      o.matmul(x, o.neg(zeros)),
      jit((y: Any) => o.matmul(y, zeros) as Any)(x),
      o.linear(x, zeros, o.ones([2])),
      o.einsum("ij,jk->ik", x, zeros),
      o.conv2d(image, o.zeros([1, 1, 2, 2])),
      o.conv1d(o.reshape(x, [1, 1, 4]), o.zeros([1, 1, 1])),
      o.convTranspose2d(image, o.zeros([1, 1, 1, 1])),
      o.matmul(f32(NaN, Infinity), o.zeros([2])),
      // The zeros of a joined operand meet the NaN and the infinity.
      o.matmul(o.reshape(f32(1, NaN, 2, Infinity), [2, 2]), padded),
    ];
  }, [
    ...new Array(4).fill(NaN),
    ...[NaN, 0, NaN, 0],
    ...new Array(17).fill(NaN),
    ...[NaN, 0, NaN, 0, NaN, 0, NaN, 0],
    ...new Array(5).fill(NaN),
  ]],
  ["max, min, relu and comparisons with NaN", () => [
    o.max(f32(1, NaN, 3)),
    o.min(f32(1, NaN, 3)),
    o.relu(f32(NaN)),
    o.maximum(f32(NaN, 1), f32(1, NaN)),
    ...["less", "greaterEqual", "equal", "notEqual", "isNan", "isInf", "isFinite"].map((n) =>
      o.cast(o[n](f32(NaN), ...n.startsWith("is") ? [] : [f32(NaN)]), "f32")
    ),
  ], [NaN, NaN, NaN, NaN, NaN, 0, 0, 0, 1, 1, 0, 0]],
  ["sign of NaN and of zeros", () => o.sign(f32(NaN, 0, -0, -2, Infinity)), [NaN, 0, 0, -1, 1]],
  ["the largest of equals share the derivative", () => slope((x) => o.max(x), f32(2, 1, 2)), [0.5, 0, 0.5]],
  ["the first of equals takes it where asked", () => slope((x) => o.max(x, 0, { ties: "first" }), f32(2, 1, 2)), [
    1,
    0,
    0,
  ]],
  [
    "argmax and argmin of equals are the first, of NaN its place",
    () => [o.argmax(i32(1, 3, 3)), o.argmin(i32(2, 1, 1)), o.argmax(f32(1, NaN, 9))],
    [1, 1, 1],
  ],
  [
    "sums and products of nothing",
    () => [
      o.sum(o.zeros([0])),
      o.prod(o.zeros([0])),
      o.mean(o.zeros([0])),
      o.logSumExp(o.zeros([0])),
      o.norm(o.zeros([0])),
    ],
    [0, 1, NaN, -Infinity, 0],
  ],
  [
    "whole numbers divide toward 0",
    () => [o.div(i32(7, -7, 7, 5), i32(2, 2, -2, 0)), o.rem(i32(7, -7, 7, 5), i32(3, 3, -3, 0))],
    [3, -3, -3, 0, 1, -1, 1, 0],
  ],
  [
    "remainder and floorDivide follow the divisor",
    () => [o.remainder(i32(7, -7, 7), i32(3, 3, -3)), o.floorDivide(i32(7, -7, 7), i32(2, 2, -2))],
    [1, 2, -2, 3, -4, -4],
  ],
  [
    "the same of floats",
    () => [
      o.remainder(f32(5.5, -5.5, 6), f32(2, 2, -2)),
      o.floorDivide(f32(5.5, -5.5, 6), f32(2, 2, -2)),
      o.truncDivide(f32(-5.5), f32(2)),
    ],
    [1.5, 0.5, 0, 2, -3, -3, -2],
  ],
  [
    "derivatives of remainders",
    () => [...slope(o.remainder, f32(5.5, -5.5), f32(2, 2)), ...slope(o.rem, f32(5.5, -5.5), f32(2, 2))],
    [1, 1, -2, 3, 1, 1, -2, 2],
  ],
  [
    "jvp keeps the remainder of whole numbers",
    () =>
      jvp(
        ((x: Any) => o.add(o.mul(x, 2), o.cast(o.rem(i32(7, -7), 4), "f32"))) as Any,
        [f32(1, 1)] as Any,
        [f32(1, 1)] as Any,
      ) as Any,
    [5, -1, 2, 2],
  ],
  ["round takes the even of two", () => o.round(f32(0.5, 1.5, 2.5, -0.5, -1.5)), [0, 2, 2, 0, -2]],
  [
    "norm and std at 0 have derivative 0",
    () => [...slope((x) => o.norm(x), f32(0, 0)), ...slope((x) => o.std(x), f32(3, 3))],
    [0, 0, 0, 0],
  ],
  [
    "hypot does not overflow, and has derivative 0 at 0",
    () => [o.hypot(f32(3e30), f32(4e30)), ...slope(o.hypot, f32(0), f32(0))],
    [5e30, 0, 0],
  ],
  ["logAddExp of nothing is nothing", () => o.logAddExp(f32(-Infinity, -Infinity), f32(-Infinity, 1)), [-Infinity, 1]],
  [
    "computed indices out of range are clamped where is read and where is written",
    () => {
      const at = o.sub(i32(-1, 4, 2), i32(1, 0, 1)), x = f32(1, 2, 3), zeros = o.zeros([3]);
      return [
        o.take(x, at),
        o.gather(x, 0, at),
        o.scatter(zeros, 0, at, x),
        o.scatterAdd(zeros, 0, at, x),
        o.indexAdd(zeros, 0, at, x),
        o.embedding(at, x),
        o.cast(o.oneHot(at, 3), "f32"),
        o.cast(o.bincount(at, 3), "f32"),
      ];
    },
    [1, 3, 2, 1, 3, 2, 1, 3, 2, 1, 3, 2, 1, 3, 2, 1, 3, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0],
  ],
  [
    "searchSorted has NaN last",
    () =>
      ["left", "right"].flatMap((side) => [
        o.searchSorted(f32(1, 2, 3), f32(NaN, 2), side),
        o.searchSorted(f32(1, NaN, NaN), f32(NaN, 2), side),
      ]),
    [3, 1, 1, 1, 3, 2, 3, 1],
  ],
  ["softplus is smooth at 0", () => hessian(((x: Any) => o.softplus(x)) as Any)(o.scalar(0)) as Any, [0.25]],
  ["lerp is exact at both ends", () => o.lerp(f32(0.1, 0.1), f32(1e8, 1e8), f32(0, 1)), [0.1, 1e8]],
  ["elu far below and above keeps its derivative", () => slope((x) => o.elu(x), f32(-200, 200)), [0, 1]],
];

const near = (got: number, want: number): boolean =>
  Object.is(got, want) || got === want || Math.abs(got - want) <= 1e-6 * Math.abs(want);

const on = (name: BackendName, reason: string | null): void =>
  describe(`conventions on ${name}`, () => {
    beforeAll(async () => {
      if (reason === null) await useBackend(name);
    });
    for (const [title, compute, want] of rows) {
      testUnless(reason)(title, async () => {
        const found = compute(),
          tensors: readonly Tensor[] = Array.isArray(found) ? found as readonly Tensor[] : [found as Tensor];
        const got = (await ops.dataOf(tensors)).flatMap((d) => Array.from(d));
        expect(got.length).toBe(want.length);
        if (!want.every((w, i) => near(got[i]!, w))) expect(got).toEqual([...want]);
      });
    }
    testUnless(reason)("exp gives 0 instead of numbers below the least normal one, but for the reference", async () => {
      const [far, near] = await ops.data(o.exp(f32(-100, -87))) as Float32Array;
      expect(far).toBe(name === "reference" ? Math.fround(Math.exp(-100)) : 0);
      expect(near! / Math.exp(-87)).toBeCloseTo(1, 6);
    });
    testUnless(reason)("the sum of 4 million 0.1 is within 1e-5, eager and jitted", async () => {
      const x = o.tensor(new Float32Array(2 ** 22).fill(0.1), [2 ** 22]), total = (y: Any): Any => o.sum(y);
      for (const sum of [await ops.item(total(x)), await ops.item((jit(total) as Any)(x))] as number[]) {
        expect(Math.abs(sum / 419430.4 - 1)).toBeLessThan(1e-5);
      }
    });
    // Equal terms are the worst there is: every rounding errs to the same side. 262,147 is a prime: the last piece is short.
    testUnless(reason)(
      "a product over 262,147 terms is within 5e-5, and so is the gradient of a long convolution",
      async () => {
        const n = 262_147,
          row = o.tensor(new Float32Array(n).fill(0.1), [1, n]),
          ones = o.tensor(new Float32Array(n).fill(1), [n, 1]);
        const product = await ops.item(o.reshape(o.matmul(row, ones), [])) as number;
        expect(Math.abs(product / 26214.7 - 1)).toBeLessThan(5e-5);
        const image = o.tensor(new Float32Array(9 * 128 * 128).fill(0.1), [9, 1, 128, 128]);
        const slope = grad((w: Any) => o.sum(o.conv2d(image, w)))(o.ones([1, 1, 2, 2]) as never) as Any;
        for (const g of await ops.data(slope) as Float32Array) {
          expect(Math.abs(g / (0.9 * 127 * 127) - 1))
            .toBeLessThan(5e-5);
        }
      },
      120_000,
    );
  });

on("reference", null);
on("wasm", null);
on("webgpu", await noWebGpu());

test("the largest of nothing is a mistake", () => {
  expect(() => o.max(o.zeros([0]))).toThrow(ShapeError);
  expect(() => o.argmax(o.zeros([0, 3]), 0)).toThrow(ShapeError);
});
