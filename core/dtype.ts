/**
 * Element types. `bool` is stored as one 32-bit word per element (0 or 1), as a GPU must; everything else as its name says.
 */
export type DType = "f32" | "i32" | "u32" | "bool" | "f16" | "f64";
/** The dtypes a derivative exists for. */
export type Float = "f32" | "f16" | "f64";
/** Whole numbers of 32 bits. */
export type Int = "i32" | "u32";

export const floats: readonly DType[] = ["f32", "f16", "f64"];
export const ints: readonly DType[] = ["i32", "u32"];
export const numeric: readonly DType[] = [...floats, ...ints];
export const dtypes: readonly DType[] = [...numeric, "bool"];

export const isFloat = (d: DType): d is Float => d === "f32" || d === "f16" || d === "f64";

const largest = { f16: 65504, f32: 3.4028234663852886e38, f64: Infinity };
/** Whether a dtype has a number: whole numbers must lie in the range, what is finite must stay so; floats round. */
export const holds = (dtype: DType, x: number): boolean => {
  switch (dtype) {
    case "bool":
      return x === 0 || x === 1;
    case "i32":
      return x === (x | 0);
    case "u32":
      return x === x >>> 0;
    default:
      return !Number.isFinite(x) || Math.abs(x) <= largest[dtype];
  }
};

/** Bytes of one stored element. */
export const byteSize: Readonly<Record<DType, number>> = { f32: 4, i32: 4, u32: 4, bool: 4, f16: 2, f64: 8 };

/** The arrays in which elements travel between the user and a backend. */
export type Data = Float32Array | Int32Array | Uint32Array | Float64Array | Uint16Array;

/** An array for `length` stored elements: `bool` travels as words, `f16` as its bits. */
export const allocate = (dtype: DType, length: number): Data => {
  switch (dtype) {
    case "f32":
      return new Float32Array(length);
    case "i32":
      return new Int32Array(length);
    case "u32":
    case "bool":
      return new Uint32Array(length);
    case "f64":
      return new Float64Array(length);
    case "f16":
      return new Uint16Array(length);
  }
};
