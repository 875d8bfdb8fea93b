import * as o from "../../../ops/mod.ts";
import { type Adapter, type Any, blank, type Failures, type Rows } from "./row.ts";

const fit = (ceil: boolean | undefined): "ceil" | "floor" => ceil ? "ceil" : "floor";
const largest: Adapter = ({ x }, { kernel_size, stride, padding, dilation, ceil_mode }) => {
  const { values, indices } = o.maxPoolIndices(x, kernel_size, { stride, padding, dilation, fit: fit(ceil_mode) });
  return { y: values, indices };
};
const mean =
  (f: Any): Adapter => ({ x }, { kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override }) =>
    f(x, kernel_size, {
      stride,
      padding,
      fit: fit(ceil_mode),
      countPadding: count_include_pad,
      divisor: divisor_override ?? undefined,
    });

export const rows: Rows = {
  max_pool1d: largest,
  max_pool2d: largest,
  max_pool3d: largest,
  avg_pool1d: mean(o.avgPool1d),
  avg_pool2d: mean(o.avgPool),
  avg_pool3d: mean(o.avgPool3d),
  adaptive_avg_pool1d: ({ x }, { output_size }) => o.adaptiveAvgPool(x, output_size),
  adaptive_avg_pool2d: ({ x }, { output_size }) => o.adaptiveAvgPool(x, output_size),
  adaptive_max_pool2d: ({ x }, { output_size }) => o.adaptiveMaxPool(x, output_size),
};
export const failures: Failures = {
  max_pool2d: ({ x, kernel_size, padding }) => o.maxPool(blank(x), kernel_size, { padding }),
};
