import { type Aval, showAval, size } from "../../core/aval.ts";
import { allocate, byteSize, type Data, type DType } from "../../core/dtype.ts";
import type { Host } from "../../core/primitive.ts";
import { type Atom, isLit, type Program, type Var } from "../../core/program.ts";
import type { Backend, DeviceBuffer, Executable } from "../backend.ts";

/** Values are typed arrays of their dtype; of f16, the numbers their bits stand for. */
type Values = Data | Float16Array;

class HostBuffer implements DeviceBuffer {
  readonly dtype: DType;
  readonly length: number;
  readonly bytes: number;
  #values: Values | null;
  readonly #live: Live;

  constructor(aval: Aval, values: Values, live: Live) {
    this.dtype = aval.dtype;
    this.length = size(aval.shape);
    this.bytes = this.length * byteSize[aval.dtype];
    this.#values = values;
    this.#live = live;
    live.buffers++;
    live.bytes += this.bytes;
  }
  get values(): Values {
    if (this.#values === null) throw new Error(`this buffer of ${this.length} ${this.dtype} was disposed`);
    return this.#values;
  }
  dispose(): void {
    void this.values;
    this.#values = null;
    this.#live.buffers--;
    this.#live.bytes -= this.bytes;
  }
}
interface Live {
  bytes: number;
  buffers: number;
}

const numbersOf = (data: Data, dtype: DType): Values =>
  dtype === "f16" ? new Float16Array(data.buffer as ArrayBuffer, data.byteOffset, data.length) : data;
const bitsOf = (values: Values): Data =>
  values instanceof Float16Array ? new Uint16Array(values.buffer, values.byteOffset, values.length) : values;

const blank = ({ shape, dtype }: Aval): Values => numbersOf(allocate(dtype, size(shape)), dtype);

/** Numbers rounded to the dtype of `aval`. */
const store = (numbers: ArrayLike<number>, aval: Aval, name: string): Values => {
  const length = size(aval.shape);
  if (numbers.length !== length) {
    throw new Error(`${name}: expected ${length} numbers for ${showAval(aval)}, got ${numbers.length}`);
  }
  const values = blank(aval);
  values.set(numbers);
  return values;
};

const evaluate = (program: Program, inputs: readonly Values[]): readonly { aval: Aval; values: Values }[] => {
  const known = new Map<Var, Values>(program.inputs.map((v, i) => [v, inputs[i]!]));
  const get = (a: Atom): Values => isLit(a) ? blank(a.aval).fill(a.value) as Values : known.get(a)!;
  for (const { primitive, inputs, outs, params } of program.eqns) {
    const operands = inputs.map((a): Host => ({ aval: a.aval, data: get(a) }));
    const results = primitive.evaluate(operands, outs.map((v) => v.aval), params);
    outs.forEach((v, i) => known.set(v, store(results[i]!, v.aval, primitive.name)));
  }
  return program.outputs.map((a) => ({ aval: a.aval, values: get(a) }));
};

/**
 * Runs programs equation by equation with what the records of the primitives say they mean: slow, obvious, and what the
 * other backends are compared with. Every dtype is supported.
 */
export const referenceBackend = (): Backend => {
  const live: Live = { bytes: 0, buffers: 0 };
  const valuesOf = (b: DeviceBuffer): Values => {
    if (b instanceof HostBuffer) return b.values;
    throw new TypeError("this buffer belongs to another backend");
  };
  return {
    name: "reference",
    description: "reference evaluator, one equation at a time",
    supports: () => true,
    compile: (program): Executable => ({
      kernels: program.eqns.length,
      run(inputs, donated) {
        const outputs = evaluate(program, inputs.map(valuesOf));
        const results = outputs.map(({ aval, values }) => new HostBuffer(aval, values, live));
        inputs.forEach((b, i) => donated.has(i) && b.dispose());
        return results;
      },
    }),
    upload: (data, aval) => new HostBuffer(aval, store(numbersOf(data, aval.dtype), aval, "upload"), live),
    download: (buffers) => new Promise((done) => done(buffers.map((b) => bitsOf(valuesOf(b)).slice()))),
    memory: () => ({ ...live }),
    close: () => Promise.resolve(),
  };
};
