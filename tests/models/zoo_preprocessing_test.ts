/** What the models of the zoo ask of images, and what they call their classes. */
import { describe, expect, test } from "bun:test";
import { data, ones, type Tensor } from "../../mod.ts";
import { type About, get, imageNet, list, preprocess, type Preprocessing, type ZooName } from "../../models/mod.ts";
import { aval } from "../../core/aval.ts";
import { trace } from "../../core/trace.ts";
import { onDevices } from "../support/backends.ts";

/** Models that see no images, or none that are made ready in one way. */
const without: Partial<Record<ZooName, string>> = {
  mcculloch_pitts_xor: "points",
  perceptron: "points",
  adaline: "points",
  linear_regression: "points",
  logistic_regression: "points",
  gan_generator: "random numbers",
  dcgan_generator: "random numbers",
  char_lstm: "characters",
  mini_gpt: "tokens",
  transformer_encoder: "tokens",
  unet_2015: "slices of any size and brightness, with the statistics of their own set",
};
const about = (name: ZooName) =>
  get(name) as unknown as Partial<About> & { readonly input: readonly number[]; readonly output: readonly number[] };

test("every model of images says how they are made ready, no other does", () => {
  const silent = list().filter((name) => about(name).preprocessing === undefined);
  expect(silent.toSorted()).toEqual((Object.keys(without) as ZooName[]).toSorted());
});
describe("images that are made ready are what the model takes", () => {
  test.each(list().filter((name) => !(name in without)))("%s", (name) => {
    const { input, preprocessing } = about(name), { mean, deviation, resize, crop, flat } = preprocessing!;
    expect(deviation.length).toBe(mean.length);
    expect(deviation.every((d) => d > 0)).toBe(true);
    expect(resize === undefined || crop === undefined || resize >= crop).toBe(true);
    const images = aval([2, mean.length, 40, 50], "f32");
    const ready = trace((x) => [preprocess(x as never, preprocessing!) as Tensor], [images]).program.outputs[0]!.aval;
    // Networks for pixels take whole images.
    const whole = crop === undefined ? [3, 520, 650] : input;
    expect(ready.shape).toEqual([2, ...whole]);
    expect(ready.shape.length).toBe(flat === true ? 2 : 4);
  });
});
test("published sizes and means are those of their sources", () => {
  const of = (name: ZooName): Preprocessing => about(name).preprocessing!;
  const sizes = (name: ZooName) => [of(name).resize, of(name).crop, of(name).mode ?? "linear"];
  expect(sizes("resnet50")).toEqual([256, 224, "linear"]);
  expect(sizes("inception_v3")).toEqual([342, 299, "linear"]);
  expect(sizes("efficientnet_b0")).toEqual([256, 224, "cubic"]);
  expect(sizes("convnext_tiny")).toEqual([236, 224, "linear"]);
  expect(sizes("vit_b_16")).toEqual([256, 224, "linear"]);
  expect(sizes("deeplabv3_resnet50")).toEqual([520, undefined, "linear"]);
  const modern = list().filter((name) =>
    /^(vgg\d|resnet\d+$|res[nw]ext|dense|squeeze|mobile|shuffle|mnas|fcn|lraspp)/.test(name)
  );
  expect(modern.length).toBeGreaterThan(20);
  for (const name of modern) expect(of(name)).toMatchObject({ mean: imageNet.mean, deviation: imageNet.deviation });
});
test("labels are as many as there are classes, and left out where there are others", () => {
  const named = list().filter((name) => about(name).labels !== undefined);
  for (const name of named) {
    const { labels, output } = about(name);
    expect(labels!.length).toBe(output[0]!);
    expect(new Set(labels).size).toBe(labels!.length);
  }
  expect(named).toContain("lenet5");
  expect(named).toContain("resnet20_cifar");
  expect(named).toContain("fcn_resnet50");
  expect(about("fcn_resnet50").labels![15]).toBe("person");
  expect((get("fcn_resnet50", { classes: 5 }) as unknown as About).labels).toBe(undefined);
  expect((get("resnet20_cifar", { classes: 100 }) as unknown as About).labels).toBe(undefined);
});
onDevices("what is left out is not done, and a flat image is one vector", async () => {
  const whole: Tensor<[number, number, number, number], "f32"> = preprocess(ones([1, 1, 2, 3]), {
    mean: [0.5],
    deviation: [0.25],
  });
  expect([[...whole.shape], [...await data(whole)]]).toEqual([[1, 1, 2, 3], [2, 2, 2, 2, 2, 2]]);
  const flat: Tensor<[number, number], "f32"> = preprocess(ones([2, 1, 4, 4]), {
    crop: 2,
    mean: [0],
    deviation: [1],
    flat: true,
  });
  expect([[...flat.shape], [...await data(flat)]]).toEqual([[2, 4], [1, 1, 1, 1, 1, 1, 1, 1]]);
});
