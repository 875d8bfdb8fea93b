// The small networks of the course: the shapes they give and hold.
import * as models from "../../models/mod.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Key } from "../../ops/random.ts";
import { type Eq, is, mk, yes } from "./assert.ts";

declare const key: Key;

is<[4, 1]>()(models.xorGate.predict({ params: {} }, mk(4, 2)));
yes<Eq<typeof models.gates.not, models.Neuron<readonly [-1]>>>();

const perceptron = models.perceptron({ inputs: 3 }), learned = models.trainPerceptron(perceptron.init(key).params, mk(8, 3), mk(8), { epochs: 2 });
yes<Eq<typeof perceptron.output, [1]>>();
yes<Eq<typeof learned.params.unit.weight, Tensor<[1, 3], "f32">>>();
const adaline = models.adaline({ inputs: 2 });
yes<Eq<ReturnType<typeof adaline.init>["params"]["unit"]["weight"], Tensor<[1, 2], "f32">>>();

yes<Eq<ReturnType<ReturnType<typeof models.linearRegression<4, 2>>["init"]>["params"]["map"]["weight"], Tensor<[2, 4], "f32">>>();
const logistic = models.logisticRegression({ inputs: 4 }), softmax = models.softmaxRegression({ inputs: 784, classes: 10 });
yes<Eq<typeof logistic.output, [1]>>();
is<[7, 10]>()(softmax.predict(softmax.init(key), mk(7, 784)));
const hinge = models.hingeNet({ inputs: 2, hidden: 16, classes: 3 });
yes<Eq<typeof hinge.output, [3]>>();
yes<Eq<ReturnType<typeof hinge.init>["params"]["fc2"]["weight"], Tensor<[3, 16], "f32">>>();

const mlp = models.mlp();
is<[5, 10]>()(mlp.predict(mlp.init(key), mk(5, 1, 28, 28)));
yes<Eq<ReturnType<typeof mlp.init>["params"]["fc1"]["weight"], Tensor<[128, 784], "f32">>>();
const old = models.lenet1998.init(key);
yes<Eq<(typeof models.lenet1998.shapes)[4], [16, 10, 10]>>();
yes<Eq<(typeof old.params.c3)[6][1]["weight"], Tensor<[1, 4, 5, 5], "f32">>>();
yes<Eq<typeof old.params.out.weight, Tensor<[10, 84], "f32">>>();
is<[9, 10]>()(models.lenetCaffe.predict(models.lenetCaffe.init(key), mk(9, 1, 28, 28)));
yes<Eq<ReturnType<typeof models.convNetJs.init>["params"]["fc"]["weight"], Tensor<[10, 320], "f32">>>();
