/**
 * What torchvision's models give on the small images of the tests, with the same weights: six numbers each, by PyTorch in f64. To
 * make them anew, where PyTorch and torchvision are installed:
 *
 *     deno run --allow-read --allow-write --allow-env tests/models/zoo_references.ts DIR    weights and images into DIR
 *     python3 tests/models/zoo_references.py DIR                                            the lines of the table
 */
import process from "node:process";
import { saveTensors } from "../../datasets/mod.ts";
import { saveSafetensors, type ZooName } from "../../models/mod.ts";
import { run, setBackend } from "../../mod.ts";
import { small, smallNetwork } from "./zoo_support.ts";

/** Six of the numbers of a batch, evenly spaced; all of them where there are six. */
export const sixOf = (values: readonly number[]): readonly number[] =>
  [0, 1, 2, 3, 4, 5].map((i) => values[Math.floor(i * (values.length - 1) / 5)]!);

/** By name; only of what torchvision has. */
export const references: Readonly<Partial<Record<ZooName, readonly number[]>>> = {
  alexnet: [0.44627014, 0.61284492, -0.28349353, 0.052815636, 0.60606857, -0.2078103],
  convnext_tiny: [0.51471162, 0.91982141, -2.3962441, -3.2641803, -0.13702168, -2.9547724],
  deeplabv3_resnet50: [107.98801, -87.766331, 22.114569, 128.13971, -192.37545, 62.741186],
  densenet121: [-0.69747937, -1.5249392, 0.16959874, -0.81346375, -1.4137813, 0.12122569],
  efficientnet_b0: [-0.18025931, 0.013028492, -0.3307464, -0.17644218, 0.025279128, -0.34354145],
  fcn_resnet50: [-48.816218, 189.00118, 419.63803, -292.05977, 71.124314, 203.32892],
  googlenet: [1.0943096, -5.0708519, -0.72550261, 0.54932085, -4.5596322, -0.66030291],
  inception_v3: [1.0644779, 0.8963648, 1.8846582, 1.112174, 0.93220452, 1.9773768],
  lraspp_mobilenet_v3_large: [-0.78663379, -0.13152165, 1.7221706, -2.7096389, 4.8692646, 2.843714],
  mnasnet1_0: [-230.72495, -262.43393, 67.905006, -308.04191, -247.24548, 127.25034],
  mobilenet_v2: [-0.15020552, -3.5479639, -3.2071159, -0.22975837, -4.1811114, -2.6176982],
  mobilenet_v3_large: [-37.171349, 20.181504, 83.521539, -16.74764, 71.616834, 72.107255],
  mobilenet_v3_small: [0.40995239, -0.024387881, -0.1475844, 0.40503827, -0.011743012, -0.16224283],
  resnet101: [-1147384.7, -81317.549, 980080.35, -1046185.8, -72071.615, 886579.69],
  resnet152: [3.7085854e+08, -1.2258337e+08, 3.1806015e+08, 3.5049533e+08, -1.1492318e+08, 3.0359357e+08],
  resnet18: [-5.6007511, -27.882843, 30.325125, -0.67913046, -31.667798, 22.118519],
  resnet34: [-119.67211, 82.736246, -375.57189, -156.70075, 85.394802, -385.51406],
  resnet50: [-2418.8735, 2332.7369, -869.81624, -2376.8215, 2245.2971, -845.47239],
  resnext50_32x4d: [-736.68259, -516.88948, -850.66761, -924.24643, -375.73424, -873.06271],
  shufflenet_v2_x1_0: [1.9665359, 3.7958437, 6.7588845, 0.51614113, 7.1233683, 2.3138876],
  squeezenet1_0: [0, 3.8734588, 2.0124034, 0, 4.3240984, 2.0920961],
  squeezenet1_1: [0.83328498, 1.2654072, 0.45682555, 0.67288338, 1.606579, 0.57000904],
  vgg11: [0.20809072, 0.5864599, -0.98628314, 0.14998669, 0.58480263, -1.0114934],
  vgg13_bn: [1.072559, -1.3847221, 1.3207276, 0.72687619, -1.4692846, 1.2329917],
  vgg16_bn: [-1.6783006, 1.4908427, 1.3039211, -1.5097968, 1.4926038, 1.0493892],
  vgg19: [-0.068775022, -0.057856669, -0.10054055, -0.05886425, -0.080587502, -0.10448082],
  vit_b_16: [-2.2870579, 2.5621868, -0.16153319, 0.38752421, 0.34258107, -0.044293376],
  wide_resnet50_2: [-700.60889, 416.7921, 856.16253, -588.57465, 394.38181, 981.97197],
};

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error("expected a folder");
  await run(setBackend("wasm"));
  for (const [config, names] of small) {
    for (const name of names) {
      const { model, variables, shape, images } = smallNetwork(name, config);
      await run(saveSafetensors(model, variables as ReturnType<typeof model.init>, `${folder}/${name}.safetensors`));
      const batch = { dtype: "f32", shape: [2, ...shape], data: images } as const;
      await run(saveTensors(`${folder}/${name}.images`, [["images", batch]]));
    }
  }
}
