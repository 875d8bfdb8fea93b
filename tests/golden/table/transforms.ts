import { grad } from "../../../transforms/grad.ts";
import { type Any, blank, type Failures, type Rows } from "./row.ts";

export const rows: Rows = {};
export const failures: Failures = {
  backward: ({ y }) => grad(((x: Any) => x) as Any)(blank(y)),
};
