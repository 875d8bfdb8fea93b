/** The models of the course against reference runs: outputs, loss, gradients, five steps of training, and afterwards. */
import { describe } from "bun:test";
import * as models from "../../models/mod.ts";
import { nn, type Tensor } from "../../mod.ts";
import { onDevices } from "../support/backends.ts";
import { shared } from "../support/skips.ts";
import { type Course, expectCourse, type Trees } from "./zoo_golden.ts";

type Of<M extends { init(...x: never[]): unknown }> = ReturnType<M["init"]>;
const folder = shared("golden");

const segmenter = models.unet({ input: [1, 16, 16], classes: 2, widths: [5, 10, 20], padding: "same" });
const unet: Course = {
  path: `${folder}/models/unet.safetensors`,
  name: "unet",
  model: {
    ...segmenter,
    naming: {
      renames: [
        ...segmenter.naming.renames ?? [],
        [/^down\.2\.(\d)/, (i) => `mid_${i === "0" ? "a" : "b"}`],
        [/^down\.(\d)\.(\d)/, (level, i) => `down${Number(level) + 1}${i === "0" ? "a" : "b"}`],
        [/^dec\.(\d)\.(\d)/, (level, i) => `dec${2 - Number(level)}${i === "0" ? "a" : "b"}`],
        [/^up\.(\d)/, (level) => `up${2 - Number(level)}`],
      ],
    },
  },
  pass: (trees, x, labels) => {
    const logits = segmenter.predict(trees as Of<typeof segmenter>, x as Tensor<[2, 1, 16, 16], "f32">);
    const loss = nn.crossEntropy(logits, labels as Tensor<[2, 16, 16], "i32">);
    return { loss: loss as Tensor<[], "f32">, outputs: { logits }, state: {} };
  },
  predict: (trees: Trees, x) => segmenter.predict(trees as Of<typeof segmenter>, x as Tensor<[2, 1, 16, 16], "f32">),
};

const coder = models.vae({ inputs: 36, hidden: 24, latent: 5 });
const coded = (trees: Trees, x: Tensor, noise: Tensor) => {
  const variables = trees as Of<typeof coder>;
  const [, , { latent }] = coder.encoder.apply(variables, x as Tensor<[8, 36], "f32">);
  const z = nn.reparametrize(latent, { noise: noise as Tensor<[8, 5], "f32"> });
  return { latent, logits: coder.decoder.predict(variables, z) };
};
const vae: Course = {
  path: `${folder}/models/vae.safetensors`,
  name: "vae",
  beside: "eps",
  model: {
    ...coder,
    naming: {
      renames: [
        [/^encoder\.hidden/, "enc"],
        [/^latent\.mean/, "mu"],
        [/^latent\.logVariance/, "logvar"],
        [/^decoder\.hidden/, "dec1"],
        [/^decoder\.out/, "dec2"],
      ],
    },
  },
  pass: (trees, x, noise) => {
    const { latent, logits } = coded(trees, x, noise);
    const loss = models.negativeElbo(logits, x as Tensor<[8, 36], "f32">, latent);
    return { loss, outputs: { logits, mu: latent.mean, logvar: latent.logVariance }, state: {} };
  },
  predict: (trees, x, noise) => coded(trees, x, noise).logits,
};

const writer = models.charLstm({ vocabulary: 11, context: 7, embedding: 6, hidden: 9 });
const charLstm: Course = {
  path: `${folder}/models/char_lstm.safetensors`,
  name: "char_lstm",
  model: {
    ...writer,
    naming: {
      renames: [
        [/^lstm\.0\.forward\.input$/, "lstm.weight_ih_l0"],
        [/^lstm\.0\.forward\.hidden$/, "lstm.weight_hh_l0"],
        [/^lstm\.0\.forward\.inputBias$/, "lstm.bias_ih_l0"],
        [/^lstm\.0\.forward\.hiddenBias$/, "lstm.bias_hh_l0"],
      ],
    },
  },
  pass: (trees, x, targets) => {
    const logits = writer.predict(trees as Of<typeof writer>, x as Tensor<[3, 7], "i32">);
    const loss = models.tokenCrossEntropy(logits, targets as Tensor<[3, 7], "i32">);
    return { loss, outputs: { logits }, state: {} };
  },
  predict: (trees, x) => writer.predict(trees as Of<typeof writer>, x as Tensor<[3, 7], "i32">),
};
const gpt = models.miniGpt({ vocabulary: 13, context: 8, width: 16, heads: 4, blocks: 2 });
const miniGpt: Course = {
  path: `${folder}/models/mini_gpt.safetensors`,
  name: "mini_gpt",
  model: {
    ...gpt,
    naming: {
      renames: [
        [/^positions\.weight/, "pos"],
        [/^tokens/, "tok"],
        [/^norm/, "ln"],
        [/norm(\d)/, "ln$1"],
        [/attention\.input$/, "qkv.weight"],
        [/attention\.inputBias$/, "qkv.bias"],
        [/attention\.output$/, "proj.weight"],
        [/attention\.outputBias$/, "proj.bias"],
        [/expand/, "fc1"],
        [/contract/, "fc2"],
      ],
    },
  },
  pass: (trees, x, targets) => {
    const logits = gpt.predict(trees as Of<typeof gpt>, x as Tensor<[3, 8], "i32">);
    const loss = models.tokenCrossEntropy(logits, targets as Tensor<[3, 8], "i32">);
    return { loss, outputs: { logits }, state: {} };
  },
  predict: (trees, x) => gpt.predict(trees as Of<typeof gpt>, x as Tensor<[3, 8], "i32">),
};

describe("the course's models against golden runs", () => {
  for (const course of [unet, vae, charLstm, miniGpt]) {
    if (folder === null) onDevices(`${course.name} [skipped: ../shared/golden is absent]`, () => {});
    else onDevices(`${course.name}: outputs, gradients and five training steps`, () => expectCourse(course));
  }
});
