import { type Aval, showAval, size } from "../../core/aval.ts";
import { allocate, byteSize, type Data, type DType } from "../../core/dtype.ts";
import type { DeviceBuffer, Memory } from "../backend.ts";
import { nowhere } from "./control.ts";
import type { Heap } from "./memory.ts";

/** The values of one backend. */
export interface Buffers {
  /** Memory for `length` elements, not cleared. */
  create(dtype: DType, length: number): WasmBuffer;
  /** A copy of `data` in the memory. */
  upload(data: Data, aval: Aval): DeviceBuffer;
  /** A copy of a value on the host. */
  download(buffer: DeviceBuffer): Data;
  /** Where a value lies. Throws when it was disposed or is another backend's. */
  address(buffer: DeviceBuffer): number;
  memory(): Memory;
}

interface Home {
  readonly heap: Heap;
  buffers: number;
  bytes: number;
}

const disposed = -1;

/** A value in the memory; one without elements takes none. */
export class WasmBuffer implements DeviceBuffer {
  readonly bytes: number;
  address: number;

  constructor(readonly dtype: DType, readonly length: number, readonly home: Home) {
    this.bytes = length * byteSize[dtype];
    this.address = this.bytes === 0 ? nowhere : home.heap.allocate(this.bytes);
    home.buffers++;
    home.bytes += this.bytes;
  }
  dispose(): void {
    if (this.address === disposed) throw new Error(`this buffer of ${this.length} ${this.dtype} was disposed before`);
    if (this.bytes > 0) this.home.heap.free(this.address);
    this.address = disposed;
    this.home.buffers--;
    this.home.bytes -= this.bytes;
  }
}

/** No values yet, in the memory of `heap`. */
export const createBuffers = (heap: Heap): Buffers => {
  const home: Home = { heap, buffers: 0, bytes: 0 };
  const address = (b: DeviceBuffer): number => {
    if (!(b instanceof WasmBuffer) || b.home !== home) throw new TypeError("this buffer belongs to another backend");
    if (b.address === disposed) throw new Error(`this buffer of ${b.length} ${b.dtype} was disposed`);
    return b.address;
  };
  const create = (dtype: DType, length: number) => new WasmBuffer(dtype, length, home);
  return {
    create,
    address,
    upload(data, aval) {
      const length = size(aval.shape), b = create(aval.dtype, length);
      if (data.length !== length || data.byteLength !== b.bytes) {
        b.dispose();
        throw new TypeError(
          `upload: expected ${length} elements for ${showAval(aval)}, got ${data.length} of ${data.constructor.name}`,
        );
      }
      heap.bytes().set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), b.address);
      return b;
    },
    download(b) {
      const from = address(b), data = allocate(b.dtype, b.length);
      new Uint8Array(data.buffer).set(heap.bytes().subarray(from, from + b.bytes));
      return data;
    },
    memory: () => ({ bytes: home.bytes, buffers: home.buffers }),
  };
};
