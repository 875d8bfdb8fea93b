import { UnhandledFailure } from "../../core/failure.ts";

/** A buffer of the pool. `id` is never used again: it names the buffer in keys. */
export interface Block {
  readonly id: number;
  readonly buffer: GPUBuffer;
  readonly size: number;
}

/** Four sizes between powers of two: at most a quarter is wasted, and blocks of like size stand in for each other. */
export const sizeClass = (bytes: number, largest: number): number => {
  const least = Math.max(64, bytes), step = 2 ** (Math.floor(Math.log2(least)) - 2);
  const rounded = Math.ceil(least / step) * step;
  return rounded <= largest ? rounded : Math.ceil(bytes / 4) * 4;
};

/**
 * Buffers of a device for one usage. What is given back is handed out again, last in first out; a device frees memory only
 * when told to, so beyond `cap` bytes of idle blocks the oldest are destroyed.
 */
export class Pool {
  private readonly idle = new Map<number, Block[]>();
  /** Idle blocks, oldest first. */
  private readonly ages = new Set<Block>();
  private idleTotal = 0;
  private count = 0;
  /** `largest`: bytes of the largest buffer the device can have and bind. */
  constructor(
    private readonly device: GPUDevice,
    private readonly usage: number,
    private readonly largest: number,
    private readonly cap: number,
  ) {}

  get idleBytes(): number {
    return this.idleTotal;
  }
  /** A block of at least `bytes`, its contents left over from whoever had it before. `OutOfMemory` beyond the limit. */
  take(bytes: number): Block {
    if (bytes > this.largest) {
      throw new UnhandledFailure({
        _tag: "OutOfMemory",
        bytes,
        message: `A tensor of ${bytes} bytes does not fit this WebGPU device, whose buffers hold ${this.largest}: ` +
          "use a smaller batch, or the wasm back end.",
      });
    }
    const size = sizeClass(bytes, this.largest), known = this.idle.get(size)?.pop();
    if (known === undefined) {
      return { id: this.count++, buffer: this.device.createBuffer({ size, usage: this.usage }), size };
    }
    this.ages.delete(known);
    this.idleTotal -= known.size;
    return known;
  }
  give(block: Block): void {
    const list = this.idle.get(block.size) ?? [];
    this.idle.set(block.size, list);
    list.push(block);
    this.ages.add(block);
    this.idleTotal += block.size;
    if (this.idleTotal > this.cap) this.shrink(this.cap);
  }
  /** Destroys idle blocks, oldest first, until at most `bytes` are left. */
  shrink(bytes: number): void {
    for (const block of this.ages) {
      if (this.idleTotal <= bytes) return;
      this.ages.delete(block);
      const list = this.idle.get(block.size)!;
      list.splice(list.indexOf(block), 1);
      this.idleTotal -= block.size;
      block.buffer.destroy();
    }
  }
}
