/** A whole training step as text: the program, simplified, and its kernels. A change here is a change of what is compiled. */
import { expect, test } from "bun:test";
import { compilePlan } from "../../compiler/compile.ts";
import { inCompany, launchesOf, showKernel } from "../../compiler/kernel.ts";
import { simplify } from "../../compiler/simplify.ts";
import { lenet5 } from "../../models/mod.ts";
import { makeProgram, nn, optim, type Program, random, show, type Tensor, valueAndGrad, zeros } from "../../mod.ts";
import { expectGolden } from "../support/golden.ts";
import { limits } from "../support/interpreter.ts";

const { params } = lenet5.init(random.key(0));
type Params = typeof params;
const rule = optim.sgd(0.1, { momentum: 0.9 });

/** Forward, backward and update of LeNet-5 on two examples. */
const step = (): Program => {
  const loss = (p: Params, x: Tensor<[2, 1, 28, 28], "f32">, y: Tensor<[2], "i32">) =>
    nn.softmaxCrossEntropy(lenet5.predict({ params: p }, x), y);
  const train = (
    p: Params,
    m: optim.OptimizerState<Params>,
    x: Tensor<[2, 1, 28, 28], "f32">,
    y: Tensor<[2], "i32">,
  ) => {
    const [value, gradients] = valueAndGrad(loss)(p, x, y), [updates, next] = rule.update(gradients, m, p);
    return [value, optim.applyUpdates(p, updates), next];
  };
  return makeProgram(train)(params, rule.init(params), zeros([2, 1, 28, 28]), zeros([2], "i32"));
};

test("golden: the training step of LeNet-5 as a program", () =>
  expectGolden("text/lenet_step.program", show(simplify(step()))));
test("golden: the kernels of the training step of LeNet-5", () => {
  const { steps } = compilePlan(step(), limits);
  expect(inCompany(steps).length).toBeLessThanOrEqual(26);
  const text = launchesOf(steps).map((l) => `${l.together ? "at the same time: " : ""}${showKernel(l.kernel)}`).join(
    "\n\n",
  );
  expectGolden("text/lenet_step.kernels", text);
});
