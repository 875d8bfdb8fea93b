// Transforms of functions that do not fit them.
import { add, mul } from "../../ops/arithmetic.ts";
import { greater } from "../../ops/comparison.ts";
import { outer } from "../../ops/grid.ts";
import { sum } from "../../ops/structure.ts";
import { concat } from "../../ops/slice.ts";
import type { Tensor } from "../../core/tensor.ts";
import { cond } from "../../transforms/cond.ts";
import { jvp, linearize, vjp } from "../../transforms/grad.ts";
import { hessian } from "../../transforms/jacobian.ts";
import { jit } from "../../transforms/jit.ts";
import { forLoop, scan, whileLoop } from "../../transforms/loop.ts";
import { vmap } from "../../transforms/vmap.ts";
import { mk, mkOf } from "./assert.ts";

type V3 = Tensor<[3], "f32">;
const double = (x: V3) => mul(x, 2);
const two = (x: V3, y: Tensor<[4], "f32">) => add(sum(x), sum(y));

// vmap
// @ts-expect-error TS: Argument of type 'Tensor<[3], "f32">' is not assignable to parameter of type 'Tensor<[number, 3], "f32">'
vmap(double)(mk(3));
// @ts-expect-error vmap: argument 1 has no axis 2 among 2
vmap(double, { in: 2 })(mk(5, 3));
// @ts-expect-error vmap: argument 1 has no axis -3 among 2
vmap(double, { in: -3 })(mk(5, 3));
// @ts-expect-error vmap: argument 2 has 6 examples along axis 0, the ones before it 5: [6, 4]
vmap(two)(mk(5, 3), mk(6, 4));
// @ts-expect-error vmap: in has 3 axes for 2 arguments
vmap(two, { in: [0, 0, 1] })(mk(5, 3), mk(5, 4));
// @ts-expect-error vmap: no argument has a batch axis
vmap(two, { in: [null, null] })(mk(3), mk(4));
// @ts-expect-error vmap: the result has no axis 2 among 2
vmap(double, { out: 2 })(mk(5, 3));
// @ts-expect-error TS: is not assignable to parameter of type 'Tensor<[number, 3], "f32">'
vmap(double)(mk(5, 4));
// @ts-expect-error vmap: argument 1 has no axis 1.5 among 2
vmap(double, { in: 1.5 })(mk(5, 3));
// jvp
// @ts-expect-error jvp: expected a tangent of type f32[3], got f32[4]
jvp(double, [mk(3)], [mk(4)]);
// @ts-expect-error jvp: expected a tangent of type f32[3], got i32[3]
jvp(double, [mk(3)], [mkOf("i32", 3)]);
// @ts-expect-error jvp: expected 2 tangents, got 1
jvp(two, [mk(3), mk(4)], [mk(3)]);
// @ts-expect-error TS: Type 'Tensor<[4], "f32">' is not assignable to type 'V3'.
jvp(double, [mk(4)], [mk(3)]);
// @ts-expect-error vjp: expected a cotangent of type f32[3], got f32[4]
vjp(double, mk(3))[1](mk(4));
// @ts-expect-error linearize: expected a tangent of type f32[3], got f32[4]
linearize(double, mk(3))[1](mk(4));
// hessian
// @ts-expect-error hessian: the loss must be a scalar float, got [3]
hessian(double)(mk(3));
// cond
// @ts-expect-error cond: expected a predicate bool[], got f32[]
cond(mk(), double, double, mk(3));
// @ts-expect-error cond: expected a predicate bool[], got bool[3]
cond(mkOf("bool", 3), double, double, mk(3));
// @ts-expect-error cond: the second branch returns f32[], expected f32[3]
cond(mkOf("bool"), double, (x: V3) => sum(x), mk(3));
// @ts-expect-error cond: the second branch returns f32[6], expected f32[3]
cond(mkOf("bool"), (x) => double(x), (x) => concat([x, x], 0), mk(3));
// @ts-expect-error cond: expected a predicate bool[], got a boolean
cond(true, double, double, mk(3));
// loops
// @ts-expect-error whileLoop: expected a test bool[], got bool[3]
whileLoop((x: V3) => greater(x, 0), double, mk(3), { max: 3 });
// @ts-expect-error whileLoop: expected a test bool[], got f32[]
whileLoop((x: V3) => sum(x), double, mk(3), { max: 3 });
// @ts-expect-error whileLoop: the carry must keep its type, f32[3], but the step returns f32[]
whileLoop((x: V3) => greater(sum(x), 0), (x: V3) => sum(x), mk(3), { max: 3 });
// @ts-expect-error whileLoop: the carry must keep its type, f32[3], but the step returns f32[6]
whileLoop((x) => greater(sum(x), 0), (x) => concat([x, x], 0), mk(3), { max: 3 });
// @ts-expect-error forLoop: the carry must keep its type, f32[3], but the step returns f32[6]
forLoop(0, 3, (_i, x) => concat([x, x], 0), mk(3));
// @ts-expect-error scan: the carry must keep its type, f32[3], but the step returns f32[]
scan((c: V3, x: V3) => [sum(c), x] as const, mk(3), mk(5, 3));
// @ts-expect-error scan: expected 5 leading entries, got f32[6]
scan((c: V3, [a, b]: readonly [V3, Tensor<[], "f32">]) => [add(c, a), b] as const, mk(3), [mk(5, 3), mk(6)] as const);
// @ts-expect-error scan: the carry must keep its structure
scan((c: V3, x: V3) => [[c, x] as const, x] as const, mk(3), mk(5, 3));
// @ts-expect-error scan: the carry must keep its type, f32[3], but the step returns f32[]
scan(([a, b]: readonly [V3, V3], x: V3) => [[sum(a), b] as const, x] as const, [mk(3), mk(3)] as const, mk(5, 3));
// @ts-expect-error scan: expected leading entries, got f32[]
scan((c: V3) => [c, null] as const, mk(3), mk());
// jit
// @ts-expect-error jit: there is no argument 1 among 1
jit(double, { donate: [1] });
// @ts-expect-error jit: there is no argument 3 among 1
jit(double, { static: [3] });
// outer
// @ts-expect-error outer: expects vectors, got [2, 3]
outer(mk(2, 3), mk(3));
// @ts-expect-error outer: expects vectors, got []
outer(mk(3), mk());
