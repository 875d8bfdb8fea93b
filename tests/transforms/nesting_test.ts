/** Transforms nested in any order, against closed forms, on every back end. */
import { beforeAll, describe, expect, test } from "bun:test";
import {
  add,
  checkpoint,
  cond,
  cos,
  customJvp,
  customVjp,
  forLoop,
  grad,
  greater,
  hessian,
  item,
  jacfwd,
  jacrev,
  jit,
  jvp,
  less,
  linearize,
  log,
  matmul,
  mul,
  random,
  read,
  run,
  scalar,
  scan,
  setBackend,
  sin,
  stopGradient,
  sum,
  tanh,
  type Tensor,
  tensor,
  transpose,
  valueAndGrad,
  vjp,
  vmap,
  whileLoop,
} from "../../mod.ts"; // deno-fmt-ignore
import { onDevices } from "../support/backends.ts";

type Scalar = Tensor<[], "f32">;
type Vector = Tensor<[3], "f32">;
const near = (got: unknown, want: unknown, digits = 5): void => {
  const [a, b] = [[got].flat(9), [want].flat(9)] as [number[], number[]];
  expect(a.length).toBe(b.length);
  a.forEach((x, i) => expect(x).toBeCloseTo(b[i]!, digits));
};
const cube = (x: Scalar): Scalar => mul(mul(x, x), x);
const points = [-1.5, 0.25, 2];
const x3 = (): Vector => tensor([-1.5, 0.25, 2]);

describe("nested transforms", () => {
  onDevices("grad of grad of grad of x³ is 6", async () => near(await item(grad(grad(grad(cube)))(scalar(2))), 6));
  onDevices(
    "vmap(grad) of x³ is 3x²",
    async () => near(await read(vmap(grad(cube))(x3())), points.map((x) => 3 * x * x)),
  );
  onDevices(
    "jit(vmap(grad)) of x³ is 3x²",
    async () => near(await read(jit(vmap(grad(cube)))(x3())), points.map((x) => 3 * x * x)),
  );
  onDevices("grad of the sum of vmap is vmap of grad", async () => {
    const total = (x: Vector) => sum(vmap(cube)(x) as Vector);
    near(await read(grad(total)(x3())), points.map((x) => 3 * x * x));
  });
  onDevices("jvp(grad) of x³ in direction t is 6xt", async () => {
    const [slope, curve] = jvp(grad(cube), [scalar(2)], [scalar(0.5)]);
    near([await item(slope), await item(curve)], [12, 6]);
  });
  onDevices("grad(jvp) of x³ along 1 is 6x", async () => {
    const f = (x: Scalar) => jvp(cube, [x], [scalar(1)])[1];
    near(await item(grad(f)(scalar(2))), 12);
  });
  onDevices("hessian of xᵀAx is A + Aᵀ, in any layout of the argument", async () => {
    const a = tensor([[1, 2, 0], [0, 3, 4], [5, 0, 6]]);
    const form = (x: Vector) => sum(mul(x, matmul(a, x)));
    near(await read(hessian(form)(x3())), await read(add(a, transpose(a))));
    near(await read(jit(hessian(form))(x3())), await read(add(a, transpose(a))));
  });
  onDevices("jacfwd = jacrev = the outer form", async () => {
    const f = (x: Vector) => mul(x, sum(mul(x, x)));
    const want = points.map((xi, i) =>
      points.map((xj, j) => (i === j ? points.reduce((s, x) => s + x * x, 0) : 0) + 2 * xi * xj)
    );
    near(await read(jacfwd(f)(x3())), want, 4);
    near(await read(jacrev(f)(x3())), want, 4);
  });
  onDevices("grad(scan) of a product of steps", async () => {
    const power = (x: Scalar) =>
      scan((c: Scalar, s: Scalar) => [mul(c, mul(x, s)), c] as const, scalar(1), tensor([1, 2, 3, 4]))[0];
    near(await item(power(scalar(1.5))), 24 * 1.5 ** 4, 3);
    near(await item(grad(power)(scalar(1.5))), 24 * 4 * 1.5 ** 3, 3);
    near(await item(grad(grad(power))(scalar(1.5))), 24 * 12 * 1.5 ** 2, 3);
    near(await read(vmap(grad(power))(x3())), points.map((x) => 96 * x ** 3), 3);
    near(await item(jit(grad(power))(scalar(1.5))), 24 * 4 * 1.5 ** 3, 3);
  });
  onDevices("scan backwards sums from the end", async () => {
    const [, sums] = scan((c: Scalar, x: Scalar) => [add(c, x), add(c, x)] as const, scalar(0), tensor([1, 2, 3, 4]), {
      reverse: true,
    });
    near(await read(sums), [10, 9, 7, 4]);
  });
  onDevices("checkpoint changes no value and no derivative", async () => {
    const block = (x: Scalar): Scalar => tanh(sin(tanh(mul(x, 1.5))));
    const plain = (x: Scalar) => block(block(x)), saved = (x: Scalar) => checkpoint(block)(checkpoint(block)(x));
    near(await item(grad(saved)(scalar(0.4))), await item(grad(plain)(scalar(0.4))));
    near(await item(grad(checkpoint(jit(saved)))(scalar(0.4))), await item(grad(plain)(scalar(0.4))));
    near(await item(grad(grad(saved))(scalar(0.4))), await item(grad(grad(plain))(scalar(0.4))));
    near(await read(vmap(grad(saved))(x3())), await read(vmap(grad(plain))(x3())));
  });
  onDevices("cond takes one side, and nothing of the other reaches the derivative", async () => {
    const f = (x: Scalar) => cond(greater(x, 0), (y: Scalar) => log(y), (y: Scalar) => mul(y, y), x);
    near([await item(f(scalar(-2))), await item(grad(f)(scalar(-2))), await item(grad(f)(scalar(2)))], [4, -4, 0.5]);
    near(await read(vmap(grad(f))(tensor([-2, 0, 2]))), [-4, 0, 0.5]);
  });
  onDevices("whileLoop and forLoop are differentiated through", async () => {
    const grow = (x: Scalar) => whileLoop((c: Scalar) => less(c, 100), (c: Scalar) => mul(c, x), x, { max: 12 });
    near([await item(grow(scalar(3))), await item(grad(grow)(scalar(3)))], [243, 405]);
    const power = (x: Scalar) => forLoop(0, 4, (_i, c: Scalar) => mul(c, x), scalar(1));
    near(await item(grad(power)(scalar(1.5))), 4 * 1.5 ** 3, 4);
  });
  onDevices("custom rules are used by every derivative", async () => {
    const seven = customJvp((x: Scalar): Scalar => sin(x), (_p, [t]: [Scalar]) => mul(t, 7));
    near([await item(grad(seven)(scalar(0.5))), await item(jvp(seven, [scalar(0.5)], [scalar(2)])[1])], [7, 14]);
    const ten = customVjp(
      (x: Scalar): Scalar => sin(x),
      (x: Scalar) => [sin(x), cos(x)] as const,
      (c: Scalar, ct: Scalar): [Scalar] => [mul(mul(c, ct), 10)],
    );
    near(await read(vmap(grad(ten))(x3())), points.map((x) => 10 * Math.cos(x)), 4);
  });
});

describe("single transforms", () => {
  beforeAll(() => run(setBackend("wasm")));
  test("vjp and jvp are adjoint", async () => {
    const w = random.normal(random.key(1), [3, 3]), f = (x: Vector): Vector => tanh(matmul(w, x));
    const t = tensor([0.3, -1, 2]), c = tensor([1, 0.5, -0.25]);
    const [, forward] = jvp(f, [x3()], [t]), [, pull] = vjp(f, x3());
    const [back] = pull(c);
    near(await item(sum(mul(forward, c))), await item(sum(mul(back, t))), 4);
    const [, push] = linearize(f, x3());
    near(await read(push(t)), await read(forward));
  });
  test("gradients go to the chosen arguments, as trees", async () => {
    const f = (p: { a: Scalar; b: Vector }, s: Scalar) => mul(mul(p.a, sum(p.b)), s);
    const [[da, db], ds] = await Promise.all([
      Promise.all(Object.values(grad(f)({ a: scalar(2), b: x3() }, scalar(3))).map((t) => read(t as Tensor))),
      item(grad(f, { argnums: 1 })({ a: scalar(2), b: x3() }, scalar(3))),
    ]);
    near([da, db, ds], [2.25, 6, 6, 6, 1.5]);
    const [[value, extra], g] = valueAndGrad((x: Scalar) => [cube(x), { twice: mul(x, 2) }] as const, { aux: true })(
      scalar(2),
    );
    near([await item(value), await item(extra.twice), await item(g)], [8, 4, 12]);
  });
  test("stopGradient is a constant to every derivative", async () =>
    near(await item(grad((x: Scalar) => mul(x, stopGradient(x)))(scalar(3))), 3));
  test("a loss that is no scalar, a whole number, a leaked value: errors that say so", () => {
    expect(() => grad(((x: Vector) => mul(x, x)) as never as (x: Vector) => Scalar)(x3())).toThrow(
      "grad: the loss must be a scalar float, got [3]",
    );
    expect(() => grad((x: Tensor<[], "i32">) => mul(x, x) as never as Scalar)(scalar(1, "i32") as never)).toThrow(
      "expected floats",
    );
    let leaked: Scalar | null = null;
    grad((x: Scalar) => (leaked = x, mul(x, x)))(scalar(1));
    expect(() => add(leaked!, 1)).toThrow("belongs to a trace that has ended");
    expect(() => `${scalar(1)}`).toThrow("Cannot use a tensor as a string");
    expect(() => (scalar(1) as never as number) > 0).toThrow("Cannot use a tensor");
  });
});
