/** TensorFlow.js with its Wasm back end as a contestant. */
import type { Input } from "../support/input.ts";
import { tfJs, tfJsWasm } from "../support/peers.ts";
import { type Ready, serve } from "../support/serve.ts";
import type { Tf, TfTensor } from "../support/tf.ts";

const module = await import(tfJs) as Tf & { readonly default?: Tf }, tf = module.default ?? module;
await import(tfJsWasm);
if (!await tf.setBackend("wasm")) throw new Error("TensorFlow.js has no wasm here");

const load = ({ shape, data }: Input): TfTensor =>
  tf.tensor(data, [...shape], data instanceof Float32Array ? "float32" : "int32");

await serve<TfTensor>({
  load,
  ready: (c, given): Promise<Ready<TfTensor>> => {
    const f = c.tf!(tf), loaded = given.map(load), inputs = c.tfLoad?.(loaded) ?? loaded;
    return Promise.resolve({
      call: (xs) => tf.tidy(() => f(...xs)),
      inputs,
      ...(c.tfRead === undefined ? {} : { plain: c.tfRead }),
      wait: null,
      free: (values) => values.forEach((v) => v.dispose()),
    });
  },
  read: (values) => Promise.all(values.map((v) => v.data() as Promise<Float32Array<ArrayBuffer>>)),
  shape: (v) => v.shape,
});
