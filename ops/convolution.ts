import { aval, showAval, size } from "../core/aval.ts";
import { floats } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { needDType } from "../core/families.ts";
import { type Expr, guard, lit } from "../core/expr.ts";
import { forEachIndex, position } from "../core/host.ts";
import { all, iadd, idiv, ieq, imod, imul, int, within } from "../core/index_expr.ts";
import type { Reader } from "../core/lowering.ts";
import { host, type Primitive } from "../core/primitive.ts";
import { type Conv2dOptions, conv2dShape, planWindows } from "../core/shape/conv.ts";
import { extents, type Tensor } from "../core/tensor.ts";
import { bind } from "../core/trace.ts";
import { plus } from "./arithmetic.ts";
import { moveAxis, reshape, stretch } from "./structure.ts";
import { byArity } from "../core/pipe.ts";
import { optionsOf } from "../core/options.ts";
import type { Conv2dFunction } from "./contraction_signatures.ts";

/*
 * Long because one record holds all three roles of a convolution.
 *
 * The convolution is one trilinear form of input x[n, g c, i], weight w[g o, c, k] and output cotangent y[n, g o, s],
 *   sum over n, g, o, c, k, s of  y[n, g o, s] w[g o, c, k] x[n, g c, s * stride + k * dilation - before],
 * and `role` says which of the three is asked for, given the other two in the order x, w, y. Each role is linear in both
 * its operands, and its adjoints are the other two: there is no second convolution to write.
 */
export type Role = "x" | "w" | "y";
export interface ConvParams {
  readonly role: Role;
  readonly groups: number;
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Padding in front. */
  readonly before: readonly number[];
  /** Spatial extents of x, of the kernel and of y. */
  readonly input: readonly number[];
  readonly kernel: readonly number[];
  readonly output: readonly number[];
}
const given: Readonly<Record<Role, readonly [Role, Role]>> = { y: ["x", "w"], x: ["w", "y"], w: ["x", "y"] };

interface Sizes {
  readonly n: number;
  readonly c: number;
  readonly o: number;
}
/** Batch, input channels and output channels per group, from the two operands. */
const sizes = (shapes: readonly (readonly number[])[], p: ConvParams): Sizes => {
  const of = (r: Role) => shapes[given[p.role].indexOf(r)]!, g = p.groups;
  switch (p.role) {
    case "y":
      return { n: of("x")[0]!, c: of("x")[1]! / g, o: of("w")[0]! / g };
    case "x":
      return { n: of("y")[0]!, c: of("w")[1]!, o: of("w")[0]! / g };
    case "w":
      return { n: of("x")[0]!, c: of("x")[1]! / g, o: of("y")[1]! / g };
  }
};
const shapeOf = (role: Role, { n, c, o }: Sizes, p: ConvParams): readonly number[] =>
  role === "x"
    ? [n, p.groups * c, ...p.input]
    : role === "w"
    ? [p.groups * o, c, ...p.kernel]
    : [n, p.groups * o, ...p.output];

export const convP: Primitive<ConvParams> = {
  name: "conv",
  kind: "contraction",
  abstractEval: (inputs, p) => {
    inputs.forEach((a) => needDType("conv", a, floats));
    const shapes = inputs.map((a) => a.shape), s = sizes(shapes, p);
    given[p.role].forEach((r, i) => {
      const expected = `[${shapeOf(r, s, p)}]`, got = showAval(inputs[i]!);
      if (expected !== `[${shapes[i]}]`) {
        throw new ShapeError(`conv: expected ${r} of shape ${expected}, got ${got}`, { op: "conv", expected, got });
      }
    });
    return [aval(shapeOf(p.role, s, p), inputs[0]!.dtype)];
  },
  evaluate: ([a, b], [out], p) => {
    const s = sizes([a!.aval.shape, b!.aval.shape], p), total = new Float64Array(size(out!.shape));
    const value = { [given[p.role][0]]: a!.data, [given[p.role][1]]: b!.data } as Record<Role, ArrayLike<number>>;
    const area = { x: size(p.input), w: size(p.kernel), y: size(p.output) };
    // Which spatial places meet, the same for all examples and channels.
    const meetings: Record<Role, number>[] = [];
    forEachIndex(p.output, (y, atY) =>
      forEachIndex(p.kernel, (k, atW) => {
        const x = y.map((v, i) => v * p.stride[i]! + k[i]! * p.dilation[i]! - p.before[i]!);
        if (x.every((v, i) => v >= 0 && v < p.input[i]!)) meetings.push({ x: position(x, p.input), w: atW, y: atY });
      }));
    const [left, right] = given[p.role];
    forEachIndex([s.n, p.groups, s.o, s.c], (index) => {
      const [n, g, o, c] = index as readonly [number, number, number, number];
      const group = n * p.groups + g;
      const at = {
        x: (group * s.c + c) * area.x,
        w: ((g * s.o + o) * s.c + c) * area.w,
        y: (group * s.o + o) * area.y,
      };
      for (const m of meetings) {
        total[at[p.role] + m[p.role]]! += value[left][at[left] + m[left]]! * value[right][at[right] + m[right]]!;
      }
    });
    return [total];
  },
  linearize: ([a, b], _out, p) => ([da, db]) => [
    plus(da ? bind(convP, [da, b!], p) : null, db ? bind(convP, [a!, db], p) : null),
  ],
  transpose: ([ct], inputs, p) => {
    const known: Partial<Record<Role, Tensor>> = {};
    given[p.role].forEach((r, i) => {
      const x = inputs[i]!;
      if ("known" in x) known[r] = x.known;
    });
    return given[p.role].map((r, i) => {
      if (!ct || "known" in inputs[i]!) return null;
      const values = { ...known, [p.role]: ct };
      return bind(convP, given[r].map((q) => values[q]!), { ...p, role: r });
    });
  },
  batch: ([a, b], [ba, bb], length, p) => {
    const [ra, rb] = given[p.role];
    // An operand with a batch axis of examples that is batched alone just has more examples.
    const alone: Role | null = p.role === "w" ? null : p.role === "y" ? "x" : "y";
    if (alone !== null && ((ra === alone && ba && !bb) || (rb === alone && bb && !ba))) {
      const merge = (x: Tensor) => reshape(x, [-1, ...extents(x).slice(2)]);
      const out = bind(convP, [ba ? merge(a!) : a!, bb ? merge(b!) : b!], p);
      return [reshape(out, [length, -1, ...extents(out).slice(1)])];
    }
    // Otherwise the batch becomes more groups.
    const grouped = (x: Tensor, batched: boolean, role: Role): Tensor => {
      const full = batched ? x : stretch(x, [length, ...extents(x)]);
      const moved = role === "w" ? full : moveAxis(full, 0, 1);
      const s = extents(moved);
      return role === "w" ? reshape(moved, [-1, ...s.slice(2)]) : reshape(moved, [s[0]!, s[1]! * s[2]!, ...s.slice(3)]);
    };
    const out = bind(convP, [grouped(a!, ba!, ra), grouped(b!, bb!, rb)], { ...p, groups: p.groups * length });
    const s = extents(out);
    if (p.role === "w") return [reshape(out, [length, s[0]! / length, ...s.slice(1)])];
    return [moveAxis(reshape(out, [s[0]!, length, s[1]! / length, ...s.slice(2)]), 1, 0)];
  },
  lower: (inputs, p) => {
    const s = sizes(inputs.map((a) => a.shape), p), d = p.kernel.length, zero = lit(0, inputs[0]!.dtype);
    const channel = (g: Expr, v: Expr, per: number) => iadd(imul(g, per), v);
    const read = (
      r: Reader,
      role: Role,
      n: Expr,
      g: Expr,
      o: Expr,
      c: Expr,
      x: readonly Expr[],
      k: readonly Expr[],
      y: readonly Expr[],
    ) =>
      r.at(
        given[p.role].indexOf(role),
        role === "x"
          ? [n, channel(g, c, s.c), ...x]
          : role === "w"
          ? [channel(g, o, s.o), c, ...k]
          : [n, channel(g, o, s.o), ...y],
      );
    const seen = (y: readonly Expr[], k: readonly Expr[]) =>
      y.map((v, i) => iadd(iadd(imul(v, p.stride[i]!), imul(k[i]!, p.dilation[i]!)), int(-p.before[i]!)));
    const inside = (x: readonly Expr[]) => all(x.map((v, i) => within(v, 0, p.input[i]!)));
    switch (p.role) {
      case "y":
        return [{
          tag: "contract",
          out: [s.n, p.groups, s.o, ...p.output],
          reduced: [s.c, ...p.kernel],
          a: (r, [n, g, o], [c, ...k]) => read(r, "w", n!, g!, o!, c!, [], k, []),
          b: (r, [n, g, o, ...y], [c, ...k]) => {
            const x = seen(y, k);
            return guard(inside(x), read(r, "x", n!, g!, o!, c!, x, k, y), zero);
          },
        }];
      case "x":
        return [{
          tag: "contract",
          out: [s.n, p.groups, s.c, ...p.input],
          reduced: [s.o, ...p.kernel],
          a: (r, [n, g, c], [o, ...k]) => read(r, "w", n!, g!, o!, c!, [], k, []),
          b: (r, [n, g, c, ...x], [o, ...k]) => {
            const at = x.map((v, i) => iadd(iadd(v, imul(k[i]!, -p.dilation[i]!)), int(p.before[i]!)));
            const y = at.map((v, i) => idiv(v, p.stride[i]!));
            const seenBy = all(at.flatMap((v, i) => [
              within(v, 0, (p.output[i]! - 1) * p.stride[i]! + 1),
              ...(p.stride[i] === 1 ? [] : [ieq(imod(v, p.stride[i]!), int(0))]),
            ]));
            return guard(seenBy, read(r, "y", n!, g!, o!, c!, x, k, y), zero);
          },
        }];
      case "w":
        return [{
          tag: "contract",
          out: [p.groups, s.o, s.c, ...p.kernel],
          reduced: [s.n, ...p.output],
          a: (r, [g, o, c], [n, ...y]) => read(r, "y", n!, g!, o!, c!, [], [], y),
          b: (r, [g, o, c, ...k], [n, ...y]) => {
            const x = seen(y.slice(0, d), k);
            return guard(inside(x), read(r, "x", n!, g!, o!, c!, x, k, y), zero);
          },
        }];
    }
  },
  samples: (["y", "x", "w"] as const).map((role) => {
    const p: ConvParams = {
      role,
      groups: 2,
      stride: [2, 1],
      dilation: [1, 2],
      before: [1, 0],
      input: [3, 4],
      kernel: [2, 2],
      output: [2, 2],
    };
    const numbers = (n: number) => Array.from({ length: n }, (_, i) => ((i * 7) % 5) - 2 + i / 16);
    const shapes = given[role].map((r) => shapeOf(r, { n: 2, c: 1, o: 2 }, p));
    return { inputs: shapes.map((sh) => host(sh, numbers(sh.reduce((m, v) => m * v, 1)))), params: p };
  }),
};

/**
 * Convolution (cross-correlation) of images. `F[n,c,h,w], F[o,c/g,kh,kw] -> F[n,o,h',w']`,
 * h' = floor((h + 2p - d (kh - 1) - 1) / s) + 1. Throws `ShapeError` where channels, groups or windows do not fit.
 */
export const conv2d: Conv2dFunction = byArity(
  "conv2d",
  2,
  (x: Tensor, w: Tensor, options: Conv2dOptions = {}): Tensor => {
    optionsOf("conv2d", options, { stride: true, padding: true, dilation: true, fit: true, groups: true });
    if (x.dtype !== w.dtype) {
      throw new DTypeError(`conv2d: expected input and kernel of one dtype, got ${x.dtype} and ${w.dtype}`, {
        op: "conv2d",
        expected: x.dtype,
        got: w.dtype,
      });
    }
    conv2dShape(extents(x), extents(w), options);
    const kernel = extents(w).slice(2) as unknown as readonly [number, number];
    const [h, v] = planWindows("conv2d", extents(x), { ...options, kernel });
    const pair = (value: number | readonly [number, number] | undefined) =>
      value === undefined ? [1, 1] : typeof value === "number" ? [value, value] : value;
    return bind(convP, [x, w], {
      role: "y",
      groups: options.groups ?? 1,
      stride: pair(options.stride),
      dilation: pair(options.dilation),
      before: [h.before, v.before],
      input: extents(x).slice(2),
      kernel,
      output: [h.extent, v.extent],
    });
  },
);
