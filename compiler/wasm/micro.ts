/**
 * How fast tiles of registers are: the time of one step of k for `rows` times `vectors` accumulators, in cycles of a core that
 * starts four instructions at a time and adds in three cycles. Measured on Zen 3 with V8 and JavaScriptCore: 3x3, 5x2, 4x2 and 2x4
 * are best; beyond 16 registers values are spilled.
 */
export const stepTime = (rows: number, vectors: number): number => {
  const instructions = 2 * rows * vectors + rows + vectors + 2, registers = rows * vectors + vectors + 2;
  return Math.max(3.2, instructions / 3.6) * (registers >= 16 ? 1.28 : 1);
};

export interface Tile {
  readonly rows: number;
  readonly vectors: number;
  /** Cycles for one step of k of everything. */
  readonly time: number;
}
/** The tile with which `height` rows (in runs of `run`, an axis) of `wide` vectors take the least time. */
export const bestTile = (run: number, runs: number, wide: number): Tile => {
  let best: Tile | null = null;
  for (let rows = 1; rows <= Math.min(8, run); rows++) {
    for (let vectors = 1; vectors <= Math.min(8, wide); vectors++) {
      if (rows * vectors > 12) continue;
      const [r, v] = [run % rows, wide % vectors], [down, across] = [Math.floor(run / rows), Math.floor(wide / vectors)];
      const part = (h: number, w: number, n: number): number => h > 0 && w > 0 ? n * stepTime(h, w) : 0;
      const time = runs * (part(rows, vectors, down * across) + part(r, vectors, across) + part(rows, v, down) + part(r, v, 1));
      if (best === null || time < best.time) best = { rows, vectors, time };
    }
  }
  return best!;
};
