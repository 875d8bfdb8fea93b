/** Operations whose result is as long as a condition is true read it first; indices on the host are checked. */
import { expect } from "bun:test";
import {
  embedding,
  gather,
  grad,
  jit,
  maskedSelect,
  nonzero,
  oneHot,
  read,
  sort,
  sum,
  take,
  tensor,
  unique,
} from "../../mod.ts";
import { onDevices } from "../support/backends.ts";
import type { Any } from "./support.ts";

onDevices("nonzero, maskedSelect and unique read how many there are", async () => {
  const x = tensor([[0, 1, NaN], [2, 0, -1]]);
  expect(await read(await nonzero(x))).toEqual([[0, 1], [0, 2], [1, 0], [1, 2]]);
  expect(await read(await nonzero(tensor([0, 0])))).toEqual([]);
  expect(await read(await maskedSelect(tensor([1, 2, 3]), tensor([true, false, true], "bool")))).toEqual([1, 3]);
  expect(await read(await unique(tensor([3, 1, 3, 2, 1])))).toEqual([1, 2, 3]);
});
onDevices("an index of given numbers is checked at once, one that is computed is clamped", async () => {
  const x = tensor([[1, 2], [3, 4]]), wrong = tensor([2, -1], "i32");
  for (const f of [() => take(x, wrong), () => embedding(wrong, x), () => gather(x, 0, tensor([[0, 2]], "i32"))]) {
    expect(f).toThrow(RangeError);
  }
  expect(() => oneHot(wrong, 2)).toThrow("oneHot: index 2 is out of range for 2 classes");
  const clamped = jit((t: Any, i: Any) => take(t, i) as Any);
  expect(await read(clamped(x, tensor([2, -1], "i32")) as Any)).toEqual([[3, 4], [1, 2]]);
});
onDevices("the derivative of a large table goes to the rows that were read", async () => {
  // So many rows and reads that they are sorted instead of compared.
  const rows = 5000, reads = 4096, width = 4, at = Int32Array.from({ length: reads }, (_, i) => (i * 7919) % 997);
  const table = tensor(new Float32Array(rows * width).fill(1), [rows, width]), index = tensor(at, [reads]);
  const g = (await read(grad(((t: Any, i: Any) => sum(take(t, i))) as Any)(table, index) as Any)) as number[][];
  const count = new Array<number>(rows).fill(0);
  for (const i of at) count[i]!++;
  expect(g.map((r) => r[0])).toEqual(count);
  expect(g.every((r) => r.every((v) => v === r[0]))).toBe(true);
});
onDevices("sorting keeps NaN last on a device too", async () => {
  expect(await read(sort(tensor([2, NaN, -Infinity, 1, NaN, Infinity])).indices)).toEqual([2, 3, 0, 5, 1, 4]);
});
