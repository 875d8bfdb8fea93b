import * as o from "../../../ops/mod.ts";
import { blank, type Failures, type Rows } from "./row.ts";

export const rows: Rows = {
  batch_norm_train: ({ x, running_mean, running_var, weight, bias }, { eps, momentum }) => {
    const options = { scale: weight, shift: bias, epsilon: eps, momentum };
    const { y, running } = o.batchNormTraining(x, { mean: running_mean, variance: running_var }, options);
    return { y, running_mean: running.mean, running_var: running.variance };
  },
  batch_norm_eval: ({ x, running_mean, running_var, weight, bias }, { eps }) =>
    o.batchNorm(x, { mean: running_mean, variance: running_var }, { scale: weight, shift: bias, epsilon: eps }),
  layer_norm: ({ x, weight, bias }, { normalized_shape, eps }) =>
    o.layerNorm(x, normalized_shape, { scale: weight, shift: bias, epsilon: eps }),
  rms_norm: ({ x, weight }, { eps }) => o.rmsNorm(x, 1, { scale: weight, epsilon: eps }),
  group_norm: ({ x, weight, bias }, { groups, eps }) =>
    o.groupNorm(x, groups, { scale: weight, shift: bias, epsilon: eps }),
  instance_norm: ({ x, weight, bias }, { eps }) => o.instanceNorm(x, { scale: weight, shift: bias, epsilon: eps }),
  local_response_norm: ({ x }, { size, alpha, beta, k }) => o.localResponseNorm(x, size, { alpha, beta, k }),
  normalize: ({ x }, { p, axis, eps }) => o.normalize(x, axis, { p, epsilon: eps }),
  cosine_similarity: ({ a, b }, { axis, eps }) => o.cosineSimilarity(a, b, axis, eps),
  cdist: ({ a, b }, { p }) => o.cdist(a, b, p),
};
export const failures: Failures = {
  batch_norm_train: ({ x }) =>
    o.batchNormTraining(blank(x), { mean: o.zeros([x[1]]), variance: o.ones([x[1]]) } as never),
  group_norm: ({ x, groups }) => o.groupNorm(blank(x), groups),
  layer_norm: ({ x, normalized_shape }) => o.layerNorm(blank(x), normalized_shape),
};
