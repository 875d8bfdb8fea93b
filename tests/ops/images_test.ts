import { describe, expect, test } from "bun:test";
import { adaptiveAvgPool, adaptiveMaxPool } from "../../ops/adaptive.ts";
import {
  boxKernel,
  convolve2d,
  correlate2d,
  gaborKernel,
  gaussianKernel,
  highpassKernel,
  sharpenKernel,
  sobel,
} from "../../ops/image_filters.ts";
import { avgPool, maxPool, maxPoolIndices } from "../../ops/pooling.ts";
import { gridSample } from "../../ops/grid_sample.ts";
import { interpolate } from "../../ops/resample.ts";
import { convTranspose2d } from "../../ops/convolution_nd.ts";
import { conv2d } from "../../ops/convolution.ts";
import { mul } from "../../ops/arithmetic.ts";
import { sum } from "../../ops/structure.ts";
import { vmap } from "../../transforms/vmap.ts";
import { type Any, given, noise, results, slope, values } from "./support.ts";

const image = (rows: readonly (readonly number[])[]) => given([rows.length, rows[0]!.length], rows.flat(), "f64");

describe("pooling", () => {
  const x = { ...noise([2, 3, 7, 6], 4), dtype: "f64" as const };
  test("of a batch by vmap is that of the examples", () => {
    for (
      const f of [
        (a: Any) => maxPool(a, 3, { stride: 2, padding: 1 }),
        (a: Any) => avgPool(a, 2, { countPadding: false, padding: 1 }),
        (a: Any) => adaptiveMaxPool(a, [3, 4]),
        (a: Any) => adaptiveAvgPool(a, 2),
      ]
    ) {
      const many = { ...noise([3, 2, 3, 7, 6], 5), dtype: "f64" as const },
        got = results((a: Any) => (vmap as Any)(f)(a), many)[0]!;
      const each = [0, 1, 2].flatMap((k) =>
        values(f, given([2, 3, 7, 6], Array.from(many.values).slice(k * 252, (k + 1) * 252), "f64"))
      );
      expect(got.values).toEqual(each);
      const gradients = results((a: Any) => (vmap as Any)((b: Any) => mul(f(b), 2))(a), many)[0]!;
      expect(gradients.values).toEqual(each.map((v) => 2 * v));
    }
  });
  test("finds where the largest are, the first of equals", () => {
    expect(values((a: Any) => maxPoolIndices(a, 2).indices, given([1, 1, 2, 4], [1, 5, 2, 2, 5, 0, 2, 2]))).toEqual([
      1,
      2,
    ]);
    expect(slope((a: Any) => maxPool(a, 2), given([1, 1, 2, 4], [1, 5, 2, 2, 5, 0, 2, 2]))).toEqual([
      0,
      1,
      2,
      0,
      0,
      0,
      0,
      0,
    ]);
    expect(values((a: Any) => maxPool(a, 2), given([1, 1, 2, 2], [1, NaN, 2, 3]))).toEqual([NaN]);
  });
  test("of the whole is the mean or maximum", () => {
    const data = Array.from(x.values), planes = Array.from({ length: 6 }, (_, k) => data.slice(42 * k, 42 * k + 42));
    values((a: Any) => adaptiveAvgPool(a, 1), x).forEach((v, i) =>
      expect(v).toBeCloseTo(planes[i]!.reduce((s, w) => s + w, 0) / 42, 12)
    );
    expect(values((a: Any) => adaptiveMaxPool(a, 1), x)).toEqual(planes.map((p) => Math.max(...p)));
  });
  test("refuses padding beyond half the kernel, and windows that do not fit", () => {
    expect(() => values((a: Any) => maxPool(a, 2, { padding: 2 }), x)).toThrow(
      "maxPool: expected padding of at most half the kernel 2, got 2",
    );
    expect(() => values((a: Any) => maxPool(a, 8), x)).toThrow(
      "maxPool: kernel 8 does not fit input 7 (height of [2, 3, 7, 6])",
    );
  });
});

describe("filters", () => {
  const step = image([[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]]),
    border = { border: "replicate" as const };
  test("lay the kernel as it is, or turned around", () => {
    const spike = image([[0, 0, 0], [0, 1, 0], [0, 0, 0]]), kernel = image([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
    expect(values((a: Any, k: Any) => convolve2d(a, k), spike, kernel)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(values((a: Any, k: Any) => correlate2d(a, k), spike, kernel)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });
  test("find edges, how strong and which way", () => {
    const f = (key: "magnitude" | "direction") => values((a: Any) => sobel(a, border)[key], step);
    expect(f("magnitude")).toEqual([0, 4, 4, 0, 0, 4, 4, 0, 0, 4, 4, 0, 0, 4, 4, 0]);
    expect(f("direction")).toEqual(new Array(16).fill(0));
    expect(values((a: Any) => sobel(a, border).direction, image([[0, 0], [1, 1]])).map((v) => v.toFixed(4))).toEqual(
      new Array(4).fill("1.5708"),
    );
  });
  test("of smoothing keep what is even, of sharpening too, of high pass nothing", () => {
    const even = image([[3, 3, 3], [3, 3, 3], [3, 3, 3]]),
      apply = (kernel: () => Any) => values((a: Any) => correlate2d(a, kernel(), border), even);
    apply(() => boxKernel(3)).forEach((v) => expect(v).toBeCloseTo(3, 6));
    apply(() => gaussianKernel(3, 0.8)).forEach((v) => expect(v).toBeCloseTo(3, 6));
    expect(apply(sharpenKernel)).toEqual(new Array(9).fill(3));
    expect(apply(highpassKernel)).toEqual(new Array(9).fill(0));
  });
  test("of Gabor answer to their wave", () => {
    const wave = given([9, 9], Array.from({ length: 81 }, (_, i) => Math.cos(2 * Math.PI * (i % 9) / 4)), "f64");
    const answer = (angle: number) =>
      Math.max(
        ...values(
          (a: Any) => correlate2d(a, gaborKernel(5, { sigma: 2, wavelength: 4, angle }), { padding: "valid" }),
          wave,
        ).map(Math.abs),
      );
    expect(answer(0)).toBeGreaterThan(3 * answer(Math.PI / 2));
  });
});

describe("resampling and transposed convolution", () => {
  test("to the same size changes nothing", () => {
    const x = { ...noise([1, 2, 4, 5], 3), dtype: "f64" as const };
    for (const mode of ["nearest", "nearestExact", "linear", "cubic"] as const) {
      for (const alignCorners of [false, true]) {
        values((a: Any) => interpolate(a, [4, 5], { mode, alignCorners }), x).forEach((v, i) =>
          expect(v).toBeCloseTo(x.values[i]!, 12)
        );
      }
    }
  });
  test("nearest takes the sample that whole numbers say, for every pair of sizes", () => {
    for (let d = 1; d < 12; d++) {
      for (let n = 1; n < 30; n++) {
        const x = given([1, 1, d], Array.from({ length: d }, (_, i) => i)),
          at = (mode: "nearest" | "nearestExact") => values((a: Any) => interpolate(a, n, { mode }), x);
        expect(at("nearest")).toEqual(Array.from({ length: n }, (_, i) => Math.floor((i * d) / n)));
        expect(at("nearestExact")).toEqual(
          Array.from({ length: n }, (_, i) => Math.floor(((2 * i + 1) * d) / (2 * n))),
        );
      }
    }
  });
  test("gridSample reads zeros outside, also of an image of NaN", () => {
    const x = given([1, 1, 1, 2], [NaN, 4]), g = (v: number) => given([1, 1, 1, 2], [v, 0]);
    const f = (a: Any, b: Any) => gridSample(a, b, { mode: "nearest" });
    expect([-5, -0.5, 0.5, 5].map((v) => values(f, x, g(v))[0]!)).toEqual([0, NaN, 4, 0]);
  });
  test("is the adjoint of convolution in its input", () => {
    const options = { stride: 2, padding: 1, groups: 2 }, w = { ...noise([4, 1, 3, 3], 6), dtype: "f64" as const };
    const x = { ...noise([1, 2, 7, 7], 7), dtype: "f64" as const },
      y = { ...noise([1, 4, 4, 4], 8), dtype: "f64" as const };
    const [a, b] = results(
      (
        s: Any,
        t: Any,
        k: Any,
      ) => [sum(mul((conv2d as Any)(s, k, options), t) as Any), sum(mul(s, convTranspose2d(t, k, options)) as Any)],
      x,
      y,
      w,
    );
    expect(a!.values[0]).toBeCloseTo(b!.values[0]!, 10);
    expect(() => values((t: Any, k: Any) => convTranspose2d(t, k, { ...options, outputPadding: 2 }), y, w)).toThrow(
      "convTranspose2d: output padding 2 must be smaller than stride 2 or dilation 1 (height of [1, 4, 4, 4])",
    );
  });
});
