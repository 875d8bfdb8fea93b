import { logSoftmax, mean, mul, neg, sub, sum, type Tensor, valueAndGrad } from "../../mod.ts";
import { jaxOperations } from "../networks/jax.ts";
import { onnxOperations } from "../networks/onnx.ts";
import { type Network, type Param, paramsOf } from "../networks/operations.ts";
import { oursOperations } from "../networks/ours.ts";
import { resnet18 } from "../networks/resnet.ts";
import { tfOperations, tfParams } from "../networks/tf.ts";
import { torchNetwork } from "../networks/torch.ts";
import { unet } from "../networks/unet.ts";
import type { Case } from "../support/case.ts";
import type { Input } from "../support/input.ts";
import type { TfTensor } from "../support/tf.ts";
import { normal, oneHot, uniform } from "../support/inputs.ts";

/** Weights that keep magnitudes, and statistics as of a trained network. */
const parameter = ({ shape, role }: Param, i: number): Input => {
  if (shape.length === 1) return uniform(shape, i + 1, 0.5, 1.5);
  const [o, ...rest] = shape, fan = role === "up" ? o! : rest.reduce((n, d) => n * d, 1);
  return normal(shape, i + 1, Math.sqrt(1 / fan));
};
const forward = (name: string, title: string, network: Network, image: readonly number[], pictures: boolean): Case => {
  const params = paramsOf(network), n = params.length;
  return {
    name,
    title,
    inputs: () => [...params.map(parameter), normal(image, 1000)],
    ours: (...all: Tensor[]) => [network(oursOperations(all), all[n]!)],
    jax: (jax) => (...all) => [network(jaxOperations(jax, all), all[n]!)],
    tf: (tf) => (...all) => [network(tfOperations(tf, all), all[n]!)],
    tfLoad: (all) => [...tfParams(params, all), all[n]!.transpose([0, 2, 3, 1])],
    ...(pictures ? { tfRead: ([y]: readonly TfTensor[]) => [y!.transpose([0, 3, 1, 2])] } : {}),
    onnx: (g, ...xs) => [network(onnxOperations(g, xs), xs[n]!)],
    onnxConstants: n,
    torch: `
${torchNetwork(network)}
@torch.no_grad()
def call(*all): return [net(all, all[${n}])]
`,
    tolerance: 1e-3,
  };
};
const rate = 0.01;
export const training = (
  name: string,
  title: string,
  network: Network,
  image: readonly number[],
  classes: number,
): Case => {
  const params = paramsOf(network), n = params.length;
  return {
    name,
    title,
    inputs: () => [...params.map(parameter), normal(image, 1000), oneHot(image[0]!, classes, 1001)],
    carry: n,
    ours: (...all: Tensor[]) => {
      const x = all[n]!, y = all[n + 1] as Tensor<[number, number], "f32">;
      const loss = (p: readonly Tensor[]) => {
        const logits = network(oursOperations(p), x) as Tensor<[number, number], "f32">;
        return neg(mean(sum(mul(logSoftmax(logits, 1), y), 1)));
      };
      const p = all.slice(0, n), [value, g] = valueAndGrad(loss)(p);
      return [...p.map((v, i) => sub(v as typeof x, mul(g[i]! as Tensor<[], "f32">, rate) as never) as Tensor), value];
    },
    jax: (jax) => (...all) => {
      const p = all.slice(0, n), argnums = p.map((_, i) => i);
      const [value, g] = jax.valueAndGrad((...xs) => {
        const logits = network(jaxOperations(jax, xs), xs[n]!);
        return jax.nn.logSoftmax(logits, 1).mul(xs[n + 1]!).sum(1).mean().neg();
      }, { argnums })(...p.map((v) => v.ref), ...all.slice(n));
      return [...p.map((v, i) => v.sub(g[i]!.mul(rate))), value];
    },
    torch: `
${torchNetwork(network)}
def call(*all):
    p = [v.requires_grad_() for v in all[:${n}]]
    loss = F.cross_entropy(net(p, all[${n}]), all[${n + 1}])
    for v, g in zip(p, torch.autograd.grad(loss, p)):
        v.data.sub_(g, alpha=${rate})
    return [*(v.detach() for v in p), loss.detach()]
`,
    tolerance: 5e-3,
  };
};

/** Whole networks, as they are used and as they are trained. */
export const networkCases = (tiny: boolean): readonly Case[] => {
  const width = tiny ? 4 : 64, classes = tiny ? 5 : 1000;
  const named = (what: string, shape: readonly number[]) => `${what}, ${shape.join("x")}`;
  const photo = tiny ? [1, 3, 32, 32] : [1, 3, 224, 224], batch = tiny ? [2, 3, 32, 32] : [16, 3, 32, 32];
  const slide = tiny ? [1, 1, 16, 16] : [1, 1, 128, 128];
  return [
    forward("resnet18", named("ResNet-18 forward", photo), resnet18(false, width, classes), photo, false),
    training("resnet18-step", named("ResNet-18 training step", batch), resnet18(true, width, classes), batch, classes),
    forward("unet", named("U-Net forward", slide), unet(width), slide, true),
  ];
};
