/** What a model of the zoo is asked for, it is; what it cannot be, it refuses. */
import { describe, expect, test } from "bun:test";
import { random, read, run, setBackend, tensor } from "../../mod.ts";
import * as models from "../../models/mod.ts";
import { trace } from "../../core/trace.ts";

await run(setBackend("wasm"));

describe("get gives the model that is asked for", () => {
  const sides = (model: models.AnyModel): string => `${model.input.join()} ${model.output.join()}`;
  test.each(
    [
      ["perceptron", () => models.get("perceptron", { inputs: 3 }), "3 1"],
      ["adaline", () => models.get("adaline", { inputs: 3 }), "3 1"],
      ["linear_regression", () => models.get("linear_regression", { inputs: 3, outputs: 4 }), "3 4"],
      ["logistic_regression", () => models.get("logistic_regression", { inputs: 5 }), "5 1"],
      ["softmax_regression", () => models.get("softmax_regression", { classes: 3 }), "784 3"],
      ["hinge_net", () => models.get("hinge_net", { inputs: 7, hidden: 2, classes: 4 }), "7 4"],
      ["mlp", () => models.get("mlp", { classes: 26 }), "1,28,28 26"],
      ["lenet5", () => models.get("lenet5", { classes: 5, input: [3, 32, 32] }), "3,32,32 5"],
      ["lenet_caffe", () => models.get("lenet_caffe", { classes: 5 }), "1,28,28 5"],
      ["convnetjs", () => models.get("convnetjs", { classes: 100, input: [1, 16, 16] }), "1,16,16 100"],
      ["deep_autoencoder", () => models.get("deep_autoencoder", { widths: [16, 8, 2] }).encoder, "16 2"],
      ["vae", () => models.get("vae", { latent: 8 }).encoder, "784 8"],
      ["conv_vae", () => models.get("conv_vae", { latent: 3, input: [3, 16, 16] }).encoder, "3,16,16 3"],
      ["gan_generator", () => models.get("gan_generator", { latent: 5, outputs: 9 }), "5 9"],
      ["gan_discriminator", () => models.get("gan_discriminator", { outputs: 9 }), "9 1"],
      ["dcgan_generator", () => models.get("dcgan_generator", { latent: 7 }), "7 1,28,28"],
      ["dcgan_discriminator", () => models.get("dcgan_discriminator", { input: [3, 16, 16] }), "3,16,16 1"],
      ["char_lstm", () => models.get("char_lstm", { vocabulary: 27, context: 9 }), "9 9,27"],
      ["mini_gpt", () => models.get("mini_gpt", { vocabulary: 27 }), "64 64,27"],
      ["transformer_encoder", () => models.get("transformer_encoder", { context: 4, width: 16 }), "4 4,16"],
    ] as const,
  )("%s", (name, make, want) => {
    expect(sides(make())).toBe(want);
    const get = models.get as (name: string, config: object) => unknown;
    expect(() => get(name, { lerning: 1 })).toThrow("there is no option lerning");
  });
  test("with the words for its classes only where it has as many", () => {
    expect(models.get("lenet5").labels).toEqual(models.digitLabels);
    expect(models.lenet({ classes: 5 }).labels).toBeUndefined();
    const { labels, preprocessing } = models.get("softmax_regression") as models.About;
    expect([labels, preprocessing?.flat]).toEqual([models.digitLabels, true]);
    const narrow = models.get("softmax_regression", { inputs: 4, classes: 3 }) as models.About;
    expect([narrow.labels, narrow.preprocessing]).toEqual([undefined, undefined]);
  });
});

test("an input without channels is none", () => {
  const make = models.squeezenet11 as unknown as (config: object) => unknown;
  expect(() => make({ input: [0, 64, 64] })).toThrow("model: expects an input of extents from 1, got [0, 64, 64]");
  expect(() => models.adaline({ inputs: 0 })).toThrow("expects");
});
test('the U-Net of padding "same" refuses sides that cannot be halved, of named ones when it sees them', () => {
  const make = models.unet as unknown as (config: object) => {
    init(key: random.Key): unknown;
    predict(v: unknown, x: unknown): { readonly shape: readonly number[] };
  };
  const config = { padding: "same", widths: [2, 4, 8] };
  expect(() => make({ ...config, input: [1, 50, 50] })).toThrow(
    "expectShape: expected [2, 50, 50] here, got [2, 48, 48]",
  );
  const net = make({ ...config, input: [1, "h", "w"] }), variables = net.init(random.key(0));
  const shape = (h: number, w: number) => net.predict(variables, random.normal(random.key(1), [1, 1, h, w])).shape;
  expect(shape(8, 12)).toEqual([1, 2, 8, 12]);
  expect(() => shape(8, 10)).toThrow("expectShape: expected [2, 8, 10] here, got [2, 8, 8]");
});
test("machines without units, and networks without machines, are none", () => {
  expect(() => models.rbm({ visible: 0, hidden: 3 })).toThrow("rbm: expected visible units, 1 or more, got 0");
  expect(() => models.rbm({ visible: 3, hidden: 2.5 })).toThrow("rbm: expected hidden units, 1 or more, got 2.5");
  const make = models.dbn as unknown as (widths: readonly number[]) => unknown;
  expect(() => make([])).toThrow("dbn: expected two widths or more, got []");
  expect(() => make([4])).toThrow("dbn: expected two widths or more, got [4]");
});
test("the perceptron learns from targets of -1 and 1 as from 0 and 1, in whole passes from 1", async () => {
  const { params } = models.perceptron({ inputs: 2 }).init(random.key(0)), x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
  const learned = [[0, 0, 0, 1], [-1, -1, -1, 1]].map((targets) =>
    models.trainPerceptron(params, x, tensor(Float32Array.from(targets), [4]), { epochs: 8 })
  );
  const numbers = async (x: models.Learned<2>["costs"]) => [...await read(x)];
  expect(await numbers(learned[1]!.costs)).toEqual(await numbers(learned[0]!.costs));
  expect((await numbers(learned[1]!.costs)).at(-1)).toBe(0);
  for (const epochs of [0, 1.5, NaN]) {
    expect(() => models.trainPerceptron(params, x, tensor([0, 0, 0, 1]), { epochs })).toThrow(
      `trainPerceptron: expected epochs, 1 or more, got ${epochs}`,
    );
  }
});
test("the codes of the digits are made inside a trace, without an engine", () =>
  expect(trace(() => [models.digitCodes()], []).borrowed).toEqual([]));
test("summary and describe agree on the multiply-adds of a prediction", () => {
  const nets = [models.googlenet(), models.googlenet2014(), models.inceptionV3(), models.unet(), models.vitB16()];
  for (const net of nets as readonly (models.AnyModel & { summary(): string })[]) {
    const { parameters, multiplyAdds } = models.describe(net);
    const total = net.summary().split("\n").at(-1)!.split(/ +/).slice(1).map((n) => Number(n.replaceAll(",", "")));
    expect(total).toEqual([parameters, multiplyAdds]);
  }
});
