/** jax-js as a contestant, on the device that is its first argument; the second is the number of threads. */
import process from "node:process";
import type { Input } from "../support/input.ts";
import type { Jax, JaxArray } from "../support/jax.ts";
import { jaxJs } from "../support/peers.ts";
import { type Ready, serve } from "../support/serve.ts";

const [, , device = "wasm", threads = ""] = process.argv;
if (threads !== "") Object.defineProperty(navigator, "hardwareConcurrency", { value: Number(threads) });
const jax = await import(jaxJs) as Jax;
if (!(await jax.init(device)).includes(device)) throw new Error(`jax-js has no ${device} here`);
jax.defaultDevice(device);

const load = ({ shape, data }: Input): JaxArray => jax.numpy.array(data.slice(), { shape: [...shape], device });
const wait = async (results: readonly JaxArray[]): Promise<void> => void await jax.blockUntilReady(results);
const free = (values: readonly JaxArray[]): void => values.forEach((v) => v.dispose());

type Call = (...inputs: JaxArray[]) => JaxArray[];
/** Milliseconds of the second call. */
const timeOf = async (f: Call, inputs: readonly Input[]): Promise<number> => {
  const values = inputs.map(load);
  let began = 0;
  for (let i = 0; i < 2; i++) {
    began = performance.now();
    const results = f(...values.map((x) => x.ref));
    await wait(results);
    free(results);
  }
  free(values);
  return performance.now() - began;
};
/** Compiled or not, whichever is faster: `jit` moves padding into the loops of a convolution, which costs more than it saves. */
const fastest = async (f: Call, inputs: readonly Input[]): Promise<Call> => {
  const compiled = jax.jit(f);
  return await timeOf(compiled, inputs) <= await timeOf(f, inputs) ? compiled : f;
};

await serve<JaxArray>({
  load,
  ready: async (c, inputs): Promise<Ready<JaxArray>> => {
    const written = c.jax!(jax), carried = c.carry ?? 0;
    const f = c.first === true ? jax.jit(written) : await fastest(written, inputs);
    // The call uses up what it is given; what is carried over is not needed any more.
    return { call: (inputs) => f(...inputs.map((x, i) => i < carried ? x : x.ref)), wait, free };
  },
  read: async (values) => {
    const out: ArrayBufferView<ArrayBuffer>[] = [];
    for (const v of values) out.push(await v.ref.data() as Float32Array<ArrayBuffer>);
    return out;
  },
  shape: (v) => v.shape,
});
