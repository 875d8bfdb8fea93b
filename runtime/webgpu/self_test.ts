/** What a device was seen to do. */
export interface Findings {
  /** Whether a shader computed what it should. */
  readonly computes: boolean;
  /** Loop trips after which it ends an invocation; `Infinity` where none was met. */
  readonly maxTrips: number;
  /** Whether every quotient tried was the nearest f32. */
  readonly exactDivision: boolean;
  /** Invocations that run together and see each other's values, neighbours in a workgroup; 1 where they do not. */
  readonly lanes: number;
}
/** llvmpipe up to Mesa 22 ends every invocation after so many trips, with wrong results and no error. */
const KNOWN_LIMIT = 65535;
const counts = [KNOWN_LIMIT - 500, KNOWN_LIMIT + 500] as const;
const QUOTIENTS = 64;

/** Workgroups 0 and 1 run loops; each of the others divides. */
const code = `struct Trial {
  seeds: array<u32, 2>,
  counts: array<u32, 2>,
  above: array<f32, ${QUOTIENTS}>,
  below: array<f32, ${QUOTIENTS}>,
}
@group(0) @binding(0) var<storage, read_write> trial: Trial;
@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) w: vec3<u32>) {
  if (w.x >= 2u) {
    trial.above[w.x - 2u] = trial.above[w.x - 2u] / trial.below[w.x - 2u];
    return;
  }
  var x = trial.seeds[w.x];
  for (var i = 0u; i < trial.counts[w.x]; i++) { x = x * 1664525u + 1013904223u; }
  trial.seeds[w.x] = x;
}
`;
const step = (x: number): number => (Math.imul(x, 1664525) + 1013904223) >>> 0;
const expected = (seed: number, count: number): number => {
  let x = seed;
  for (let i = 0; i < count; i++) x = step(x);
  return x;
};

/** Numerators and denominators: first equal ones, which must give 1, then any. */
const fractions = (): readonly [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>] => {
  let x = 1;
  const roll = (): number => (x = step(x)) / 2 ** 20 + 1;
  const below = Float32Array.from({ length: QUOTIENTS }, (_, i) => i < 16 ? 2 * i + 11 : roll());
  return [below.map((v, i) => i < 16 ? v : roll()), below];
};

/** Each invocation says how many run together, and what two of them have. */
const together = `@group(0) @binding(0) var<storage, read_write> seen: array<vec4<u32>, 64>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(subgroup_size) width: u32, @builtin(subgroup_invocation_id) at: u32) {
  seen[l] = vec4<u32>(width, at, subgroupBroadcast(l, 0u), subgroupBroadcast(l * 3u, 1u));
}
`;
const INVOCATIONS = 64;

/** How many invocations run together, if subgroups work as they should. */
const findLanes = async (device: GPUDevice): Promise<number> => {
  const size = 16 * INVOCATIONS;
  const seen = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const back = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  try {
    device.pushErrorScope("validation");
    const module = device.createShaderModule({ code: together, label: "self-test of subgroups" });
    const pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
    if (await device.popErrorScope() !== null) return 1;
    const [x, y, z, w] = await runOnce(device, pipeline, seen, back, 1).then((b) => columns(new Uint32Array(b)));
    const lanes = x![0]!, first = (l: number) => l - l % lanes;
    const right = lanes > 1 && INVOCATIONS % lanes === 0 && x!.every((v) => v === lanes) &&
      y!.every((v, l) => v === l % lanes) && z!.every((v, l) => v === first(l)) &&
      w!.every((v, l) => v === 3 * (first(l) + 1));
    return right ? lanes : 1;
  } finally {
    seen.destroy();
    back.destroy();
  }
};
const columns = (data: Uint32Array): readonly (readonly number[])[] =>
  [0, 1, 2, 3].map((c) => Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + c]!));

/** Runs a shader on one buffer; gives what it left there. */
const runOnce = async (
  device: GPUDevice,
  pipeline: GPUComputePipeline,
  buffer: GPUBuffer,
  back: GPUBuffer,
  workgroups: number,
): Promise<ArrayBuffer> => {
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer } }],
  });
  const encoder = device.createCommandEncoder(), pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(workgroups);
  pass.end();
  encoder.copyBufferToBuffer(buffer, 0, back, 0, back.size);
  device.queue.submit([encoder.finish()]);
  await back.mapAsync(GPUMapMode.READ);
  return back.getMappedRange().slice(0);
};

/** Two loops, one below the known limit and one above it, and some divisions, in one tiny kernel. */
export const selfTest = async (device: GPUDevice): Promise<Findings> => {
  const [above, below] = fractions(), size = 16 + 8 * QUOTIENTS, lanes = findLanes(device).catch(() => 1);
  const trial = device.createBuffer({
    size,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
  });
  const back = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  try {
    device.queue.writeBuffer(trial, 0, Uint32Array.of(1, 2, ...counts));
    device.queue.writeBuffer(trial, 16, above);
    device.queue.writeBuffer(trial, 16 + 4 * QUOTIENTS, below);
    const module = device.createShaderModule({ code, label: "self-test" });
    const pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
    const result = await runOnce(device, pipeline, trial, back, 2 + QUOTIENTS);
    const [short, long] = new Uint32Array(result);
    const quotients = new Float32Array(result, 16, QUOTIENTS);
    return {
      computes: short === expected(1, counts[0]),
      maxTrips: long === expected(2, counts[1]) ? Infinity : KNOWN_LIMIT,
      exactDivision: quotients.every((q, i) => q === Math.fround(above[i]! / below[i]!)),
      lanes: await lanes,
    };
  } finally {
    trial.destroy();
    back.destroy();
  }
};
