import { type Aval } from "../core/aval.ts";
import type { Data } from "../core/dtype.ts";
import type { Backend, DeviceBuffer } from "./backend.ts";

/**
 * The value behind a variable: on the host until a device needs it, on a device afterwards, or promised by a call that is
 * put off. One variable owns it; when that is freed or collected, so is the memory.
 */
export class Held implements Disposable {
  private device: { readonly backend: Backend; readonly buffer: DeviceBuffer } | null = null;
  private freed = false;
  private readers = 0;
  constructor(readonly aval: Aval, private host: Data | null = null) {}

  /** The value on the device, copied there at first use. */
  on(backend: Backend): DeviceBuffer {
    if (this.freed && !this.pinned) throw new Error("Cannot use this tensor: it was freed");
    if (this.device === null) {
      if (this.host === null) throw new Error("Cannot use this tensor: the call that computes it failed");
      this.device = { backend, buffer: backend.upload(this.host, this.aval) };
      this.host = null;
    }
    if (this.device.backend !== backend) {
      throw new Error(
        `Cannot use this tensor: it lives on the ${this.device.backend.name} back end, and ${backend.name} is in use now. ` +
          "Read it before changing the back end, and make it anew.",
      );
    }
    return this.device.buffer;
  }
  /** The value on the host, if no device has needed it yet. */
  get local(): Data | null {
    return this.host;
  }
  /** Fills in what was promised. */
  settle(backend: Backend, buffer: DeviceBuffer): void {
    if (this.freed && !this.pinned) buffer.dispose();
    else this.device = { backend, buffer };
  }
  /** Whether it is being read: its memory stays until that has come to an end. */
  get pinned(): boolean {
    return this.readers > 0;
  }
  pin(): void {
    this.readers++;
  }
  unpin(): void {
    if (--this.readers === 0 && this.freed) this.drop();
  }
  /** Gives up the memory to someone who reuses it. */
  surrender(): void {
    this.freed = true;
    this.device = null;
    this.host = null;
  }
  [Symbol.dispose](): void {
    if (this.freed) return;
    this.freed = true;
    if (!this.pinned) this.drop();
  }
  private drop(): void {
    this.device?.buffer.dispose();
    this.surrender();
  }
}
