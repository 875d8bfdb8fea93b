// Elementwise operations with parameters, questions, halves, blends and statistics, and what the compiler makes of them.
import { flow, pipe } from "../../core/pipe.ts";
import type { Dim } from "../../core/shape/dim.ts";
import type { Tensor } from "../../core/tensor.ts";
import { argmax, clamp, countNonzero, elu, gelu, glu, hardTanh, isNan, leakyRelu, lerp, logicalAnd, logicalNot, logSumExp, norm, pow, prod, remainder, softplus, std, threshold, variance } from "../../ops/mod.ts";
import { dynamic, is, mk, mkOf, n } from "./assert.ts";

is<[2, 3]>()(leakyRelu(mk(2, 3)));
is<[2, 3]>()(leakyRelu(mk(2, 3), 0.2));
is<["b", 3]>()(softplus(mk("b", 3), 2, 3));
is<[2, 3]>()(gelu(mk(2, 3), "tanh"));
is<[2, 3]>()(clamp(mk(2, 3), undefined, 1));
is<[2, 3]>()(pipe(mk(2, 3), leakyRelu(0.2), elu, hardTanh(0, 6), threshold(0, 1), clamp(0, 1)));
is<[4]>()(flow(gelu, leakyRelu)(mk(4)));
const whole: Tensor<[2, 3], "i32"> = clamp(mkOf("i32", 2, 3), 0, 5);
const flags: Tensor<[2, 3], "bool"> = isNan(mk(2, 3));
const not: Tensor<[2, 3], "bool"> = logicalNot(whole);
const both: Tensor<[4, 2, 3], "bool"> = logicalAnd(mk(4, 1, 3), mk(2, 3));
is<[2, 3]>()(pipe(mk(2, 3), isNan));

is<[2, 3]>()(glu(mk(2, 6)));
is<[2, 3, 5]>()(glu(mk(2, 6, 5), 1));
is<[number, 4]>()(glu(mk(n, 8)));
is<[8, number]>()(glu(mk(8, n)));
is<Dim[]>()(glu(dynamic));
is<[2, 3]>()(pipe(mk(2, 6), glu(-1)));

is<[4, 2, 3]>()(lerp(mk(2, 3), mk(4, 1, 3), 0.5));
is<[4, 2, 3]>()(lerp(mk(2, 3), 1, mk(4, 1, 1)));
is<[2, 3]>()(remainder(mk(2, 3), 2));
is<[2, 3]>()(pow(mk(2, 3), 2));

is<[2]>()(prod(mk(2, 3), 1));
is<[2, 1]>()(variance(mk(2, 3), 1, { keepdims: true, correction: 0 }));
is<[]>()(std(mk(2, 3)));
is<[3]>()(logSumExp(mk(2, 3), 0));
is<[2, 4]>()(norm(mk(2, 3, 4), 1, { p: 1 }));
const many: Tensor<[2], "i32"> = countNonzero(mk(2, 3), 1);
const place: Tensor<[], "i32"> = argmax(mk(2, 3));
is<[2]>()(argmax(mk(2, 3), 1));
void [flags, not, both, many, place];
