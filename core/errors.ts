/**
 * Mistakes in a program. They are thrown where the program is written down (when it is traced), never returned: shapes and
 * dtypes that do not fit are `TypeError`s, axes and indices out of range are `RangeError`s.
 */

/** What a mistake carries besides its sentence. */
export interface MistakeDetails {
  /** The operation or layer that refused, e.g. `matmul`. */
  readonly op: string;
  readonly expected: string;
  readonly got: string;
  /** Where in a tree of layers, outermost first: `wide/c7`. Empty outside layers. */
  readonly path?: string;
}

const spoken = (sentence: string, path: string): string => path === "" ? sentence : `${sentence} [in ${path}]`;

/** Shapes that do not fit. The message is the sentence the type checker gives for the same program. */
export class ShapeError extends TypeError {
  override readonly name: string = "ShapeError";
  readonly op: string;
  readonly expected: string;
  readonly got: string;
  readonly path: string;

  constructor(readonly sentence: string, details: MistakeDetails) {
    super(spoken(sentence, details.path ?? ""));
    this.op = details.op;
    this.expected = details.expected;
    this.got = details.got;
    this.path = details.path ?? "";
  }
}

/** Element types that do not fit. */
export class DTypeError extends TypeError {
  override readonly name: string = "DTypeError";
  readonly op: string;
  readonly expected: string;
  readonly got: string;
  readonly path: string;

  constructor(readonly sentence: string, details: MistakeDetails) {
    super(spoken(sentence, details.path ?? ""));
    this.op = details.op;
    this.expected = details.expected;
    this.got = details.got;
    this.path = details.path ?? "";
  }
}

/** An axis or an index that does not exist. */
export class AxisError extends RangeError {
  override readonly name: string = "AxisError";
  readonly op: string;
  readonly expected: string;
  readonly got: string;
  readonly path: string;

  constructor(readonly sentence: string, details: MistakeDetails) {
    super(spoken(sentence, details.path ?? ""));
    this.op = details.op;
    this.expected = details.expected;
    this.got = details.got;
    this.path = details.path ?? "";
  }
}

export type Mistake = ShapeError | DTypeError | AxisError;

export const isMistake = (e: unknown): e is Mistake =>
  e instanceof ShapeError || e instanceof DTypeError || e instanceof AxisError;

/** Runs `body`; a mistake thrown inside is thrown again as `change` makes it. */
const changing = <T>(
  body: () => T,
  change: (e: Mistake) => { readonly sentence?: string } & Partial<MistakeDetails>,
): T => {
  try {
    return body();
  } catch (e) {
    if (!isMistake(e)) throw e;
    const { sentence = e.sentence, ...changes } = change(e);
    const details = { op: e.op, expected: e.expected, got: e.got, path: e.path, ...changes };
    throw e instanceof ShapeError
      ? new ShapeError(sentence, details)
      : e instanceof DTypeError
      ? new DTypeError(sentence, details)
      : new AxisError(sentence, details);
  }
};
/** Runs `body`; a mistake thrown inside is thrown again with `label` put before its path. */
export const within = <T>(label: string, body: () => T): T =>
  changing(body, (e) => ({ path: e.path === "" ? label : `${label}/${e.path}` }));
/** Runs the body of an operation: a mistake found in what it is made of is thrown in its name. */
export const inNameOf = <T>(op: string, body: () => T): T =>
  changing(body, (e) => {
    const own = `${e.op}: `, rest = e.sentence.startsWith(own) ? e.sentence.slice(own.length) : e.sentence;
    return { op, sentence: `${op}: ${rest}` };
  });
