/** Every model of the zoo on small images: the numbers of torchvision, and examples that do not see each other. */
import { expect, test } from "bun:test";
import { googlenet, type ZooName } from "../../models/mod.ts";
import { data, dataOf, nn, random, run, setBackend, type Tensor, tensor } from "../../mod.ts";
import { references, sixOf } from "./zoo_references.ts";
import { small, smallNetwork, someNumbers, someVariables } from "./zoo_support.ts";

await run(setBackend("wasm"));

for (const [config, names] of small) {
  test.each([...names])(`%s maps images [${config.input}] to logits`, async (name) => {
    const { model, variables, shape, images } = smallNetwork(name, config);
    const result = async (x: Float32Array, batch: number): Promise<readonly number[]> => {
      const y = model.predict(variables, tensor(x, [batch, ...shape]));
      return [...await data(y as Tensor<[2, 3], "f32">)];
    };
    const both = await result(images, 2), count = both.length / 2;
    expect(model.output[0]).toBe(config.classes ?? 3);
    expect(count).toBe(model.output.reduce((n: number, d) => n * Number(d), 1));
    expect(both.every(Number.isFinite)).toBe(true);
    const distance = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0);
    const [first, second] = [both.slice(0, count), both.slice(count)], largest = distance(both, both.map(() => 0));
    expect(distance(await result(images.slice(images.length / 2), 1), second)).toBeLessThan(1e-4 * largest);
    expect(distance(first, second)).toBeGreaterThan(1e-6 * largest);
    const reference = references[name];
    if (reference !== undefined) expect(distance(sixOf(both), reference)).toBeLessThan(1e-4 * largest);
  });
}

test("every network with a reference is among them", () => {
  const names = small.flatMap(([, names]) => names);
  expect(Object.keys(references).filter((name) => !names.includes(name as ZooName))).toEqual([]);
});

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
});

test("weights that are drawn where they are used hold up nothing", async () => {
  const layers = nn.sequential(
    nn.maxPool2d(3, { stride: 2 }),
    nn.conv2d(32, { kernel: 1 }),
    nn.relu,
    nn.conv2d(128, { kernel: 3, padding: 1 }),
  );
  const net = nn.model([128, 15, 15], layers), x = random.normal(random.key(1), [1, 128, 15, 15]);
  expect((await data(net.predict(net.init(random.key(0)), x))).every(Number.isFinite)).toBe(true);
});
