import { abs, add, exp, mul, sqrt, sub, tanh, type Tensor } from "../../mod.ts";
import type { Case } from "../support/case.ts";
import { normal } from "../support/inputs.ts";

type Vector = Tensor<[number], "f32">;

/** Ten elementwise operations in a row, which should cost as much as reading and writing once, and the transcendental ones. */
export const elementwiseCases = (tiny: boolean, length = tiny ? 1000 : 4 * 2 ** 20): readonly Case[] => [
  {
    name: "chain-mixed",
    title: "10 elementwise operations with tanh, exp, sqrt on 4 M",
    inputs: () => [normal([length], 1), normal([length], 2)],
    ours: (x: Vector, y: Vector) => {
      const a = tanh(x), b = exp(a), c = sqrt(b);
      return [add(abs(sub(mul(add(mul(c, y), x), a), b)), mul(c, 0.5))];
    },
    jax: ({ numpy: np }) => (x, y) => {
      const a = np.tanh(x.ref), b = np.exp(a.ref), c = np.sqrt(b.ref);
      return [np.abs(c.ref.mul(y).add(x).mul(a).sub(b)).add(c.mul(0.5))];
    },
    tf: () => (x, y) => {
      const a = x.tanh(), b = a.exp(), c = b.sqrt();
      return [c.mul(y).add(x).mul(a).sub(b).abs().add(c.mul(0.5))];
    },
    onnx: (g, x, y) => {
      const a = g.op("Tanh", [x]), b = g.op("Exp", [a]), c = g.op("Sqrt", [b]);
      const d = g.op("Sub", [g.op("Mul", [g.op("Add", [g.op("Mul", [c, y]), x]), a]), b]);
      const half = g.constant({ shape: [], data: Float32Array.of(0.5) });
      return [g.op("Add", [g.op("Abs", [d]), g.op("Mul", [c, half])])];
    },
    bytes: 12 * length,
    torch: `
def call(x, y):
    a = torch.tanh(x)
    b = torch.exp(a)
    c = torch.sqrt(b)
    return [((c * y + x) * a - b).abs() + c * 0.5]
`,
  },
  {
    name: "chain-muladd",
    title: "10 multiplications and additions on 4 M",
    inputs: () => [normal([length], 1), normal([length], 2)],
    ours: (x: Vector, y: Vector) => {
      let z = x;
      for (let i = 0; i < 5; i++) z = add(mul(z, y), x);
      return [z];
    },
    jax: () => (x, y) => {
      let z = x.ref;
      for (let i = 0; i < 5; i++) z = z.mul(y.ref).add(x.ref);
      x.dispose();
      y.dispose();
      return [z];
    },
    tf: () => (x, y) => {
      let z = x;
      for (let i = 0; i < 5; i++) z = z.mul(y).add(x);
      return [z];
    },
    onnx: (g, x, y) => {
      let z = x;
      for (let i = 0; i < 5; i++) z = g.op("Add", [g.op("Mul", [z, y]), x]);
      return [z];
    },
    bytes: 12 * length,
    torch: `
def call(x, y):
    z = x
    for _ in range(5):
        z = z * y + x
    return [z]
`,
  },
];
