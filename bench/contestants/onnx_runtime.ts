/** ONNX Runtime for Node as a contestant; its argument is the number of threads. */
import process from "node:process";
import type { Input } from "../support/input.ts";
import { onnxModel } from "../support/onnx.ts";
import { onnxRuntime } from "../support/peers.ts";
import { serve } from "../support/serve.ts";

interface Value {
  readonly dims: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}
interface Session {
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, Value>>): Promise<Readonly<Record<string, Value>>>;
}
interface Ort {
  readonly Tensor: new (type: string, data: Input["data"], dims: readonly number[]) => Value;
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
}
const module = await import(onnxRuntime) as Ort & { readonly default?: Ort }, ort = module.default ?? module;
const load = ({ shape, data }: Input): Value =>
  new ort.Tensor(data instanceof Float32Array ? "float32" : "int32", data, shape);

await serve<Value>({
  load,
  ready: async (c, given) => {
    const constants = c.onnxConstants ?? 0, model = onnxModel(given, constants, c.onnx!);
    const session = await ort.InferenceSession.create(model, {
      intraOpNumThreads: Number(process.argv[2]),
      graphOptimizationLevel: "all",
    });
    return {
      call: async (xs) => {
        const feeds = Object.fromEntries(xs.slice(constants).map((x, i) => [`x${constants + i}`, x]));
        const results = await session.run(feeds);
        return session.outputNames.map((name) => results[name]!);
      },
      wait: null,
      free: () => {},
    };
  },
  read: (values) => Promise.resolve(values.map((v) => v.data)),
  shape: (v) => v.dims,
});
