/** A network of the library against a reference run: outputs, loss, gradients, five steps of training, and afterwards. */
import { expect } from "bun:test";
import { loadTensors, run, type StoredTensor } from "../../datasets/mod.ts";
import { type AnyModel, type Naming, stateDict, variablesOf } from "../../models/mod.ts";
import { dataOf, jit, mapTree, optim, type Tensor, tensor, type Tree, valueAndGrad } from "../../mod.ts";

/** Parameters and state of any model. */
export interface Trees {
  readonly params: Tree;
  readonly state: Tree;
}
/** What a pass in training gives. */
export interface Pass {
  readonly loss: Tensor<[], "f32">;
  /** By the names of the file. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly state: Tree;
}
/** A network under test. */
export interface Course {
  readonly path: string;
  /** The case in the file. */
  readonly name: string;
  readonly model: AnyModel & { readonly naming: Naming };
  readonly pass: (trees: Trees, x: Tensor, labels: Tensor) => Pass;
  readonly predict: (trees: Trees, x: Tensor, labels: Tensor) => Tensor;
  /** What goes in with `x`; "target" unless given. */
  readonly beside?: string;
}

/** Expects numbers within a tolerance. */
export const expectNear = (
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
const leavesOf = (tree: Tree): readonly Tensor[] => {
  const leaves: Tensor[] = [];
  mapTree((x) => (leaves.push(x), x), tree);
  return leaves;
};

/** Runs the course of the file and compares all that it has a reference for. */
export const expectCourse = async ({ path, name, model, pass, predict, beside = "target" }: Course): Promise<void> => {
  const file = await run(loadTensors(path));
  const stored = (part: string): StoredTensor => {
    const found = file.tensors.get(`train/${name}/${part}`);
    if (found === undefined) throw new Error(`no ${part} in ${path}`);
    return found;
  };
  const floats = (part: string): Float32Array => stored(part).data as Float32Array;
  const entries = stateDict(model).filter((e) => e.variable !== null);
  const keys = (tree: "params" | "state") => entries.filter((e) => e.variable!.tree === tree).map((e) => e.key);
  const start = entries.map(({ key, shape, variable }) => {
    const begins = variable!.path.at(-1) === "variance" ? 1 : 0, n = shape.reduce((a, d) => a * d, 1);
    const data = variable!.tree === "params" ? floats(`in/init.${key}`) : new Float32Array(n).fill(begins);
    return tensor(data, variable!.shape) as Tensor;
  });
  let { params, state } = variablesOf(model).structure.build(start) as Trees;

  const rule = optim.sgd(0.05, { momentum: 0.9, weightDecay: 0.0005 });
  const step = jit((params: Tree, state: Tree, memory: optim.OptimizerState<Tree>, x: Tensor, y: Tensor) => {
    const loss = (p: Tree) => {
      const done = pass({ params: p, state }, x, y);
      return [done.loss, { outputs: done.outputs, state: done.state }] as const;
    };
    const [[value, rest], gradients] = valueAndGrad(loss, { aux: true })(params);
    const [updates, next] = rule.update(gradients, memory, params);
    return { value, ...rest, gradients, params: optim.applyUpdates(params, updates), memory: next };
  });
  const entry = (part: string, i: number): Tensor => {
    const { data, shape: [, ...shape] } = stored(part), size = shape.reduce((a, d) => a * d, 1);
    return tensor((data as Float32Array | Int32Array).slice(i * size, (i + 1) * size), shape) as Tensor;
  };
  const batch = (i: number): readonly [Tensor, Tensor] => [entry("in/x", i), entry(`in/${beside}`, i)];
  let memory = rule.init(params);
  const losses: Tensor[] = [];
  for (let i = 0; i < 5; i++) {
    const done = step(params, state, memory, ...batch(i));
    losses.push(done.value);
    if (i === 0) {
      const names = Object.keys(done.outputs), gradients = leavesOf(done.gradients);
      const got = await dataOf([...Object.values(done.outputs), done.value, ...gradients]);
      const wanted = [...names, "loss", ...keys("params").map((key) => `grad.${key}`)];
      wanted.forEach((part, k) => expectNear(part, got[k]!, floats(`out/${part}`), 1e-3, 1e-5));
    }
    ({ params, state, memory } = done);
  }
  const after = await dataOf([
    ...losses,
    ...leavesOf(params),
    ...leavesOf(state),
    predict({ params, state }, ...batch(0)),
  ]);
  expectNear("losses", after.slice(0, 5).map((x) => x[0]!), floats("out/losses"), 1e-3, 1e-4);
  const parts = [...entries.map((e) => `after.${e.key}`), "eval_logits"];
  parts.forEach((part, k) => expectNear(part, after[5 + k]!, floats(`out/${part}`), 1e-3, 1e-4));
};
