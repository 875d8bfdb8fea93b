import type { DType } from "../../core/dtype.ts";
import { type Axis, type Expr, type Load, visit } from "../../core/expr.ts";
import type { KernelBuffer, Store } from "../kernel.ts";
import { type Helper, helperText } from "./helper.ts";
import { spellLiteral } from "./literal.ts";
import { findQuads, type Lane, type Quads } from "./quad.ts";
import { type Spelled, spelled } from "./scalar.ts";
import type { Target } from "./target.ts";

/** How a value of a dtype is called between loads and stores. */
export const typeOf = (dtype: DType): Spelled => spelled(dtype);
/** How it is called in a buffer: booleans are words. */
export const storedType = (dtype: DType): string => dtype === "bool" ? "u32" : spelled(dtype);

/** The text of one shader as it grows: buffers, functions, and what they need. */
export class Module {
  private readonly helpers = new Set<Helper>();
  private readonly globals: string[] = [];
  private readonly functions: string[] = [];
  private readonly quads: Quads;
  /** Whether f16 occurs. */
  private half = false;
  /** `roots` are all expressions of the shader; `stores` those that may be of whole vectors. */
  constructor(
    readonly buffers: readonly KernelBuffer[],
    readonly target: Target,
    roots: readonly Expr[],
    stores: readonly Store[] = [],
    /** The step of the loop it is launched in, as `Kernel.step`. */
    readonly step?: Axis | undefined,
  ) {
    this.quads = findQuads(roots, buffers, stores);
    visit(roots, (e) => this.half ||= e.dtype === "f16");
  }

  readonly need = (h: Helper): void => {
    this.helpers.add(h);
  };
  literal(value: number, dtype: DType): string {
    return spellLiteral(value, spelled(dtype), this.need);
  }
  /**
   * A zero that no driver can know to be one: of a product with a known zero they make 0, also of NaN and infinities. Other
   * dtypes have no NaN.
   */
  hiddenZero(value: number, dtype: DType): string {
    if (dtype !== "f32" && dtype !== "f16") return this.literal(value, dtype);
    this.need("hidden_zero");
    const zero = Object.is(value, -0) ? "(-hidden_zero)" : "hidden_zero";
    return dtype === "f32" ? zero : `f16(${zero})`;
  }
  /** The four neighbours a load is one of, or null where loads go one by one. */
  laneOf(load: Load): Lane | null {
    return this.quads.of.get(load) ?? null;
  }
  /** Whether what is stored there goes by fours. */
  byFours(target: number): boolean {
    return this.quads.sources.has(target);
  }
  /** A declaration outside functions: `var<workgroup> …`. */
  global(text: string): void {
    if (!this.globals.includes(text)) this.globals.push(text);
  }
  /** A function, its body as lines. */
  fn(head: string, body: readonly string[]): void {
    this.functions.push([`${head} {`, ...indent(body), "}"].join("\n"));
  }

  /** The whole text. The entry point gets `w`, the workgroup, and `l`, the invocation in it. */
  text(invocations: number, entry: readonly string[]): string {
    const half = this.half || this.buffers.some((b) => b.dtype === "f16");
    if (half && !this.target.f16) throw new Error("This device has no f16 (shader-f16)");
    const bindings = this.buffers.map((b, i) =>
      `@group(0) @binding(${i}) var<storage, ${b.access === "read" ? "read" : "read_write"}> b${i}: ${
        this.arrayType(i)
      };`
    );
    if (this.step !== undefined) bindings.push(`@group(0) @binding(${bindings.length}) var<uniform> ${STEP}: i32;`);
    const main = [
      `@compute @workgroup_size(${invocations})`,
      "fn main(@builtin(workgroup_id) w: vec3<u32>, @builtin(local_invocation_index) l: u32) {",
      // The square of a whole number never leaves 2 when it is divided by 3.
      ...indent(
        this.helpers.has("hidden_zero")
          ? ["let h = (w.x ^ l) & 0xffffu;", "hidden_zero = bitcast<f32>(select(0u, 0x3f800000u, h * h % 3u == 2u));"]
          : [],
      ),
      ...indent(entry),
      "}",
    ];
    return [
      ...(half ? ["enable f16;"] : []),
      ...bindings,
      ...this.globals,
      ...helperText(this.helpers),
      ...this.functions,
      ...main,
    ].join("\n") + "\n";
  }
  private arrayType(i: number): string {
    const { dtype, length } = this.buffers[i]!, type = storedType(dtype);
    return this.quads.sources.has(i) ? `array<vec4<${type}>, ${length / 4}>` : `array<${type}, ${Math.max(1, length)}>`;
  }
}

/** The name of the step. */
export const STEP = "now";

export const indent = (lines: readonly string[]): readonly string[] => lines.map((l) => `  ${l}`);

/** A vector of these components; one that is whole already is itself, and one of one component that component. */
export const vectorOf = (type: string, parts: readonly string[]): string => {
  if (parts.length === 1) return parts[0]!;
  const whole = /^(\w+)\.x$/.exec(parts[0]!)?.[1];
  const same = parts.length === 4 && parts.every((p, i) => p === `${whole}.${"xyzw"[i]}`);
  return same ? whole! : `${type}(${parts.join(", ")})`;
};
