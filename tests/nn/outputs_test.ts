/** Taps, auxiliary heads, frozen layers, parallel branches. */
import { describe, expect, test } from "bun:test";
import type { Tensor } from "../../core/tensor.ts";
import * as nn from "../../nn/mod.ts";
import { mul } from "../../ops/arithmetic.ts";
import { key } from "../../ops/random.ts";
import { sum } from "../../ops/structure.ts";
import { grad } from "../../transforms/grad.ts";
import { trace } from "../../core/trace.ts";
import { aval } from "../../core/aval.ts";
import { simplify } from "../../compiler/simplify.ts";
import { compute, given, noise } from "./support.ts";

// deno-lint-ignore no-explicit-any -- tensors of every shape
type Any = any;
const f32 = (x: Tensor): Any => x;

describe("tap", () => {
  const m = nn.model(
    [3],
    nn.named("a", nn.sequential(nn.named("f", nn.linear(4)), nn.tap("z"), nn.relu)),
    nn.tap("end"),
    nn.repeat(2, nn.sequential(nn.tanh, nn.tap("t"))),
  );
  test("gives back what flows through it at its name, in blocks and repeated blocks", () => {
    const x = noise([2, 3]);
    const [y, z, end, first, second] = compute((t) => {
      const [y, state, outputs] = m.apply(m.init(key(1)), f32(t));
      expect(state).toEqual({});
      return [y, outputs.a.z, outputs.end, outputs[2][0]!.t, outputs[2][1]!.t];
    }, x);
    const [plain] = compute(
      (t) => nn.model([3], nn.named("f", nn.linear(4))).predict({ params: { f: m.init(key(1)).params.a.f } }, f32(t)),
      x,
    );
    expect(z!.values).toEqual(plain!.values);
    expect(end!.values).toEqual(z!.values.map((v) => Math.max(v, 0)));
    expect(first!.values).toEqual(end!.values.map(Math.tanh));
    expect([second!.values, y!.values]).toEqual([first!.values.map(Math.tanh), first!.values.map(Math.tanh)]);
  });
});

describe("auxiliary", () => {
  const head = nn.sequential(nn.named("fc", nn.linear(2)), nn.named("n", nn.batchNorm()));
  const m = nn.model([3], nn.auxiliary("aux", head), nn.named("out", nn.linear(1)));
  test("computes a head beside the network, moves its state in training, and its loss reaches its parameters", () => {
    const x = given([4, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1]);
    const [aux, mean, before, slope] = compute((t) => {
      const start = m.init(key(0));
      const [, state, { aux }] = m.apply(start, f32(t), { training: true });
      const loss = (p: typeof start.params): Tensor<[], "f32"> => {
        const found = m.apply({ params: p, state: start.state }, f32(t), {})[2].aux as Any;
        return sum(mul(found, found) as Tensor<[number, 2], "f32">);
      };
      return [aux, state.aux.n.mean, start.state.aux.n.mean, grad(loss)(start.params).aux.fc.bias];
    }, x);
    expect(aux!.shape).toEqual([4, 2]);
    expect(Math.abs(aux!.values[0]! + aux!.values[2]! + aux!.values[4]! + aux!.values[6]!)).toBeLessThan(1e-9);
    expect(before!.values).toEqual([0, 0]);
    expect(mean!.values.every((v) => v !== 0)).toBe(true);
    expect(slope!.values.every((v) => v !== 0)).toBe(true);
  });
  test("costs nothing where its result is not used, and counts in the summary", () => {
    const size = (f: (x: Tensor) => Tensor) =>
      simplify(trace((x) => [f(x!)], [aval([2, 3], "f32")]).program).eqns.length;
    const plain = nn.model([3], nn.named("out", nn.linear(1)));
    expect(size((x) => m.predict(m.init(key(0)), f32(x)))).toBe(size((x) => plain.predict(plain.init(key(0)), f32(x))));
    expect(m.summary()).toMatch(/\naux +auxiliary +\[3\] +12 +6\n {2}head +sequential +\[2\] +12 +6\n/);
  });
});

describe("freeze", () => {
  const block = nn.named(
    "block",
    nn.sequential(nn.named("f", nn.linear(4)), nn.named("n", nn.batchNorm()), nn.dropout(0.5), nn.tap("z")),
  );
  const m = nn.model([3], nn.freeze(block), nn.named("out", nn.linear(1)));
  test("keeps parameters from learning and state from moving, and leaves the rest as it is", () => {
    const x = noise([4, 3]);
    const [fixed, learned, mean, frozen, free, tapped] = compute((t) => {
      const start = m.init(key(0)), context = () => ({ training: true, key: key(3) });
      const slopes = grad((p: typeof start.params) => sum(m.apply({ ...start, params: p }, f32(t), context())[0]))(
        start.params,
      ) as Any;
      const [y, state, outputs] = m.apply(start, f32(t), context());
      return [
        slopes.block.f.weight,
        slopes.out.weight,
        state.block.n.mean,
        y,
        nn.model([3], block, nn.named("out", nn.linear(1))).predict(start, f32(t)),
        outputs.block.z,
      ];
    }, x);
    expect(new Set(fixed!.values)).toEqual(new Set([0]));
    expect(learned!.values.every((v) => v !== 0)).toBe(true);
    expect(new Set(mean!.values)).toEqual(new Set([0]));
    expect(frozen!.values).toEqual(free!.values);
    expect(tapped!.shape).toEqual([4, 4]);
  });
  test("shows in the summary what it holds", () =>
    expect(m.summary()).toMatch(/\nblock +sequential +\[4\] +24 +12\n {2}f +linear/));
});

describe("parallel", () => {
  const x = given([2, 2], [1, -2, -3, 4]);
  test.each(
    [
      ["add", [3, -4, -6, 12]],
      ["multiply", [1, 0, 0, 64]],
      ["max", [1, 0, 0, 4]],
      ["mean", [1, -4 / 3, -2, 4]],
      ["stack", [1, -2, 1, -2, 1, 0, -3, 4, -3, 4, 0, 4]],
    ] as const,
  )("joins results by %s", (meeting, want) => {
    const m = nn.model([2], nn.parallel(meeting, nn.identity, nn.identity, nn.relu)) as Any;
    const [y] = compute((t) => m.predict({ params: {} }, t), x);
    expect(y!.shape).toEqual([2, ...m.output]);
    y!.values.forEach((v, i) => expect(Math.abs(v - want[i]!)).toBeLessThan(1e-12));
  });
  test("needs a branch", () =>
    expect(() => nn.parallel("add")).toThrow("parallel: expects at least 1 branch, got none"));
});
