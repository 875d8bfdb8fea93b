import { assemble } from "../../compiler/wasm/assembler.ts";
import { coded, codedVector, control } from "../../compiler/wasm/opcodes.ts";

/** Whether the engine has the instructions of relaxed SIMD, asked once. */
export const hasRelaxed = (): boolean => known ??= WebAssembly.validate(sample());
let known: boolean | null = null;

/** A module with one of them. */
const sample = (): Uint8Array<ArrayBuffer> => {
  const zero = codedVector([0, 0, 0, 0]).code, code = [...zero, ...zero, ...zero];
  code.push(...coded("f32x4.relaxed_madd").code, control.drop);
  return assemble({ shared: false, imports: [], functions: [{ name: "run0", params: [], locals: [], code }] });
};
