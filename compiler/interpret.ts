import { type Data, type DType, isFloat } from "../core/dtype.ts";
import { type Axis, type Expr, operands } from "../core/expr.ts";
import { doubles } from "../core/math.ts";
import { type Basic, type Combine, identityOf, isSpecial } from "../core/scalar.ts";
import type { Kernel, Store } from "./kernel.ts";
import { roundTo } from "./round.ts";

/**
 * Runs a kernel with plain numbers, one element at a time: the meaning of the intermediate representation, which the
 * back ends are compared with. `step` is that of the loop it is launched in.
 */
export const interpret = (k: Kernel, buffers: readonly Data[], step = 0): void => {
  const env = new Map<Axis, number>(k.step === undefined ? [] : [[k.step, step]]),
    loops: Loop[] = [],
    free = freeAxes();
  /** Runs `f` for every setting of the axes, in row-major order. */
  const walk = (axes: readonly Axis[], f: () => void): void => {
    const loop: Loop = { axes: new Set(axes), known: new Map() };
    loops.push(loop);
    const nest = (at: number): void => {
      const a = axes[at];
      if (a === undefined) {
        loop.known.clear();
        return f();
      }
      for (let i = 0; i < a.extent; i++) {
        env.set(a, i);
        nest(at + 1);
      }
      env.delete(a);
    };
    nest(0);
    loops.pop();
  };
  /** A value is computed once in the innermost loop it depends on. */
  const value = (e: Expr): number => {
    const axes = free(e), home = loops.findLast((l) => [...axes].some((a) => l.axes.has(a))) ?? loops[0]!;
    const seen = home.known.get(e);
    if (seen !== undefined) return seen;
    const v = compute(e);
    home.known.set(e, v);
    return v;
  };
  const total = (combine: Combine, dtype: DType, axes: readonly Axis[], term: () => number): number => {
    let sum = identityOf(combine, dtype);
    const join = combines(combine, dtype);
    walk(axes, () => sum = roundTo(join(sum, term()), dtype));
    return sum;
  };
  const compute = (e: Expr): number => {
    switch (e.tag) {
      case "lit":
        return e.value;
      case "axis": {
        const v = env.get(e);
        if (v === undefined) throw new Error(`${k.name}: an axis of extent ${e.extent} is not bound`);
        return v;
      }
      case "acc": {
        const c = k.contraction!;
        return total("add", c.dtype, c.k, () => roundTo(value(c.a) * value(c.b), c.dtype));
      }
      case "load": {
        const i = value(e.index), data = buffers[e.source]!;
        if (i < 0 || i >= data.length) {
          throw new Error(`${k.name}: load ${i} of buffer ${e.source} with ${data.length} elements`);
        }
        return data[i]!;
      }
      case "guard":
        return value(e.cond) !== 0 ? value(e.value) : value(e.other);
      case "op":
        return apply(e, e.args.map(value));
      case "fold":
        return total(e.combine, e.dtype, e.axes, () => value(e.value));
    }
  };
  const put = ({ target, index, value: v, combine }: Store): void => {
    const { dtype } = k.buffers[target]!, to = buffers[target]!, at = value(index), made = value(v);
    to[at] = combine === undefined ? made : roundTo(combines(combine, dtype)(to[at]!, made), dtype);
  };
  walk(k.grid, () => {
    for (const s of k.stores) walk(s.axes, () => put(s));
  });
};

/** Axes that are bound together, and what is known for the present setting. */
interface Loop {
  readonly axes: ReadonlySet<Axis>;
  readonly known: Map<Expr, number>;
}
/** The axes a value depends on. */
const freeAxes = (): (e: Expr) => ReadonlySet<Axis> => {
  const memo = new Map<Expr, ReadonlySet<Axis>>();
  const free = (e: Expr): ReadonlySet<Axis> => {
    const seen = memo.get(e);
    if (seen !== undefined) return seen;
    const all = new Set(e.tag === "axis" ? [e] : operands(e).flatMap((x) => [...free(x)]));
    if (e.tag === "fold") e.axes.forEach((a) => all.delete(a));
    memo.set(e, all);
    return all;
  };
  return free;
};
const combines = (c: Combine, dtype: DType): (x: number, y: number) => number =>
  ({
    add: (x, y) => x + y,
    mul: (x, y) => x * y,
    max: Math.max,
    min: Math.min,
    and: (x, y) => dtype === "u32" ? (x & y) >>> 0 : x & y,
    or: (x, y) => dtype === "u32" ? (x | y) >>> 0 : x | y,
  } satisfies Record<Combine, (x: number, y: number) => number>)[c];

const apply = (e: Extract<Expr, { tag: "op" }>, xs: readonly number[]): number => {
  if (isSpecial(e.op)) return roundTo(doubles[e.op](...xs), e.dtype);
  const from = e.args[0]!.dtype;
  if (e.op === "bitcast") return recast(xs[0]!, from, e.dtype);
  if (e.op === "convert") {
    return isFloat(from) && !isFloat(e.dtype) ? saturate(xs[0]!, e.dtype) : roundTo(xs[0]!, e.dtype);
  }
  return roundTo(spell[e.op](xs[0]!, xs[1]!, xs[2]!, from), e.dtype);
};
const recast = (x: number, from: DType, to: DType): number => {
  const words = { f32: Float32Array, i32: Int32Array, u32: Uint32Array } as const;
  const read = words[to as keyof typeof words], write = words[from as keyof typeof words];
  return new read(write.of(x).buffer)[0]!;
};
const saturate = (x: number, to: DType): number => {
  if (to === "bool") return x !== 0 ? 1 : 0;
  const [lo, hi] = to === "i32" ? [-0x80000000, 0x7fffffff] : [0, 0xffffffff];
  return Number.isNaN(x) ? 0 : Math.trunc(Math.min(hi, Math.max(lo, x)));
};
const even = (x: number): number => {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
};
type Spelling = (x: number, y: number, z: number, dtype: DType) => number;
const whole = (d: DType): boolean => !isFloat(d);
const spell: { readonly [B in Exclude<Basic, "convert" | "bitcast">]: Spelling } = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y, _z, d) => whole(d) ? Math.imul(x, y) : x * y,
  div: (x, y, _z, d) => whole(d) ? y === 0 ? 0 : Math.trunc(x / y) : x / y,
  rem: (x, y, _z, d) => whole(d) && y === 0 ? 0 : x % y,
  min: (x, y) => Math.min(x, y),
  max: (x, y) => Math.max(x, y),
  neg: (x) => -x,
  abs: (x) => Math.abs(x),
  floor: (x) => Math.floor(x),
  ceil: (x) => Math.ceil(x),
  trunc: (x) => Math.trunc(x),
  round: even,
  sqrt: (x) => Math.sqrt(x),
  and: (x, y) => x & y,
  or: (x, y) => x | y,
  xor: (x, y) => x ^ y,
  not: (x, _y, _z, d) => d === "bool" ? 1 - x : ~x,
  shl: (x, y) => x << y,
  shr: (x, y, _z, d) => d === "u32" ? x >>> y : x >> y,
  eq: (x, y) => Number(x === y),
  ne: (x, y) => Number(x !== y),
  lt: (x, y) => Number(x < y),
  le: (x, y) => Number(x <= y),
  gt: (x, y) => Number(x > y),
  ge: (x, y) => Number(x >= y),
  select: (c, x, y) => c !== 0 ? x : y,
};
