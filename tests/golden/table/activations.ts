// deno-fmt-ignore-file -- names side by side
import * as o from "../../../ops/mod.ts";
import { every, ofX, type Rows } from "./row.ts";

const forms: Readonly<Record<string, "exact" | "tanh">> = { none: "exact", tanh: "tanh" };

export const rows: Rows = {
  ...every({
    sigmoid: o.sigmoid, log_sigmoid: o.logSigmoid, relu: o.relu, relu6: o.relu6, silu: o.silu, mish: o.mish,
    softsign: o.softsign, selu: o.selu, tanhshrink: o.tanhShrink, hardsigmoid: o.hardSigmoid, hardswish: o.hardSwish,
  }, ofX),
  leaky_relu: ({ x }, { negative_slope }) => o.leakyRelu(x, negative_slope),
  elu: ({ x }, { alpha }) => o.elu(x, alpha),
  celu: ({ x }, { alpha }) => o.celu(x, alpha),
  softplus: ({ x }, { beta, threshold }) => o.softplus(x, beta, threshold),
  gelu: ({ x }, { approximate }) => o.gelu(x, forms[approximate]),
  hardtanh: ({ x }, { min_val, max_val }) => o.hardTanh(x, min_val, max_val),
  hardshrink: ({ x }, { lambd }) => o.hardShrink(x, lambd),
  softshrink: ({ x }, { lambd }) => o.softShrink(x, lambd),
  threshold: ({ x }, { threshold, value }) => o.threshold(x, threshold, value),
  logit: ({ x }, { eps }) => o.logit(x, eps),
  prelu: ({ x, weight }) => o.prelu(x, weight),
  glu: ({ x }, { dim }) => o.glu(x, dim),
  softmax: ({ x }, { axis }) => o.softmax(x, axis),
  log_softmax: ({ x }, { axis }) => o.logSoftmax(x, axis),
};
