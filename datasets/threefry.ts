/**
 * Threefry-2x32 with 20 rounds on plain numbers: random words that depend on a key and a counter alone, the same on every
 * machine. Everything made of them here uses only exact operations (+, -, *, /, comparisons), so it is the same too.
 *
 * Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3. SC 2011.
 */

/** Two 32-bit words. */
export type Words = readonly [number, number];

const rotations: readonly (readonly [number, number, number, number])[] = [[13, 15, 26, 6], [17, 29, 16, 24]];

/** The block cipher: the words of `counter` under `key`. */
export const threefry = (key: Words, counter: Words): Words => {
  const schedule = [key[0], key[1], key[0] ^ key[1] ^ 0x1bd11bda] as const;
  let a = (counter[0] + key[0]) | 0;
  let b = (counter[1] + key[1]) | 0;
  for (let group = 0; group < 5; group++) {
    for (const r of rotations[group & 1]!) {
      a = (a + b) | 0;
      b = ((b << r) | (b >>> (32 - r))) ^ a;
    }
    a = (a + schedule[(group + 1) % 3]!) | 0;
    b = (b + schedule[(group + 2) % 3]! + group + 1) | 0;
  }
  return [a >>> 0, b >>> 0];
};

/**
 * The key of a seed.
 *
 * Throws `RangeError` unless the seed is a whole number from 0 to 2^53 - 1.
 */
export const keyOf = (seed: number): Words => {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed: expected a whole number from 0 to 2^53 - 1, got ${seed}`);
  }
  return [Math.floor(seed / 2 ** 32), seed >>> 0];
};

/** A key of its own for each of `data`. */
export const foldIn = (key: Words, data: number): Words => threefry(key, [0, data >>> 0]);

/** A stream of random numbers: the words of counters 0, 1, 2, ... under one key. */
export interface Stream {
  /** 32 random bits. */
  readonly word: () => number;
  /** Uniform in [low, high). */
  readonly uniform: (low: number, high: number) => number;
  /** Uniform among 0, ..., n - 1, without bias. */
  readonly below: (n: number) => number;
  /** Mean 0, deviation 1, never beyond 3.5: the sum of four uniform bytes. */
  readonly bell: () => number;
}

const bellScale = 1 / Math.sqrt(4 * (256 * 256 - 1) / 12);

export const stream = (key: Words): Stream => {
  let count = 0;
  let spare: number | null = null;
  const word = (): number => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const [first, second] = threefry(key, [0, count++]);
    spare = second;
    return first;
  };
  return {
    word,
    uniform: (low, high) => low + (high - low) * (word() / 2 ** 32),
    below: (n) => {
      const fair = 2 ** 32 - 2 ** 32 % n;
      let drawn = word();
      while (drawn >= fair) drawn = word();
      return drawn % n;
    },
    bell: () => {
      const w = word();
      return ((w & 255) + ((w >>> 8) & 255) + ((w >>> 16) & 255) + (w >>> 24) - 510) * bellScale;
    },
  };
};
