/**
 * How fast tiles of registers are, in cycles of a core that multiplies and adds two vectors at a time, in four cycles, and starts
 * five instructions; engines check the address of every access to memory, which takes two more. Fitted to measurements on Zen 4
 * with V8: 4x2 is best with the rows in one load, 3x3 without; with more than 15 registers values are spilled.
 */
const time = (sums: number, others: number, registers: number): number =>
  Math.max(4, sums / 2, (sums + others + 2) / 5.1) * (registers > 15 ? 2 : registers > 14 ? 1.1 : 1);
const access = 3;

/** How the numbers of the rows are read: four rows in one load, or so many steps of k, which are written out. */
export type Left = "rows" | number;

/** Instructions that each operand takes besides its load. */
export interface Work {
  readonly a: number;
  readonly b: number;
}
const room = ({ a, b }: Work): number => a + b > 0 ? 2 : 0;
/** One step of k for `rows` numbers times `columns` vectors. */
export const outerStep = (rows: number, columns: number, left: Left, work: Work): number => {
  const loads = left === "rows" ? Math.ceil(rows / 4) : rows / left;
  const held = left === "rows" ? loads : left > 1 ? rows : 0;
  const numbers = loads * access + rows, others = columns * (access + work.b) + numbers + rows * work.a;
  return time(rows * columns, others, rows * columns + columns + held + 1 + room(work));
};
/** Four steps of k for `rows` times `columns` numbers, with four values of k in the lanes. */
export const innerStep = (rows: number, columns: number, work: Work): number =>
  time(
    rows * columns,
    rows * (access + work.a) + columns * (access + work.b),
    rows * columns + Math.min(rows, columns) + 2 + room(work),
  );

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
