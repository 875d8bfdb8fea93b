/** Parameters whose shape has an extent that is not known yet. */
import { expect, test } from "bun:test";
import * as nn from "../../nn/mod.ts";
import { key } from "../../ops/random.ts";
import { compute } from "./support.ts";

test.each(
  [
    ["conv2d: the weight [4, ?, 1, 1]", ["c", 4, 4], nn.conv2d(4, { kernel: 1 }), "0:conv2d"],
    ["conv1d: the weight [4, ?, 1]", ["c", 4], nn.conv1d(4, { kernel: 1, groups: 2 }), "0:conv1d"],
    ["batchNorm: a parameter [?]", ["c", 4, 4], nn.named("n", nn.batchNorm()), "n"],
    ["layerScale: a parameter [?, 1]", ["t", 4], nn.layerScale(0.1), "0:layerScale"],
    ["lstm: a parameter [8, ?]", [3, "c"], nn.lstm(2), "0:lstm"],
    ["learnedPositions: a parameter [?, 4]", ["t", 4], nn.learnedPositions(), "0:learnedPositions"],
    [
      "multiHeadAttention: a parameter [?, ?]",
      [3, "c"],
      nn.sequential(nn.named("a", nn.multiHeadAttention(2))),
      "0:sequential/a",
    ],
  ] as const,
)("init says that %s is not known yet", (what, input, layer, place) => {
  const open = (nn.model as (...xs: unknown[]) => { init(k: unknown): unknown })(input, layer);
  expect(() => compute(() => open.init(key(0)))).toThrow(
    `${what} has an unknown extent: give the model its input shape in numbers [in ${place}]`,
  );
});
