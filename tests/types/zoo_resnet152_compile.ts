// The deepest network of the zoo by itself: what it costs the type checker is pinned.
import { resnet152 } from "../../models/resnet.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Key } from "../../ops/random.ts";
import { type Eq, yes } from "./assert.ts";

declare const key: Key;
const net = resnet152();
yes<Eq<typeof net.output, [1000]>>();
const { params, state } = net.init(key);
yes<Eq<(typeof params.layer3.rest)[34][0]["main"]["conv2"]["weight"], Tensor<[256, 256, 3, 3], "f32">>>();
yes<Eq<(typeof state.layer4.first)[0]["main"]["bn3"]["variance"], Tensor<[2048], "f32">>>();
