import type { Primitive } from "../core/primitive.ts";
import { map } from "../core/lowering.ts";
import { host } from "../core/primitive.ts";
import type { Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";

/**
 * The value itself. Equations behind barriers of different marks are never shared, so that what is computed again on
 * purpose stays computed again.
 */
export const barrierP: Primitive<{ readonly mark: number }> = {
  name: "barrier",
  kind: "elementwise",
  abstractEval: ([x]) => [x!],
  evaluate: ([x]) => [x!.data],
  linearize: (_p, _o, params) => ([dx]) => [dx ? bind(barrierP, [dx], params) : null],
  transpose: ([ct], _x, params) => [ct ? bind(barrierP, [ct], params) : null],
  batch: "pointwise",
  lower: () => [map((r, index) => r.at(0, index))],
  samples: [{ inputs: [host([2], [1, -2])], params: { mark: 1 } }],
};
export const barrier = (x: Tensor, mark: number): Tensor => bind(barrierP, [x], { mark });
