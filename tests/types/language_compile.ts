// Models of text, and what is built of Boltzmann machines: every shape inferred from the options.
import * as models from "../../models/mod.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Key } from "../../ops/random.ts";
import { type Eq, is, mk, mkOf, yes } from "./assert.ts";

declare const key: Key;

const machine = models.rbm({ visible: 784, hidden: 500 }), learned = machine.init(key);
yes<Eq<typeof learned.weight, Tensor<[500, 784], "f32">>>();
is<[number, 500]>()(machine.hiddenMeans(learned, mk(20, 784)));
is<[784]>()(machine.contrastiveDivergence(learned, mk(20, 784), key).gradients.visibleBias);
const belief = models.dbn([784, 500, 250, 30], { top: "gaussian" }), start = belief.init(key);
yes<Eq<(typeof start)[2]["weight"], Tensor<[30, 250], "f32">>>();
yes<Eq<typeof start["length"], 3>>();
is<[number, 30]>()(belief.up(start, mk(20, 784)));
const auto = models.deepAutoencoder([784, 500, 250, 30]), unrolled = auto.unroll(start);
is<[9, 784]>()(auto.predict({ params: unrolled }, mk(9, 784)));
is<[9, 30]>()(auto.encoder.predict({ params: unrolled }, mk(9, 784)));
yes<Eq<(typeof unrolled.decoder)[4]["weight"], Tensor<[784, 500], "f32">>>();
const published = models.deepAutoencoder();
yes<Eq<typeof published.encoder.output, [30]>>();

const letters = models.charLstm({ vocabulary: 11, context: 7, embedding: 6, hidden: 9 }), drawn = letters.init(key);
is<[3, 7, 11]>()(letters.predict(drawn, mkOf("i32", 3, 7)));
yes<Eq<(typeof drawn.params.lstm)[0]["forward"]["input"], Tensor<[36, 6], "f32">>>();
const [logits, memory] = letters.run(drawn.params, letters.start(2), mkOf("i32", 2, 40));
is<[2, 40, 11]>()(logits);
is<[1, number, 9]>()(memory.cell);
is<[]>()(models.tokenCrossEntropy(logits, mkOf("i32", 2, 40)));

const gpt = models.miniGpt({ vocabulary: 13, context: 8, width: 16, blocks: 2 }), gptStart = gpt.init(key);
is<[3, 8, 13]>()(gpt.predict(gptStart, mkOf("i32", 3, 8)));
yes<Eq<(typeof gptStart.params.blocks)[number]["expand"]["weight"], Tensor<[64, 16], "f32">>>();
yes<Eq<typeof gptStart.params.positions.weight, Tensor<[8, 16], "f32">>>();
const encoder = models.transformerEncoder();
yes<Eq<typeof encoder.output, [128, 512]>>();
