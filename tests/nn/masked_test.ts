/** Optimizers of a part of the parameters, and which part a model says it learns. */
import { describe, expect, test } from "bun:test";
import type { Mask } from "../../core/mask.ts";
import type { Tensor } from "../../core/tensor.ts";
import { flatten } from "../../core/tree.ts";
import { lenet1998, vitB16 } from "../../models/mod.ts";
import * as nn from "../../nn/mod.ts";
import * as optim from "../../nn/optim/mod.ts";
import { key } from "../../ops/random.ts";
import { scalar } from "../../ops/source.ts";
import { sum } from "../../ops/structure.ts";
import { grad } from "../../transforms/grad.ts";
import { compute, given, noise } from "./support.ts";

type Pair = { readonly w: Tensor; readonly v: Tensor };
/** `w` and `v` after two steps from 1 and 2 with the gradients 1 and 1. */
const twoSteps = (optimizer: optim.GradientTransformation): number[] =>
  compute(
    (w, v, g) => {
      let params: Pair = { w: w!, v: v! }, state = optimizer.init(params);
      for (let i = 0; i < 2; i++) {
        const [updates, next] = optimizer.update({ w: g!, v: g! }, state, params);
        params = optim.applyUpdates(params, updates);
        state = next;
      }
      return params;
    },
    given([1], [1]),
    given([1], [2]),
    given([1], [1]),
  ).flatMap((t) => t.values);

const optimizers: Record<string, optim.GradientTransformation> = {
  sgd: optim.sgd(0.1, { momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
  "sgd with dampening": optim.sgd(0.1, { momentum: 0.9, dampening: 0.5 }),
  adam: optim.adam(0.1, { weightDecay: 0.1 }),
  adamw: optim.adamw(0.1, { amsgrad: true }),
  adamax: optim.adamax(0.1, { weightDecay: 0.1 }),
  radam: optim.radam(0.1),
  rmsprop: optim.rmsprop(0.1, { momentum: 0.9, centered: true, weightDecay: 0.1 }),
  adagrad: optim.adagrad(0.1, { weightDecay: 0.1 }),
  adadelta: optim.adadelta(0.1, { weightDecay: 0.1 }),
  "a clipped one": optim.chain(optim.clipByValue(0.5), optim.sgd(0.1, { weightDecay: 0.1 })),
};

describe("selective", () => {
  test.each(Object.keys(optimizers))("%s moves what the mask means as ever, and nothing else", (name) => {
    const [w] = twoSteps(optimizers[name]!);
    expect(twoSteps(optim.selective(optimizers[name]!, { w: true, v: false }))).toEqual([w, 2]);
    expect(twoSteps(optim.selective(optimizers[name]!, false))).toEqual([1, 2]);
    expect(twoSteps(optim.selective(optimizers[name]!, true))).toEqual(twoSteps(optimizers[name]!));
  });
  test("keeps nothing for what is not learned", () => {
    compute((w) => {
      const of = (mask: Mask) => flatten(optim.selective(optim.adam(0.1), mask).init({ w: w!, v: w! })).leaves.length;
      expect([of(true), of({ w: true, v: false }), of(false)]).toEqual([5, 3, 1]); // two moments each, and the count
      return [];
    }, given([1], [1]));
  });
  test("leaves frozen layers as they were under weight decay, also those with momentum from before", () => {
    const layers = [nn.named("f", nn.sequential(nn.linear(4), nn.tanh)), nn.named("out", nn.linear(1))] as const;
    const free = nn.model([3], ...layers), tuned = nn.model([3], nn.freeze(layers[0]), layers[1]);
    const plain = optim.sgd(0.1, { momentum: 0.9, weightDecay: 0.1 });
    const [before, after, drifted, outBefore, outAfter] = compute((x) => {
      const { params } = free.init(key(0)), images = x as Tensor<[4, 3], "f32">;
      const slopes = (net: typeof free) => grad((p: typeof params) => sum(net.predict({ params: p }, images)))(params);
      const optimizer = optim.selective(plain, tuned.trainable);
      const [updates] = optimizer.update(slopes(tuned), optimizer.init(params), params);
      const [, moving] = plain.update(slopes(free), plain.init(params), params);
      const better = optim.applyUpdates(params, updates);
      const worse = optim.applyUpdates(params, plain.update(slopes(tuned), moving, params)[0]);
      return [params.f[0].weight, better.f[0].weight, worse.f[0].weight, params.out.weight, better.out.weight];
    }, noise([4, 3]));
    expect(after!.values).toEqual(before!.values);
    expect(drifted!.values).not.toEqual(before!.values);
    expect(outAfter!.values.every((v, i) => v !== outBefore!.values[i])).toBe(true);
  });
});

describe("masked", () => {
  test("lets gradients that are not meant pass", () => {
    const decay = optim.masked(optim.addDecayedWeights(0.5), { w: true, v: false });
    // w: 1 - 0.1 (1 + 0.5) = 0.85, then 0.85 - 0.1 (1 + 0.425); v: 2 - 0.1 - 0.1
    const got = twoSteps(optim.chain(decay, optim.scaleByLearningRate(0.1)));
    [0.7075, 1.8].forEach((want, i) => expect(Math.abs(got[i]! - want)).toBeLessThan(1e-12));
  });
  test("has a norm of the meant gradients alone", () => {
    const clip = optim.masked(optim.clipByGlobalNorm(0.5), { w: true, v: false });
    const [w, v] = compute(
      (g) => clip.update({ w: g!, v: g! }, clip.init({ w: g!, v: g! }), { w: g!, v: g! })[0],
      given([1], [10]),
    );
    expect(v!.values).toEqual([10]);
    expect(Math.abs(w!.values[0]! - 0.5)).toBeLessThan(1e-6);
  });
  test.each(
    [
      [{ w: true }, "masked: mask: expected a mask for each of w, v, got w"],
      [{ w: true, u: true }, "masked: mask: expected a mask for each of w, v, got w, u"],
      [{ w: true, v: { bias: true } }, "masked: mask.v: expected true, false, got a record"],
      [{ w: true, v: 1 }, "masked: mask.v: expected true, false, got number"],
      [null, "masked: mask: expected true, false or a mask for each entry, got null"],
    ] as const,
  )("refuses the mask %j", (mask, sentence) => {
    const make = () => optim.masked(optim.sgd(0.1), mask as unknown as Mask);
    compute((g) => (expect(() => make().init({ w: g!, v: g! })).toThrow(sentence), []), given([1], [1]));
  });
});

describe("trainable", () => {
  const block = nn.sequential(nn.linear(4), nn.tanh, nn.named("n", nn.layerNorm()));
  const rows: readonly (readonly [string, Mask, Mask])[] = [
    ["nothing frozen", nn.model([4], block, nn.repeat(2, block)).trainable, true],
    ["all frozen", nn.model([4], nn.freeze(block)).trainable, false],
    ["no parameters", nn.model([4], nn.tanh).trainable, true],
    ["names and places", nn.model([4], nn.freeze(nn.named("a", block)), nn.tanh, nn.linear(2)).trainable, {
      a: false,
      2: true,
    }],
    ["inside of blocks", nn.model([4], nn.named("a", nn.sequential(nn.freeze(nn.linear(4)), block))).trainable, {
      a: { 0: false, 1: true },
    }],
    ["branches", nn.model([4], nn.residual(nn.named("x", nn.freeze(nn.linear(4))), nn.linear(4))).trainable, {
      0: { main: false, shortcut: true },
    }],
    ["copies", nn.model([4], nn.repeat(2, nn.sequential(nn.linear(4), nn.freeze(nn.linear(4))))).trainable, {
      0: [{ 0: true, 1: false }, { 0: true, 1: false }],
    }],
    ["heads", nn.model([4], nn.auxiliary("aux", nn.sequential(nn.freeze(nn.linear(4)), nn.linear(2)))).trainable, {
      aux: { 0: false, 1: true },
    }],
    ["the codes of LeNet-5", lenet1998.trainable, {
      c1: true,
      s2: true,
      c3: true,
      s4: true,
      c5: true,
      f6: true,
      out: false,
    }],
    ["a transformer", vitB16({ input: [3, 32, 32] }).trainable, true],
  ];
  test.each(rows)("knows %s", (_, got, want) => expect(got).toEqual(want));
  test("is a mask of the parameters that the model draws", () => {
    const net = nn.model(
      [2, 4, 4],
      nn.named(
        "c",
        nn.concat(nn.freeze(nn.conv2d(2, { kernel: 1 })), nn.named("b", nn.separableConv2d(2, { kernel: 1 }))),
      ),
      nn.repeat(2, nn.residual(nn.sequential(nn.freeze(nn.batchNorm()), nn.conv2d(4, { kernel: 1 })))),
      nn.flatten,
      nn.freeze(nn.linear(3)),
    );
    const counts = compute(() => {
      const { params } = net.init(key(0));
      const kept = optim.selective(optim.momentum(0.9), net.trainable).init(params);
      return [scalar(flatten(params).leaves.length), scalar(flatten(kept).leaves.length)];
    });
    const [all, learned] = counts.map((t) => t.values[0]!);
    expect(all! - learned!).toBe(2 + 2 * 2 + 2);
  });
});
