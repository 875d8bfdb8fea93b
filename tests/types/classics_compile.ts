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
is<[9, 10]>()(models.lenetCaffe().predict(models.lenetCaffe().init(key), mk(9, 1, 28, 28)));
yes<Eq<ReturnType<models.ConvNetJs["init"]>["params"]["fc"]["weight"], Tensor<[10, 320], "f32">>>();

// By name, with their options.
const five = models.get("lenet5", { classes: 5 }), lenet5: models.LeNet = models.get("lenet5");
yes<Eq<typeof five.output, [5]>>();
yes<Eq<ReturnType<typeof five.init>["params"]["out"]["weight"], Tensor<[5, 84], "f32">>>();
yes<Eq<typeof lenet5.output, [10]>>();
const colours = models.get("convnetjs", { input: [1, 16, 16] }), caffe = models.get("lenet_caffe", { classes: 4 });
yes<Eq<typeof colours.input, [1, 16, 16]>>();
yes<Eq<typeof caffe.output, [4]>>();
const line = models.get("linear_regression", { outputs: 3 }), soft = models.get("softmax_regression", { classes: 3 });
yes<Eq<typeof line.output, [3]>>();
yes<Eq<typeof soft.input, [784]>>();
const layered = models.get("mlp", { classes: 26 }), scored = models.get("hinge_net", { inputs: 8, hidden: 4 });
yes<Eq<typeof layered.output, [26]>>();
yes<Eq<typeof scored.output, [10]>>();
const coded = models.get("vae", { latent: 8 }), deep = models.get("deep_autoencoder", { widths: [16, 8, 2] });
is<[3, 8]>()(coded.encoder.predict(coded.init(key), mk(3, 784)));
yes<Eq<typeof deep.encoder.output, [2]>>();
const maker = models.get("gan_generator", { latent: 5, outputs: 9 }), wide = models.get("dcgan_generator", { latent: 7 });
yes<Eq<typeof maker.output, [9]>>();
yes<Eq<typeof wide.input, [7]>>();
const gpt = models.get("mini_gpt", { vocabulary: 27 }), writer = models.get("char_lstm", { vocabulary: 27, context: 9 });
yes<Eq<typeof gpt.output, [64, 27]>>();
yes<Eq<typeof writer.output, [9, 27]>>();
