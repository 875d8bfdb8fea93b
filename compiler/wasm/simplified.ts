import type { Value } from "./ir.ts";
import type { Opcode } from "./opcodes.ts";

const folds: Partial<Record<Opcode, (x: number, y: number) => number>> = {
  "i32.add": (x, y) => (x + y) | 0,
  "i32.sub": (x, y) => (x - y) | 0,
  "i32.mul": Math.imul,
  "i32.shl": (x, y) => x << y,
  "i32.and": (x, y) => x & y,
  "i32.or": (x, y) => x | y,
  "i32.lt_s": (x, y) => x < y ? 1 : 0,
  "i32.gt_s": (x, y) => x > y ? 1 : 0,
  "i32.le_s": (x, y) => x <= y ? 1 : 0,
  "i32.ge_s": (x, y) => x >= y ? 1 : 0,
  "i32.eq": (x, y) => x === y ? 1 : 0,
  "i32.ne": (x, y) => x !== y ? 1 : 0,
};
/** Operands beside which the other one is the result. */
const neutral: Partial<Record<Opcode, number>> = {
  "i32.add": 0,
  "i32.sub": 0,
  "i32.mul": 1,
  "i32.shl": 0,
  "i32.or": 0,
  "i32.xor": 0,
};
const commutes: ReadonlySet<Opcode> = new Set(["i32.add", "i32.mul", "i32.or", "i32.xor"]);

/** What an instruction on whole numbers comes to where operands are known: a number, or one of the operands. */
export const simplified = (name: Opcode, [x, y]: readonly Value[]): number | Value | null => {
  const fold = folds[name], none = neutral[name];
  if (fold !== undefined && x!.constant !== null && y!.constant !== null) return fold(x!.constant, y!.constant);
  if (none !== undefined && y!.constant === none) return x!;
  if (none !== undefined && x!.constant === none && commutes.has(name)) return y!;
  return name === "i32.mul" && (x!.constant === 0 || y!.constant === 0) ? 0 : null;
};
