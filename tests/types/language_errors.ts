// Models of text, and what is built of Boltzmann machines, used wrongly.
import * as models from "../../models/mod.ts";
import type { Key } from "../../ops/random.ts";
import { mk, mkOf } from "./assert.ts";

declare const key: Key;

const machine = models.rbm({ visible: 6, hidden: 4 }), params = machine.init(key);
// @ts-expect-error TS: Type '5' is not assignable to type '6'
machine.freeEnergy(params, mk(20, 5));
const belief = models.dbn([6, 4, 2]), auto = models.deepAutoencoder([6, 4, 3]);
// @ts-expect-error TS: Type '2' is not assignable to type '3'
auto.unroll(belief.init(key));
// @ts-expect-error model: expects a batch of [3], got [5, 2]
auto.decoder.predict(auto.init(key), mk(5, 2));

const letters = models.charLstm({ vocabulary: 11, context: 7, embedding: 6, hidden: 9 }), start = letters.init(key);
// @ts-expect-error model: expects a batch of [7], got [3, 8]
letters.predict(start, mkOf("i32", 3, 8));
// @ts-expect-error TS: Type '8' is not assignable to type '7'
models.tokenCrossEntropy(letters.predict(start, mkOf("i32", 3, 7)), mkOf("i32", 3, 8));
// @ts-expect-error transformerBlock: 3 heads do not divide width 16 [in repeat]
models.miniGpt({ width: 16, heads: 3 });
const gpt = models.miniGpt({ vocabulary: 13, context: 8, width: 16, blocks: 2 });
// @ts-expect-error model: expects a batch of [8], got [3, 9]
gpt.predict(gpt.init(key), mkOf("i32", 3, 9));
// @ts-expect-error transformerBlock: 7 heads do not divide width 512 [in repeat]
models.transformerEncoder({ heads: 7 });
