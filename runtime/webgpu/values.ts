import { type Aval, size } from "../../core/aval.ts";
import { byteSize, type Data, type DType } from "../../core/dtype.ts";
import type { DeviceBuffer, Memory } from "../backend.ts";
import type { Block, Pool } from "./pool.ts";

/** A value in a block of the pool. */
export class GpuValue implements DeviceBuffer {
  readonly bytes: number;
  private held: Block | null;
  constructor(readonly dtype: DType, readonly length: number, block: Block, private readonly store: ValueStore) {
    this.bytes = length * byteSize[dtype];
    this.held = block;
  }
  get block(): Block {
    if (this.held === null) throw new Error(`This buffer of ${this.length} ${this.dtype} was disposed`);
    return this.held;
  }
  dispose(): void {
    const { block } = this;
    this.held = null;
    this.store.release(this, block);
  }
}

/** The live values of a device. */
export class ValueStore {
  private bytes = 0;
  private buffers = 0;
  constructor(private readonly device: GPUDevice, private readonly pool: Pool) {}

  /** Memory for a value, not filled yet. */
  allocate(dtype: DType, length: number): GpuValue {
    const value = new GpuValue(dtype, length, this.pool.take(length * byteSize[dtype]), this);
    this.bytes += value.bytes;
    this.buffers++;
    return value;
  }
  /** A value with these elements. */
  upload(data: Data, aval: Aval): GpuValue {
    const length = size(aval.shape);
    if (data.length !== length) throw new Error(`upload: expected ${length} elements, got ${data.length}`);
    const value = this.allocate(aval.dtype, length);
    if (length > 0) this.device.queue.writeBuffer(value.block.buffer, 0, wholeWords(data));
    return value;
  }
  release(value: GpuValue, block: Block): void {
    this.bytes -= value.bytes;
    this.buffers--;
    this.pool.give(block);
  }
  memory(): Memory {
    return { bytes: this.bytes, buffers: this.buffers };
  }
}

/** The bytes of an array, filled up to words of four. */
const wholeWords = (data: Data): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  if (bytes.length % 4 === 0) return bytes;
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return padded;
};

export const asGpuValue = (b: DeviceBuffer): GpuValue => {
  if (b instanceof GpuValue) return b;
  throw new TypeError("This buffer belongs to another back end");
};
