/** Worked examples: a function and its derivatives, pooling and convolution by hand, shapes and sizes. */
import * as o from "../../../ops/mod.ts";
import { trace } from "../../../core/trace.ts";
import { isMistake } from "../../../core/errors.ts";
import { grad } from "../../../transforms/grad.ts";
import { type Expectation, expectNumbers, type Job, Unknown } from "../job.ts";
import type { Folder } from "../layout.ts";
import type { Any } from "../table/row.ts";
import { avgPool2d, conv2d, maxPool2d } from "./parts.ts";
import { call } from "./protocol.ts";

const tolerance = { rtol: 1e-5, atol: 1e-6 };
const image = (rows: readonly (readonly number[])[]): Any =>
  o.reshape(o.tensor(rows.flat(), "f32") as Any, [1, 1, rows.length, rows[0]!.length]);
const plane = (x: Any): Any => o.reshape(x, x.shape.slice(2));
const job = (op: string, name: string, start: () => readonly Expectation[]): Job => ({
  name: `worked/${name}`,
  op,
  class: "worked",
  start,
});
/** The shape of a result, without computing it. */
const shapeOf = (f: (...xs: Any[]) => Any, ...shapes: readonly (readonly number[])[]): readonly number[] =>
  trace((...xs) => [f(...xs)], shapes.map((shape) => ({ shape, dtype: "f32" as const }))).program.outputs[0]!.aval
    .shape;
const expectShape = (label: string, got: readonly number[], want: readonly number[]): Expectation => ({
  ...expectNumbers(label, 0, want, { rtol: 0, atol: 0 }),
  got,
});

const functions: Readonly<Record<string, (x: Any) => Any>> = {
  "exp(-x) + x^2": (x) => o.add(o.exp(o.neg(x) as Any) as Any, o.square(x)),
};
const gradients = (g: Any): readonly Job[] =>
  g.points.map((p: Any) =>
    job("grad", `gradient at ${p.x}`, () => {
      const f = functions[g.f], x = o.scalar(p.x) as Any;
      if (f === undefined) throw new Unknown(`the table does not know the function ${g.f}`);
      const d1: Any = grad(f as Any), d2: Any = grad(d1);
      return [["f", f(x), p.f], ["df", d1(x), p.df], ["d2f", d2(x), p.d2f]].map(([l, got, want]) =>
        expectNumbers(l, got, want, tolerance)
      );
    })
  );
const poolings = (examples: Any): readonly Job[] =>
  Object.entries<Any>(examples).map(([name, e]) =>
    job("max_pool2d", name, () =>
      Object.entries<Any>(e).flatMap(([what, want]) => {
        const [kind, size, stride] = /^(max|avg)(?:_(\d)x\d_stride_(\d))?$/.exec(what)?.slice(1) ?? [];
        if (kind === undefined) return [];
        const x = image(e.input), kernel = Number(size ?? e.kernel);
        const y = kind === "avg" ? avgPool2d(x, kernel) : maxPool2d(x, kernel, { stride: Number(stride ?? e.stride) });
        return [expectNumbers(what, plane(y), want, tolerance)];
      }))
  );
const convolution = (e: Any): Job =>
  job("conv2d", "convolution", () => {
    const filtered = (kernel: Any, options: object): Any =>
      plane(conv2d(image(e.image), image(kernel), undefined, options));
    const { kernel: uneven, output, flipped_kernel_output } = e.cross_correlation,
      flipped = uneven.map((r: Any) => r.toReversed()).toReversed();
    return [
      expectNumbers("valid", filtered(e.kernel, {}), e.valid, tolerance),
      expectNumbers("same", filtered(e.kernel, { padding: 1 }), e.same, tolerance),
      expectNumbers("stride_2", filtered(e.kernel, { stride: 2 }), e.stride_2, tolerance),
      expectNumbers(
        "cross_correlation",
        filtered(uneven, output.length === e.image.length ? { padding: 1 } : {}),
        output,
        tolerance,
      ),
      expectNumbers(
        "flipped kernel",
        filtered(flipped, output.length === e.image.length ? { padding: 1 } : {}),
        flipped_kernel_output,
        tolerance,
      ),
    ];
  });

/** Shapes of layers written as `conv 3->16 k7 s1 p0`, and how many parameters they have. */
const shapes = (e: Any): readonly Job[] => [
  job("conv2d", "four convolutions", () => {
    let shape: readonly number[] = e.four_convolutions.input;
    return e.four_convolutions.layers.flatMap((l: Any) => {
      const [c, out, k, stride, padding] = l.layer.match(/\d+/g).map(Number);
      shape = shapeOf((x, w) => conv2d(x, w, undefined, { stride, padding }), shape, [out, c, k, k]);
      return [
        expectShape(l.layer, shape, l.output),
        expectShape(`parameters of ${l.layer}`, [out * c * k * k + out], [l.parameters]),
      ];
    });
  }),
  job("conv2d", "ten filters", () => {
    const { input, filters, kernel, stride, pad, output, parameters } = e.ten_filters,
      weight = [filters, input[1], kernel, kernel];
    const got = shapeOf((x, w) => conv2d(x, w, undefined, { stride, padding: pad }), input, weight);
    return [
      expectShape("output", got, output),
      expectShape("parameters", [weight.reduce((n, d) => n * d, 1) + filters], [parameters]),
    ];
  }),
  ...e.output_size.rows.map((r: Any): Job =>
    job("conv2d", `output size ${JSON.stringify(r)}`, () => {
      const got = shapeOf((x, w) => conv2d(x, w, undefined, { stride: r.stride, padding: r.pad }), [
        1,
        1,
        r.input,
        r.input,
      ], [1, 1, r.kernel, r.kernel]);
      return [expectShape("extents", got.slice(2), [r.floor, r.floor])];
    })
  ),
];

/** Size arithmetic of one axis, from `worked/sizes.json`; a size that PyTorch refuses must be refused. */
const sizeOf: Readonly<Record<string, (r: Any) => number>> = {
  conv: (r) =>
    shapeOf((x, w) => call("conv2d", { x, weight: w }, windows(r)), [1, 1, r.input, r.input], [
      1,
      1,
      r.kernel,
      r.kernel,
    ])[2]!,
  conv_transpose: (r) =>
    shapeOf(
      (x, w) =>
        call("conv_transpose2d", { x, weight: w }, {
          ...windows(r),
          output_padding: [r.output_padding, r.output_padding],
        }),
      [1, 1, r.input, r.input],
      [1, 1, r.kernel, r.kernel],
    )[2]!,
  max_pool: (r) =>
    shapeOf((x) => call("max_pool2d", { x }, { ...windows(r), ceil_mode: false }).y, [1, 1, r.input, r.input])[2]!,
  max_pool_ceil: (r) =>
    shapeOf((x) => call("max_pool2d", { x }, { ...windows(r), ceil_mode: true }).y, [1, 1, r.input, r.input])[2]!,
};
const windows = (r: Any) => ({
  kernel_size: [r.kernel, r.kernel],
  stride: [r.stride, r.stride],
  padding: [r.padding, r.padding],
  dilation: [r.dilation, r.dilation],
  groups: 1,
});
const size = (r: Any): Job =>
  job(r.op, `size ${JSON.stringify(r)}`, () => {
    const find = sizeOf[r.op];
    if (find === undefined) throw new Unknown(`no row in the table for sizes of ${r.op}`);
    try {
      const got = find(r);
      if (r.output === null) throw new Error(`it must be refused, got ${got}`);
      return [expectShape("output", [got], [r.output])];
    } catch (e) {
      // Windows that do not fit are refused in any case; PyTorch gives nothing for them along one axis, and refuses along two.
      if ((r.output === null || r.output === 0) && isMistake(e)) return [];
      throw e;
    }
  });

export const workedJobs = (folder: Folder): readonly Job[] => {
  const w = folder.table("worked/worked.json"), sizes = folder.table("worked/sizes.json");
  return [
    ...(w?.gradient ? gradients(w.gradient) : []),
    ...(w?.pooling ? poolings(w.pooling) : []),
    ...(w?.convolution ? [convolution(w.convolution)] : []),
    ...(w?.shapes ? shapes(w.shapes) : []),
    ...((sizes?.rows ?? []) as readonly Any[]).map(size),
  ];
};
