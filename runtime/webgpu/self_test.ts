/** What a device was seen to do. */
export interface Findings {
  /** Whether a shader computed what it should. */
  readonly computes: boolean;
  /** Loop trips after which it ends an invocation; `Infinity` where none was met. */
  readonly maxTrips: number;
}
/** llvmpipe up to Mesa 22 ends every invocation after so many trips, with wrong results and no error. */
const KNOWN_LIMIT = 65535;
const counts = [KNOWN_LIMIT - 500, KNOWN_LIMIT + 500] as const;

const code = `@group(0) @binding(0) var<storage, read_write> words: array<u32, 4>;
@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) w: vec3<u32>) {
  let count = words[w.x + 2u];
  var x = words[w.x];
  for (var i = 0u; i < count; i++) { x = x * 1664525u + 1013904223u; }
  words[w.x] = x;
}
`;
const expected = (seed: number, count: number): number => {
  let x = seed;
  for (let i = 0; i < count; i++) x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
  return x;
};

/** Two loops, one below the known limit and one above it, on one tiny kernel. */
export const selfTest = async (device: GPUDevice): Promise<Findings> => {
  const start = Uint32Array.of(1, 2, counts[0], counts[1]);
  const words = device.createBuffer({
    size: 16,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
  });
  const back = device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  try {
    device.queue.writeBuffer(words, 0, start);
    const module = device.createShaderModule({ code, label: "self-test" });
    const pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: words } }],
    });
    const encoder = device.createCommandEncoder(), pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(2);
    pass.end();
    encoder.copyBufferToBuffer(words, 0, back, 0, 16);
    device.queue.submit([encoder.finish()]);
    await back.mapAsync(GPUMapMode.READ);
    const [below, above] = new Uint32Array(back.getMappedRange().slice(0));
    return {
      computes: below === expected(1, counts[0]),
      maxTrips: above === expected(2, counts[1]) ? Infinity : KNOWN_LIMIT,
    };
  } finally {
    words.destroy();
    back.destroy();
  }
};
