/**
 * The header of an .npy file: a Python dictionary as text, read by a reader that knows this much of Python and no more.
 *
 *     header = { 'descr': text, 'fortran_order': True | False, 'shape': (extent, ...) }
 */
import { type Either, left, right } from "../core/either.ts";

/** What the header says. */
export interface NpyHeader {
  /** Byte order, kind and bytes of an element: `<f4`. */
  readonly descr: string;
  /** Whether the first axis varies fastest. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** Where and why reading stopped; `offset` counts characters of the header. */
export interface NpyFault {
  readonly offset: number;
  readonly reason: string;
}

class Stopped extends Error {
  constructor(readonly offset: number, readonly reason: string) {
    super(reason);
  }
}

const mostAxes = 64;

/** Reads the text of a header, with the spaces and the new line at its end. */
export const parseNpyHeader = (source: string): Either<NpyFault, NpyHeader> => {
  let at = 0;
  const stop = (reason: string, offset = at): never => {
    throw new Stopped(offset, reason);
  };
  const skip = () => {
    while (at < source.length && " \t\r\n".includes(source[at]!)) at++;
  };
  /** Takes what the pattern matches next, or stops with what was expected. */
  const take = (pattern: RegExp, expected: string): string => {
    skip();
    const sticky = new RegExp(pattern.source, "y");
    sticky.lastIndex = at;
    const found = sticky.exec(source)?.[0];
    if (found === undefined) {
      const next = source.slice(at, at + 20);
      return stop(`expected ${expected}, got ${next === "" ? "the end of the header" : JSON.stringify(next)}`);
    }
    at += found.length;
    return found;
  };
  const takes = (mark: string): boolean => {
    skip();
    if (source[at] !== mark) return false;
    at++;
    return true;
  };
  const text = (): string => take(/'[^'\\\n]*'|"[^"\\\n]*"/, "a string").slice(1, -1);
  const extent = (): number => {
    skip();
    const start = at, value = Number(take(/\d{1,16}L?/, "a whole number").replace("L", ""));
    return Number.isSafeInteger(value) ? value : stop(`the extent ${value} is too large`, start);
  };
  const tuple = (): readonly number[] => {
    take(/\(/, "(");
    const out: number[] = [];
    while (!takes(")")) {
      if (out.length === mostAxes) stop(`the shape has more than ${mostAxes} axes`);
      out.push(extent());
      if (takes(",")) continue;
      take(/\)/, ", or )");
      if (out.length === 1) stop("expected , after the only extent", at - 1);
      break;
    }
    return out;
  };

  const read = (): NpyHeader => {
    let descr: string | undefined, fortran: boolean | undefined, shape: readonly number[] | undefined;
    take(/\{/, "{");
    while (!takes("}")) {
      skip();
      const start = at, key = text();
      take(/:/, ":");
      if (key === "descr" && descr === undefined) descr = text();
      else if (key === "fortran_order" && fortran === undefined) {
        fortran = take(/True|False/, "True or False") === "True";
      } else if (key === "shape" && shape === undefined) shape = tuple();
      else stop(`the key ${JSON.stringify(key.slice(0, 40))} is unknown or comes twice`, start);
      if (takes(",")) continue;
      take(/\}/, ", or }");
      break;
    }
    skip();
    if (at < source.length) stop("something follows the dictionary");
    if (descr === undefined || fortran === undefined || shape === undefined) {
      return stop("expected the keys 'descr', 'fortran_order' and 'shape'", 0);
    }
    return { descr, fortran, shape };
  };
  try {
    return right(read());
  } catch (thrown) {
    if (thrown instanceof Stopped) return left({ offset: thrown.offset, reason: thrown.reason });
    throw thrown;
  }
};
