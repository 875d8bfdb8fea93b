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
/** Milliseconds of some calls, one after the other. */
const timesOf = async (f: Call, inputs: readonly Input[], calls: number): Promise<readonly number[]> => {
  const values = inputs.map(load), times: number[] = [];
  for (let i = 0; i < calls; i++) {
    const began = performance.now(), results = f(...values.map((x) => x.ref));
    await wait(results);
    times.push(performance.now() - began);
    free(results);
  }
  free(values);
  return times;
};
/** So much longer than a call without `jit` the first one with it may take for compiling, in milliseconds. */
const COMPILING = 3000;
/** Compiled and not, the faster first: `jit` moves padding into the loops of a convolution, which costs more than it saves. */
const bothWays = async (f: Call, inputs: readonly Input[]): Promise<readonly [Call, Call]> => {
  const plain = Math.min(...await timesOf(f, inputs, 2)), compiled = jax.jit(f);
  const [first] = await timesOf(compiled, inputs, 1);
  if (first! > 2 * plain + COMPILING) return [f, compiled];
  const [second] = await timesOf(compiled, inputs, 1);
  return second! <= plain ? [compiled, f] : [f, compiled];
};
const ways = new Map<string, readonly [Call, Call]>();

await serve<JaxArray>({
  load,
  ready: async (c, inputs, other): Promise<Ready<JaxArray>> => {
    const written = c.jax!(jax), carried = c.carry ?? 0;
    if (!ways.has(c.name)) {
      ways.set(c.name, c.first === true ? [jax.jit(written), written] : await bothWays(written, inputs));
    }
    const f = ways.get(c.name)![other ? 1 : 0];
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
