import type { Tensor } from "../../mod.ts";
import type { Jax, JaxArray } from "./jax.ts";
import type { Tf, TfTensor } from "./tf.ts";

/** An array that every contestant is given. */
export interface Input {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
}

/** One question: the same computation said for us and for each peer that can do it. */
export interface Case {
  /** What `--case` finds. */
  readonly name: string;
  readonly title: string;
  readonly inputs: () => readonly Input[];
  /**
   * What is computed. A function of the inputs that gives the results in order; it is compiled as one call (`jit`) where the
   * contestant can.
   */
  readonly ours: (...inputs: never[]) => readonly Tensor[];
  readonly jax?: (jax: Jax) => (...inputs: JaxArray[]) => JaxArray[];
  readonly tf?: (tf: Tf) => (...inputs: TfTensor[]) => TfTensor[];
  /** Python that defines `call(*inputs)`, which gives a list of tensors; `torch` and `F` are there. */
  readonly torch?: string;
  /** A model in the ONNX format, of the inputs named in it `x0`, `x1`, ...; those given are constants of it. */
  readonly onnx?: (inputs: readonly Input[]) => Uint8Array<ArrayBuffer>;
  /** So many results come first that take the place of the first inputs in the next call: a step of training. */
  readonly carry?: number;
  /** So many calls are started before one wait; without it as many as make a wait worth while. */
  readonly queued?: number;
  /** The first call is the question: every run is a process of its own. */
  readonly first?: boolean;
  /** The largest error allowed, as a part of the largest magnitude of a result; 1e-4 unless given. */
  readonly tolerance?: number;
}
