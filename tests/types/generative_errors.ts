// U-Net, autoencoders and adversarial networks, used wrongly.
import * as models from "../../models/mod.ts";
import * as nn from "../../nn/mod.ts";
import type { Key } from "../../ops/random.ts";
import { mk } from "./assert.ts";

declare const key: Key;

// @ts-expect-error conv2d: kernel 3 does not fit input 1 (height of [128, 1, 1]) [in skip/path/inner/skip/path/inner/down/a]
models.unet({ input: [1, 16, 16] });
const net = models.unet({ input: [1, 32, 32], widths: [4, 8], padding: "same" });
// @ts-expect-error model: expects a batch of [1, 32, 32], got [2, 3, 32, 32]
net.predict(net.init(key), mk(2, 3, 32, 32));
// @ts-expect-error cropConcat: the path makes [1, 8, 8] of [1, 4, 4]: its result must be an image that is not larger
nn.model([1, 4, 4], nn.cropConcat(nn.upsample2d(2)));
// @ts-expect-error cropConcat: the path makes [16] of [1, 4, 4]: its result must be an image that is not larger
nn.model([1, 4, 4], nn.cropConcat(nn.flatten));
// @ts-expect-error maxPool2d: kernel 5 does not fit input 4 (height of [1, 4, 4]) [in path]
nn.model([1, 4, 4], nn.cropConcat(nn.maxPool2d(5)));
// @ts-expect-error gaussianLatent: expects a vector [features], got [1, 4, 4]: add flatten before it
nn.model([1, 4, 4], nn.gaussianLatent(2));

const coder = models.vae({ inputs: 36, hidden: 24, latent: 5 }), variables = coder.init(key);
// @ts-expect-error model: expects a batch of [5], got [3, 6]
coder.decoder.predict(variables, mk(3, 6));
// @ts-expect-error expectShape: expected [3, 30, 30] here, got [3, 28, 28] [in 6:expectShape]
models.convVae({ input: [3, 30, 30] });
// @ts-expect-error expectShape: expected [1, 28, 28] here, got [1, 24, 24]
models.dcgan({ widths: [16, 32, 64] });
const { discriminator } = models.dcgan();
// @ts-expect-error model: expects a batch of [1, 28, 28], got [4, 1, 32, 32]
discriminator.predict(discriminator.init(key), mk(4, 1, 32, 32));
