// Indices, axes and tables that do not fit.
import { mseLoss } from "../../nn/losses_elementwise.ts";
import { cumsum } from "../../ops/cumulative.ts";
import { select } from "../../ops/pieces.ts";
import { argsort, sort } from "../../ops/sort.ts";
import { take } from "../../ops/take.ts";
import { mk, mkOf } from "./assert.ts";

// @ts-expect-error select: axis 3 is out of range for [2, 3]
select(mk(2, 3), 3, 0);
// @ts-expect-error sort: axis 2 is out of range for [2, 3]
sort(mk(2, 3), 2);
// @ts-expect-error argsort: axis -3 is out of range for [2, 3]
argsort(mk(2, 3), -3);
// @ts-expect-error cumsum: axis 2 is out of range for [2, 3]
cumsum(mk(2, 3), 2);
// @ts-expect-error take: the table is a scalar
take(mk(), mkOf("i32", 4));
// @ts-expect-error TS: Argument of type 'Tensor<[4, 6], "f32">' is not assignable
mseLoss(mk(4, 5), mk(4, 6));
