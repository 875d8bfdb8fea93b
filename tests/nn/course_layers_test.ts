/** Layers of old networks and of U-Net: what they compute, and what they say at run time where the type checker cannot. */
import { describe, expect, test } from "bun:test";
import * as nn from "../../nn/mod.ts";
import { gates } from "../../models/mod.ts";
import type { Tensor } from "../../core/tensor.ts";
import { compute, given } from "./support.ts";

const sentenceOf = (input: readonly number[], layer: nn.Layer): string => {
  try {
    (nn.model as unknown as (input: readonly number[], layer: nn.Layer) => unknown)(input, layer);
  } catch (e) {
    return (e as Error).message;
  }
  return "nothing was thrown";
};
const result = (
  net: { predict(v: never, x: never): Tensor },
  params: (ts: Tensor[]) => unknown,
  ...inputs: ReturnType<typeof given>[]
) => compute((x, ...ts) => net.predict({ params: params(ts) } as never, x as never), ...inputs)[0]!;

describe("layers of the course", () => {
  test("subsample2d sums windows, multiplies and adds by channel", () => {
    const net = nn.model([2, 2, 4], nn.named("s", nn.subsample2d(2)));
    const y = result(
      net,
      ([weight, bias]) => ({ s: { weight, bias } }),
      given([1, 2, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8, 1, 1, 1, 1, 1, 1, 1, 1]),
      given([2], [0.5, 2]),
      given([2], [1, -1]),
    );
    expect(y.shape).toEqual([1, 2, 1, 2]);
    expect(y.values).toEqual([8, 12, 7, 7]);
  });
  test("radialBasis gives squared distances", () => {
    const net = nn.model([2], nn.named("r", nn.radialBasis(3)));
    const y = result(
      net,
      ([weight]) => ({ r: { weight } }),
      given([2, 2], [0, 0, 1, 2]),
      given([3, 2], [0, 0, 3, 4, 1, 2]),
    );
    expect(y.values).toEqual([0, 25, 5, 5, 8, 0]);
  });
  test("selectChannels takes channels in the order given", () => {
    const net = nn.model([4, 1, 2], nn.selectChannels(3, 0, 1));
    expect(result(net, () => ({}), given([1, 4, 1, 2], [0, 1, 10, 11, 20, 21, 30, 31])).values).toEqual([
      30,
      31,
      0,
      1,
      10,
      11,
    ]);
  });
  test("say at run time what the type checker says", () => {
    expect(sentenceOf([3], gates.and)).toBe("neuron: expects [2], got [3]");
    expect(sentenceOf([6, 14, 14], nn.selectChannels(0, 6))).toBe(
      "selectChannels: there is no channel 6 in [6, 14, 14]",
    );
    expect(sentenceOf([6, 3, 3], nn.subsample2d(4))).toBe(
      "subsample2d: kernel 4 does not fit input 3 (height of [6, 3, 3])",
    );
    expect(sentenceOf([6, 3, 3], nn.radialBasis(10))).toBe("radialBasis: expects a vector [features], got [6, 3, 3]");
    expect(sentenceOf([1, 4, 4], nn.cropConcat(nn.upsample2d(2)))).toBe(
      "cropConcat: the path makes [1, 8, 8] of [1, 4, 4]: its result must be an image that is not larger",
    );
    expect(sentenceOf([1, 4, 4], nn.cropConcat(nn.flatten))).toBe(
      "cropConcat: the path makes [16] of [1, 4, 4]: its result must be an image that is not larger",
    );
    expect(sentenceOf([1, 4, 4], nn.cropConcat(nn.maxPool2d(5)))).toBe(
      "maxPool2d: kernel 5 does not fit input 4 (height of [1, 4, 4]) [in path]",
    );
    expect(sentenceOf([1, 4, 4], nn.gaussianLatent(2))).toBe(
      "gaussianLatent: expects a vector [features], got [1, 4, 4]: add flatten before it",
    );
  });
});
