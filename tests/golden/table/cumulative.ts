import * as o from "../../../ops/mod.ts";
import type { Adapter, Any, Rows } from "./row.ts";

const along = (f: Any): Adapter => ({ x }, { axis }) => f(x, axis);
export const rows: Rows = {
  cumsum: along(o.cumsum),
  cumprod: along(o.cumprod),
  logcumsumexp: along(o.logCumSumExp),
  cummax: ({ x }, { axis }) => ({ ...o.cummax(x, axis) }),
};
