/**
 * Zip archives (PKWARE APPNOTE 6.3), as far as .npz files go: members that are stored or deflated, sizes of 64 bits where they are
 * needed, no encryption, one disk. The directory at the end says where the members lie; every number in it is compared with
 * the bytes that are there before anything is unpacked.
 */
import { type Either, isLeft, left, right } from "../core/either.ts";
import type { CorruptFile, PullbackError } from "../core/failure.ts";
import { inflate, inflatedAtMost } from "./bytes.ts";
import { crc32 } from "./crc32.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Result<A> = Either<CorruptFile, A>;

/** A file inside an archive. */
export interface ZipMember {
  readonly name: string;
  readonly bytes: Bytes;
}

interface Entry {
  readonly name: string;
  readonly deflated: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where the member's own header lies. */
  readonly at: number;
}

const signatures = { member: 0x04034b50, entry: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator: 0x07064b50 };

const corrupt = (path: string, offset: number, message: string): Either<CorruptFile, never> =>
  left({ _tag: "CorruptFile", path, offset, message: `${path}: ${message}, at byte ${offset}` });

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/** A 64-bit number; beyond 2^53 it is infinite, so that it fits nowhere. */
const wide = (view: DataView, at: number): number => {
  const value = view.getBigUint64(at, true);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value);
};

/** Where the directory lies and how many entries it has. */
const directoryOf = (view: DataView, path: string): Result<{ count: number; from: number; to: number }> => {
  let end = view.byteLength - 22;
  const lowest = Math.max(0, end - 65535);
  while (end >= lowest && view.getUint32(end, true) !== signatures.end) end--;
  if (end < lowest || end < 0) return corrupt(path, view.byteLength, "it does not end as a zip archive does");
  let [count, size, from, to] = [
    view.getUint16(end + 10, true),
    view.getUint32(end + 12, true),
    view.getUint32(end + 16, true),
    end,
  ];
  if (count === 0xffff || size === 0xffffffff || from === 0xffffffff) {
    const found = end >= 20 && view.getUint32(end - 20, true) === signatures.locator ? wide(view, end - 12) : -1;
    if (!(found >= 0 && found + 56 <= end) || view.getUint32(found, true) !== signatures.end64) {
      return corrupt(path, end, "its directory is too large, and the record of 64 bits is missing");
    }
    [count, size, from, to] = [wide(view, found + 32), wide(view, found + 40), wide(view, found + 48), found];
  }
  if (from + size > to || count * 46 > size) {
    return corrupt(path, to, `a directory of ${count} entries does not fit into bytes ${from} to ${from + size}`);
  }
  return right({ count, from, to: from + size });
};

/** Sizes and place of a member, those of 64 bits taken from the extra field where the others are full. */
const extents = (
  view: DataView,
  at: number,
  extraAt: number,
  extraEnd: number,
): readonly [number, number, number] | null => {
  const short = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  let values = short;
  for (let k = extraAt; k + 4 <= extraEnd;) {
    const [id, length] = [view.getUint16(k, true), view.getUint16(k + 2, true)];
    if (k + 4 + length > extraEnd) return null;
    if (id === 1) {
      let next = k + 4;
      values = short.map((v) => {
        if (v !== 0xffffffff) return v;
        next += 8;
        return next <= k + 4 + length ? wide(view, next - 8) : Infinity;
      });
    }
    k += 4 + length;
  }
  return values as unknown as readonly [number, number, number];
};

const entriesOf = (bytes: Uint8Array, path: string): Result<{ entries: readonly Entry[]; from: number }> => {
  const view = viewOf(bytes), directory = directoryOf(view, path);
  if (isLeft(directory)) return directory;
  const { count, from, to } = directory.right, entries: Entry[] = [], names = new Set<string>();
  let at = from;
  for (let i = 0; i < count; i++) {
    if (at + 46 > to || view.getUint32(at, true) !== signatures.entry) {
      return corrupt(path, at, `entry ${i + 1} of the directory is none`);
    }
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [n, m, k] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [number, number, number];
    const end = at + 46 + n + m + k;
    if (end > to) return corrupt(path, at, `entry ${i + 1} of the directory does not fit into it`);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + n)),
      told = JSON.stringify(name.slice(0, 80));
    const sizes = extents(view, at, at + 46 + n, at + 46 + n + m);
    if (sizes === null) return corrupt(path, at, `the extra field of ${told} does not fit`);
    const [size, packed, place] = sizes;
    if (flags & 1) return corrupt(path, at, `${told} is encrypted`);
    if (method !== 0 && method !== 8) return corrupt(path, at, `${told} is compressed by the unknown method ${method}`);
    if (names.has(name)) return corrupt(path, at, `the name ${told} comes twice`);
    if (place + 30 + packed > from) return corrupt(path, at, `${told} does not lie before the directory`);
    if (method === 0 ? size !== packed : size > inflatedAtMost(packed)) {
      return corrupt(path, at, `${told} cannot make ${size} bytes of ${packed}`);
    }
    names.add(name);
    entries.push({ name, deflated: method === 8, crc: view.getUint32(at + 16, true), packed, size, at: place });
    at = end;
  }
  return right({ entries, from });
};

/** Where the bytes of a member lie. */
const placeOf = (bytes: Uint8Array, entry: Entry, limit: number, path: string): Result<number> => {
  const view = viewOf(bytes), { at, name, packed } = entry;
  if (view.getUint32(at, true) !== signatures.member) return corrupt(path, at, `${JSON.stringify(name)} has no header`);
  const length = view.getUint16(at + 26, true), start = at + 30 + length + view.getUint16(at + 28, true);
  if (start + packed > limit) return corrupt(path, at, `${JSON.stringify(name)} reaches into what follows it`);
  if (new TextDecoder().decode(bytes.subarray(at + 30, at + 30 + length)) !== name) {
    return corrupt(path, at, `${JSON.stringify(name)} has another name in its own header`);
  }
  return right(start);
};

/**
 * All members of an archive, in the order of its directory. `path` is for messages.
 *
 * Gives left `CorruptFile` with the offset: truncated, overlapping, encrypted, of an unknown method, with a wrong checksum.
 */
export const unzip = async (bytes: Bytes, path: string): Promise<Either<PullbackError, readonly ZipMember[]>> => {
  const directory = entriesOf(bytes, path);
  if (isLeft(directory)) return directory;
  const { entries, from } = directory.right;
  const places = [...entries.map(({ at }) => at), from].sort((a, b) => a - b);
  /** Where the next member, or the directory, begins; of two in one place the first has no room. */
  const ends = new Map(places.slice(1).map((end, i) => [places[i]!, end]).reverse() as [number, number][]);
  const members: ZipMember[] = [];
  for (const entry of entries) {
    const next = ends.get(entry.at)!;
    const start = placeOf(bytes, entry, next, path);
    if (isLeft(start)) return start;
    const packed = bytes.subarray(start.right, start.right + entry.packed);
    const whole = entry.deflated
      ? await inflate(packed, "deflate-raw", entry.size, `${path}/${entry.name}`)()
      : right(packed.slice());
    if (isLeft(whole)) return whole;
    if (crc32(whole.right) !== entry.crc) {
      return corrupt(path, start.right, `${JSON.stringify(entry.name)} is damaged: its checksum is wrong`);
    }
    members.push({ name: entry.name, bytes: whole.right });
  }
  return right(members);
};

const deflated = async (bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer(),
  );

/**
 * An archive of members, in their order, stored or deflated. The date in it is the first of 1980, so that the same members always
 * give the same bytes.
 *
 * Rejects with `RangeError` when it would need sizes of 64 bits, with `TypeError` when a name comes twice.
 */
export const zip = async (members: readonly ZipMember[], compressed: boolean): Promise<Bytes> => {
  const parts: Uint8Array<ArrayBuffer>[] = [], directory: Uint8Array<ArrayBuffer>[] = [], names = new Set<string>();
  let at = 0;
  for (const { name, bytes } of members) {
    if (names.has(name)) throw new TypeError(`zip: the name ${JSON.stringify(name)} comes twice`);
    names.add(name);
    const label = new TextEncoder().encode(name), data = compressed ? await deflated(bytes) : bytes;
    if (at + data.length > 0xfffffffe || bytes.length > 0xfffffffe || members.length > 0xfffe) {
      throw new RangeError("zip: an archive of 4 GiB or 65,535 members or more is not written here");
    }
    // What both headers have: version, flags (UTF-8), method, time, date, checksum, sizes, lengths.
    const common = new Uint8Array(26), view = viewOf(common);
    [20, 0x800, compressed ? 8 : 0, 0, 0x21].forEach((value, i) => view.setUint16(2 * i, value, true));
    [crc32(bytes), data.length, bytes.length].forEach((value, i) => view.setUint32(10 + 4 * i, value, true));
    view.setUint16(22, label.length, true);
    const header = new Uint8Array(30), entry = new Uint8Array(46);
    viewOf(header).setUint32(0, signatures.member, true);
    header.set(common, 4);
    viewOf(entry).setUint32(0, signatures.entry, true);
    viewOf(entry).setUint16(4, 20, true);
    entry.set(common, 6);
    viewOf(entry).setUint32(42, at, true);
    parts.push(header, label, data);
    directory.push(entry, label);
    at += 30 + label.length + data.length;
  }
  const end = new Uint8Array(22), view = viewOf(end), size = directory.reduce((sum, { length }) => sum + length, 0);
  view.setUint32(0, signatures.end, true);
  view.setUint16(8, members.length, true);
  view.setUint16(10, members.length, true);
  view.setUint32(12, size, true);
  view.setUint32(16, at, true);
  return new Uint8Array(await new Blob([...parts, ...directory, end]).arrayBuffer());
};
