import type { Aval } from "./aval.ts";
import type { Data } from "./dtype.ts";
import { asTensor, type Eqn, onFree, type Program } from "./program.ts";
import type { Tensor } from "./tensor.ts";

/** What the language asks of whoever runs programs. One is installed by `mod.ts`. */
export interface Engine {
  /** A value the user gave. The engine keeps the array: it must not be changed afterwards. */
  hold(data: Data, aval: Aval): Tensor;
  /** Takes note of an equation recorded outside a trace. */
  recorded(eqn: Eqn, internal: boolean): void;
  /** Runs a program on values (borrowed first), giving values. `donated` marks inputs whose memory may be reused. */
  call(program: Program, inputs: readonly Tensor[], donated: ReadonlySet<number>): readonly Tensor[];
  /** Computes what must be computed and copies the values to the host. */
  read(values: readonly Tensor[]): Promise<readonly Data[]>;
  /** Computes what is recorded and needs these values, which are about to be given up. */
  secure(values: readonly Tensor[]): void;
  /** A good moment to compute what is recorded, if it is much. */
  settle(): void;
}

let installed: Engine | null = null;
export const install = (e: Engine): void => {
  installed = e;
  onFree((v) => e.secure([asTensor(v)]));
};
export const engine = (): Engine => {
  if (installed === null) throw new Error("No engine is installed: import Pullback through its mod.ts");
  return installed;
};
