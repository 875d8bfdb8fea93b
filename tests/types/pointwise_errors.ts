// Elementwise operations, halves, blends and statistics on what does not fit.
import { pipe } from "../../core/pipe.ts";
import { atan2, glu, hypot, lerp, logSumExp, norm, prelu, prod, relu6, remainder, softplus, variance } from "../../ops/mod.ts";
import { mk, mkOf } from "./assert.ts";

// @ts-expect-error atan2: cannot broadcast [2, 3] with [2, 4]: 3 and 4 (axis -1) differ
atan2(mk(2, 3), mk(2, 4));
// @ts-expect-error hypot: expected operands of one dtype, got f32 and f64: cast one of them
hypot(mk(2, 3), mkOf("f64", 2, 3));
// @ts-expect-error remainder: cannot broadcast [b, 3] with [32, 3]: b and 32 (axis -2) differ
remainder(mk("b", 3), mk(32, 3));
// @ts-expect-error lerp: cannot broadcast [2, 3] with [4]: 3 and 4 (axis -1) differ
lerp(mk(2, 3), mk(4), 0.5);
// @ts-expect-error lerp: cannot broadcast [2, 3] with [4]: 3 and 4 (axis -1) differ
lerp(mk(2, 3), 0, mk(4));
// @ts-expect-error glu: expected an even number along axis 1 of [2, 7], got 7
glu(mk(2, 7), -1);
// @ts-expect-error glu: axis 2 is out of range for [2, 6]
glu(mk(2, 6), 2);
// @ts-expect-error glu: expected an even number along axis 1 of [2, 7], got 7
pipe(mk(2, 7), glu);
// @ts-expect-error prod: axis 2 is out of range for [2, 3]
prod(mk(2, 3), 2);
// @ts-expect-error variance: axis 1 is given twice in [1, -1]
variance(mk(2, 3), [1, -1]);
// @ts-expect-error norm: axis -3 is out of range for [2, 3]
norm(mk(2, 3), -3, { p: 1 });
// @ts-expect-error logSumExp: axis 0 is out of range for []
logSumExp(mk(), 0);
// @ts-expect-error TS: is not assignable to parameter of type
relu6(mkOf("i32", 2, 3));
// @ts-expect-error TS: No overload matches
softplus(mk(2, 3), "2");
// @ts-expect-error TS: is not assignable to parameter of type 'AnyFloat'
prelu(mkOf("i32", 2, 3), mk(3));
