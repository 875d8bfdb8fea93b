/** Models of the zoo on small images, with variables made in no time: nothing is drawn on the device. */
import { type AnyModel, get, type Naming, variablesOf, type ZooName } from "../../models/mod.ts";
import { type Tensor, tensor } from "../../mod.ts";

const length = 1 << 20;
/** Numbers from -1 to 1 without a pattern that a convolution could see. */
const noise = ((): Float32Array => {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
})();
/** `n` numbers from -bound to bound. */
export const someNumbers = (n: number, bound: number, from = 0): Float32Array => {
  const out = new Float32Array(n);
  for (let i = 0; i < n; i++) out[i] = bound * noise[(i + from) % length]!;
  return out;
};

/** Weights of the size that He's initializer gives, and scales, shifts and statistics as of a model that was trained. */
export const someVariables = <M extends AnyModel>(model: M): ReturnType<M["init"]> => {
  const { variables, structure } = variablesOf(model);
  const leaves = variables.map(({ path, shape }, i) => {
    const n = shape.reduce((a, d) => a * d, 1), around1 = ["scale", "variance"].includes(path.at(-1)!);
    const bound = around1 ? 0.5 : shape.length < 2 ? 0.2 : Math.sqrt(6 / (n / shape[0]!));
    const numbers = someNumbers(n, bound, 7919 * i);
    return tensor(around1 ? numbers.map((v) => v + 1) : numbers, shape) as Tensor;
  });
  return structure.build(leaves) as ReturnType<M["init"]>;
};

/** Options of the models of images in `small`: each takes those that it has. */
export interface SmallConfig {
  readonly input: readonly [number, number, number];
  readonly classes?: number;
  readonly hidden?: number;
  readonly depth?: number;
  readonly auxiliary?: boolean;
}
/** Models by the smallest images that all of them take, and what is made smaller besides. */
export const small: readonly (readonly [SmallConfig, readonly ZooName[]])[] = [
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
/** The network of a row of `small`, its variables, and a batch of two images. */
export const smallNetwork = (name: ZooName, config: SmallConfig) => {
  const model = get(name, { classes: 3, ...config }) as AnyModel & {
    readonly naming: Naming;
    predict(variables: unknown, x: unknown): Tensor;
  };
  const shape = config.input;
  const images = someNumbers(2 * shape[0] * shape[1] * shape[2], 1, 5);
  return { model, variables: someVariables(model), shape, images };
};
