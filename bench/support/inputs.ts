import type { Input } from "./input.ts";

const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** Whole numbers of 32 bits from a seed (Mulberry32), the same everywhere. */
const generator = (seed: number): () => number => {
  let state = seed * 0x9e3779b9 | 0;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return (t ^ t >>> 14) >>> 0;
  };
};

/** Numbers near 0 in a bell: the sum of four uniform ones, scaled to a variance of `scale` squared. */
export const normal = (shape: readonly number[], seed: number, scale = 1): Input => {
  const next = generator(seed), data = new Float32Array(sizeOf(shape)), factor = Math.sqrt(3) * scale / 2 ** 32;
  for (let i = 0; i < data.length; i++) data[i] = (next() + next() + next() + next() - 2 ** 33) * factor;
  return { shape, data };
};
/** Numbers from `low` up to `high`. */
export const uniform = (shape: readonly number[], seed: number, low = 0, high = 1): Input => {
  const next = generator(seed), data = new Float32Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = low + (high - low) * next() / 2 ** 32;
  return { shape, data };
};
/** Whole numbers from 0 up to `below`. */
export const integers = (shape: readonly number[], seed: number, below: number): Input => {
  const next = generator(seed), data = new Int32Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = next() % below;
  return { shape, data };
};
export const filled = (shape: readonly number[], value: number): Input => ({
  shape,
  data: new Float32Array(sizeOf(shape)).fill(value),
});
/** `[count, classes]`: a 1 in each row. */
export const oneHot = (count: number, classes: number, seed: number): Input => {
  const next = generator(seed), data = new Float32Array(count * classes);
  for (let i = 0; i < count; i++) data[i * classes + next() % classes] = 1;
  return { shape: [count, classes], data };
};
