/** Settings out of their range are mistakes of the program: they throw where the optimizer or the schedule is made. */

const refuse = (op: string, what: string, expected: string, got: number): never => {
  throw new RangeError(`${op}: expected ${what} ${expected}, got ${got}`);
};
/** `value` must be at least 0, and finite. */
export const needPositive = (op: string, what: string, value: number): void => {
  if (!(value >= 0 && value < Infinity)) refuse(op, what, "of at least 0", value);
};
/** `value` must be at least 0 and below 1: the share of an average that is kept. */
export const needDecay = (op: string, what: string, value: number): void => {
  if (!(value >= 0 && value < 1)) refuse(op, what, "of at least 0 and below 1", value);
};
/** `value` must be a whole number of at least `least`. */
export const needCount = (op: string, what: string, value: number, least = 1): void => {
  if (!(Number.isInteger(value) && value >= least)) {
    refuse(op, what, `to be a whole number of at least ${least}`, value);
  }
};
