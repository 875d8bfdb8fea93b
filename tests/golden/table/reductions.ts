import * as o from "../../../ops/mod.ts";
import { type Adapter, type Any, axisOf, blank, type Failures, type Rows } from "./row.ts";

/** The row of a reduction, with options from its arguments. */
const reduction = (f: Any, options: (args: Any) => object = () => ({})): Adapter => ({ x }, args) =>
  f(x, axisOf(args.axis), { keepdims: args.keepdim ?? false, ...options(args) });
const order = (p: number) => reduction(o.norm, () => ({ p }));
const correction = ({ correction }: Any) => ({ correction });

export const rows: Rows = {
  sum: reduction(o.sum),
  mean: reduction(o.mean),
  prod: reduction(o.prod),
  amax: reduction(o.max),
  amin: reduction(o.min),
  logsumexp: reduction(o.logSumExp),
  norm_l1: order(1),
  norm_l2: order(2),
  norm_p3: order(3),
  norm_inf: order(Infinity),
  var: reduction(o.variance, correction),
  std: reduction(o.std, correction),
  argmax: reduction(o.argmax),
  argmin: reduction(o.argmin),
  any: reduction(o.any),
  all: reduction(o.all),
  count_nonzero: reduction(o.countNonzero),
};

const refusing = (f: Any): (args: Any) => unknown => ({ x, axis }) => f(blank(x), axisOf(axis));
export const failures: Failures = { sum: refusing(o.sum), amax: refusing(o.max), argmax: refusing(o.argmax) };
