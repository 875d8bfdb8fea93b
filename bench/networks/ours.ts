import * as p from "../../mod.ts";
import type { Tensor } from "../../mod.ts";
import { inTurn, type Operations } from "./operations.ts";

type Any = Tensor<number[], "f32">;
const channels = (v: Any): Any => p.reshape(v as Tensor, [v.shape[0]!, 1, 1]) as Any;

/** The operations in Pullback. */
export const oursOperations = (params: readonly Tensor[]): Operations<Tensor> => {
  const next = inTurn(params as readonly Any[]);
  const operations: Operations<Any> = {
    param: next,
    conv: (x, w, { stride, padding, bias }) => {
      const y = p.conv2d(x as never, w as never, { stride, padding }) as Any;
      return bias === undefined ? y : p.add(y, channels(bias)) as Any;
    },
    up: (x, w, bias) => p.add(p.convTranspose2d(x, w, { stride: 2 }) as Any, channels(bias)) as Any,
    batchNorm: (x, scale, shift, known) => {
      if (known !== null) return p.batchNorm(x, { mean: known[0], variance: known[1] }, { scale, shift }) as Any;
      const zero = p.mul(scale, 0) as Any;
      return p.batchNormTraining(x, { mean: zero, variance: zero }, { scale, shift }).y as Any;
    },
    relu: (x) => p.relu(x) as Any,
    add: (x, y) => p.add(x, y) as Any,
    maxPool: (x, size, stride, padding) => p.maxPool(x as never, size, { stride, padding } as never) as Any,
    mean: (x) => p.mean(x as Tensor, [2, 3]) as Any,
    linear: (x, w, bias) => p.add(p.matmul(x as never, p.transpose(w as never) as never) as Any, bias) as Any,
    concat: (x, y) => p.concat([x, y] as never, 1) as Any,
  };
  return operations as Operations<Tensor>;
};
