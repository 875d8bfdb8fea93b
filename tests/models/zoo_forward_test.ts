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
];

for (const [config, names] of small) {
  test.each([...names])(`%s maps images [${config.input}] to logits`, async (name) => {
    const net = get(name, { ...config, classes: 3 } as ZooConfig) as AnyModel & {
      predict(variables: unknown, x: unknown): Tensor;
    };
    const shape = config.input as readonly [number, number, number], size = shape[0] * shape[1] * shape[2];
    const variables = someVariables(net), images = someNumbers(2 * size, 1, 5);
    const both = await data(net.predict(variables, tensor(images, [2, ...shape])) as Tensor<[2, 3], "f32">);
    expect(both.length).toBe(6);
    expect(both.every(Number.isFinite)).toBe(true);
    const alone = await data(
      net.predict(variables, tensor(images.slice(size), [1, ...shape])) as Tensor<[1, 3], "f32">,
    );
    const largest = Math.max(...both.map(Math.abs));
    for (let i = 0; i < 3; i++) expect(Math.abs(alone[i]! - both[3 + i]!)).toBeLessThan(1e-4 * largest);
    const apart = [0, 1, 2].map((i) => Math.abs(both[i]! - both[3 + i]!));
    expect(Math.max(...apart)).toBeGreaterThan(1e-6 * largest);
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
