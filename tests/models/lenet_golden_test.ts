/** LeNet-5 with ReLU and max pooling against a reference run of five steps: logits, loss, gradients, parameters. */
import { describe, expect } from "bun:test";
import { loadTensors, run, type StoredTensor } from "../../datasets/mod.ts";
import { dataOf, item, jit, nn, optim, type Tensor, tensor, valueAndGrad } from "../../mod.ts";
import { type Device, onDevices } from "../support/backends.ts";
import { shared } from "../support/skips.ts";

const net = nn.model(
  [1, 28, 28],
  nn.named("conv1", nn.conv2d(6, { kernel: 5, padding: 2 })),
  nn.relu,
  nn.maxPool2d(2),
  nn.named("conv2", nn.conv2d(16, { kernel: 5 })),
  nn.relu,
  nn.maxPool2d(2),
  nn.flatten,
  nn.named("fc1", nn.linear(120)),
  nn.relu,
  nn.named("fc2", nn.linear(84)),
  nn.relu,
  nn.named("fc3", nn.linear(10)),
); // deno-fmt-ignore
type Params = ReturnType<typeof net.init>["params"];
const layers = ["conv1", "conv2", "fc1", "fc2", "fc3"] as const;
const folder = shared("golden");

const expectNear = (
  name: string,
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  rtol: number,
  atol: number,
): void => {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++) {
    if (Math.abs(got[i]! - want[i]!) <= atol + rtol * Math.abs(want[i]!)) continue;
    throw new Error(`${name}[${i}]: got ${got[i]}, want ${want[i]}`);
  }
};

describe("LeNet-5 against the golden run", () => {
  if (folder === null) return onDevices("agrees [skipped: ../shared/golden is absent]", () => {});
  onDevices("has its logits, loss, gradients and five training steps", async (_device: Device) => {
    const file = await run(loadTensors(`${folder}/models/lenet5.safetensors`));
    const stored = (name: string): StoredTensor => file.tensors.get(`train/lenet5/${name}`)!;
    const floats = (name: string): Float32Array => stored(name).data as Float32Array;
    let params = Object.fromEntries(layers.map((l) => [
      l,
      Object.fromEntries(["weight", "bias"].map((p) => {
        const { data, shape } = stored(`in/init.${l}.${p}`);
        return [p, tensor(data as Float32Array, shape)];
      })),
    ])) as unknown as Params;
    const loss = (p: Params, x: Tensor<[6, 1, 28, 28], "f32">, y: Tensor<[6], "i32">) => {
      const logits = net.predict({ params: p }, x);
      return [nn.softmaxCrossEntropy(logits, y), logits] as const;
    };
    const rule = optim.sgd(0.05, { momentum: 0.9, weightDecay: 0.0005 });
    const step = jit(
      (p: Params, state: optim.OptimizerState<Params>, x: Tensor<[6, 1, 28, 28], "f32">, y: Tensor<[6], "i32">) => {
        const [[value, logits], gradients] = valueAndGrad(loss, { aux: true })(p, x, y);
        const [updates, next] = rule.update(gradients, state, p);
        return { value, logits, gradients, params: optim.applyUpdates(p, updates), state: next };
      },
    );
    let state = rule.init(params);
    const losses: number[] = [];
    for (let i = 0; i < 5; i++) {
      const x = tensor(floats("in/x").slice(i * 4704, (i + 1) * 4704), [6, 1, 28, 28] as const);
      const y = tensor((stored("in/target").data as Int32Array).slice(i * 6, (i + 1) * 6), [6] as const);
      const out = step(params, state, x, y);
      losses.push(await item(out.value));
      if (i === 0) {
        const [logits, ...gradients] = await dataOf([
          out.logits,
          ...layers.flatMap((l) => [out.gradients[l].weight, out.gradients[l].bias]),
        ]);
        expectNear("logits", logits!, floats("out/logits"), 1e-3, 1e-5);
        expectNear("loss", [losses[0]!], floats("out/loss"), 1e-3, 1e-5);
        layers.flatMap((l) => [`${l}.weight`, `${l}.bias`]).forEach((name, k) =>
          expectNear(name, gradients[k]!, floats(`out/grad.${name}`), 1e-3, 1e-5)
        );
      }
      ({ params } = out);
      ({ state } = out);
    }
    expectNear("losses", losses, floats("out/losses"), 1e-3, 1e-4);
    const after = await dataOf(layers.flatMap((l) => [params[l].weight, params[l].bias]));
    layers.flatMap((l) => [`${l}.weight`, `${l}.bias`]).forEach((name, k) =>
      expectNear(name, after[k]!, floats(`out/after.${name}`), 1e-3, 1e-4)
    );
    const x = tensor(floats("in/x").slice(0, 4704), [6, 1, 28, 28] as const);
    expectNear("eval_logits", (await dataOf([net.predict({ params }, x)]))[0]!, floats("out/eval_logits"), 1e-3, 1e-4);
  });
});
