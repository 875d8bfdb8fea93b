// deno-fmt-ignore-file -- one line for each layer
/** Small networks, known by the names of their parameters; widths come from the parameters, the rest from `args.arch`. */
import * as o from "../../../ops/mod.ts";
import type { Any } from "../table/row.ts";
import { batchNorm, batchNormEval, bce, conv2d, convTranspose2d, crossEntropy, embedding, flatten, layerNorm, linear, maxPool2d, slice } from "./parts.ts";
import { call } from "./protocol.ts";

export type Values = Readonly<Record<string, Any>>;
/** One forward pass: outputs by name (`loss` among them), and the running statistics after it. */
export interface Pass {
  readonly outputs: Values;
  readonly buffers: Values;
}
export interface Network {
  /** Names of parameters that only this network has together. */
  readonly has: readonly string[];
  /** `p` parameters, `data` one batch, `arch` the description; running statistics are used unless `training`. */
  readonly forward: (p: Values, buffers: Values, data: Values, arch: string, training: boolean) => Pass;
}
const { add, sub, mul, div, exp, relu, tanh, sum, mean } = o as Any;
const plain = (forward: (p: Values, data: Values, arch: string) => Values): Network["forward"] => (p, buffers, data, arch) => ({ outputs: forward(p, data, arch), buffers });

/** `conv(1->6 5x5 pad 2)` in a description: the padding of a layer, 0 unless said. */
const padOf = (arch: string, name: string): number => Number(new RegExp(`\\b${name}: [^\\n;,]*?pad (\\d+)`).exec(arch)?.[1] ?? 0);
/** The numbers after a word of a description. */
const numberOf = (arch: string, words: string): number => {
  const found = new RegExp(`${words} ([\\d.e-]+)`).exec(arch)?.[1];
  if (found === undefined) throw new Error(`the description of the network does not say ${words}`);
  return Number(found);
};
const dense = (p: Values, name: string, x: Any): Any => linear(x, p[`${name}.weight`], p[`${name}.bias`]);
const conv = (p: Values, name: string, x: Any, options: { stride?: number; padding?: number } = {}): Any => conv2d(x, p[`${name}.weight`], p[`${name}.bias`], options);
/** Padding that keeps the extent at stride 1. */
const same = (p: Values, name: string): number => (p[`${name}.weight`].shape[2] - 1) / 2;
const ordered = (p: Values, pattern: RegExp): readonly string[] =>
  [...new Set(Object.keys(p).flatMap((n) => pattern.exec(n)?.[1] ?? []))].toSorted((a, b) => Number(a) - Number(b));
const pooled = (x: Any): Any => mean(x, [2, 3]);
const perRow = (logits: Any, target: Any): Any => crossEntropy(o.reshape(logits, [-1, logits.shape.at(-1)] as Any), o.reshape(target, [-1] as Any));

/** Batch normalization that takes its running statistics from `buffers` and leaves the new ones there. */
export const normalizer = (p: Values, buffers: Values, training: boolean) => {
  const next: Record<string, Any> = { ...buffers };
  const norm = (name: string, x: Any): Any => {
    const [mean, variance] = [`${name}.running_mean`, `${name}.running_var`], w = p[`${name}.weight`], b = p[`${name}.bias`];
    if (!training) return batchNormEval(x, w, b, next[mean], next[variance]);
    const { y, running_mean, running_var } = batchNorm(x, w, b, next[mean], next[variance]);
    next[mean] = running_mean;
    next[variance] = running_var;
    return y;
  };
  return { norm, next };
};

const lenet = plain((p, { x, target }, arch) => {
  const features = ["conv1", "conv2"].reduce((y, n) => maxPool2d(relu(conv(p, n, y, { padding: padOf(arch, n) })), 2), x);
  const logits = dense(p, "fc3", relu(dense(p, "fc2", relu(dense(p, "fc1", flatten(features))))));
  return { logits, loss: crossEntropy(logits, target) };
});
const resnet: Network["forward"] = (p, buffers, { x, target }, arch, training) => {
  const { norm, next } = normalizer(p, buffers, training), strides = /stride (\d+) then (\d+)/.exec(arch)!.slice(1).map(Number);
  let y = relu(norm("bn1", conv(p, "conv1", x, { padding: same(p, "conv1") })));
  ordered(p, /^layers\.(\d+)\./).forEach((k, i) => {
    const n = `layers.${k}`, stride = strides[Math.min(i, 1)]!;
    const main = norm(`${n}.bn2`, conv(p, `${n}.conv2`, relu(norm(`${n}.bn1`, conv(p, `${n}.conv1`, y, { stride, padding: 1 }))), { padding: 1 }));
    const shortcut = `${n}.downsample.0.weight` in p ? norm(`${n}.downsample.1`, conv(p, `${n}.downsample.0`, y, { stride })) : y;
    y = relu(add(main, shortcut));
  });
  const logits = dense(p, "fc", pooled(y));
  return { outputs: { logits, loss: crossEntropy(logits, target) }, buffers: next };
};
const inception = plain((p, { x, target }, arch) => {
  const lrn = { size: numberOf(arch, "size"), alpha: numberOf(arch, "alpha"), beta: numberOf(arch, "beta"), k: numberOf(arch, "k") };
  const act = (n: string, y: Any) => relu(conv(p, n, y, { padding: same(p, n) }));
  const block = (n: string, y: Any) => o.concat([
    act(`${n}.b1`, y), act(`${n}.b2b`, act(`${n}.b2a`, y)), act(`${n}.b3b`, act(`${n}.b3a`, y)),
    act(`${n}.b4`, maxPool2d(y, 3, { stride: 1, padding: 1 })),
  ] as Any, 1);
  const stem = call("local_response_norm", { x: relu(conv(p, "stem", x, { stride: 2, padding: 1 })) }, lrn);
  const first = block("inc1", stem), aux_logits = dense(p, "aux", pooled(first));
  const logits = dense(p, "fc", pooled(block("inc2", maxPool2d(first, 3, { stride: 2, ceil: true }))));
  return { logits, aux_logits, loss: add(crossEntropy(logits, target), mul(crossEntropy(aux_logits, target), numberOf(arch, "cross_entropy\\(logits\\) \\+"))) };
});
const unet = plain((p, { x, target }) => {
  const twice = (a: string, b: string, y: Any) => [a, b].reduce((z, n) => relu(conv(p, n, z, { padding: same(p, n) })), y);
  const up = (n: string, y: Any) => convTranspose2d(y, p[`${n}.weight`], p[`${n}.bias`], { stride: 2 });
  const crop = (y: Any, like: Any) => [2, 3].reduce((z, axis) => {
    const start = Math.floor((z.shape[axis] - like.shape[axis]) / 2);
    return slice(z, axis, start, start + like.shape[axis]);
  }, y);
  const join = (skip: Any, y: Any) => o.concat([crop(skip, y), y] as Any, 1);
  const s1 = twice("down1a", "down1b", x), s2 = twice("down2a", "down2b", maxPool2d(s1, 2));
  const deep = twice("dec2a", "dec2b", join(s2, up("up2", twice("mid_a", "mid_b", maxPool2d(s2, 2)))));
  const logits = conv(p, "head", twice("dec1a", "dec1b", join(s1, up("up1", deep))));
  return { logits, loss: crossEntropy(logits, target) };
});
const vae = plain((p, { x, eps }) => {
  const h = relu(dense(p, "enc", x)), mu = dense(p, "mu", h), logvar = dense(p, "logvar", h);
  const logits = dense(p, "dec2", relu(dense(p, "dec1", add(mu, mul(eps, exp(div(logvar, 2)))))));
  const divergence = mul(sum(sub(sub(add(logvar, 1), o.square(mu)), exp(logvar))), -0.5);
  return { logits, mu, logvar, loss: div(add(bce(logits, x, "sum"), divergence), x.shape[0]) };
});
const charLstm = plain((p, { x, target }) => {
  const hidden = p["lstm.weight_hh_l0"].shape[1], zero = o.zeros([1, x.shape[0], hidden]), weights = Object.entries(p).flatMap(([n, w]) => n.startsWith("lstm.") ? [[n.slice(5), w]] : []);
  const args = { hidden_size: hidden, num_layers: 1, bidirectional: false, bias: true, batch_first: true };
  const { y } = call("lstm", { x: embedding(x, p["embed.weight"]), h0: zero, c0: zero, ...Object.fromEntries(weights) }, args), logits = dense(p, "head", y);
  return { logits, loss: perRow(logits, target) };
});
const miniGpt = plain((p, { x, target }, arch) => {
  const heads = Number(/(\d+) heads/.exec(arch)![1]), [b, t] = x.shape, width = p["pos"].shape[1];
  const norm = (n: string, y: Any) => layerNorm(y, p[`${n}.weight`], p[`${n}.bias`]);
  const split = (y: Any, i: number) => o.permute(o.reshape(slice(y, 2, i * width, (i + 1) * width), [b, t, heads, width / heads]), [0, 2, 1, 3]);
  let h = add(embedding(x, p["tok.weight"]), p["pos"]);
  for (const k of ordered(p, /^blocks\.(\d+)\./)) {
    const n = `blocks.${k}`, qkv = dense(p, `${n}.qkv`, norm(`${n}.ln1`, h)), [q, key, v] = [0, 1, 2].map((i) => split(qkv, i));
    const mixed = call("attention", { q, k: key, v }, { causal: true });
    h = add(h, dense(p, `${n}.proj`, o.reshape(o.permute(mixed, [0, 2, 1, 3]), [b, t, width])));
    h = add(h, dense(p, `${n}.fc2`, o.gelu(dense(p, `${n}.fc1`, norm(`${n}.ln2`, h)))));
  }
  const logits = dense(p, "head", norm("ln", h));
  return { logits, loss: perRow(logits, target) };
});

export const networks: readonly Network[] = [
  { has: ["conv1.weight", "conv2.weight", "fc1.weight", "fc2.weight", "fc3.weight"], forward: lenet },
  { has: ["conv1.weight", "bn1.weight", "layers.0.conv1.weight", "fc.weight"], forward: resnet },
  { has: ["stem.weight", "inc1.b1.weight", "aux.weight", "fc.weight"], forward: inception },
  { has: ["down1a.weight", "mid_a.weight", "up2.weight", "head.weight"], forward: unet },
  { has: ["enc.weight", "mu.weight", "logvar.weight", "dec2.weight"], forward: vae },
  { has: ["embed.weight", "lstm.weight_ih_l0", "head.weight"], forward: charLstm },
  { has: ["pos", "tok.weight", "blocks.0.qkv.weight", "head.weight"], forward: miniGpt },
];

/** The two networks of the GAN, each over parameters with its prefix taken off. */
export const generator = (p: Values, buffers: Values, z: Any): { readonly y: Any; readonly next: Values } => {
  const { norm, next } = normalizer(p, buffers, true), channels = p["up1.weight"].shape[0];
  const h = relu(norm("bn0", dense(p, "fc", z))), side = Math.sqrt(h.shape[1] / channels);
  const up = (n: string, y: Any) => convTranspose2d(y, p[`${n}.weight`], p[`${n}.bias`], { stride: 2, padding: 1 });
  return { y: tanh(up("up2", relu(norm("bn1", up("up1", o.reshape(h, [z.shape[0], channels, side, side])))))), next };
};
export const discriminator = (p: Values, buffers: Values, x: Any): { readonly y: Any; readonly next: Values } => {
  const { norm, next } = normalizer(p, buffers, true), leaky = (y: Any): Any => o.leakyRelu(y, 0.2);
  const h = leaky(norm("bn2", conv(p, "conv2", leaky(conv(p, "conv1", x, { stride: 2, padding: 1 })), { stride: 2, padding: 1 })));
  return { y: o.reshape(dense(p, "fc", flatten(h)), [x.shape[0]]), next };
};
