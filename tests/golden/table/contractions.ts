import * as o from "../../../ops/mod.ts";
import { type Any, blank, type Failures, ofAB, type Rows } from "./row.ts";

const turned = (x: Any, turn: boolean | undefined): Any => turn ? o.transpose(x) : x;

export const rows: Rows = {
  matmul: ofAB(o.matmul),
  matmul_t: ({ a, b }, { transpose_a, transpose_b }) => o.matmul(turned(a, transpose_a), turned(b, transpose_b)),
};

export const failures: Failures = {
  matmul: ({ a, b }) => o.matmul(blank(a), blank(b)),
};
