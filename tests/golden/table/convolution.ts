import * as o from "../../../ops/mod.ts";
import { type Adapter, type Any, blank, type Failures, type Rows } from "./row.ts";

const convolution = (f: Any): Adapter => ({ x, weight, bias }, { stride, padding, dilation, groups }) =>
  f(x, weight, { stride, padding, dilation, groups, bias });
const transposed = (f: Any): Adapter => ({ x, weight, bias }, { stride, padding, output_padding, dilation, groups }) =>
  f(x, weight, { stride, padding, outputPadding: output_padding, dilation, groups, bias });

export const rows: Rows = {
  conv1d: convolution(o.conv1d),
  conv2d: ({ x, weight, bias }, { stride, padding, dilation, groups }) => {
    const y: Any = o.conv2d(x, weight, { stride, padding, dilation, groups });
    return bias === undefined ? y : o.addBias(y, bias);
  },
  conv3d: convolution(o.conv3d),
  conv_transpose1d: transposed(o.convTranspose1d),
  conv_transpose2d: transposed(o.convTranspose2d),
  conv_transpose3d: transposed(o.convTranspose3d),
  linear: ({ x, weight, bias }) => o.linear(x, weight, bias),
  einsum: ({ a, b, c }, { equation }) => o.einsum(equation, ...[a, b, c].filter((t) => t !== undefined)),
};

export const failures: Failures = {
  conv2d: ({ x, weight, bias, ...options }) => {
    const y: Any = o.conv2d(blank(x), blank(weight), options);
    return bias === undefined ? y : o.addBias(y, blank(bias));
  },
  linear: ({ x, weight }) => o.linear(blank(x), blank(weight)),
  einsum: ({ equation, shapes }) => o.einsum(equation, ...shapes.map(blank)),
};
