/** How a classifier errs: counts of what was taken for what. */

/** `matrix[label][predicted]`, how many examples. */
export type Confusion = readonly (readonly number[])[];

/**
 * Counts predictions.
 *
 * Throws `RangeError` when there are not as many predictions as labels, or one of them is not below `classes`.
 */
export const confusionMatrix = (
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): Confusion => {
  if (labels.length !== predicted.length) {
    throw new RangeError(`confusionMatrix: ${labels.length} labels, but ${predicted.length} predictions`);
  }
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const row = matrix[labels[i]!];
    const column = predicted[i]!;
    if (row?.[column] === undefined) {
      throw new RangeError(`confusionMatrix: label ${labels[i]}, prediction ${column}: not all below ${classes}`);
    }
    row[column]!++;
  }
  return matrix;
};

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Part of the predictions that are right, 0..1; NaN where there are none. */
export const accuracy = (matrix: Confusion): number => sum(matrix.map((row, i) => row[i]!)) / sum(matrix.map(sum));

/** Predictions that were wrong, as `[label, predicted, count]`, the most frequent first. */
export const worstConfusions = (matrix: Confusion): readonly (readonly [number, number, number])[] =>
  matrix
    .flatMap((row, label) => row.map((count, predicted) => [label, predicted, count] as const))
    .filter(([label, predicted, count]) => label !== predicted && count > 0)
    .toSorted((a, b) => b[2] - a[2]);

const percent = (part: number, of: number): string =>
  of === 0 || Number.isNaN(part) ? "-" : `${(100 * part / of).toFixed(1)}%`;

/**
 * The matrix as a table: a row for every true class, a column for every prediction, dots for none; on the right how much
 * of a class was found (recall), below how much of a prediction was right (precision).
 */
export const confusionTable = (matrix: Confusion, names: readonly string[]): string => {
  const column = (j: number): readonly number[] => matrix.map((row) => row[j]!);
  const cells = [
    ["", ...names, "recall"],
    ...matrix.map((row, i) => [
      names[i]!,
      ...row.map((count) => count === 0 ? "·" : String(count)),
      percent(row[i]!, sum(row)),
    ]),
    ["precision", ...names.map((_, j) => percent(matrix[j]![j]!, sum(column(j)))), percent(accuracy(matrix), 1)],
  ];
  const widths = cells[0]!.map((_, j) => Math.max(...cells.map((row) => row[j]!.length)));
  const lines = cells.map((row) => row.map((cell, j) => cell.padStart(widths[j]!)).join("  "));
  return ["rows: what it is, columns: what it was taken for", ...lines].join("\n");
};
