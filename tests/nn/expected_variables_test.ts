/** Variables of another model are refused by the place of the first tensor that differs. */
import { describe, expect, test } from "bun:test";
import { aval } from "../../core/aval.ts";
import { ShapeError } from "../../core/errors.ts";
import type { Tensor } from "../../core/tensor.ts";
import { trace } from "../../core/trace.ts";
import { resnet18, resnet34, resnet50, wideResnet50 } from "../../models/mod.ts";
import * as nn from "../../nn/mod.ts";
import { key } from "../../ops/random.ts";
import { zeros } from "../../ops/source.ts";

/** A model, whatever its types. */
interface Loose {
  init(key: Tensor): { params: unknown; state: unknown };
  predict(variables: unknown, x: Tensor): Tensor;
}
const loose = (model: unknown): Loose => model as Loose;
/** What `net` says of variables, or null where it takes them. Nothing is computed. */
const sentenceOf = (net: unknown, shape: readonly number[], variables: () => unknown): string | null => {
  try {
    trace((x) => [loose(net).predict(variables(), x!)], [aval(shape, "f32")]);
    return null;
  } catch (e) {
    if (!(e instanceof ShapeError)) throw e;
    return e.message;
  }
};

describe("a model", () => {
  const block = <const K extends number>(kernel: K) =>
    nn.named("b", nn.sequential(nn.conv2d(2, { kernel, padding: "same" }), nn.repeat(2, nn.batchNorm())));
  const net = nn.model([1, 4, 4], block(3), nn.flatten, nn.named("out", nn.linear(2, { bias: false })));
  const drawn = () => net.init(key(0)) as unknown as { params: Record<string, object>; state: Record<string, object> };
  const given = (params: object, state: object = {}) => () => {
    const start = drawn();
    return { params: { ...start.params, ...params }, state: { ...start.state, ...state } };
  };
  const said = (variables: () => unknown) => sentenceOf(net, [3, 1, 4, 4], variables);
  test("takes its own variables, and more layers than it has", () => {
    expect(said(drawn)).toBe(null);
    expect(said(given({ more: { weight: zeros([3]) } }))).toBe(null);
  });
  test("names the first tensor of another shape", () => {
    const other = () => nn.model([1, 4, 4], block(5)).init(key(0));
    expect(said(() => given(other().params)())).toBe(
      "model: params.b.0.weight: expected [2, 1, 3, 3], got [2, 1, 5, 5]",
    );
    expect(said(() => given({ out: { weight: zeros([2]) } })())).toBe(
      "model: params.out.weight: expected [2, 32], got [2]",
    );
    const state = () => [1, 2].map((n) => ({ mean: zeros([n]), variance: zeros([2]) }));
    expect(said(() => given({}, { b: { 1: state() } })())).toBe("model: state.b.1.0.mean: expected [2], got [1]");
  });
  test("names a tensor that is missing, and one that no layer asks for", () => {
    expect(said(() => given({ b: { 0: { weight: zeros([2, 1, 3, 3]) } } })())).toBe(
      "model: params.b.0.bias: expected [2], got nothing",
    );
    expect(said(() => given({ out: { weight: zeros([2, 32]), bias: zeros([2]) } })())).toBe(
      "model: params.out.bias: expected nothing, got [2]",
    );
    expect(said(() => given({ out: zeros([2]) })())).toBe("model: params.out: expected a tree, got [2]");
    expect(said(() => given({ out: { weight: { weight: zeros([2]) } } })())).toBe(
      "model: params.out.weight: expected [2, 32], got a tree",
    );
  });
  test("whose input has names checks the variables that do not depend on them", () => {
    const open = nn.model([1, "h", "w"], nn.named("c", nn.conv2d(2, { kernel: 3 })), nn.globalAvgPool);
    expect(sentenceOf(open, [1, 1, 5, 5], () => ({ params: { c: { weight: zeros([2, 1, 1, 1]), bias: zeros([2]) } } })))
      .toBe("model: params.c.weight: expected [2, 1, 3, 3], got [2, 1, 1, 1]");
  });
});

test.each(
  [
    [
      "ResNet-50",
      wideResnet50(),
      resnet50(),
      "model: params.layer1.first.0.main.conv1.weight: expected [128, 64, 1, 1], got [64, 64, 1, 1]",
    ],
    ["ResNet-18", resnet34(), resnet18(), "model: no parameters for layer"],
  ] as const,
)("parameters of %s are refused deep inside", (_, net, other, sentence) => {
  const got = sentenceOf(net, [1, 3, 224, 224], () => loose(other).init(key(0)));
  expect(got).toContain(sentence);
});
