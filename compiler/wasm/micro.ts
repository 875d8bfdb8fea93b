/**
 * How fast tiles of registers are, in cycles of a core that starts four instructions at a time and adds in three cycles.
 * Fitted to measurements on Zen 3 with V8 and JavaScriptCore: 3x3, 5x2, 4x2 and 2x4 are best; beyond 16 registers values are
 * spilled.
 */
const time = (sums: number, loads: number, registers: number): number =>
  Math.max(3.2, (2 * sums + loads + 2) / 3.6) * (registers >= 16 ? 1.28 : 1);

/** One step of k for `rows` numbers times `columns` vectors. */
export const outerStep = (rows: number, columns: number): number =>
  time(rows * columns, rows + columns, rows * columns + columns + 2);
/** Four steps of k for `rows` times `columns` numbers, with four values of k in the lanes. */
export const innerStep = (rows: number, columns: number): number =>
  time(rows * columns, rows + columns, rows * columns + Math.min(rows, columns) + 2);

export interface Tile {
  readonly rows: number;
  readonly columns: number;
  /** Cycles for one step of everything. */
  readonly time: number;
}
/** The tile with which `down` rows and `across` columns take the least time. */
export const bestTile = (down: number, across: number, step: (rows: number, columns: number) => number): Tile => {
  let best: Tile | null = null;
  const part = (rows: number, columns: number, n: number): number =>
    rows > 0 && columns > 0 && n > 0 ? n * step(rows, columns) : 0;
  for (let rows = 1; rows <= Math.min(8, down); rows++) {
    for (let columns = 1; columns <= Math.min(8, across) && rows * columns <= 12; columns++) {
      const [r, c, i, j] = [down % rows, across % columns, Math.floor(down / rows), Math.floor(across / columns)];
      const time = part(rows, columns, i * j) + part(r, columns, j) + part(rows, c, i) + part(r, c, 1);
      if (best === null || time < best.time) best = { rows, columns, time };
    }
  }
  return best!;
};
