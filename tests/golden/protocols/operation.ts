/** A single operation: its outputs, and the gradients of the sum over outputs of `<output, cotangent>`. */
import type { Tensor } from "../../../core/tensor.ts";
import { vjp } from "../../../transforms/grad.ts";
import { type Expectation, expectStored } from "../job.ts";
import { type Case, type Folder, load } from "../layout.ts";
import { rowOf } from "../table/mod.ts";
import { composed } from "./composed.ts";
import { expectOutputs, hostOf, inputsOf, named } from "./protocol.ts";

export const operation = (c: Case, folder: Folder): readonly Expectation[] => {
  const row = composed[c.op] ?? rowOf(c.op), inputs = inputsOf(c, folder), host = hostOf(c, folder);
  const outputs = expectOutputs(c, folder, named(row(inputs, c.args, host)));
  return [
    ...outputs,
    ...c.grads.length === 0 ? [] : gradients(c, folder, (xs) => named(row({ ...inputs, ...xs }, c.args, host)), inputs),
  ];
};

const gradients = (
  c: Case,
  folder: Folder,
  f: (xs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>,
  inputs: Readonly<Record<string, Tensor>>,
): readonly Expectation[] => {
  const [, pull] = vjp((...xs: Tensor[]) => {
    const out = f(Object.fromEntries(c.grads.map((n, i) => [n, xs[i]!])));
    return c.cotangents.map((n) => out[n]!);
  }, ...c.grads.map((n) => inputs[n]!));
  const found = pull(c.cotangents.map((n) => load(folder.stored(c, "cot", n))));
  const tolerance = { rtol: c.grad_rtol ?? c.rtol, atol: c.grad_atol ?? c.atol };
  return c.grads.map((n, i) => expectStored(`gradient of ${n}`, found[i], folder.stored(c, "grad", n), tolerance));
};
