import { add, logSoftmax, matmul, mean, mul, neg, relu, sub, sum, type Tensor, valueAndGrad } from "../../mod.ts"; // deno-fmt-ignore
import type { Case } from "../support/case.ts";
import type { JaxArray } from "../support/jax.ts";
import type { TfTensor } from "../support/tf.ts";
import { filled, normal, oneHot } from "../support/inputs.ts";

type Matrix = Tensor<[number, number], "f32">;
type Vector = Tensor<[number], "f32">;
type Params = readonly [Matrix, Vector, Matrix, Vector, Matrix, Vector];
const rate = 0.05;

const loss = ([w1, b1, w2, b2, w3, b3]: Params, x: Matrix, y: Matrix) => {
  const h = relu(add(matmul(relu(add(matmul(x, w1), b1)), w2), b2));
  return neg(mean(sum(mul(logSoftmax(add(matmul(h, w3), b3), 1), y), 1)));
};

/** A step of gradient descent of a small network, where starting kernels costs as much as what they do. */
export const mlpCases = (
  tiny: boolean,
  batch = tiny ? 4 : 128,
  sizes = tiny ? [12, 8, 8, 5] : [784, 128, 128, 10],
): readonly Case[] => [{
  name: "mlp-step",
  title: `MLP ${sizes.join("-")} training step, batch ${batch}`,
  inputs: () => [
    ...sizes.slice(1).flatMap((n, i) => [
      normal([sizes[i]!, n], 2 * i + 1, 1 / Math.sqrt(sizes[i]!)),
      filled([n], 0),
    ]),
    normal([batch, sizes[0]!], 8),
    oneHot(batch, sizes.at(-1)!, 9),
  ],
  carry: 6,
  queued: 20,
  ours: (...[w1, b1, w2, b2, w3, b3, x, y]: [...Params, Matrix, Matrix]) => {
    const p: Params = [w1, b1, w2, b2, w3, b3], [l, g] = valueAndGrad(loss)(p, x, y);
    return [...p.map((v, i) => sub(v, mul(g[i]!, rate) as typeof v)), l];
  },
  jax: ({ numpy: np, nn, valueAndGrad }) => {
    const f = (
      w1: JaxArray,
      b1: JaxArray,
      w2: JaxArray,
      b2: JaxArray,
      w3: JaxArray,
      b3: JaxArray,
      x: JaxArray,
      y: JaxArray,
    ) => {
      const h = nn.relu(np.matmul(nn.relu(np.matmul(x, w1).add(b1)), w2).add(b2));
      return nn.logSoftmax(np.matmul(h, w3).add(b3), 1).mul(y).sum(1).mean().neg();
    };
    return (...all) => {
      const p = all.slice(0, 6),
        [l, g] = valueAndGrad(f, { argnums: [0, 1, 2, 3, 4, 5] })(...p.map((v) => v.ref), ...all.slice(6));
      return [...p.map((v, i) => v.sub(g[i]!.mul(rate))), l];
    };
  },
  tf: (tf) => {
    const f =
      (x: TfTensor, y: TfTensor) =>
      (w1: TfTensor, b1: TfTensor, w2: TfTensor, b2: TfTensor, w3: TfTensor, b3: TfTensor) => {
        const h = x.matMul(w1).add(b1).relu().matMul(w2).add(b2).relu();
        return tf.logSoftmax(h.matMul(w3).add(b3)).mul(y).sum(1).mean().neg();
      };
    return (...all) => {
      const p = all.slice(0, 6),
        { value, grads } = tf.valueAndGrads(f(all[6]!, all[7]!) as (...xs: TfTensor[]) => TfTensor)(p);
      return [...p.map((v, i) => v.sub(grads[i]!.mul(rate))), value];
    };
  },
  torch: `
def call(w1, b1, w2, b2, w3, b3, x, y):
    p = [v.requires_grad_() for v in (w1, b1, w2, b2, w3, b3)]
    h = torch.relu(torch.addmm(b2, torch.relu(torch.addmm(b1, x, w1)), w2))
    loss = F.cross_entropy(torch.addmm(b3, h, w3), y)
    for v, g in zip(p, torch.autograd.grad(loss, p)):
        v.data.sub_(g, alpha=${rate})
    return [*(v.detach() for v in p), loss.detach()]
`,
}];
