// Names and numbers of layers that are none; tests/nn/layer_arguments_test.ts throws the same sentences.
import * as nn from "../../nn/mod.ts";
import type { Tensor } from "../../core/tensor.ts";
import { is, mk, n } from "./assert.ts";

// @ts-expect-error named: 1 is a position: a name needs another character than digits
nn.model([4], nn.named("1", nn.linear(4)), nn.linear(4));
// @ts-expect-error named: 0 is a position: a name needs another character than digits
nn.model([4], nn.tap("0"), nn.linear(4));
// @ts-expect-error named: the layer has a name already
nn.model([4], nn.named("a", nn.named("b", nn.linear(4))));

// @ts-expect-error maxPool2d: expected padding of at most half the kernel 2, got 2
nn.model([1, 3, 3], nn.maxPool2d(2, { padding: 2 }));
// @ts-expect-error minPool2d: expected padding of at most half the kernel 3, got 2
nn.model([1, 8, 8], nn.minPool2d([4, 3], { padding: 2 }));
// @ts-expect-error maxPool2d: expected padding of at most half the kernel 2, got 2
nn.model([1, 3, 3], nn.maxPool2d(2, { padding: [1, [2, 0]] }));
is<[2, 1, 4, 4]>()(nn.model([1, 3, 3], nn.maxPool2d(2, { padding: 1, stride: 1 })).predict({ params: {} }, mk(2, 1, 3, 3)));
nn.model([1, 3, 3], nn.avgPool2d(2, { padding: 2 }));

// @ts-expect-error upsample2d: the scale must be positive, got -1
nn.model([3, 8, 8], nn.upsample2d(-1));
// What is a count, or is not known.
nn.model([3, 8, 8], nn.conv2d(n, { kernel: 3 }), nn.upsample2d(1.5), nn.adaptiveAvgPool2d(n), nn.repeat(0, nn.relu), nn.repeat(n, nn.relu));

// One example is no batch.
// @ts-expect-error model: expects a batch of [3], got one example [3]: add the batch axis
nn.model([3], nn.linear(2)).predict({} as never, mk(3));
// A named extent is what the batch has there, and the same wherever it stands.
const open = nn.model([1, "h", "w"], nn.conv2d(2, { kernel: 3, padding: "same" }), nn.relu);
declare const variables: Parameters<typeof open.predict>[0];
is<[5, 2, 64, 32]>()(open.predict(variables, mk(5, 1, 64, 32)));
is<["b", 2, "h", "w"]>()(open.predict(variables, mk("b", 1, "h", "w")));
is<["b", 2, number, "v"]>()(open.predict(variables, mk("b", 1, n, "v")));
// @ts-expect-error model: expects a batch of [1, h, w], got [5, 3, 64, 32]
open.predict(variables, mk(5, 3, 64, 32));
// @ts-expect-error model: expects a batch of [1, h, w], got one example [1, 64, 32]: add the batch axis
open.predict(variables, mk(1, 64, 32));
const square = nn.model(["n", "n"], nn.relu);
is<[5, 4, 4]>()(square.predict({ params: {} }, mk(5, 4, 4)));
// @ts-expect-error model: expects a batch of [n, n], got [5, 4, 3]
square.predict({ params: {} }, mk(5, 4, 3));

// A layer of one's own says its sentence like those of the library.
interface Scale extends nn.Parametric {
  readonly kind: "scale";
  readonly "~out": Scaled<this["~in"]>;
  readonly "~params": { readonly factor: Tensor<[number], "f32"> };
}
type Scaled<I> = I extends readonly unknown[]
  ? 3 extends I["length"] ? I : nn.Fail<`scale: expects [channels, height, width], got ${nn.Show<I>}`>
  : never;
declare const scale: Scale;
nn.model([3, 8, 8], scale, nn.flatten, nn.linear(2));
// @ts-expect-error scale: expects [channels, height, width], got [5]
nn.model([5], nn.named("s", scale));
