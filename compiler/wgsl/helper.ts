/**
 * Functions that WGSL lacks or gets wrong. A literal handed to a function is no constant expression, so none of these is
 * evaluated by the shader compiler, which refuses what overflows.
 */
interface HelperText {
  /** The helpers it calls. */
  readonly needs: readonly string[];
  readonly text: string;
}
const fn = (text: string, ...needs: readonly string[]): HelperText => ({ needs, text });

/** NaN if either is: the built-in drops it. */
const propagating = (name: "min" | "max", type: "f32" | "f16"): HelperText =>
  fn(
    `fn ${name}_${type}(x: ${type}, y: ${type}) -> ${type} { return select(${name}(x, y), x + y, nan_${type}(x) || nan_${type}(y)); }`,
    `nan_${type}`,
  );

const helpers = {
  hidden_zero: fn("var<private> hidden_zero: f32;"),
  f32_bits: fn("fn f32_bits(bits: u32) -> f32 { return bitcast<f32>(bits); }"),
  f16_bits: fn("fn f16_bits(bits: u32) -> f16 { return f16(unpack2x16float(bits).x); }"),
  nan_f32: fn("fn nan_f32(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }"),
  nan_f16: fn("fn nan_f16(x: f16) -> bool { return nan_f32(f32(x)); }", "nan_f32"),
  min_f32: propagating("min", "f32"),
  max_f32: propagating("max", "f32"),
  min_f16: propagating("min", "f16"),
  max_f16: propagating("max", "f16"),
  // Drivers take x * 0 and 0 / x for 0, and x / 0 for anything; of infinities and NaN they are not. `zero` is 0 or -0.
  times_zero: fn(
    "fn times_zero(x: f32, zero: f32) -> f32 {\n" +
      "  let sign = (bitcast<u32>(x) ^ bitcast<u32>(zero)) & 0x80000000u;\n" +
      "  return bitcast<f32>(select(sign, 0x7fc00000u, (bitcast<u32>(x) & 0x7f800000u) == 0x7f800000u));\n" +
      "}",
  ),
  over_zero: fn(
    "fn over_zero(x: f32, zero: f32) -> f32 {\n" +
      "  let sign = (bitcast<u32>(x) ^ bitcast<u32>(zero)) & 0x80000000u;\n" +
      "  return bitcast<f32>(select(sign | 0x7f800000u, 0x7fc00000u, nan_f32(x) || (bitcast<u32>(x) & 0x7fffffffu) == 0u));\n" +
      "}",
    "nan_f32",
  ),
  zero_over: fn(
    "fn zero_over(zero: f32, y: f32) -> f32 {\n" +
      "  let sign = (bitcast<u32>(y) ^ bitcast<u32>(zero)) & 0x80000000u;\n" +
      "  return bitcast<f32>(select(sign, 0x7fc00000u, nan_f32(y) || (bitcast<u32>(y) & 0x7fffffffu) == 0u));\n" +
      "}",
    "nan_f32",
  ),
  // Some GPUs divide with an error of up to 2.5 units in the last place, but 41 / 41 must be 1. One step of refinement; it
  // is exact where fma is.
  div_f32: fn(
    "fn div_f32(x: f32, y: f32) -> f32 {\n" +
      "  let q = x / y;\n" +
      "  let better = q + fma(-q, y, x) / y;\n" +
      "  return select(q, better, (bitcast<u32>(better) & 0x7f800000u) < 0x7f800000u);\n" +
      "}",
  ),
  div_i32: fn(
    "fn div_i32(x: i32, y: i32) -> i32 { if (y == 0i) { return 0i; } if (y == -1i) { return 0i - x; } return x / y; }",
  ),
  div_u32: fn("fn div_u32(x: u32, y: u32) -> u32 { if (y == 0u) { return 0u; } return x / y; }"),
  rem_i32: fn("fn rem_i32(x: i32, y: i32) -> i32 { if (y == 0i || y == -1i) { return 0i; } return x % y; }"),
  rem_u32: fn("fn rem_u32(x: u32, y: u32) -> u32 { if (y == 0u) { return 0u; } return x % y; }"),
  // The built-in % loses all digits of a large quotient. Long division on the bits of the significands, 8 at a time.
  rem_f32: fn(
    `fn rem_f32(x: f32, y: f32) -> f32 {
  let a = bitcast<u32>(x) & 0x7fffffffu;
  let b = bitcast<u32>(y) & 0x7fffffffu;
  if (a >= 0x7f800000u || b > 0x7f800000u || b == 0u) { return f32_bits(0x7fc00000u); }
  if (a < b) { return x; }
  let ea = max(a >> 23u, 1u);
  let eb = max(b >> 23u, 1u);
  var r = select(a & 0x7fffffu, (a & 0x7fffffu) | 0x800000u, a >= 0x800000u);
  let d = select(b & 0x7fffffu, (b & 0x7fffffu) | 0x800000u, b >= 0x800000u);
  var left = ea - eb;
  r = r % d;
  for (; left >= 8u; left -= 8u) { r = (r << 8u) % d; }
  r = (r << left) % d;
  if (r == 0u) { return bitcast<f32>(bitcast<u32>(x) & 0x80000000u); }
  let lead = firstLeadingBit(r);
  let up = min(23u - lead, eb - 1u);
  r = r << up;
  let e = select(0u, eb - up, r >= 0x800000u);
  return bitcast<f32>((bitcast<u32>(x) & 0x80000000u) | (e << 23u) | (r & 0x7fffffu));
}`,
    "f32_bits",
  ),
  // To whole numbers: toward zero, saturating, NaN to 0.
  f32_to_i32: fn(
    "fn f32_to_i32(x: f32) -> i32 {\n" +
      "  let held = i32(clamp(x, -2147483648.0f, 2147483520.0f));\n" +
      "  return select(select(held, 2147483647i, x >= 2147483648.0f), 0i, nan_f32(x));\n" +
      "}",
    "nan_f32",
  ),
  f32_to_u32: fn(
    "fn f32_to_u32(x: f32) -> u32 {\n" +
      "  let held = u32(clamp(x, 0.0f, 4294967040.0f));\n" +
      "  return select(select(held, 4294967295u, x >= 4294967296.0f), 0u, nan_f32(x));\n" +
      "}",
    "nan_f32",
  ),
} satisfies Readonly<Record<string, HelperText>>;
export type Helper = keyof typeof helpers;

/** The text of the helpers asked for, with those they call, in an order in which each comes after what it calls. */
export const helperText = (wanted: ReadonlySet<Helper>): readonly string[] => {
  const done = new Set<Helper>(), out: string[] = [];
  const add = (name: Helper): void => {
    if (done.has(name)) return;
    done.add(name);
    helpers[name].needs.forEach((n) => add(n as Helper));
    out.push(helpers[name].text);
  };
  [...wanted].sort().forEach(add);
  return out;
};
