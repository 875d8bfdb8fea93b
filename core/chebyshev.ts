/**
 * Chebyshev series c0 + c1 T1(y) + c2 T2(y) + … at y in [-1, 1], by the recurrence of Clenshaw (1955).
 */
export const chebyshev = (c: readonly number[], y: number): number => {
  let b1 = 0, b2 = 0;
  for (let i = c.length - 1; i > 0; i--) [b1, b2] = [2 * y * b1 - b2 + c[i]!, b1];
  return y * b1 - b2 + c[0]!;
};
