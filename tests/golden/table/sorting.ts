import * as o from "../../../ops/mod.ts";
import { blank, type Failures, type Rows } from "./row.ts";

export const rows: Rows = {
  sort: ({ x }, { axis, descending }) => ({ ...o.sort(x, axis, { descending }) }),
  argsort: ({ x }, { axis, descending }) => o.argsort(x, axis, { descending }),
  topk: ({ x }, { k, axis, largest }) => ({ ...o.topk(x, k, axis, { largest }) }),
};
export const failures: Failures = { topk: ({ x, k }) => o.topk(blank(x), k) };
