import { optim, type Tensor } from "../../mod.ts";
import { flatten, unflatten } from "../../core/tree.ts";
import type { Case } from "../support/case.ts";
import { filled, normal } from "../support/inputs.ts";

const rate = 0.001;
/** Adam on parameters of many sizes, 10 M in all: what a step costs beside the gradients. */
export const optimizerCases = (tiny: boolean): readonly Case[] => {
  const full = [
    ...new Array<number[]>(9).fill([1024, 1024]),
    [512, 512],
    [256, 1000],
    ...[1024, 512, 256].map((n) => [n]),
  ];
  const shapes = tiny ? [[4, 3], [3], [5, 2]] : full, n = shapes.length;
  const count = shapes.reduce((m, s) => m + s.reduce((a, b) => a * b), 0);
  return [{
    name: "adam",
    title: `Adam on ${count} parameters in ${n} tensors`,
    // Parameters, both moments, the number of the step; gradients.
    inputs: () => [
      ...shapes.map((s, i) => normal(s, i + 1)),
      ...[0, 1].flatMap(() => shapes.map((s) => filled(s, 0))),
      filled([], 0),
      ...shapes.map((s, i) => normal(s, i + 101)),
    ],
    carry: 3 * n + 1,
    ours: (...all: Tensor[]) => {
      const params = all.slice(0, n), gradients = all.slice(3 * n + 1), adam = optim.adam(rate);
      const state = unflatten<Tensor[]>(flatten(adam.init(params)).structure, all.slice(n, 3 * n + 1));
      const [updates, next] = adam.update(gradients, state, params);
      return [...optim.applyUpdates(params, updates), ...flatten(next).leaves];
    },
    jax: ({ numpy: np }) => (...all) => {
      const params = all.slice(0, n), first = all.slice(n, 2 * n), second = all.slice(2 * n, 3 * n);
      const t = all[3 * n]!.add(1), gradients = all.slice(3 * n + 1);
      const weight = (b: number) => np.exp(t.ref.mul(Math.log(b))).neg().add(1);
      const m = first.map((v, i) => v.mul(0.9).add(gradients[i]!.ref.mul(0.1)));
      const v = second.map((v, i) => v.mul(0.999).add(np.square(gradients[i]!).mul(0.001)));
      const next = params.map((p, i) =>
        p.sub(m[i]!.ref.div(weight(0.9)).mul(rate).div(np.sqrt(v[i]!.ref.div(weight(0.999))).add(1e-8)))
      );
      return [...next, ...m, ...v, t];
    },
    torch: `
kept = []
def call(*all):
    n = ${n}
    params, gradients = all[:n], all[3 * n + 1:]
    if not kept or kept[0].param_groups[0]["params"][0] is not params[0]:
        params = [p.clone().requires_grad_() for p in params]
        for p, g in zip(params, gradients):
            p.grad = g
        kept[:] = [torch.optim.Adam(params, lr=${rate}, foreach=True)]
    optimizer = kept[0]
    optimizer.step()
    params = optimizer.param_groups[0]["params"]
    states = [optimizer.state[p] for p in params]
    return [*params, *(s["exp_avg"] for s in states), *(s["exp_avg_sq"] for s in states), states[0]["step"]]
`,
  }];
};
