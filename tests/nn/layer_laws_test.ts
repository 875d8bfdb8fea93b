/** What holds for every layer, evaluated and compiled: the shape it announces, batches by vmap, derivatives, its multiply-adds. */
import { describe, expect, test } from "bun:test";
import { aval, size } from "../../core/aval.ts";
import type { Program } from "../../core/program.ts";
import type { Tensor } from "../../core/tensor.ts";
import { trace } from "../../core/trace.ts";
import { flatten, type Structure, unflatten } from "../../core/tree.ts";
import * as nn from "../../nn/mod.ts";
import { mul } from "../../ops/arithmetic.ts";
import { cos } from "../../ops/trigonometry.ts";
import type { DotParams } from "../../ops/contraction.ts";
import type { ConvParams } from "../../ops/convolution.ts";
import { key } from "../../ops/random.ts";
import { expandDims, squeeze, sum } from "../../ops/structure.ts";
import { grad } from "../../transforms/grad.ts";
import { vmap } from "../../transforms/vmap.ts";
import { layerSamples } from "./layer_samples.ts";
import { results } from "../ops/support.ts";
import { compute, type Given, given, noise } from "./support.ts";

// deno-lint-ignore no-explicit-any -- layers of every type
type Any = any;
const samples = layerSamples.map((s, i) => [`${i}: ${s.layer.kind} on [${s.shape}]`, s] as const);

/** A batch, the parameters, the state, and what the layer gives for them. */
const setUp = ({ layer, shape, tokens }: typeof layerSamples[number], batch: number) => {
  const m = nn.model(shape as number[], layer) as Any;
  const x = tokens === undefined
    ? noise([batch, ...shape], 3)
    : given([batch, ...shape], noise([batch, ...shape]).values as number[], "i32");
  const whole: Given = tokens === undefined
    ? x
    : given(x.shape, Array.from(x.values, (v) => Math.floor(Math.abs(v) * tokens)), "i32");
  const at = compute(() => flatten(m.init(key(7)).params).leaves),
    start = compute(() => flatten(m.init(key(7)).state).leaves);
  const params = at.map((t, i) =>
    given(t.shape, Array.from(noise(t.shape, i + 5).values, (v, j) => 0.5 * v + t.values[j]! + 0.2))
  );
  let structure: Structure | null = null;
  compute(() => {
    const drawn = flatten(m.init(key(7)));
    structure = drawn.structure;
    return drawn.leaves;
  });
  const state = start.map((t) => given(t.shape, t.values));
  const variables = (leaves: readonly Tensor[]) => unflatten<Any>(structure!, leaves);
  return { m, x: whole, leaves: [...params, ...state], count: params.length, variables };
};

describe("every layer", () => {
  test.each(samples)(
    "%s gives the shape that it announces, and one example by vmap what it gives a batch",
    (_, sample) => {
      const { m, x, leaves, variables } = setUp(sample, 2);
      const [whole, single] = results(
        (t, ...vs) => [
          m.predict(variables(vs), t),
          vmap(((one: Any, tree: Any) => squeeze(m.predict(tree, expandDims(one, 0)), 0)) as Any, { in: [0, null] })(
            t as Any,
            variables(vs),
          ),
        ],
        x,
        ...leaves,
      );
      expect(whole!.shape).toEqual([2, ...m.output]);
      expect(single!.shape).toEqual(whole!.shape);
      single!.values.forEach((v, i) => expect(Math.abs(v - whole!.values[i]!)).toBeLessThan(1e-9));
    },
  );
  test.each(samples.filter(([, s]) => s.layer.kind !== "step"))(
    "%s has the derivative that differences give, by its input and by its parameters",
    (_, sample) => {
      const { m, x, leaves, count, variables } = setUp(sample, 2);
      const loss = (t: Any, vs: readonly Tensor[]): Any => {
        const y = m.predict(variables(vs), t);
        return sum(mul(y, cos(mul(y, 0.7) as Any) as Any) as Any);
      };
      const floats = sample.tokens === undefined ? 1 : 0;
      const run = (moved: readonly Given[]) => compute((t, ...vs) => loss(t, vs), ...moved)[0]!.values[0]!;
      const slopes = results(
        (t, ...vs) => {
          const own = vs.slice(0, count), rest = vs.slice(count);
          const f = (p: Any) => loss(floats === 1 ? p[0] : t, [...p.slice(floats), ...rest]);
          return grad(f as Any)((floats === 1 ? [t, ...own] : own) as Any);
        },
        x,
        ...leaves,
      );
      const inputs = [x, ...leaves], h = 1e-5;
      const directions = slopes.map((s, i) => noise(s.shape, i + 31));
      const moved = (by: number) =>
        inputs.map((g, i) => {
          const d = directions[i - (1 - floats)];
          const still = d === undefined || i < 1 - floats || i >= count + 1;
          return still ? g : given(g.shape, Array.from(g.values, (v, j) => v + by * d.values[j]!), g.dtype);
        });
      const difference = slopes.length === 0 ? 0 : (run(moved(h)) - run(moved(-h))) / (2 * h);
      const along = slopes.reduce(
        (n, s, i) => n + s.values.reduce((a, v, j) => a + v * directions[i]!.values[j]!, 0),
        0,
      );
      expect(Math.abs(along - difference)).toBeLessThan(1e-5 * (1 + Math.abs(along)));
    },
  );
});

/** Products that the contractions of a program make. */
const products = (p: Program): number =>
  p.eqns.reduce((n, { primitive, params, inputs, outs }) => {
    const out = size(outs[0]!.aval.shape), given = inputs.map((a) => a.aval.shape);
    if (primitive.name === "scan") {
      return n + (params as { length: number }).length * products((params as { body: Program }).body);
    }
    if (primitive.name === "dot") {
      const { contract } = params as DotParams;
      return n + out * contract[0].reduce((m, axis) => m * given[0]![axis]!, 1);
    }
    if (primitive.name !== "conv") return n;
    const p = params as ConvParams, kernel = size(p.kernel);
    // The gradient by the input, a transposed convolution, has [weight, y]: each element of y meets each of its kernels.
    return n + (p.role === "y" ? out * given[1]![1]! * kernel : size(given[1]!) * given[0]![1]! * kernel);
  }, 0);

describe("multiply-adds", () => {
  test.each(samples)("%s makes as many as it says", (_, { layer, shape, tokens }) => {
    const m = nn.model(shape as number[], layer) as Any;
    let leaves: readonly Tensor[] = [], structure: Structure | null = null;
    const { program: drawn } = trace(() => {
      ({ leaves, structure } = flatten(m.init(key(0))));
      return leaves;
    }, []);
    const { program } = trace((x, ...vs) => [m.predict(unflatten<Any>(structure!, vs), x)], [
      aval([1, ...shape], tokens === undefined ? "f32" : "i32"),
      ...drawn.outputs.map((v) => v.aval),
    ]);
    expect(layer.multiplyAdds(shape)).toBe(products(program));
  });
});

describe("layers that only act in training", () => {
  const x = noise([40, 6, 5, 5]),
    run = (layer: nn.Layer, context: () => nn.Context) =>
      compute((t) => (nn.model([6, 5, 5], layer) as Any).apply({ params: {}, state: {} }, t, context())[0], x)[0]!
        .values;
  test.each(
    [
      ["dropout2d", nn.dropout2d(0.25), 25],
      ["stochasticDepth", nn.stochasticDepth(0.25), 150],
    ] as const,
  )("%s leaves out whole pieces, and scales the others", (_, layer, piece) => {
    const y = run(layer as nn.Layer, () => ({ training: true, key: key(2) }));
    const ratios = Array.from(
      { length: y.length / piece },
      (_, i) => new Set(y.slice(i * piece, (i + 1) * piece).map((v, j) => (v / x.values[i * piece + j]!).toFixed(4))),
    );
    expect(ratios.every((r) => r.size === 1)).toBe(true);
    const kept = ratios.filter((r) => !r.has("0.0000"));
    expect([...new Set(kept.flatMap((r) => [...r]))]).toEqual([(4 / 3).toFixed(4)]);
    expect(Math.abs(kept.length / ratios.length - 0.75)).toBeLessThan(0.2);
    expect(run(layer as nn.Layer, () => ({}))).toEqual(Array.from(x.values));
    expect(() => run(layer as nn.Layer, () => ({ training: true }))).toThrow("training needs a key");
  });
  test("take probabilities only; with 1 nothing is left", () => {
    expect(() => nn.dropout(1.5)).toThrow("dropout: expected a probability from 0 to 1, got 1.5");
    expect(new Set(run(nn.dropout(1), () => ({ training: true, key: key(0) })).map(Math.abs))).toEqual(new Set([0]));
  });
});

describe("layers on sizes that are not known yet", () => {
  test("leave them open, and find them when a batch comes", () => {
    const m = nn.model(
      [4, "h", "w"],
      nn.convTranspose2d(2, { kernel: 2, stride: 2 }),
      nn.upsample2d(2),
      nn.lambda(expandLast),
      nn.lambda(dropLast),
      nn.centerCrop2d(4),
    );
    expect(m.output).toEqual([2, 4, 4]);
    expect((m.shapes as readonly (readonly number[])[])[3]!.map(Number.isNaN)).toEqual([false, true, true]);
    const [y] = compute((x) => (m as Any).predict(m.init(key(0)), x), noise([1, 4, 3, 2]));
    expect(y!.shape).toEqual([1, 2, 4, 4]);
  });
});
const expandLast = (x: Tensor<[2, number, number], "f32">): Tensor<[2, number, number, 1], "f32"> =>
  expandDims(x, -1) as Any;
const dropLast = (x: Tensor<[2, number, number, 1], "f32">): Tensor<[2, number, number], "f32"> =>
  squeeze(x, -1) as Any;
