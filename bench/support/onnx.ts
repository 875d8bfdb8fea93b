/**
 * Models in the ONNX format, as far as cases need it: nodes with attributes, constants, inputs of known shape.
 *
 * Source: onnx/onnx.proto of the ONNX project (IR version 8), in the encoding of Protocol Buffers.
 */
import type { Input } from "./input.ts";

type Attribute = number | readonly number[];
/** A graph as it grows; values are called by their names. */
export interface OnnxGraph {
  /** A node with one result. Whole numbers are attributes of whole numbers, but for those that ONNX takes as floats. */
  op(type: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  /** A constant. */
  constant(value: Input | readonly number[]): string;
}
const floats: ReadonlySet<string> = new Set(["epsilon", "alpha", "beta"]);
const FLOAT = 1, INT32 = 6, INT64 = 7;

const text = new TextEncoder();
/** A message as it grows. */
class Message {
  private readonly parts: Uint8Array[] = [];
  get bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.parts.reduce((n, p) => n + p.length, 0));
    let at = 0;
    for (const p of this.parts) {
      all.set(p, at);
      at += p.length;
    }
    return all;
  }
  private varint(n: number): this {
    const bytes: number[] = [];
    for (; n >= 128; n = Math.floor(n / 128)) bytes.push(n % 128 + 128);
    this.parts.push(Uint8Array.of(...bytes, n));
    return this;
  }
  whole(field: number, n: number): this {
    return this.varint(field * 8).varint(n);
  }
  wholes(field: number, ns: readonly number[]): this {
    for (const n of ns) this.whole(field, n);
    return this;
  }
  float(field: number, x: number): this {
    this.varint(field * 8 + 5).parts.push(new Uint8Array(Float32Array.of(x).buffer));
    return this;
  }
  bytesOf(field: number, value: Uint8Array | string | Message): this {
    const bytes = value instanceof Message ? value.bytes : typeof value === "string" ? text.encode(value) : value;
    this.varint(field * 8 + 2).varint(bytes.length).parts.push(bytes);
    return this;
  }
  each(field: number, values: readonly (string | Message)[]): this {
    for (const v of values) this.bytesOf(field, v);
    return this;
  }
}

const attribute = (name: string, value: Attribute): Message => {
  const m = new Message().bytesOf(1, name);
  if (typeof value !== "number") return m.wholes(8, value).whole(20, 7);
  return floats.has(name) ? m.float(2, value).whole(20, 1) : m.whole(3, value).whole(20, 2);
};
const typeOf = ({ data }: Input): number => data instanceof Float32Array ? FLOAT : INT32;
const tensor = (name: string, value: Input | readonly number[]): Message => {
  const m = new Message(), raw = (a: ArrayBufferView) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength);
  return "data" in value
    ? m.wholes(1, value.shape).whole(2, typeOf(value)).bytesOf(8, name).bytesOf(9, raw(value.data))
    : m.whole(1, value.length).whole(2, INT64).bytesOf(8, name).bytesOf(9, raw(BigInt64Array.from(value, BigInt)));
};
const port = (name: string, type: number, shape: readonly number[] | null): Message => {
  const tensorType = new Message().whole(1, type);
  if (shape !== null) tensorType.bytesOf(2, new Message().each(1, shape.map((d) => new Message().whole(1, d))));
  return new Message().bytesOf(1, name).bytesOf(2, new Message().bytesOf(1, tensorType));
};

/** A model of inputs `x0`, `x1`, ...; those before `given` are constants of it. `body` gives the names of its results. */
export const onnxModel = (
  inputs: readonly Input[],
  given: number,
  body: (g: OnnxGraph, ...xs: string[]) => readonly string[],
): Uint8Array<ArrayBuffer> => {
  const nodes: Message[] = [], constants: Message[] = [];
  let names = 0;
  const g: OnnxGraph = {
    op: (type, from, attributes = {}) => {
      const out = `v${names++}`,
        node = new Message().each(1, from).bytesOf(2, out).bytesOf(3, `n_${out}`).bytesOf(4, type);
      nodes.push(node.each(5, Object.entries(attributes).map(([name, value]) => attribute(name, value))));
      return out;
    },
    constant: (value) => {
      const name = `v${names++}`;
      constants.push(tensor(name, value));
      return name;
    },
  };
  inputs.slice(0, given).forEach((v, i) => constants.push(tensor(`x${i}`, v)));
  const results = body(g, ...inputs.map((_, i) => `x${i}`));
  const graph = new Message().each(1, nodes).bytesOf(2, "case").each(5, constants)
    .each(11, inputs.slice(given).map((v, i) => port(`x${given + i}`, typeOf(v), v.shape)))
    .each(12, results.map((name) => port(name, FLOAT, null)));
  return new Message().whole(1, 8).bytesOf(7, graph).bytesOf(8, new Message().whole(2, 17)).bytes;
};
