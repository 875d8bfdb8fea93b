/** Rows that are put together from others: views of a tensor before an operation, and values used more than once. */
import * as o from "../../../ops/mod.ts";
import type { Adapter, Any, Inputs, Rows } from "../table/row.ts";
import { matmul } from "./parts.ts";
import { call } from "./protocol.ts";
import { Unknown } from "../job.ts";

const { add, mul, sum, sin, exp, tanh, square } = o as Any;

/** One step of a view: its name and its arguments. */
type View = readonly [name: string, ...args: Any[]];
const everything = (x: Any): Any[] => x.shape.map(() => [null, null, 1]);
const views: Readonly<Record<string, (x: Any, ...args: Any[]) => Any>> = {
  permute: (x, axes) => call("permute", { x }, { axes }),
  reshape: (x, shape) => call("reshape", { x }, { shape }),
  expand: (x, shape) => call("broadcast_to", { x }, { shape }),
  flip: (x, axes) => call("flip", { x }, { axes }),
  select: (x, axis, index) => call("select", { x }, { axis, index }),
  slice: (x, axis, start, stop, step) =>
    call("slice", { x }, { slices: everything(x).with(axis, [start, stop, step]) }),
};
const pool = { kernel_size: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1], ceil_mode: false };
const conv = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 };
const last = (x: Any): number => x.shape.length - 1;
const uses: Readonly<Record<string, (x: Any, others: Inputs) => Any>> = {
  contiguous: (x) => x,
  neg: (x) => o.neg(x),
  exp: (x) => exp(x),
  square_sum: (x) => sum(square(x)),
  sum_first: (x) => sum(x, 0),
  sum_last: (x) => sum(x, last(x)),
  amax_first: (x) => o.max(x, 0 as Any),
  softmax_first: (x) => o.softmax(x, 0 as Any),
  softmax_last: (x) => o.softmax(x, last(x) as Any),
  cumsum_last: (x) => call("cumsum", { x }, { axis: last(x) }),
  "add b": (x, { b }) => add(x, b),
  "concat with b on axis 0": (x, { b }) => o.concat([x, b] as Any, 0),
  "transpose, then matmul b": (x, { b }) => matmul(o.transpose(x), b),
  "conv2d with weight": (x, { weight }) => call("conv2d", { x, weight }, conv),
  "max_pool2d 2x2": (x) => call("max_pool2d", { x }, pool).y,
};
const strided: Adapter = ({ x, ...others }, args) => {
  const use = uses[args.then as string];
  if (use === undefined) throw new Unknown(`the table does not know what to do: ${args.then}`);
  const viewed = (args.view as readonly View[]).reduce<Any>((y, [name, ...rest]) => {
    const view = views[name];
    if (view === undefined) throw new Unknown(`the table does not know the view ${name}`);
    return view(y, ...rest);
  }, x);
  return use(viewed, others);
};

const expressions: Readonly<Record<string, (v: Inputs) => Any>> = {
  "x + x": ({ x }) => add(x, x),
  "x * x": ({ x }) => mul(x, x),
  "2 * x": ({ x }) => mul(2, x),
  "sin(x) * exp(x) + x": ({ x }) => add(mul(sin(x), exp(x)), x),
  "tanh(tanh(x @ w) @ w)": ({ x, w }) => tanh(matmul(tanh(matmul(x, w)), w)),
  "sum(x[:, :2], 1) + sum(x[:, 1:] ** 2, 1)": ({ x }) =>
    add(sum(o.slice(x, 1, 0, 2), 1), sum(square(o.slice(x, 1, 1, x.shape[1])), 1)),
  "x * stop_gradient(x)": ({ x }) => mul(x, o.stopGradient(x)),
};
const reuse: Adapter = (inputs, args) => {
  const f = expressions[args.expr as string];
  if (f === undefined) throw new Unknown(`the table does not know the expression ${args.expr}`);
  return f(inputs);
};

export const composed: Rows = { strided, reuse };
