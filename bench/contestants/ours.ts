/** Pullback as a contestant, on the back end that is its argument. `f64` as the second makes it the reference. */
import process from "node:process";
import { dataOf, jit, type Tensor, tensor } from "../../mod.ts";
import { extents } from "../../core/tensor.ts";
import { isLeft } from "../../core/either.ts";
import type { Backend, Executable } from "../../runtime/backend.ts";
import { runtime } from "../../runtime/select.ts";
import { wasmBackend } from "../../runtime/wasm/backend.ts";
import { webgpuBackend } from "../../runtime/webgpu/backend.ts";
import type { Case } from "../support/case.ts";
import type { Input } from "../support/input.ts";
import { type Contestant, type Ready, serve } from "../support/serve.ts";

const [, , name, precision] = process.argv;
let kernels = 0, submits = 0;

/** The back end, counting what it starts. */
const counting = (b: Backend): Backend => ({
  ...b,
  compile: (program): Executable => {
    const exe = b.compile(program);
    return {
      ...exe,
      run: (...args) => {
        kernels += exe.kernels;
        return exe.run(...args);
      },
    };
  },
});
const countSubmits = (): void => {
  const { prototype } = GPUQueue, { submit } = prototype;
  prototype.submit = function (this: GPUQueue, buffers: GPUCommandBuffer[]): undefined {
    submits++;
    submit.call(this, buffers);
  };
};
const open = async (): Promise<Backend> => {
  if (name === "wasm") return wasmBackend();
  const found = await webgpuBackend()();
  if (isLeft(found)) throw new Error(found.left.message);
  countSubmits();
  return found.right;
};
runtime.use(counting(await open()));

const f64 = precision === "f64";
const load = ({ shape, data }: Input): Tensor =>
  tensor(f64 && data instanceof Float32Array ? Float64Array.from(data) : data.slice(), shape) as Tensor;
/** A value that is there, to be read after all that was started. */
const mark = jit((x: Tensor) => x)(tensor([0]));

const ready = (c: Case): Promise<Ready<Tensor>> => {
  const f = c.ours as unknown as (...inputs: readonly Tensor[]) => readonly Tensor[], carried = c.carry ?? 0;
  const call = jit(f, { donate: Array.from({ length: carried }, (_, i) => i), name: c.name });
  return Promise.resolve({
    call: (inputs) => call(...inputs),
    wait: name === "wasm" ? null : async () => void await dataOf([mark]),
    free: (values) => values.forEach((v) => v[Symbol.dispose]()),
  });
};
const contestant: Contestant<Tensor> = {
  load,
  ready,
  read: async (values) => await dataOf(values) as readonly ArrayBufferView<ArrayBuffer>[],
  shape: extents,
  counts: () => ({ kernels, submits }),
};
await serve(contestant);
