// deno-fmt-ignore-file -- one line for each expression
/** The functions that second-order cases name by their text. */
import * as o from "../../../ops/mod.ts";
import type { Any, Inputs } from "../table/row.ts";
import { avgPool2d, batchNorm, conv2d, convTranspose2d, crossEntropy, flatten, layerNorm, linear, matmul, maxPool2d, mse, slice } from "./parts.ts";
import { call } from "./protocol.ts";
import { Unknown } from "../job.ts";

type Expression = (v: Inputs) => Any;
const { add, sub, mul, div, square, exp, log, sin, tanh, sum } = o as Any;
const transposed = (x: Any): Any => o.transpose(x);
const rows = (x: Any, axis: number, index: Any): Any => call("index_select", { x, index }, { axis });
const cumsum = (x: Any, axis: number): Any => call("cumsum", { x }, { axis });
const attention = (q: Any, k: Any, v: Any): Any => matmul(o.softmax(div(matmul(q, transposed(k)), Math.sqrt(q.shape.at(-1))) as Any), v);

const known: Readonly<Record<string, Expression>> = {
  "sum(x^3) / 3 + sum(x[:-1] * x[1:]^2)": ({ x }) =>
    add(div(sum(o.pow(x, 3)), 3), sum(mul(slice(x, 0, 0, -1), square(slice(x, 0, 1))))),
  "sum(100 * (x[1:] - x[:-1]^2)^2 + (1 - x[:-1])^2)": ({ x }) => {
    const low = slice(x, 0, 0, -1), high = slice(x, 0, 1);
    return sum(add(mul(100, square(sub(high, square(low)))), square(sub(1, low))));
  },
  "cross_entropy(x, target)": ({ x, target }) => crossEntropy(x, target),
  "sum(logsumexp(x, axis 1))": ({ x }) => sum(o.logSumExp(x, 1)),
  "mse(tanh(x @ w1 + b1) @ w2 + b2, t)": ({ x, w1, b1, w2, b2, t }) => mse(add(matmul(tanh(add(matmul(x, w1), b1)), w2), b2), t),
  "cross_entropy(relu(x @ w1 + b1) @ w2 + b2, target)": ({ x, w1, b1, w2, b2, target }) =>
    crossEntropy(add(matmul(o.relu(add(matmul(x, w1), b1)), w2), b2), target),
  "cross_entropy(flatten(max_pool2d(conv2d(x, w, b), 2)) @ fw^T + fb, target)": ({ x, w, b, fw, fb, target }) =>
    crossEntropy(linear(flatten(maxPool2d(conv2d(x, w, b), 2)), fw, fb), target),
  "sum(sigmoid(avg_pool2d(conv2d(x, w, b, stride 2, pad 1), 2))^2)": ({ x, w, b }) =>
    sum(square(o.sigmoid(avgPool2d(conv2d(x, w, b, { stride: 2, padding: 1 }), 2)))),
  "sum(tanh(conv_transpose2d(x, w, stride 2, pad 1))^2)": ({ x, w }) =>
    sum(square(tanh(convTranspose2d(x, w, undefined, { stride: 2, padding: 1 })))),
  "sum(a * gelu(layer_norm(x, last axis, w, b)))": ({ x, w, b, a }) => sum(mul(a, o.gelu(layerNorm(x, w, b)))),
  "sum(a * silu(batch_norm(x, batch statistics, w, b)))": ({ x, w, b, a }) => sum(mul(a, o.silu(batchNorm(x, w, b).y))),
  "sum(a * softmax(q k^T / sqrt(d)) v)": ({ q, k, v, a }) => sum(mul(a, attention(q, k, v))),
  "sum(sin(index_select(x, axis 0, i)) * exp(index_select(x, axis 0, j)))": ({ x, i, j }) => sum(mul(sin(rows(x, 0, i)), exp(rows(x, 0, j)))),
  "sum(log(1 + (x / y)^2))": ({ x, y }) => sum(log(add(1, square(div(x, y))))),
  "softmax(x, axis 1)": ({ x }) => o.softmax(x, 1 as Any),
  "log_softmax(x, axis 1)": ({ x }) => o.logSoftmax(x, 1 as Any),
  "tanh(x @ w + b)": ({ x, w, b }) => tanh(add(matmul(x, w), b)),
  "relu(conv2d(x, w, b, pad 1))": ({ x, w, b }) => o.relu(conv2d(x, w, b, { padding: 1 })),
  "max_pool2d(x, 2)": ({ x }) => maxPool2d(x, 2),
  "layer_norm(x, last axis, w, b)": ({ x, w, b }) => layerNorm(x, w, b),
  "cumsum(sort(x, axis 1), axis 1)": ({ x }) => cumsum(call("sort", { x }, { axis: 1, descending: false }).values, 1),
  "stack(sum(x,1), mean(x^2,1), amax(x,1), logsumexp(x,1), prod(x,1))": ({ x }) =>
    o.stack([sum(x, 1), o.mean(square(x), 1), o.max(x, 1), o.logSumExp(x, 1), o.prod(x, 1)] as Any, 0),
  "concat(sin(x)[:, 1:], x[:, :2] * y, axis 1)": ({ x, y }) => o.concat([slice(sin(x), 1, 1), mul(slice(x, 1, 0, 2), y)] as Any, 1),
  "batch_norm(x, batch statistics)": ({ x }) => batchNorm(x).y,
};

/** Functions of one element. */
const elementwise: Readonly<Record<string, (x: Any) => Any>> = {
  exp: o.exp, log: o.log, sqrt: o.sqrt, sin: o.sin, cos: o.cos, tanh: o.tanh, sigmoid: o.sigmoid, softplus: o.softplus,
  square: o.square, reciprocal: o.reciprocal, rsqrt: o.rsqrt, atan: o.atan, erf: o.erf, silu: o.silu,
  gelu: o.gelu, gelu_tanh: (x) => o.gelu(x, "tanh"), "pow_2.5": (x) => o.pow(x, 2.5), relu: o.relu, elu: o.elu,
  xexp: (x) => mul(x, exp(o.neg(square(x)))),
  composite: (x) => div(mul(sin(x), exp(o.neg(x))), add(1, square(x))),
};

const find = <T>(table: Readonly<Record<string, T>>, expr: string): T => {
  const found = table[expr];
  if (found === undefined) throw new Unknown(`the table does not know the expression ${expr}`);
  return found;
};
export const expression = (expr: string): Expression => find(known, expr);
export const functionOfOne = (expr: string): (x: Any) => Any => find(elementwise, expr);
