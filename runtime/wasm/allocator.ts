/**
 * Which bytes of a memory are taken. Two-level segregated fit (Masmano et al., "TLSF", ECRTS 2004): free blocks hang in
 * lists by size, 16 lists for each power of two; two bitmaps say which lists are not empty; neighbours that are free are
 * one block. Taking and giving back are O(1).
 */

/** Addresses are multiples of this. */
export const alignment = 64;
/** Bytes after every value that may be read (never counted on), so that vectors need no care at the end. */
export const slack = 64;

export interface Allocator {
  /** The address of `bytes` bytes and the slack after them, or null where no free block is large enough. */
  allocate(bytes: number): number | null;
  /** Gives back what `allocate` gave. Throws when nothing is allocated there. */
  free(address: number): void;
  /** The memory now ends at `end`, which is a multiple of the alignment and not less than before. */
  extend(end: number): void;
  /** Bytes from the last used block to the end. */
  readonly tail: number;
  /** Bytes taken, slack and rounding included. */
  readonly used: number;
  /** Number of blocks taken. */
  readonly blocks: number;
}

/** A run of units of 64 bytes; `before` and `after` are its neighbours in memory, `next` and `last` in its free list. */
interface Block {
  readonly address: number;
  units: number;
  free: boolean;
  before: Block | null;
  after: Block | null;
  last: Block | null;
  next: Block | null;
}

const sub = 4, subs = 1 << sub;
/** The list a block of `n` units is in. */
const listOf = (n: number): number => {
  if (n < subs) return n;
  const log = 31 - Math.clz32(n);
  return ((log - sub + 1) << sub) + ((n >>> (log - sub)) & (subs - 1));
};

/** Units that `bytes` bytes and their slack take. */
const unitsOf = (bytes: number): number => Math.ceil((bytes + slack) / alignment);
/** Units of 4 GiB: all an address of 32 bits can tell apart. */
const mostUnits = 2 ** 32 / alignment;
/** Bytes that `allocate(bytes)` takes. */
export const footprint = (bytes: number): number => unitsOf(bytes) * alignment;

/** An allocator of the addresses from `begin` to `end`, both multiples of the alignment. */
export const createAllocator = (begin: number, end: number): Allocator => {
  const lists: (Block | null)[] = new Array(32 * subs).fill(null);
  const seconds = new Int32Array(32);
  let first = 0, used = 0;
  const taken = new Map<number, Block>();

  const link = (b: Block): void => {
    const at = listOf(b.units), head = lists[at]!;
    b.free = true;
    b.last = null;
    b.next = head;
    if (head !== null) head.last = b;
    lists[at] = b;
    seconds[at >> sub]! |= 1 << (at & (subs - 1));
    first |= 1 << (at >> sub);
  };
  const unlink = (b: Block): void => {
    const at = listOf(b.units);
    if (b.next !== null) b.next.last = b.last;
    if (b.last !== null) b.last.next = b.next;
    else if ((lists[at] = b.next) === null) {
      seconds[at >> sub]! &= ~(1 << (at & (subs - 1)));
      if (seconds[at >> sub] === 0) first &= ~(1 << (at >> sub));
    }
    b.free = false;
    b.last = b.next = null;
  };
  /** A block of at least `n` units: one of the first of its own list, else any of the next list that is not empty. */
  const find = (n: number): Block | null => {
    const at = listOf(n);
    let b: Block | null = lists[at]!;
    for (let tries = 0; b !== null && tries < 8; tries++, b = b.next) if (b.units >= n) return b;
    let row = (at + 1) >> sub;
    let map = seconds[row]! & (-1 << ((at + 1) & (subs - 1)));
    if (map === 0) {
      const rows = first & (-1 << (row + 1));
      if (rows === 0) return null;
      row = 31 - Math.clz32(rows & -rows);
      map = seconds[row]!;
    }
    return lists[(row << sub) + 31 - Math.clz32(map & -map)]!;
  };
  const block = (address: number, units: number, before: Block | null, after: Block | null): Block => {
    const b: Block = { address, units, free: false, before, after, last: null, next: null };
    if (before !== null) before.after = b;
    if (after !== null) after.before = b;
    return b;
  };
  /** `b` and the block after it become one. */
  const absorb = (b: Block): void => {
    const gone = b.after!;
    b.units += gone.units;
    b.after = gone.after;
    if (b.after !== null) b.after.before = b;
  };

  let finish: Block | null = null;
  const extend = (to: number): void => {
    const units = (to - end) / alignment;
    if (units === 0) return;
    if (finish !== null && finish.free) {
      unlink(finish);
      finish.units += units;
    } else finish = block(end, units, finish, null);
    link(finish);
    end = to;
  };
  const limit = end;
  end = begin;
  extend(limit);

  return {
    extend,
    allocate(bytes) {
      const n = unitsOf(bytes);
      if (n > mostUnits) return null;
      // The last block is tried too: it is where the memory was extended for this very request.
      const b = find(n) ?? (finish !== null && finish.free && finish.units >= n ? finish : null);
      if (b === null) return null;
      unlink(b);
      if (b.units > n) {
        const rest = block(b.address + n * alignment, b.units - n, b, b.after);
        b.units = n;
        if (finish === b) finish = rest;
        link(rest);
      }
      taken.set(b.address, b);
      used += n * alignment;
      return b.address;
    },
    free(address) {
      const found = taken.get(address);
      if (found === undefined) throw new Error(`nothing is allocated at address ${address}`);
      taken.delete(address);
      used -= found.units * alignment;
      let b = found;
      if (b.after !== null && b.after.free) {
        if (finish === b.after) finish = b;
        unlink(b.after);
        absorb(b);
      }
      if (b.before !== null && b.before.free) {
        if (finish === b) finish = b.before;
        b = b.before;
        unlink(b);
        absorb(b);
      }
      link(b);
    },
    get tail() {
      return finish !== null && finish.free ? finish.units * alignment : 0;
    },
    get used() {
      return used;
    },
    get blocks() {
      return taken.size;
    },
  };
};
