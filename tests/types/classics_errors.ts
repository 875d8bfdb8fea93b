// The small networks of the course, used wrongly.
import * as models from "../../models/mod.ts";
import * as nn from "../../nn/mod.ts";
import type { Key } from "../../ops/random.ts";
import { mk } from "./assert.ts";

declare const key: Key;

// @ts-expect-error neuron: expects [2], got [3]
nn.model([3], models.gates.and);
nn.model([2], nn.concat(models.gates.or, models.gates.nand),
  // @ts-expect-error neuron: expects [1], got [2]
  models.gates.not);
const unit = models.perceptron({ inputs: 2 }), { params } = unit.init(key);
// @ts-expect-error model: expects a batch of [2], got [4, 3]
unit.predict({ params }, mk(4, 3));
// @ts-expect-error TS: Type '3' is not assignable to type '2'
models.trainPerceptron(params, mk(4, 3), mk(4), { epochs: 1 });
// @ts-expect-error TS: Type '5' is not assignable to type '4'
models.trainAdaline(params, mk(4, 2), mk(5), { epochs: 1, rate: 0.1 });
const digits = models.mlp(), logits = digits.predict(digits.init(key), mk(8, 1, 28, 28));
// @ts-expect-error model: expects a batch of [1, 28, 28], got [8, 784]
digits.predict(digits.init(key), mk(8, 784));
// @ts-expect-error TS: Type '8' is not assignable to type '9'
export const nine: { readonly shape: [9, 10] } = logits;
// @ts-expect-error model: expects a batch of [1, 32, 32], got [8, 1, 28, 28]
models.lenet1998.predict(models.lenet1998.init(key), mk(8, 1, 28, 28));
// @ts-expect-error model: expects a batch of [3, 32, 32], got [8, 1, 32, 32]
models.convNetJs().predict(models.convNetJs().init(key), mk(8, 1, 32, 32));
// @ts-expect-error selectChannels: there is no channel 6 in [6, 14, 14]
nn.model([6, 14, 14], nn.selectChannels(0, 6));
// @ts-expect-error subsample2d: kernel 4 does not fit input 3 (height of [6, 3, 3])
nn.model([6, 3, 3], nn.subsample2d(4));
// @ts-expect-error radialBasis: expects a vector [features], got [6, 3, 3]
nn.model([6, 3, 3], nn.radialBasis(10));
