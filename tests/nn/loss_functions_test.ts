import { describe, expect, test } from "bun:test";
import { crossEntropy, multiclassHinge, nllLoss } from "../../nn/losses_classes.ts";
import { ctcLoss } from "../../nn/losses_ctc.ts";
import {
  bceLoss,
  bceWithLogits,
  huberLoss,
  klDivergence,
  mseLoss,
  perceptronLoss,
  smoothL1Loss,
} from "../../nn/losses_elementwise.ts";
import { diceLoss, gaussianKl } from "../../nn/losses_regions.ts";
import { l1Penalty, l2Penalty } from "../../nn/penalties.ts";
import { logSoftmax } from "../../ops/activation.ts";
import { sigmoid } from "../../ops/exponential.ts";
import { full } from "../../ops/source.ts";
import { type Any, given, noise, results, slope, values } from "../ops/support.ts";

const f64 = (shape: readonly number[], seed: number) => ({ ...noise(shape, seed), dtype: "f64" as const });

describe("cross-entropy", () => {
  const x = f64([4, 3], 2),
    labels = given([4], [0, 2, 1, 1], "i32"),
    rows = [0, 1, 2, 3].map((r) => Array.from(x.values).slice(3 * r, 3 * r + 3));
  const own = rows.map((r, i) => Math.log(r.reduce((s, v) => s + Math.exp(v), 0)) - r[labels.values[i]!]!);
  const mean = (xs: readonly number[]) => xs.reduce((s, v) => s + v, 0) / xs.length;
  const of = (options: object) => (a: Any, l: Any) => crossEntropy(a, l, options);

  test("is minus the log of the share of the label", () => {
    values(of({ reduction: "none" }), x, labels).forEach((v, i) => expect(v).toBeCloseTo(own[i]!, 12));
    expect(values(of({}), x, labels)[0]).toBeCloseTo(mean(own), 12);
    expect(values((a: Any, l: Any) => nllLoss(logSoftmax(a, 1 as Any), l), x, labels)[0]).toBeCloseTo(mean(own), 12);
  });
  test("leaves ignored labels out of sum and mean, whatever number they are", () => {
    const some = given([4], [0, -100, 1, 1], "i32");
    expect(values(of({ ignore: -100 }), x, some)[0]).toBeCloseTo(mean([own[0]!, own[2]!, own[3]!]), 12);
    expect(slope(of({ ignore: -100 }), x, some).slice(3, 6)).toEqual([0, 0, 0]);
  });
  test("of smoothed labels is that of the probabilities they stand for", () => {
    const soft = given([4, 3], [0, 2, 1, 1].flatMap((l) => [0, 1, 2].map((c) => (c === l ? 0.7 : 0) + 0.1)), "f64");
    expect(values(of({ labelSmoothing: 0.3 }), x, labels)[0]).toBeCloseTo(values(of({}), x, soft)[0]!, 12);
  });
  test("weighs each target by itself", () => {
    const w = given([4], [1, 0, 2, 5], "f64"),
      weighed = (o: object) => (a: Any, l: Any, v: Any) => crossEntropy(a, l, { ...o, targetWeight: v });
    values(weighed({ reduction: "none" }), x, labels, w).forEach((v, i) =>
      expect(v).toBeCloseTo(own[i]! * w.values[i]!, 12)
    );
    const want = (own[0]! + 2 * own[2]! + 5 * own[3]!) / 8;
    expect(values(weighed({}), x, labels, w)[0]).toBeCloseTo(want, 12);
    const certain = given([4, 3], [0, 2, 1, 1].flatMap((l) => [0, 1, 2].map((c) => c === l ? 1 : 0)), "f64");
    expect(values(weighed({}), x, certain, w)[0]).toBeCloseTo(want, 12);
    expect(() => values(weighed({}), x, labels, f64([3], 1))).toThrow(
      "crossEntropy: scores [4, 3] need a weight for each target [4], got [3]",
    );
  });
  test("refuses labels of another shape, and labels known to be no class", () => {
    expect(() => values(of({}), x, given([3], [0, 1, 2], "i32"))).toThrow(
      "crossEntropy: scores [4, 3] need labels of shape [4], got [3]",
    );
    expect(() => values((a: Any) => crossEntropy(a, full([4], 3, "i32") as Any), x)).toThrow(
      "crossEntropy: index 3 is out of range for 3 classes",
    );
    expect(() => values(of({}), x, f64([4, 2], 1))).toThrow(
      "crossEntropy: expected a target of shape [4, 3], got [4, 2]",
    );
  });
});

describe("losses of pairs", () => {
  const x = f64([5], 3), t = given([5], [0, 1, 1, 0, 1], "f64");
  test("of logits are those of their probabilities", () => {
    const a = values((v: Any, w: Any) => bceWithLogits(v, w), x, t)[0]!,
      b = values((v: Any, w: Any) => bceLoss(sigmoid(v) as Any, w), x, t)[0]!;
    expect(a).toBeCloseTo(b, 12);
    expect(
      values(
        (v: Any, w: Any) => bceWithLogits(v, w, { reduction: "none" }),
        given([2], [1000, -1000], "f64"),
        given([2], [0, 1], "f64"),
      ),
    ).toEqual([1000, 1000]);
  });
  test("bend where they should, smoothly", () => {
    const d = given([4], [-3, -0.5, 0.5, 3], "f64"),
      zero = given([4], [0, 0, 0, 0], "f64"),
      none = { reduction: "none" as const };
    expect(values((v: Any, w: Any) => huberLoss(v, w, { delta: 2, ...none }), d, zero)).toEqual([4, 0.125, 0.125, 4]);
    expect(values((v: Any, w: Any) => smoothL1Loss(v, w, { beta: 2, ...none }), d, zero)).toEqual([
      2,
      0.0625,
      0.0625,
      2,
    ]);
    expect(slope((v: Any, w: Any) => huberLoss(v, w, { delta: 2, ...none }), d, zero)).toEqual([-2, -1, 1.5, 8]);
  });
  test("of equal distributions are 0, also where there is no chance", () => {
    const p = given([1, 3], [0.5, 0.5, 0], "f64"), logs = given([1, 3], [Math.log(0.5), Math.log(0.5), -50], "f64");
    expect(values((a: Any, b: Any) => klDivergence(a, b, { reduction: "batchMean" }), logs, p)[0]).toBeCloseTo(0, 12);
  });
  test("refuse other shapes and dtypes", () => {
    expect(() => values((a: Any, b: Any) => mseLoss(a, b), x, f64([4], 1))).toThrow(
      "mseLoss: expected a target of shape [5], got [4]",
    );
    expect(() => values((a: Any, b: Any) => mseLoss(a, b), x, noise([5]))).toThrow(
      "mseLoss: expected a target of dtype f64, got f32",
    );
  });
});

describe("connectionist temporal classification", () => {
  /** All ways to spread labels over steps, one by one. */
  const brute = (p: readonly (readonly number[])[], labels: readonly number[]): number => {
    let total = 0;
    const classes = p[0]!.length,
      walk = (path: number[], chance: number): void => {
        if (path.length === p.length) {
          const merged = path.filter((c, i) => i === 0 || c !== path[i - 1]).filter((c) => c !== 0);
          if (`${merged}` === `${labels}`) total += chance;
          return;
        }
        for (let c = 0; c < classes; c++) walk([...path, c], chance * p[path.length]![c]!);
      };
    walk([], 1);
    return -Math.log(total);
  };
  test("sums the chances of all ways, for labels that repeat too", () => {
    const steps = 5, classes = 3, x = f64([steps, 1, classes], 9), data = Array.from(x.values);
    const p = Array.from({ length: steps }, (_, t) => {
      const e = data.slice(t * classes, (t + 1) * classes).map(Math.exp), s = e.reduce((a, b) => a + b, 0);
      return e.map((v) => v / s);
    });
    for (const labels of [[1], [1, 2], [1, 1], [2, 1, 2], [1, 1, 2]]) {
      const f = (a: Any, l: Any) => ctcLoss(logSoftmax(a, 2 as Any), l, { reduction: "none" });
      expect(results(f, x, given([1, labels.length], labels, "i32"))[0]!.values[0]).toBeCloseTo(brute(p, labels), 6);
    }
  });
  test("of a target that cannot be reached is infinite, or nothing where asked", () => {
    const never = (options: object) =>
      values(
        (a: Any, l: Any, n: Any) =>
          ctcLoss(logSoftmax(a, 2 as Any), l, { reduction: "none", inputLengths: n, ...options }),
        f64([5, 1, 3], 9),
        given([1, 3], [1, 1, 1], "i32"),
        given([1], [4], "i32"),
      );
    expect(never({})).toEqual([Infinity]);
    expect(never({ zeroInfinity: true })).toEqual([0]);
  });
});

describe("margins", () => {
  const x = given([2, 3], [3.2, 5.1, -1.7, 1.3, 4.9, 2], "f64"), labels = given([2], [0, 1], "i32");
  const of = (options: object) => (a: Any, l: Any) => multiclassHinge(a, l, { reduction: "none", ...options });
  test("of many classes add up over those that are too near, or take the nearest", () => {
    const close = (got: readonly number[], want: readonly number[]) =>
      got.forEach((v, i) => expect(v).toBeCloseTo(want[i]!, 12));
    close(values(of({}), x, labels), [2.9, 0]);
    close(values(of({ margin: 10 }), x, labels), [11.9 + 5.1, 6.4 + 7.1]);
    close(values(of({ margin: 10, over: "max" }), x, labels), [11.9, 7.1]);
    expect(values((a: Any, l: Any) => multiclassHinge(a, l), x, labels)[0]).toBeCloseTo(1.45, 12);
  });
  test("of the perceptron cost only where the sign is wrong", () => {
    const t = given([4], [1, 1, -1, -1], "f64"), scores = given([4], [2, -3, 4, -5], "f64");
    expect(values((a: Any, b: Any) => perceptronLoss(a, b, { reduction: "none" }), scores, t)).toEqual([0, 3, 4, 0]);
    expect(slope((a: Any, b: Any) => perceptronLoss(a, b, { reduction: "sum" }), scores, t).map((v) => v + 0)).toEqual([
      0,
      -1,
      1,
      0,
    ]);
  });
});

describe("regions and distributions", () => {
  test("Dice compares the overlap with both, by example and class", () => {
    const p = given([1, 2, 4], [1, 1, 0, 0, 0.5, 0, 0.5, 0], "f64"),
      t = given([1, 2, 4], [1, 0, 1, 0, 1, 0, 1, 0], "f64");
    const of = (o: object) => values((a: Any, b: Any) => diceLoss(a, b, { reduction: "none", smooth: 0, ...o }), p, t);
    of({}).forEach((v, i) => expect(v).toBeCloseTo([1 - 2 / 4, 1 - 2 / 3][i]!, 12));
    of({ squared: true }).forEach((v, i) => expect(v).toBeCloseTo([1 - 2 / 4, 1 - 2 / 2.5][i]!, 12));
    of({ smooth: 1 }).forEach((v, i) => expect(v).toBeCloseTo([1 - 3 / 5, 1 - 3 / 4][i]!, 12));
    const none = given([1, 1, 3], [0, 0, 0], "f64");
    expect(values((a: Any, b: Any) => diceLoss(a, b), none, none)).toEqual([0]);
    expect(() => values((a: Any, b: Any) => diceLoss(a, b), f64([4, 3], 1), f64([4, 3], 2))).toThrow(
      "diceLoss: expected [batch, classes, ...] with at least one axis more, got [4, 3]",
    );
  });
  test("a normal distribution is as far from the standard one as the integral says", () => {
    const mu = given([2, 2], [0, 0, 1, -2], "f64"), log = given([2, 2], [0, 0, Math.log(4), Math.log(0.25)], "f64");
    const kl = (m: number, v: number) => (m * m + v - 1 - Math.log(v)) / 2;
    const want = [0, kl(1, 4) + kl(-2, 0.25)];
    values((a: Any, b: Any) => gaussianKl(a, b, { reduction: "none" }), mu, log).forEach((v, i) =>
      expect(v).toBeCloseTo(want[i]!, 12)
    );
    expect(values((a: Any, b: Any) => gaussianKl(a, b), mu, log)[0]).toBeCloseTo(want[1]! / 2, 12);
  });
});

describe("penalties", () => {
  const w = given([2], [3, -4]),
    b = given([1], [10]),
    tree = (a: Any, c: Any) => ({ c1: { weight: a, bias: c }, rest: [{ weight: c }] });
  test("measure weights unless told otherwise, and differentiate to their decay", () => {
    expect(values((a: Any, c: Any) => l2Penalty(tree(a, c), 0.5), w, b)).toEqual([0.25 * (9 + 16 + 100)]);
    expect(values((a: Any, c: Any) => l1Penalty(tree(a, c), 0.5, (name) => name.startsWith("c1.")), w, b)).toEqual([
      8.5,
    ]);
    expect(values((a: Any, c: Any) => l1Penalty(tree(a, c), 2, (name) => name === "rest.0.weight"), w, b)).toEqual([
      20,
    ]);
    expect(slope((a: Any, c: Any) => l2Penalty(tree(a, c), 0.5), w, b)).toEqual([1.5, -2]);
    expect(slope((a: Any, c: Any) => l1Penalty(tree(a, c), 0.5), w, b)).toEqual([0.5, -0.5]);
  });
  test("say so where no parameter is meant", () => {
    expect(() => values((a: Any, c: Any) => l2Penalty(tree(a, c), 1, () => false), w, b)).toThrow(
      "l2Penalty: no parameter is chosen of c1.weight, c1.bias, rest.0.weight",
    );
    expect(values(() => l2Penalty({}, 1))).toEqual([0]);
  });
});
