import { alignment, createAllocator, footprint } from "./allocator.ts";

/** Bytes of a page of WebAssembly memory. */
const page = 65536;
/** One page below 4 GiB, so that the address after a value is still a number of 32 bits. */
const maxPages = 65535;

/** One WebAssembly memory with an allocator over it. It grows on demand and never shrinks. */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  /** Whether other threads can work on it. */
  readonly shared: boolean;
  /** The address of `bytes` new bytes, 64-byte aligned, not cleared. RangeError when the memory cannot hold them. */
  allocate(bytes: number): number;
  /** Gives back what `allocate` gave; anything else throws. */
  free(address: number): void;
  /** The whole memory as it is now. Take it anew after every `allocate`. */
  bytes(): Uint8Array;
  words(): Int32Array;
  statistics(): HeapStatistics;
}
export interface HeapStatistics {
  /** Bytes allocated, rounding and slack included. */
  readonly live: number;
  readonly blocks: number;
  /** Bytes of the memory as it has grown. */
  readonly total: number;
}

export interface HeapOptions {
  /** Without it: shared wherever the platform has shared memory. */
  readonly shared?: boolean;
  /** Bytes at address 0 that the allocator leaves alone. */
  readonly reserved?: number;
  /** The memory never grows beyond this many pages of 64 KiB. */
  readonly maxPages?: number;
}

/** Whether threads can share memory here: browsers ask for headers, Deno and Bun for nothing. */
export const canShare = (): boolean => {
  if (typeof SharedArrayBuffer === "undefined" || typeof Atomics === "undefined") return false;
  return (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false || !("document" in globalThis);
};

const mib = (bytes: number): string => `${(bytes / 1048576).toFixed(1)} MiB`;

/** A memory of its own. `createHeap().allocate(400)` */
export const createHeap = (options: HeapOptions = {}): Heap => {
  const shared = options.shared ?? canShare();
  const most = Math.min(options.maxPages ?? maxPages, maxPages);
  const initial = Math.min(16, most);
  const memory = new WebAssembly.Memory({ initial, maximum: 65536, shared });
  const reserved = Math.ceil((options.reserved ?? alignment) / alignment) * alignment;
  const allocator = createAllocator(reserved, initial * page);
  let pages = initial;
  let bytes = new Uint8Array(memory.buffer), words = new Int32Array(memory.buffer);

  const tryGrow = (by: number): boolean => {
    try {
      memory.grow(by);
    } catch {
      return false;
    }
    pages += by;
    bytes = new Uint8Array(memory.buffer);
    words = new Int32Array(memory.buffer);
    allocator.extend(pages * page);
    return true;
  };
  /** Room for `wanted` more bytes at the end: half as much again if it can be had, else just enough. */
  const grow = (wanted: number): boolean => {
    const need = Math.ceil((footprint(wanted) - allocator.tail) / page);
    if (pages + need > most) return false;
    const ample = Math.min(Math.max(need, pages >> 1), most - pages);
    return tryGrow(ample) || (ample > need && tryGrow(need));
  };

  return {
    memory,
    shared,
    allocate(size) {
      const address = allocator.allocate(size) ?? (grow(size) ? allocator.allocate(size) : null);
      if (address !== null) return address;
      throw new RangeError(
        `Out of memory: asked for ${size} bytes (${mib(size)}) with ${allocator.used} bytes (${
          mib(allocator.used)
        }) live in ` +
          `${allocator.blocks} buffers; the WebAssembly memory has ${mib(pages * page)} and may have ${
            mib(most * page)
          }. Nothing is collected while a loop runs on: read a result now and then (await item(loss)), donate what a step ` +
          "replaces (jit(step, { donate: [0] })), or free values with `using`.",
      );
    },
    free: (address) => allocator.free(address),
    bytes: () => bytes,
    words: () => words,
    statistics: () => ({ live: allocator.used, blocks: allocator.blocks, total: pages * page }),
  };
};
