/** Models of the zoo on images whose height and width have names. */
import { describe, expect, test } from "bun:test";
import { abs, item, random, sub, sum, type Tensor } from "../../mod.ts";
import { deeplabV3Resnet50, fcnResnet50, get, lrasppMobilenetV3, resnet18 } from "../../models/mod.ts";
import { aval } from "../../core/aval.ts";
import { trace } from "../../core/trace.ts";

/** A model, whatever its types. */
interface Loose {
  readonly output: readonly unknown[];
  init(key: random.Key): unknown;
  predict(variables: unknown, x: Tensor): Tensor;
}
/** The shapes that a function of a batch gives, without computing it. */
const shapesOf = (f: (x: Tensor) => readonly Tensor[], shape: readonly number[]): readonly (readonly number[])[] =>
  trace((x) => f(x!), [aval(shape, "f32")]).program.outputs.map((y) => y.aval.shape);
/** The shape of the logits of an untrained model. */
const logitsOf = (net: Loose, shape: readonly number[]) =>
  shapesOf((x) => [net.predict(net.init(random.key(0)), x)], shape);

describe("a network for every pixel", () => {
  const config = { input: [3, "h", "w"], classes: 5 } as const;
  const nets = {
    fcnResnet50: fcnResnet50(config),
    deeplabV3Resnet50: deeplabV3Resnet50(config),
    lrasppMobilenetV3: lrasppMobilenetV3(config),
  } as unknown as Readonly<Record<string, Loose>>;
  test.each(Object.keys(nets))("%s is applied to images of any size", (name) => {
    const net = nets[name]!;
    expect(net.output).toEqual([5, NaN, NaN]);
    expect(logitsOf(net, [2, 3, 33, 48])).toEqual([[2, 5, 33, 48]]);
    expect(logitsOf(net, [1, 3, 64, 40])).toEqual([[1, 5, 64, 40]]);
    expect(() => logitsOf(net, [2, 1, 8, 8])).toThrow("model: expects a batch of [3, h, w], got [2, 1, 8, 8]");
    expect(() => logitsOf(net, [3, 8, 8])).toThrow(
      "model: expects a batch of [3, h, w], got one example [3, 8, 8]: add the batch axis",
    );
  });
  test("gives the logits of its second head at the size of the batch, and the next state", () => {
    const net = fcnResnet50({ input: [3, "h", "w"], auxiliary: true });
    const both = (x: Tensor) => {
      const context = { training: true, key: random.key(1) };
      const images = x as Tensor as Tensor<[2, 3, "h", "w"], "f32">;
      const [y, state, { aux }] = net.apply(net.init(random.key(0)), images, context);
      return [y as Tensor, aux as Tensor, state.layer1.first[0].main.bn1.mean];
    };
    expect(shapesOf(both, [2, 3, 33, 48])).toEqual([[2, 21, 33, 48], [2, 21, 33, 48], [64]]);
  });
  test("gives the numbers of the network for that size", async () => {
    const fixed = lrasppMobilenetV3({ input: [3, 16, 24] }), variables = fixed.init(random.key(0));
    const x = random.normal(random.key(1), [1, 3, 16, 24]), named = lrasppMobilenetV3({ input: [3, "h", "w"] });
    const again = named.predict(variables, x);
    expect(await item(sum(abs(sub(fixed.predict(variables, x), again))))).toBe(0);
  });
});

describe("a classifier", () => {
  test("is applied to images of any size where it takes their mean", () =>
    expect(logitsOf(resnet18({ input: [3, "h", "w"], classes: 5 }) as unknown as Loose, [2, 3, 40, 56])).toEqual([[
      2,
      5,
    ]]));
  test.each(["resnet18", "mobilenet_v2", "shufflenet_v2_x1_0", "googlenet", "efficientnet_b0"] as const)(
    "%s of unknown channels says so when it draws its weights",
    (name) =>
      expect(() => get(name, { input: ["c", 64, 64] }).init(random.key(0))).toThrow(
        "has an unknown extent: give the model its input shape in numbers",
      ),
  );
});
