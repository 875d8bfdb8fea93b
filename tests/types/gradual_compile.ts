// Dimensions that are not known, or known by name, and layers made by users.
import * as nn from "../../nn/mod.ts";
import type { Mul } from "../../core/arith.ts";
import type { Dim } from "../../core/shape/dim.ts";
import type { Tensor } from "../../core/tensor.ts";
import { type Layer, stateless, type Stateless } from "../../nn/layer.ts";
import { broadcastTo, reshape } from "../../ops/structure.ts";
import type { Key } from "../../ops/random.ts";
import { type Eq, mk, n, yes } from "./assert.ts";

declare const key: Key;
declare const dims: number[];
declare const h: number, w: number;
declare const cond: boolean;

// Nothing known of the input.
export const d1 = nn.model(dims, nn.conv2d(8, { kernel: 3 }), nn.relu, nn.maxPool2d(2),
  nn.residual(nn.sequential(nn.conv2d(8, { kernel: 3, padding: 1 }), nn.batchNorm())),
  nn.concat(nn.identity, nn.conv2d(4, { kernel: 1 })), nn.flatten, nn.linear(10));
yes<Eq<typeof d1.output, [10]>>();
// Channels known, extents not.
const d2 = nn.model([3, h, w], nn.conv2d(8, { kernel: 3 }), nn.relu, nn.maxPool2d(2), nn.globalAvgPool, nn.linear(10));
yes<Eq<(typeof d2.shapes)[2], [8, number, number]>>();
yes<Eq<typeof d2.output, [10]>>();
const p2 = d2.init(key).params;
yes<Eq<(typeof p2)[0]["weight"], Tensor<[8, 3, 3, 3], "f32">>>();
yes<Eq<(typeof p2)[4]["weight"], Tensor<[10, 8], "f32">>>();
// Extents by name: padding "same" keeps them, a stride forgets them.
const d3 = nn.model([3, "h", "w"], nn.conv2d(8, { kernel: 3, padding: "same" }), nn.relu,
  nn.residual(nn.conv2d(8, { kernel: 3, padding: "same" })), nn.conv2d(8, { kernel: 3, stride: 2, padding: 1 }));
yes<Eq<(typeof d3.shapes)[2], [8, "h", "w"]>>();
yes<Eq<typeof d3.output, [8, number, number]>>();
// A list of unknown length: dynamic from there on.
const layers: Layer[] = [nn.relu, nn.relu];
const d4 = nn.model([3, 8, 8], nn.conv2d(8, { kernel: 3 }), ...layers, nn.linear(10));
yes<Eq<typeof d4.output, Dim[]>>();
// Channels that are a mere number.
const d5 = nn.model([3, 8, 8], nn.conv2d(n, { kernel: 3 }), nn.relu, nn.conv2d(16, { kernel: 3 }));
yes<Eq<(typeof d5.shapes)[0], [number, 6, 6]>>();
yes<Eq<typeof d5.output, [16, 4, 4]>>();
// One of two kernels: one of two shapes.
const d6 = nn.model([3, 8, 8], nn.conv2d(8, { kernel: cond ? 3 : 5 }), nn.relu);
export const either: typeof d6.output = [8, 4, 4] as [8, 4, 4];
// What was lost is stated again.
const d7 = nn.model([3, h, w], nn.conv2d(8, { kernel: 3 }), nn.expectShape(8, 30, 30), nn.flatten, nn.linear(10));
yes<Eq<(typeof d7.shapes)[2], [7200]>>();
// Functions generic in the batch.
type Params = ReturnType<typeof d2.init>["params"];
const predict = <B extends Dim>(params: Params, x: Tensor<[B, 3, number, number], "f32">): Tensor<[B, 10], "f32"> =>
  d2.predict({ params }, x);
export const l32: Tensor<[32, 10]> = predict(p2, mk(32, 3, 64, 64));
export const lb: Tensor<["batch", 10]> = predict(p2, mk("batch", 3, n, n));
export const loss = <B extends Dim>(params: Params, x: Tensor<[B, 3, 9, 9], "f32">, y: Tensor<[B], "i32">): Tensor<[], "f32"> =>
  nn.softmaxCrossEntropy(d2.predict({ params }, x), y);
// Step by step.
const c1 = nn.chain([3, 32, 32]).pipe(nn.conv2d(8, { kernel: 3 })).pipe(nn.relu).pipe(nn.flatten).pipe(nn.named("fc", nn.linear(10)));
yes<Eq<typeof c1.shape, [10]>>();
const m1 = c1.model();
yes<Eq<ReturnType<typeof m1.init>["params"]["fc"]["weight"], Tensor<[10, 7200], "f32">>>();
// State may be left out where there is none, and must be given where there is some.
d2.predict({ params: p2, state: {} }, mk(2, 3, 9, 9));
const [y1, next] = nn.model([3, 8, 8], nn.batchNorm(), nn.flatten).apply(
  nn.model([3, 8, 8], nn.batchNorm(), nn.flatten).init(key), mk(4, 3, 8, 8), { training: true });
yes<Eq<typeof y1, Tensor<[4, 192], "f32">>>();
yes<Eq<(typeof next)[0]["mean"], Tensor<[3], "f32">>>();
// A model that knows all its dimensions.
nn.assertStatic(c1.model());

// A layer of one's own.
interface Upsample<F extends number> extends Stateless {
  readonly kind: "upsample";
  readonly "~out": UpsampleOut<this["~in"], F>;
}
type UpsampleOut<I, F extends number> = I extends readonly [infer C, infer H extends number, infer W extends number]
  ? [C, Mul<H, F>, Mul<W, F>]
  : Dim[];
const upsample = <const F extends number>(f: F): Upsample<F> =>
  stateless<Upsample<F>>("upsample", ([c, h, w]) => [c!, h! * f, w! * f], (x) => {
    const [b, c, h, w] = x.shape as readonly number[];
    const stretched: Tensor = broadcastTo(reshape(x, [b!, c!, h!, 1, w!, 1]), [b!, c!, h!, f, w!, f]);
    return reshape(stretched, [b!, c!, h! * f, w! * f]);
  });
const d11 = nn.model([3, 16, 16], upsample(2), nn.conv2d(4, { kernel: 3 }));
yes<Eq<typeof d11.output, [4, 30, 30]>>();
