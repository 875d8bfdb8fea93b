import * as o from "../../../ops/mod.ts";
import { type Any, blank, type Failures, type Rows } from "./row.ts";

const index = (values: Any): Any => o.tensor(values, "i32");
const count = (values: ArrayLike<number>): number => Array.from(values).filter((v) => v !== 0).length;

export const rows: Rows = {
  index_select: ({ x, index }, { axis }) => o.take(x, index, axis),
  gather: ({ x, index }, { axis }) => o.gather(x, axis, index),
  scatter: ({ x, index, src }, { axis }) => o.scatter(x, axis, index, src),
  scatter_add: ({ x, index, src }, { axis }) => o.scatterAdd(x, axis, index, src),
  index_add: ({ x, index, src }, { axis }) => o.indexAdd(x, axis, index, src),
  masked_fill: ({ x, mask }, { value }) => o.maskedFill(x, mask, value),
  masked_select: ({ x, mask }, _args, host) => o.maskedSelect(x, mask, count(host["mask"]!)),
  nonzero: ({ x }, _args, host) => o.nonzero(x, count(host["x"]!)),
  one_hot: ({ index }, { num_classes }) => o.oneHot(index, num_classes),
  embedding: ({ index, weight }, { padding_idx }) => o.embedding(index, weight, { padding: padding_idx ?? undefined }),
  embedding_bag: ({ index, weight }, { mode }) => o.embeddingBag(index, weight, mode),
  searchsorted: ({ sorted, x }) => o.searchSorted(sorted, x),
  bincount: ({ index }, { minlength }) => o.bincount(index, minlength),
};

export const failures: Failures = {
  embedding: ({ weight, index: i }) => o.embedding(index(i), blank(weight)),
  gather: ({ x, index: i, axis }) => o.gather(blank(x), axis, index(i)),
  one_hot: ({ index: i, num_classes }) => o.oneHot(index(i), num_classes),
};
