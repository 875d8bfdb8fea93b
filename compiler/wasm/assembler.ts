import { typeByte, unsigned, type ValType } from "./opcodes.ts";

/** A function of a module: its code is what follows the locals, without the final `end`. */
export interface WasmFunction {
  readonly name: string;
  readonly params: readonly ValType[];
  readonly locals: readonly ValType[];
  readonly code: readonly number[];
}
/** A function of `arity` f64 that gives an f64, imported from `math`; calls name it by its place in the list. */
export interface WasmImport {
  readonly name: string;
  readonly arity: 1 | 2;
}
export interface WasmModule {
  readonly shared: boolean;
  readonly imports: readonly WasmImport[];
  readonly functions: readonly WasmFunction[];
}

const text = (s: string): number[] => {
  const bytes = new TextEncoder().encode(s);
  return [...unsigned(bytes.length), ...bytes];
};
const vector = (items: readonly (readonly number[])[]): number[] => {
  const out = unsigned(items.length);
  for (const item of items) for (const byte of item) out.push(byte);
  return out;
};
const signature = (params: readonly ValType[], results: readonly ValType[]): number[] => [
  0x60,
  ...vector(params.map((p) => [typeByte[p]])),
  ...vector(results.map((p) => [typeByte[p]])),
];
/** Locals come as runs of one type. */
const runs = (types: readonly ValType[]): number[][] => {
  const out: [number, ValType][] = [];
  for (const t of types) {
    const last = out.at(-1);
    if (last !== undefined && last[1] === t) last[0]++;
    else out.push([1, t]);
  }
  return out.map(([n, t]) => [...unsigned(n), typeByte[t]]);
};

/** The bytes of a module that works on `env.memory`. */
export const assemble = ({ shared, imports, functions }: WasmModule): Uint8Array<ArrayBuffer> => {
  const types: number[][] = [], known = new Map<string, number>();
  const typeOf = (params: readonly ValType[], results: readonly ValType[]): number => {
    const bytes = signature(params, results), key = bytes.join();
    if (!known.has(key)) known.set(key, types.push(bytes) - 1);
    return known.get(key)!;
  };
  const memory = [...text("env"), ...text("memory"), 0x02, shared ? 0x03 : 0x01, ...unsigned(1), ...unsigned(65536)];
  const imported = imports.map(({ name, arity }) => [
    ...text("math"),
    ...text(name),
    0x00,
    ...unsigned(typeOf(arity === 1 ? ["f64"] : ["f64", "f64"], ["f64"])),
  ]);
  const declared = functions.map((f) => unsigned(typeOf(f.params, [])));
  const exported = functions.map((f, i) => [...text(f.name), 0x00, ...unsigned(imports.length + i)]);
  const bodies = functions.map((f) => {
    const head = vector(runs(f.locals)), length = head.length + f.code.length + 1;
    return { head: [...unsigned(length), ...head], code: f.code };
  });
  const out: number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  const section = (id: number, bytes: readonly number[]): void => {
    out.push(id, ...unsigned(bytes.length));
    for (const byte of bytes) out.push(byte);
  };
  section(1, vector(types));
  section(2, vector([memory, ...imported]));
  section(3, vector(declared));
  section(7, vector(exported));
  const code = unsigned(bodies.length);
  for (const b of bodies) {
    for (const byte of b.head) code.push(byte);
    for (const byte of b.code) code.push(byte);
    code.push(0x0b);
  }
  section(10, code);
  return new Uint8Array(out);
};
