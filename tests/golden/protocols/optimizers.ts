/** Optimizer trajectories: row k of every output is the state before step k. And clipping. */
import { applyUpdates, type GradientTransformation } from "../../../nn/optim/mod.ts";
import * as o from "../../../ops/mod.ts";
import { stack } from "../../../ops/slice.ts";
import { jit } from "../../../transforms/jit.ts";
import { valueAndGrad } from "../../../transforms/grad.ts";
import type { Args } from "../layout.ts";
import { clippings, optimizers } from "../table/optimizers.ts";
import type { Any, Inputs } from "../table/row.ts";
import { matmul, mse } from "./parts.ts";
import { expectOutputs, inputsOf, type Protocol, type Protocols } from "./protocol.ts";
import { Unknown } from "../job.ts";

const { add, mul, sum, square, tanh, softplus } = o as Any;
/** Losses by their text. */
const losses: Readonly<Record<string, (v: Inputs) => Any>> = {
  "mse(tanh(X @ W) @ v, t) + 0.5 * sum(q * W * W) + 0.1 * sum(softplus(v))": ({ X, W, v, t, q }) => {
    const fit = mse(matmul(tanh(matmul(X, W)), v), t), decay = sum(mul(q, square(W)));
    return add(add(fit, mul(decay, 0.5)), mul(sum(softplus(v)), 0.1));
  },
};

type Params = Readonly<Record<string, Any>>;
/** An optimizer for every parameter: its own settings where the case groups them. */
const perGroup = (
  op: string,
  { groups = {}, ...args }: Args,
  names: readonly string[],
): Readonly<Record<string, GradientTransformation>> => {
  const make = optimizers[op];
  if (make === undefined) throw new Unknown(`no row in the table for the optimizer ${op}`);
  return Object.fromEntries(names.map((n) => [n, make({ ...args, ...groups[n] })]));
};

export const trajectory: Protocol = (c, folder) => {
  const inputs = inputsOf(c, folder), loss = losses[c.args.loss as string];
  if (loss === undefined) throw new Unknown(`the table does not know the loss ${c.args.loss}`);
  const names = c.outputs.filter((n) => c.inputs.includes(n)), { steps, loss: _text, ...settings } = c.args;
  const optimizer = perGroup(c.op, settings, names),
    constants = Object.fromEntries(c.inputs.filter((n) => !names.includes(n)).map((n) => [n, inputs[n]]));
  const measure = jit((p: Params) => valueAndGrad(((q: Params) => loss({ ...constants, ...q })) as Any)(p));
  const move = jit((p: Params, g: Params, s: Params) => {
    const pairs = names.map((n) => [n, optimizer[n]!.update(g[n], s[n], p[n])] as const);
    const moved = Object.fromEntries(pairs.map(([n, [update]]) => [n, applyUpdates(p[n], update)]));
    return [moved, Object.fromEntries(pairs.map(([n, [, state]]) => [n, state]))] as [Params, Params];
  });
  let params: Params = Object.fromEntries(names.map((n) => [n, inputs[n]])),
    state: Params = Object.fromEntries(names.map((n) => [n, optimizer[n]!.init(params[n])]));
  const seen: Params[] = [];
  for (let k = 0; k <= steps; k++) {
    const [value, g]: Any = measure(params);
    seen.push({ ...params, loss: value, ...Object.fromEntries(names.map((n) => [`grad_${n}`, g[n]])) });
    if (k < steps) [params, state] = move(params, g, state);
  }
  return expectOutputs(
    c,
    folder,
    Object.fromEntries(c.outputs.map((n) => [n, stack(seen.map((s) => s[n]!) as Any, 0) as Any])),
  );
};

const clip: Protocol = (c, folder) => {
  const clipping = clippings[c.op];
  if (clipping === undefined) throw new Unknown(`no row in the table for the clipping ${c.op}`);
  const { clipped, ...others } = clipping(c.args)(inputsOf(c, folder));
  return expectOutputs(c, folder, { ...clipped, ...others });
};

/** Optimizers are known by what their cases say, not by a list: a case with a loss and steps is a trajectory. */
export const clips: Protocols = { clip_grad_norm: clip, clip_grad_value: clip };
