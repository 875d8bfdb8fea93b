// U-Net, autoencoders and adversarial networks: every shape inferred from the options.
import * as models from "../../models/mod.ts";
import * as nn from "../../nn/mod.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Key } from "../../ops/random.ts";
import { type Eq, is, mk, yes } from "./assert.ts";

declare const key: Key;

const published = models.unet();
yes<Eq<typeof published.output, [2, 388, 388]>>();
type UNetParams = ReturnType<typeof published.init>["params"];
yes<Eq<UNetParams["net"]["skip"]["path"]["inner"]["skip"]["path"]["up"]["weight"], Tensor<[256, 128, 2, 2], "f32">>>();
yes<Eq<UNetParams["net"]["out"]["a"]["weight"], Tensor<[64, 128, 3, 3], "f32">>>();
const small = models.unet({ input: [3, 64, 96], classes: 5, widths: [8, 16, 32], padding: "same" });
is<[4, 5, 64, 96]>()(small.predict(small.init(key), mk(4, 3, 64, 96)));
const across = nn.model([4, 9, 9], nn.cropConcat(nn.sequential(nn.conv2d(6, { kernel: 3 }), nn.relu)));
yes<Eq<typeof across.output, [10, 7, 7]>>();
yes<Eq<ReturnType<typeof across.init>["params"][0]["path"][0]["weight"], Tensor<[6, 4, 3, 3], "f32">>>();

const coder = models.vae({ inputs: 36, hidden: 24, latent: 5 }), variables = coder.init(key);
const [logits, , beside] = coder.apply(variables, mk(8, 36), { training: true, key });
is<[8, 36]>()(logits);
is<[number, 5]>()(beside.latent.mean);
is<[8, 5]>()(coder.encoder.predict(variables, mk(8, 36)));
is<[3, 36]>()(coder.decoder.predict(variables, mk(3, 5)));
yes<Eq<typeof variables.params.latent.logVariance.weight, Tensor<[5, 24], "f32">>>();

const pictures = models.convVae({ input: [3, 32, 32], widths: [8, 16, 24], latent: 4 }), drawn = pictures.init(key);
yes<Eq<typeof pictures.output, [3, 32, 32]>>();
yes<Eq<(typeof drawn.params.decoder)[0]["weight"], Tensor<[384, 4], "f32">>>();
yes<Eq<(typeof drawn.params.decoder)[7]["weight"], Tensor<[8, 3, 4, 4], "f32">>>();
is<[7, 3, 32, 32]>()(pictures.decoder.predict(drawn, mk(7, 4)));

const { generator, discriminator } = models.dcgan({ input: [3, 64, 64], widths: [128, 256, 512, 1024] });
yes<Eq<typeof generator.input, [100]>>();
yes<Eq<typeof generator.output, [3, 64, 64]>>();
yes<Eq<typeof discriminator.output, [1]>>();
yes<Eq<ReturnType<typeof generator.init>["params"][4]["weight"], Tensor<[1024, 512, 4, 4], "f32">>>();
yes<Eq<ReturnType<typeof generator.init>["state"][1]["mean"], Tensor<[16384], "f32">>>();
yes<Eq<ReturnType<typeof discriminator.init>["params"][12]["weight"], Tensor<[1, 16384], "f32">>>();
const plain = models.gan({ latent: 2, hidden: 8, outputs: 3 });
is<[5, 3]>()(plain.generator.predict(plain.generator.init(key), mk(5, 2)));
