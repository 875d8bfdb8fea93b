import { logSoftmax, mapTree, mean, mul, neg, sub, sum, type Tensor, valueAndGrad } from "../../mod.ts";
import { lenet5 } from "../../models/mod.ts";
import type { Case } from "../support/case.ts";
import { filled, normal, oneHot } from "../support/inputs.ts";
import type { Jax, JaxArray } from "../support/jax.ts";

type Params = ReturnType<typeof lenet5.init>["params"];
type Images = Tensor<[number, 1, 28, 28], "f32">;
type Labels = Tensor<[number, 10], "f32">;
const rate = 0.05;
const layers = [["c1", [6, 1, 5, 5]], ["c3", [16, 6, 5, 5]], ["f5", [120, 400]], ["f6", [84, 120]], ["out", [
  10,
  84,
]]] as const;
const fanIn = (shape: readonly number[]): number => shape.slice(1).reduce((n, d) => n * d, 1);
const inputsOf = (batch: number) => () => [
  ...layers.flatMap(([, shape], i) => [normal(shape, i + 1, 1 / Math.sqrt(fanIn(shape))), filled([shape[0]], 0)]),
  normal([batch, 1, 28, 28], 8),
  oneHot(batch, 10, 9),
];

const loss = (params: Params, x: Images, y: Labels) =>
  neg(mean(sum(mul(logSoftmax(lenet5.predict({ params }, x), 1), y), 1)));
const ours = (...all: Tensor[]): readonly Tensor[] => {
  const p = Object.fromEntries(layers.map(([name], i) => [name, { weight: all[2 * i]!, bias: all[2 * i + 1]! }]));
  const [l, g] = valueAndGrad(loss)(p as unknown as Params, all[10] as Images, all[11] as Labels);
  const next = mapTree((v: Tensor, d: Tensor) => sub(v, mul(d, rate)) as Tensor, p, g as unknown as typeof p);
  return [...layers.flatMap(([name]) => [next[name]!.weight, next[name]!.bias]), l];
};

const jax = ({ numpy: np, nn, lax, valueAndGrad }: Jax) => {
  const conv = (x: JaxArray, w: JaxArray, b: JaxArray, pad: number) =>
    np.tanh(lax.convGeneralDilated(x, w, [1, 1], [[pad, pad], [pad, pad]]).add(b.reshape([-1, 1, 1])));
  const pool = (x: JaxArray) => lax.reduceWindow(x, (v) => np.mean(v), [2, 2], [2, 2]);
  const linear = (x: JaxArray, w: JaxArray, b: JaxArray) => np.matmul(x, w.transpose()).add(b);
  const f = (...[w1, b1, w3, b3, w5, b5, w6, b6, w, b, x, y]: JaxArray[]) => {
    const h = pool(conv(pool(conv(x!, w1!, b1!, 2)), w3!, b3!, 0)).reshape([-1, 400]);
    const logits = linear(np.tanh(linear(np.tanh(linear(h, w5!, b5!)), w6!, b6!)), w!, b!);
    return nn.logSoftmax(logits, 1).mul(y!).sum(1).mean().neg();
  };
  const argnums = layers.flatMap((_, i) => [2 * i, 2 * i + 1]);
  return (...all: JaxArray[]) => {
    const p = all.slice(0, 10), [l, g] = valueAndGrad(f, { argnums })(...p.map((v) => v.ref), ...all.slice(10));
    return [...p.map((v, i) => v.sub(g[i]!.mul(rate))), l];
  };
};
const torch = `
def call(*all):
    p = [v.requires_grad_() for v in all[:10]]
    w1, b1, w3, b3, w5, b5, w6, b6, w, b = p
    x, y = all[10:]
    h = F.avg_pool2d(torch.tanh(F.conv2d(x, w1, b1, padding=2)), 2)
    h = F.avg_pool2d(torch.tanh(F.conv2d(h, w3, b3)), 2).flatten(1)
    loss = F.cross_entropy(F.linear(torch.tanh(F.linear(torch.tanh(F.linear(h, w5, b5)), w6, b6)), w, b), y)
    for v, g in zip(p, torch.autograd.grad(loss, p)):
        v.data.sub_(g, alpha=${rate})
    return [*(v.detach() for v in p), loss.detach()]
`;

/** The step of the first example: what starting, fusing and small convolutions cost together; and the wait before the first. */
export const lenetCases = (tiny: boolean, batch = tiny ? 2 : 128): readonly Case[] => {
  const inputs = inputsOf(batch), step = { inputs, carry: 10, ours, jax };
  return [
    { name: "lenet-step", title: `LeNet-5 training step, batch ${batch}`, queued: 5, ...step, torch },
    { name: "lenet-first", title: "first call of that step: trace, compile, run", first: true, ...step },
  ];
};
