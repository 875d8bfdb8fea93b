/** What the engine promises of recorded values: computed once, in bounded memory, freed by scope, donation and collection. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { referenceBackend } from "../../runtime/reference/backend.ts";
import { Runtime } from "../../runtime/engine.ts";
import type { Backend } from "../../runtime/backend.ts";
import { install } from "../../core/engine.ts";
import { add, data, grad, item, jit, matmul, mul, read, scalar, sum, type Tensor, tensor, zeros } from "../../mod.ts";
import { runtime } from "../../runtime/select.ts";

/** The reference back end, counting what it compiles and runs. */
const counting = () => {
  const inner = referenceBackend(), count = { compiled: 0, runs: 0, dots: 0, equations: 0 };
  const backend: Backend = {
    ...inner,
    compile: (program) => {
      count.compiled++;
      const exe = inner.compile(program), dots = program.eqns.filter((e) => e.primitive.name === "dot").length;
      return {
        kernels: exe.kernels,
        run: (inputs, donated) => {
          count.runs++;
          count.equations += program.eqns.length;
          count.dots += dots;
          return exe.run(inputs, donated);
        },
      };
    },
  };
  return { backend, count };
};
type Square = Tensor<[2, 2], "f32">;
const a = (): Square => tensor([[1, 2], [3, 4]]);

describe("the engine", () => {
  let count: ReturnType<typeof counting>["count"];
  let engine: Runtime;
  beforeAll(() => {
    const c = counting();
    count = c.count;
    engine = new Runtime(() => Promise.resolve(c.backend));
    install(engine);
  });
  afterAll(() => install(runtime));

  test("runs nothing until a read, and a contraction once however often it is read", async () => {
    const before = { ...count }, x = a(), y = matmul(x, x), z = add(y, 1);
    expect(count.runs).toBe(before.runs);
    expect(await read(y)).toEqual([[7, 10], [15, 22]]);
    expect(await read(z)).toEqual([[8, 11], [16, 23]]);
    expect(await read(mul(y, z))).toEqual([[56, 110], [240, 506]]);
    expect(count.dots - before.dots).toBe(1);
  });
  test("does not compute a contraction again that came out of a transform", async () => {
    const before = count.dots, g = grad((x: Square) => sum(matmul(x, x)))(a());
    await read(g);
    const after = count.dots;
    await read(add(g, 1));
    expect(after).toBeGreaterThan(before);
    expect(count.dots).toBe(after);
  });
  test("reads started together are one run", async () => {
    const before = count.runs, x = a();
    await Promise.all([data(mul(x, 2)), data(mul(x, 3)), item(sum(x))]);
    expect(count.runs - before).toBe(1);
  });
  test("compiles a repeated un-jitted step once", async () => {
    let x = a();
    const step = () => x = mul(add(x, 1), 0.5);
    await read(step());
    const before = count.compiled;
    for (let i = 0; i < 5; i++) await read(step());
    expect(count.compiled).toBe(before);
  });
  test("an un-jitted loop of 10,000 steps needs bounded memory, without a read", async () => {
    let x = a(), most = 0;
    for (let i = 0; i < 10_000; i++) {
      x = mul(add(x, 1), 0.5);
      most = Math.max(most, engine.memory().buffers);
    }
    expect((await read(x))[0]![0]!).toBeCloseTo(1, 5);
    expect(most).toBeLessThan(200);
  });
  test("a donated value is used up, and the error names it", async () => {
    const step = jit(function advance(x: Square) {
      return add(x, 1);
    }, { donate: [0] });
    const x = a(), y = step(x);
    expect(() => add(x, 1)).toThrow("it was donated to jit(advance) as argument 1");
    await expect(read(x)).rejects.toThrow("it was donated to jit(advance) as argument 1");
    expect(await read(y)).toEqual([[2, 3], [4, 5]]);
    // A value passed twice is not given away.
    const twice = jit((p: Square, q: Square) => add(p, q), { donate: [0] }), z = a();
    expect(await read(twice(z, z))).toEqual([[2, 4], [6, 8]]);
    expect(await read(z)).toEqual([[1, 2], [3, 4]]);
  });
  test("a value that is read again after an earlier read is kept from then on", async () => {
    let x = a();
    const sizes: number[] = [];
    for (let i = 0; i < 60; i++) {
      x = mul(add(x, 1), 0.5);
      const before = count.equations;
      await item(sum(x));
      sizes.push(count.equations - before);
    }
    // One step's equations, and those of the step before.
    expect(Math.max(...sizes.slice(5))).toBeLessThan(8);
  });
  test("chains of any length are computed, recorded and jitted", async () => {
    const long = (x: Square) => {
      for (let i = 0; i < 3000; i++) x = mul(add(x, 0.5), 0.5);
      return x;
    };
    expect((await read(long(a())))[0]![0]!).toBeCloseTo(0.5, 5);
    expect((await read(jit(long)(a())))[0]![0]!).toBeCloseTo(0.5, 5);
  });
  test("what needs a value that is donated, or freed, is computed before", async () => {
    const double = jit((x: Square) => mul(x, 2), { donate: [0] });
    const x = a(), later = add(x, 100), y = double(x);
    expect(await read(later)).toEqual([[101, 102], [103, 104]]);
    expect(await read(y)).toEqual([[2, 4], [6, 8]]);
    // Recorded, and on the way of an earlier program, in which it was not kept.
    const u = a(), way = add(u, 100), total = sum(way);
    expect(await item(total)).toBe(410);
    double(u);
    expect(await read(way)).toEqual([[101, 102], [103, 104]]);
    const norms: Tensor<[], "f32">[] = [];
    let w = a();
    for (let i = 0; i < 3; i++) {
      norms.push(sum(w));
      w = double(w);
    }
    expect(await Promise.all(norms.map(item))).toEqual([10, 20, 40]);
    let kept: Square;
    {
      using y = add(a(), 1);
      kept = mul(y, 2);
    }
    expect(await read(kept)).toEqual([[4, 6], [8, 10]]);
  });
  test("a read that was started before a donation gives the value", async () => {
    const double = jit((x: Square) => mul(x, 2), { donate: [0] }), x = a();
    await read(add(x, 1));
    const reading = read(x), y = double(x), before = engine.memory().buffers;
    expect(await reading).toEqual([[1, 2], [3, 4]]);
    expect(await read(y)).toEqual([[2, 4], [6, 8]]);
    expect(engine.memory().buffers).toBeLessThan(before);
  });
  test("a `using` value is freed at the end of its scope", async () => {
    const x = a();
    await read(add(x, 1));
    const before = engine.memory().buffers;
    let kept: Square;
    {
      using y = add(x, 2);
      await read(y);
      expect(engine.memory().buffers).toBe(before + 1);
      kept = y;
    }
    expect(engine.memory().buffers).toBe(before);
    await expect(read(kept)).rejects.toThrow("freed at the end of its `using` scope");
  });
  test("jit traces once for each shape, tree and static argument, and is part of an outer trace", async () => {
    let traces = 0;
    const f = jit((x: Tensor, mode: string) => {
      traces++;
      return mode === "twice" ? mul(x, 2) : add(x, 1);
    }, { static: [1] });
    await read(f(a(), "twice"));
    await read(f(a(), "twice"));
    expect(traces).toBe(1);
    await read(f(a(), "once"));
    await read(f(zeros([3]), "once"));
    expect(traces).toBe(3);
    expect(await read(grad((x: Square) => sum(f(x, "twice")) as Tensor<[], "f32">)(a()))).toEqual([[2, 2], [2, 2]]);
    expect(() => f(3 as never, "once")).toThrow("argument 1: expected a tensor");
  });
  test("results that need no computing cost no run", async () => {
    const before = count.runs, f = jit((x: Square) => ({ same: x, two: scalar(2) })), x = a(), out = f(x);
    expect(out.same).toBe(x);
    expect(await item(out.two)).toBe(2);
    expect(count.runs).toBe(before);
  });
});
