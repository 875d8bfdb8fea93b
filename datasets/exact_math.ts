/**
 * Sines and logarithms of exact operations alone (+, -, *, /), so that what is drawn with them is the same on every machine:
 * a host's own may differ in the last bit. Good to about 1e-15, sines and cosines of angles up to thousands of turns.
 */

const tau = 6.283185307179586;
/** A whole turn in two parts: the first has so few bits that its multiples are exact. (Cody and Waite 1980) */
const coarse = 6.283185005187988, fine = tau - coarse + 2.4492935982947064e-16;

/** The sum of `1 - x²/(a(a+1)) (1 - x²/((a+2)(a+3)) (1 - ...))`, the series of the sine (a = 2) and of the cosine (a = 1). */
const alternating = (square: number, a: number): number => {
  let sum = 1;
  for (let n = a + 26; n >= a; n -= 2) sum = 1 - square / (n * (n + 1)) * sum;
  return sum;
};

/** `x` without whole turns, within half a turn. */
const reduced = (x: number): number => {
  const turns = Math.round(x / tau);
  return x - turns * coarse - turns * fine;
};

/** Sine of an angle in radians. */
export const sine = (x: number): number => {
  const r = reduced(x);
  return r * alternating(r * r, 2);
};

/** Cosine of an angle in radians. */
export const cosine = (x: number): number => {
  const r = reduced(x);
  return alternating(r * r, 1);
};

/** Natural logarithm of a positive number: powers of two split off, then `2 atanh((m - 1) / (m + 1))`. */
export const logarithm = (x: number): number => {
  let m = x, twos = 0;
  for (; m > 1.4; twos++) m /= 2;
  for (; m < 0.7; twos--) m *= 2;
  const t = (m - 1) / (m + 1), square = t * t;
  let sum = 0;
  for (let n = 27; n >= 1; n -= 2) sum = 1 / n + square * sum;
  return 2 * t * sum + twos * 0.6931471805599453;
};
