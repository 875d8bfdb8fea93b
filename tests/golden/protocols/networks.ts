/** Whole networks: outputs and gradients of the first batch, and where some steps of training lead. */
import { applyUpdates, sgd } from "../../../nn/optim/mod.ts";
import { ones, zeros } from "../../../ops/source.ts";
import { stack } from "../../../ops/slice.ts";
import { valueAndGrad } from "../../../transforms/grad.ts";
import { jit } from "../../../transforms/jit.ts";
import { stopGradient } from "../../../ops/gradient.ts";
import { add } from "../../../ops/arithmetic.ts";
import { type Expectation, Unknown } from "../job.ts";
import { type Case, type Folder, load } from "../layout.ts";
import type { Any } from "../table/row.ts";
import { discriminator, generator, networks as known, type Values } from "./network_table.ts";
import { bce } from "./parts.ts";
import { expectOutputs, inputsOf, type Protocols } from "./protocol.ts";

const map = (values: Values, f: (name: string, value: Any) => readonly [string, Any]): Values =>
  Object.fromEntries(Object.entries(values).map(([n, v]) => f(n, v)));
const prefixed = (prefix: string, values: Values): Values => map(values, (n, v) => [`${prefix}${n}`, v]);
const unprefixed = (prefix: string, values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).flatMap(([n, v]) => n.startsWith(prefix) ? [[n.slice(prefix.length), v]] : []),
  );

/** Parameters, running statistics at their start, one batch for each step. */
const read = (c: Case, folder: Folder) => {
  const params = unprefixed("init.", inputsOf(c, folder, c.inputs.filter((n) => n.startsWith("init."))));
  const statistics = c.outputs.flatMap((n) => /^after\.(.*\.running_(?:mean|var))$/.exec(n)?.[1] ?? []);
  const buffers = Object.fromEntries(statistics.map((n) => {
    const shape = folder.stored(c, "out", `after.${n}`).shape;
    return [n, n.endsWith("var") ? ones(shape) : zeros(shape)];
  }));
  const batch = (k: number): Values =>
    Object.fromEntries(
      c.inputs.filter((n) => !n.startsWith("init.")).map((n) => {
        const { dtype, shape, data } = folder.stored(c, "in", n), size = data.length / shape[0]!;
        return [n, load({ dtype, shape: shape.slice(1), data: data.slice(k * size, (k + 1) * size) })];
      }),
    );
  return { params, buffers, batch, arch: (c.args.arch as readonly string[]).join("\n") };
};
const optimizer = (c: Case) => sgd(c.args.lr, { momentum: c.args.momentum, weightDecay: c.args.weight_decay });

const train = (c: Case, folder: Folder): readonly Expectation[] => {
  const start = read(c, folder), names = Object.keys(start.params);
  if (names.some((n) => n.startsWith("g.")) && names.some((n) => n.startsWith("d."))) return adversarial(c, folder);
  const network = known.find((k) => k.has.every((n) => names.includes(n)));
  if (network === undefined) throw new Unknown(`no network in the table has the parameters ${names.join(", ")}`);
  const sgd = optimizer(c), { arch } = start;
  const step = jit((params: Values, buffers: Values, state: Any, data: Values) => {
    const run = (p: Values) => {
      const pass = network.forward(p, buffers, data, arch, true);
      return [pass.outputs["loss"], pass];
    };
    const [[, pass], grads]: Any = valueAndGrad(run as Any, { aux: true })(params),
      [updates, next] = sgd.update(grads, state, params);
    return { pass, grads, params: applyUpdates(params, updates), state: next };
  });
  let { params, buffers } = start, state: Any = sgd.init(params), first: Any = null;
  const losses: Any[] = [];
  for (let k = 0; k < c.args.steps; k++) {
    const done: Any = step(params, buffers, state, start.batch(k));
    first ??= done;
    losses.push(done.pass.outputs.loss);
    ({ params, state } = done);
    buffers = done.pass.buffers;
  }
  const tested = network.forward(params, buffers, start.batch(0), arch, false).outputs["logits"];
  return expectOutputs(c, folder, {
    ...first.pass.outputs,
    ...prefixed("grad.", first.grads),
    losses: stack(losses as Any, 0) as Any,
    ...prefixed("after.", { ...params, ...buffers }),
    eval_logits: tested,
  });
};

/** Generator and discriminator in turn; both stay in training mode, so that the statistics move with every pass. */
const adversarial = (c: Case, folder: Folder): readonly Expectation[] => {
  const start = read(c, folder), sgd = optimizer(c);
  const parts = (values: Values) => ({ g: unprefixed("g.", values), d: unprefixed("d.", values) });
  const step = jit((params: Any, buffers: Any, state: Any, { x, z }: Values) => {
    const made = generator(params.g, buffers.g, z);
    const judge = (d: Values) => {
      const real = discriminator(d, buffers.d, x), fake = discriminator(d, real.next, stopGradient(made.y));
      const loss = add(bce(real.y, ones(real.y.shape)), bce(fake.y, zeros(fake.y.shape)));
      return [loss, { real: real.y, fake: fake.y, next: fake.next, loss }];
    };
    const [[, seen], gradD]: Any = valueAndGrad(judge as Any, { aux: true })(params.d),
      [upD, stateD] = sgd.update(gradD, state.d, params.d);
    const d: Values = applyUpdates(params.d, upD) as Values;
    const fool = (g: Values) => {
      const again = generator(g, buffers.g, z),
        verdict = discriminator(d, seen.next, again.y),
        loss = bce(verdict.y, ones(verdict.y.shape));
      return [loss, { next: { g: again.next, d: verdict.next }, loss }];
    };
    const [[, fooled], gradG]: Any = valueAndGrad(fool as Any, { aux: true })(params.g),
      [upG, stateG] = sgd.update(gradG, state.g, params.g);
    return {
      outputs: { fake: made.y, real_logits: seen.real, fake_logits: seen.fake, loss_d: seen.loss, loss_g: fooled.loss },
      grads: { ...prefixed("grad.d.", gradD), ...prefixed("grad.g.", gradG) },
      params: { d, g: applyUpdates(params.g, upG) },
      buffers: fooled.next,
      state: { d: stateD, g: stateG },
    };
  });
  let params: Any = parts(start.params),
    buffers: Any = parts(start.buffers),
    state: Any = { g: sgd.init(params.g), d: sgd.init(params.d) },
    first: Any = null;
  const lossesD: Any[] = [], lossesG: Any[] = [];
  for (let k = 0; k < c.args.steps; k++) {
    const done: Any = step(params, buffers, state, start.batch(k));
    first ??= done;
    lossesD.push(done.outputs.loss_d);
    lossesG.push(done.outputs.loss_g);
    ({ params, buffers, state } = done);
  }
  const after = (values: Any) => ({ ...prefixed("after.g.", values.g), ...prefixed("after.d.", values.d) });
  return expectOutputs(c, folder, {
    ...first.outputs,
    ...first.grads,
    losses_d: stack(lossesD as Any, 0) as Any,
    losses_g: stack(lossesG as Any, 0) as Any,
    ...after(params),
    ...after(buffers),
  });
};

export const networks: Protocols = { train };
