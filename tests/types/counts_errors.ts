// Counts, groups and factors that do not divide, or are none.
import { groupNorm } from "../../ops/normalization.ts";
import { pixelShuffle } from "../../ops/shuffle.ts";
import { topk } from "../../ops/sort.ts";
import { dynamic, mk, n } from "./assert.ts";

// @ts-expect-error groupNorm: expected channels divisible by 4 groups, got [1, 6, 2, 2]
groupNorm(mk(1, 6, 2, 2), 4);
// @ts-expect-error pixelShuffle: expects channels divisible by 4, got [1, 6, 2, 2]
pixelShuffle(mk(1, 6, 2, 2), 2);
// @ts-expect-error pixelShuffle: expects a whole factor from 1, got 1.5
pixelShuffle(mk(1, 6, 2, 2), 1.5);
// @ts-expect-error topk: expected k from 0 to 3 for axis 0 of [3], got 5
topk(mk(3), 5);
// @ts-expect-error topk: expected k from 0 to 4 for axis 1 of [2, 4], got 1.5
topk(mk(2, 4), 1.5);
// @ts-expect-error topk: axis 1 is out of range for [3]
topk(mk(3), 2, 1);
// What divides, or is not known.
groupNorm(mk(1, 6, 2, 2), 3);
groupNorm(dynamic, 4);
pixelShuffle(mk("b", 8, n, 2), 2);
topk(mk(2, 4), 4);
topk(mk(2, 4), n);
topk(mk(2, "b"), 3);
