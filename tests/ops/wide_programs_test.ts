/** Programs with more inputs than a kernel can have, and with more to compute than one would walk twice. */
import { expect } from "bun:test";
import { add, concat, conv2d, data, dataOf, jit, mul, random, scan, sub, sum, type Tensor, tensor } from "../../mod.ts";
import { onDevices } from "../support/backends.ts";

onDevices("many tensors are joined, more than a kernel has inputs", async () => {
  const pieces = Array.from({ length: 100 }, (_, i) => tensor([i, i + 0.5]));
  await dataOf(pieces);
  const joined = await data(concat(pieces, 0));
  expect(Array.from(joined)).toEqual(Array.from({ length: 100 }, (_, i) => [i, i + 0.5]).flat());
});
onDevices("the results of many steps are stacked", async () => {
  const xs = random.uniform(random.key(1), [150]);
  const [last, sums] = scan((c: Tensor<[], "f32">, x: Tensor<[], "f32">) => [add(c, x), add(c, x)], tensor(0), xs);
  const [total, each, drawn] = await dataOf([last, sums, xs]);
  const want = Array.from(drawn as Float32Array).reduce<number[]>((s, x) => [...s, (s.at(-1) ?? 0) + x], []);
  expect(each!.length).toBe(150);
  want.forEach((v, i) => expect(Math.abs(each![i]! - v)).toBeLessThan(1e-4));
  expect(Math.abs(total![0]! - want.at(-1)!)).toBeLessThan(1e-4);
});
onDevices("an image drawn where it is convolved is the same as one drawn before", async () => {
  const image = () => random.uniform(random.key(1), [1, 2, 20, 20], -0.5, 0.5);
  const kernel = random.normal(random.key(2), [4, 2, 3, 3]), before = image();
  await dataOf([kernel, before]);
  const [a, b] = await dataOf([
    conv2d(image(), kernel, { padding: 1 }),
    conv2d(before, kernel, { padding: 1 }),
  ]);
  a!.forEach((v, i) => expect(Math.abs(v - b![i]!)).toBeLessThan(1e-5));
});
onDevices("a chain of sums, each of what the one before gave", async () => {
  const x = tensor([1, 2]), steps = 24;
  const chain = jit((start: Tensor<[2], "f32">) => {
    let w = start;
    for (let i = 0; i < steps; i++) w = add(w, mul(x, mul(sub(1, sum(mul(w, x))), 0.125)));
    return w;
  });
  let [a, b] = [0.1, 0.2];
  for (let i = 0; i < steps; i++) {
    const error = (1 - (a + 2 * b)) / 8;
    [a, b] = [a + error, b + 2 * error];
  }
  const got = await data(chain(tensor([0.1, 0.2])));
  [a, b].forEach((v, i) => expect(Math.abs(got[i]! - v)).toBeLessThan(1e-5));
});
