/** Checkpoints trade work for memory: the arena of a deep chain shrinks, its derivative stays. */
import { expect, test } from "bun:test";
import { compilePlan } from "../../compiler/compile.ts";
import { checkpoint, grad, makeProgram, matmul, random, sum, tanh, type Tensor } from "../../mod.ts";
import { limits } from "../support/interpreter.ts";

type Square = Tensor<[32, 32], "f32">;
const DEPTH = 64, STEP = 8;
const layer = (w: Square, x: Square): Square => tanh(matmul(x, w));
const block = (w: Square, x: Square): Square => {
  let y = x;
  for (let i = 0; i < STEP; i++) y = layer(w, y);
  return y;
};
/** Bytes of intermediate values and number of kernels of the derivative of a chain of blocks. */
const cost = (each: typeof block) => {
  const chain = (w: Square, x: Square) => {
    let y = x;
    for (let i = 0; i < DEPTH / STEP; i++) y = each(w, y);
    return sum(y) as Tensor<[], "f32">;
  };
  const program = makeProgram(grad(chain))(
    random.normal(random.key(0), [32, 32]),
    random.normal(random.key(1), [32, 32]),
  );
  const plan = compilePlan(program, limits);
  return { bytes: plan.slots.reduce((n, b) => n + b, 0), kernels: plan.steps.length };
};

test("a chain of 64 layers in 8 checkpoints needs less than half of the memory, and less than twice the kernels", () => {
  const plain = cost(block), saved = cost(checkpoint(block));
  expect(plain.bytes).toBeGreaterThan(DEPTH * 32 * 32 * 4);
  expect(saved.bytes).toBeLessThan(plain.bytes / 2);
  expect(saved.kernels).toBeGreaterThan(plain.kernels);
  expect(saved.kernels).toBeLessThan(2 * plain.kernels);
});
