/** The Inception module as courses count it: 28 by 28 images of 256 channels. */
import { expect, test } from "bun:test";
import { describe, inception, naiveInception } from "../../models/mod.ts";
import { nn } from "../../mod.ts";

test("the naive module makes 672 channels with 854 million multiply-adds, the reduced one 480 with 271 million", () => {
  const naive = nn.model([256, 28, 28], naiveInception(128, 192, 96));
  const reduced = nn.model([256, 28, 28], inception(128, 64, 192, 64, 96, 64));
  const channels: readonly [[672, 28, 28], [480, 28, 28]] = [naive.output, reduced.output];
  expect(channels).toEqual([[672, 28, 28], [480, 28, 28]]);
  expect(describe(naive).multiplyAdds).toBe(854_196_224);
  expect(describe(reduced).multiplyAdds).toBe(28 * 28 * (3 * 64 * 256 + 128 * 256 + 192 * 9 * 64 + 96 * 25 * 64));
});

test("what is frozen counts as a parameter, and not as one that is learned", () => {
  const block = nn.sequential(nn.conv2d(2, { kernel: 1 }), nn.batchNorm());
  const net = nn.model(
    [3, 4, 4],
    nn.freeze(nn.named("a", block)),
    nn.named("b", nn.freeze(block)),
    nn.flatten,
    nn.linear(5),
  );
  const { parameters, trainable, layers } = describe(net);
  expect([parameters, trainable]).toEqual([12 + 10 + 165, 165]); // 3 to 2 channels, 2 to 2, and the linear layer
  expect(layers.filter((row) => row.frozen).map((row) => row.place)).toEqual(["a.0", "a.1", "b.0", "b.1"]);
});
