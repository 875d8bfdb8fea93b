/** Every model of the zoo on small images: shapes, finite numbers, examples that do not see each other. */
import { expect, test } from "bun:test";
import { type AnyModel, get, googlenet, type ZooConfig, type ZooName } from "../../models/mod.ts";
import { data, dataOf, nn, random, run, setBackend, type Tensor, tensor } from "../../mod.ts";
import { someNumbers, someVariables } from "./zoo_support.ts";

await run(setBackend("wasm"));

/** Models by the smallest images that all of them take, and what is made smaller besides. */
const small: readonly (readonly [ZooConfig, readonly ZooName[]])[] = [
  [{ input: [3, 67, 67], hidden: 8 }, ["alexnet", "alexnet_grouped", "alexnet_ungrouped"]],
  [{ input: [1, 32, 32], hidden: 8 }, ["vgg11", "vgg13_bn", "vgg16_bn", "vgg19", "vgg_A-LRN", "vgg_B", "vgg_C"]],
  [{ input: [3, 32, 32] }, ["plain34", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]],
  [{ input: [3, 32, 32] }, ["resnext50_32x4d", "wide_resnet50_2"]],
  [{ input: [3, 8, 8] }, ["resnet20_cifar", "resnet110_cifar"]],
  [{ input: [3, 32, 32] }, ["squeezenet1_0", "squeezenet1_1", "densenet121", "googlenet"]],
  [{ input: [3, 80, 80] }, ["googlenet_2014_aux"]],
  [{ input: [3, 80, 80], auxiliary: false }, ["inception_v3"]],
  [{ input: [3, 67, 67], hidden: 8 }, ["zfnet"]],
  [{ input: [3, 67, 67], classes: 9 }, ["nin_imagenet"]],
  [{ input: [3, 32, 32] }, ["mobilenet_v1", "mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small"]],
  [{ input: [3, 32, 32] }, ["shufflenet_v2_x1_0", "mnasnet1_0", "efficientnet_b0", "convnext_tiny"]],
  [{ input: [3, 32, 32], depth: 2 }, ["vit_b_16"]],
  [{ input: [3, 16, 24] }, ["fcn_resnet50", "deeplabv3_resnet50", "lraspp_mobilenet_v3_large"]],
];

for (const [config, names] of small) {
  test.each([...names])(`%s maps images [${config.input}] to logits`, async (name) => {
    const net = get(name, { classes: 3, ...config }) as AnyModel & {
      predict(variables: unknown, x: unknown): Tensor;
    };
    const shape = config.input as readonly [number, number, number], size = shape[0] * shape[1] * shape[2];
    const variables = someVariables(net), images = someNumbers(2 * size, 1, 5);
    const result = async (
      x: Tensor,
    ): Promise<readonly number[]> => [...await data(net.predict(variables, x) as Tensor<[2, 3], "f32">)];
    const both = await result(tensor(images, [2, ...shape]));
    const count = net.output.reduce((n: number, d) => n * Number(d), 1);
    expect(net.output[0]).toBe(config.classes ?? 3);
    expect(both.length).toBe(2 * count);
    expect(both.every(Number.isFinite)).toBe(true);
    const alone = await result(tensor(images.slice(size), [1, ...shape]));
    const distance = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0);
    const [first, second] = [both.slice(0, count), both.slice(count)], largest = distance(both, both.map(() => 0));
    expect(distance(alone, second)).toBeLessThan(1e-4 * largest);
    expect(distance(first, second)).toBeGreaterThan(1e-6 * largest);
  }, 60_000);
}

test("GoogLeNet in training gives the logits of its heads, and moves its statistics", async () => {
  const net = googlenet({ classes: 3, input: [3, 32, 32] }), variables = someVariables(net);
  const x = tensor(someNumbers(2 * 3072, 1), [2, 3, 32, 32]);
  const [logits, state, heads] = net.apply(variables, x, { training: true, key: random.key(0) });
  expect([logits, heads.aux1, heads.aux2].map((y) => [...y.shape])).toEqual([[2, 3], [2, 3], [2, 3]]);
  const parts = [logits, heads.aux1, heads.aux2, state.conv1.bn.mean, state.aux2.conv.bn.variance];
  const [main, first, second, mean, variance] = await dataOf(parts as Tensor[]);
  expect([main!, first!, second!].every((v) => v.every(Number.isFinite))).toBe(true);
  expect([...first!]).not.toEqual([...second!]);
  expect(mean!.some((v) => v !== 0) && variance!.some((v) => v !== 1)).toBe(true);
}, 60_000);

test("weights that are drawn where they are used hold up nothing", async () => {
  const layers = nn.sequential(
    nn.maxPool2d(3, { stride: 2 }),
    nn.conv2d(32, { kernel: 1 }),
    nn.relu,
    nn.conv2d(128, { kernel: 3, padding: 1 }),
  );
  const net = nn.model([128, 15, 15], layers), x = random.normal(random.key(1), [1, 128, 15, 15]);
  expect((await data(net.predict(net.init(random.key(0)), x))).every(Number.isFinite)).toBe(true);
}, 20_000);
