/**
 * The JSON header of a safetensors file, read by a reader that knows its grammar and nothing else:
 *
 *     header   = { "__metadata__": { name: text, ... }, name: tensor, ... }
 *     tensor   = { "dtype": text, "shape": [extent, ...], "data_offsets": [begin, end] }
 *
 * Unlike `JSON.parse` it refuses duplicate keys and says where it stopped; it does not recurse, so no header is too deep.
 */
import { type Either, left, right } from "../core/either.ts";

/** What the header says of one tensor; offsets are in bytes from the end of the header. Nothing is checked but the grammar. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Where and why reading stopped; `offset` counts characters of the header. */
export interface HeaderFault {
  readonly offset: number;
  readonly reason: string;
}

class Stopped extends Error {
  constructor(readonly offset: number, readonly reason: string) {
    super(reason);
  }
}

/** Text from a header, as a message shows it. */
export const quoted = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);

interface Reader {
  readonly offset: () => number;
  readonly stop: (reason: string, offset?: number) => never;
  /** Takes `mark` if it is next. */
  readonly takes: (mark: string) => boolean;
  readonly expect: (mark: string) => void;
  readonly text: () => string;
  readonly whole: () => number;
}

const reader = (source: string): Reader => {
  let at = 0;
  const stop = (reason: string, offset = at): never => {
    throw new Stopped(offset, reason);
  };
  const skip = () => {
    while (" \t\n\r".includes(source.charAt(at)) && at < source.length) at++;
  };
  const found = () => at < source.length ? JSON.stringify(source.charAt(at)) : "the end of the header";
  const takes = (mark: string): boolean => {
    skip();
    if (source.charAt(at) !== mark) return false;
    at++;
    return true;
  };
  const text = (): string => {
    const start = at + (takes('"') ? 0 : stop(`expected a string, got ${found()}`));
    const open = at - 1;
    while (true) {
      const quote = source.indexOf('"', at);
      if (quote < 0) stop("a string does not end", start);
      let escapes = 0;
      while (source.charAt(quote - 1 - escapes) === "\\") escapes++;
      at = quote + 1;
      if (escapes % 2 === 0) break;
    }
    try {
      return JSON.parse(source.slice(open, at));
    } catch {
      return stop("a string has a bad escape or a control character", open);
    }
  };
  const whole = (): number => {
    skip();
    const start = at;
    while (source.charAt(at) >= "0" && source.charAt(at) <= "9") at++;
    const digits = source.slice(start, at);
    if (!/^(0|[1-9]\d{0,15})$/.test(digits) || !Number.isSafeInteger(Number(digits))) {
      stop(`expected a whole number below 2^53, got ${digits === "" ? found() : digits.slice(0, 40)}`, start);
    }
    return Number(digits);
  };
  const expect = (mark: string) => {
    if (!takes(mark)) stop(`expected ${JSON.stringify(mark)}, got ${found()}`);
  };
  return { offset: () => (skip(), at), stop, takes, expect, text, whole };
};

/** `{ key: ..., ... }`: calls `member` at each value; a key that comes twice is refused. */
const members = (r: Reader, member: (key: string, offset: number) => void): void => {
  r.expect("{");
  if (r.takes("}")) return;
  const seen = new Set<string>();
  do {
    const offset = r.offset();
    const key = r.text();
    if (seen.has(key)) r.stop(`the key ${quoted(key)} comes twice`, offset);
    seen.add(key);
    r.expect(":");
    member(key, offset);
  } while (r.takes(","));
  r.expect("}");
};

const wholes = (r: Reader): readonly number[] => {
  const out: number[] = [];
  r.expect("[");
  if (r.takes("]")) return out;
  do out.push(r.whole()); while (r.takes(","));
  r.expect("]");
  return out;
};

const tensor = (r: Reader, name: string): HeaderEntry => {
  const start = r.offset();
  let dtype: string | undefined;
  let shape: readonly number[] | undefined;
  let offsets: readonly number[] | undefined;
  members(r, (key, offset) => {
    if (key === "dtype") dtype = r.text();
    else if (key === "shape") shape = wholes(r);
    else if (key === "data_offsets") offsets = wholes(r);
    else r.stop(`${quoted(name)} has an unknown key ${quoted(key)}`, offset);
  });
  if (dtype === undefined || shape === undefined || offsets?.length !== 2) {
    return r.stop(`${quoted(name)} needs "dtype", "shape" and "data_offsets": [begin, end]`, start);
  }
  return { name, dtype, shape, begin: offsets[0]!, end: offsets[1]! };
};

/** Reads the text of a header, which may end with spaces. */
export const parseHeader = (source: string): Either<HeaderFault, Header> => {
  const r = reader(source);
  const entries: HeaderEntry[] = [];
  const metadata = new Map<string, string>();
  try {
    if (!source.startsWith("{")) r.stop("the first character is not {", 0);
    members(r, (key) => {
      if (key === "__metadata__") members(r, (name) => metadata.set(name, r.text()));
      else entries.push(tensor(r, key));
    });
    if (r.offset() < source.length) r.stop("something follows the header's object");
    return right({ entries, metadata });
  } catch (thrown) {
    if (thrown instanceof Stopped) return left({ offset: thrown.offset, reason: thrown.reason });
    throw thrown;
  }
};
