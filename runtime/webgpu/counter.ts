/** The numbers 0, 1, 2, … in a buffer, each where a uniform may begin: a loop binds the one of its step. */
export interface Counter {
  /** At least `length` numbers. The same buffer as long as that is enough. */
  readonly upTo: (length: number) => GPUBuffer;
  /** Bytes from one number to the next. */
  readonly stride: number;
}

export const createCounter = (device: GPUDevice): Counter => {
  const stride = device.limits.minUniformBufferOffsetAlignment, most = Math.floor(device.limits.maxBufferSize / stride);
  let buffer: GPUBuffer | null = null, count = 0;
  return {
    stride,
    upTo: (length) => {
      if (buffer !== null && length <= count) return buffer;
      if (length > most) throw new Error(`A loop of ${length} steps is longer than the ${most} this device can count`);
      // What is bound in older groups stays as it is.
      count = Math.min(most, Math.max(64, 2 * count, length));
      const words = new Int32Array(count * stride / 4);
      for (let i = 0; i < count; i++) words[i * stride / 4] = i;
      buffer = device.createBuffer({ size: words.byteLength, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
      device.queue.writeBuffer(buffer, 0, words);
      return buffer;
    },
  };
};
