/** How many kernels a program becomes, and that what is fused computes the same: on every back end, and with the kernels of both adapter classes. */
import { describe, expect, test } from "bun:test";
import { compilePlan } from "../../compiler/compile.ts";
import { inCompany, type Limits } from "../../compiler/kernel.ts";
import {
  attention,
  batchNormTraining,
  grad,
  groupNorm,
  instanceNorm,
  layerNorm,
  logSoftmax,
  makeProgram,
  max,
  mean,
  mul,
  nn,
  ones,
  optim,
  type Program,
  softmax,
  std,
  sum,
  type Tensor,
  valueAndGrad,
  variance,
  zeros,
} from "../../mod.ts";
import { limits } from "../support/interpreter.ts";
import { onEveryDevice } from "./devices.ts";

type F = Tensor<number[], "f32">;
/** A device as large as they come. */
const roomy: Limits = { buffersPerKernel: 64, buffersPerLaunch: 1024, points: 16, trips: 2 ** 20, updates: Infinity };
const kernels = (p: Program, l: Limits = roomy): number => inCompany(compilePlan(p, l).steps).length;
const of = (f: (...xs: F[]) => unknown, ...shapes: number[][]): Program =>
  makeProgram(f)(...shapes.map((s) => zeros(s) as F));
const running = (c: number) => ({ mean: zeros([c]), variance: ones([c]) });
const weighted = (f: (x: F) => F) => (x: F, g: F) => grad((a: F) => sum(mul(f(a), g)))(x);

describe("a row is one kernel:", () => {
  const rows: Readonly<Record<string, Program>> = {
    "softmax along the last axis": of((x) => softmax(x, -1), [64, 100]),
    "softmax along the first axis": of((x) => softmax(x, 0), [100, 64]),
    "log-softmax": of((x) => logSoftmax(x, -1), [64, 100]),
    "softmax of a few": of((x) => softmax(x, -1), [2, 10]),
    "the gradient of softmax": of(weighted((x) => softmax(x, -1)), [64, 100], [64, 100]),
    "layer norm": of((x) => layerNorm(x, 1), [64, 100]),
    "layer norm of two axes": of((x) => layerNorm(x, 2), [64, 10, 10]),
    "the gradient of layer norm": of(weighted((x) => layerNorm(x, 1)), [64, 100], [64, 100]),
    "group norm": of((x) => groupNorm(x, 4), [8, 16, 4, 4]),
    "instance norm": of((x) => instanceNorm(x), [8, 16, 4, 4]),
    "batch norm, training": of((x) => batchNormTraining(x, running(64)), [4, 64, 5, 5]),
    "moments that read the same": of((x) => [mean(x, 0), variance(x, 0), max(x, 0), std(x, 0)], [100, 64]),
  };
  for (const [name, program] of Object.entries(rows)) test(name, () => expect(kernels(program)).toBe(1));
});

/** Gradients, state and parameters to state and parameters. */
const updates = (count: number, clipped = false): Program => {
  const params = Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, zeros([i + 3, 5])]));
  const adam = optim.adam(0.1), rule = clipped ? optim.chain(optim.clipByGlobalNorm(1), adam) : adam;
  return makeProgram((g: typeof params, m: never, p: typeof params) => {
    const [next, state] = rule.update(g, m, p);
    return [optim.applyUpdates(p, next), state];
  })(params, rule.init(params) as never, params);
};
describe("kernels of", () => {
  test("cross-entropy with its gradient: a row, and the mean over rows", () => {
    const p = makeProgram((x: Tensor<[64, 100], "f32">, y: Tensor<[64], "i32">) =>
      valueAndGrad((a: typeof x) => nn.softmaxCrossEntropy(a, y))(x)
    )(zeros([64, 100]), zeros([64], "i32"));
    expect(kernels(p)).toBe(2);
  });
  test("attention: two contractions and the rows between them", () => {
    expect(kernels(of((q, k, v) => attention(q, k, v), [4, 32, 16], [4, 32, 16], [4, 32, 16]))).toBe(3);
  });
  test("an update of a tree by Adam: all parameters together, after the number of the step", () => {
    expect(kernels(updates(30))).toBe(2);
    expect(kernels(updates(30), limits)).toBe(31);
  });
  test("clipping by the norm of all gradients before it: one more, and the sum over parameters", () => {
    expect(kernels(updates(30, true))).toBe(3);
  });
  test("batch norm where a driver counts loop trips: the statistics, and the rest", () => {
    const p = of((x) => batchNormTraining(x, running(64)), [32, 64, 28, 28]);
    expect(kernels(p, { ...roomy, points: 32, trips: 64511 })).toBe(2);
  });
  test("a sum of everything: two stages", () => expect(kernels(of((x) => sum(x), [1000, 1000]))).toBe(2));
  test("rows where there are too few to keep a device busy: more than one", () => {
    expect(kernels(of((x) => softmax(x, -1), [2, 20000]))).toBeGreaterThan(1);
  });
  test("rows longer than a driver counts: more than one", () => {
    expect(kernels(of((x) => layerNorm(x, 1), [64, 20000]), { ...roomy, trips: 30000 })).toBeGreaterThan(1);
  });
});

/** Rows short and long, many and few, of one piece and of several, with values stored before they are read again. */
const programs: Readonly<Record<string, Program>> = {
  "softmax": of((x) => softmax(x, -1), [70, 90]),
  "softmax of long rows": of((x) => softmax(x, 1), [40, 1500]),
  "softmax along the first axis": of((x) => softmax(x, 0), [90, 70]),
  "gradient of softmax": of(weighted((x) => softmax(x, -1)), [70, 90], [70, 90]),
  "gradient of layer norm": of(weighted((x) => layerNorm(x, 1)), [70, 90], [70, 90]),
  "gradient of group norm": of(weighted((x) => groupNorm(x, 4)), [8, 16, 4, 4], [8, 16, 4, 4]),
  "batch norm and its gradient": of(
    weighted((x) => batchNormTraining(x, running(33)).y as F),
    [6, 33, 15, 15],
    [6, 33, 15, 15],
  ),
  "moments of long columns": of((x) => [mean(x, 0), variance(x, 0), max(x, 0)], [2100, 33]),
  "updates of a tree": updates(9),
  "updates of a tree, clipped": updates(7, true),
  "sums that do not need each other": of((x, y) => [sum(x), sum(y, 0), max(x, 1), mul(y, 2)], [64, 77], [30, 5]),
  "logits and their entropy": of((x) => {
    const y = logSoftmax(x, -1);
    return [y, sum(mul(y, softmax(x, -1)), -1)];
  }, [64, 77]),
};
onEveryDevice("fused programs", programs);
