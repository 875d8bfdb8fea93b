import type { Tensor } from "../../mod.ts";
import type { Input } from "./input.ts";
import type { Jax, JaxArray } from "./jax.ts";
import type { OnnxGraph } from "./onnx.ts";
import type { Tf, TfTensor } from "./tf.ts";

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
  /** The inputs as TensorFlow.js wants them, made once, and results as the others give them. */
  readonly tfLoad?: (inputs: readonly TfTensor[]) => TfTensor[];
  readonly tfRead?: (results: readonly TfTensor[]) => TfTensor[];
  /** Python that defines `call(*inputs)`, which gives a list of tensors; `torch` and `F` are there. */
  readonly torch?: string;
  /** The nodes of a model, on the names of its inputs; names of the results. */
  readonly onnx?: (g: OnnxGraph, ...inputs: string[]) => readonly string[];
  /** So many first inputs are constants of that model: its parameters. */
  readonly onnxConstants?: number;
  /** So many results come first that take the place of the first inputs in the next call: a step of training. */
  readonly carry?: number;
  /** So many calls are started before one wait; without it as many as make a wait worth while. */
  readonly queued?: number;
  /** The first call is the question: every run is a process of its own. */
  readonly first?: boolean;
  /** What a call has to do at least, for the rate it is done at: multiplications and additions, or bytes to read and write. */
  readonly flops?: number;
  readonly bytes?: number;
  /** The largest error allowed, as a part of the largest magnitude of a result; 1e-4 unless given. */
  readonly tolerance?: number;
}
