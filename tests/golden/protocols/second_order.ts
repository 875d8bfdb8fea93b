/** Derivatives of derivatives: every order in the ways the transforms can be nested. */
import { reshape } from "../../../ops/structure.ts";
import { add, mean, mul, ones, sqrt, square, sub, sum, tanh } from "../../../ops/mod.ts";
import { grad, jvp, valueAndGrad } from "../../../transforms/grad.ts";
import { hessian, jacfwd, jacrev } from "../../../transforms/jacobian.ts";
import { type Expectation, expectStored, Unknown } from "../job.ts";
import type { Case, Folder } from "../layout.ts";
import type { Any, Inputs } from "../table/row.ts";
import { expression, functionOfOne } from "./expressions.ts";
import { matmul, mse } from "./parts.ts";
import { expectOutputs, inputsOf, type Protocol, type Protocols } from "./protocol.ts";

/** The function of a case in its variables, and the point. */
const setting = (
  c: Case,
  folder: Folder,
): { readonly f: (p: Inputs) => Any; readonly at: Any; readonly along: Any } => {
  const inputs = inputsOf(c, folder), wrt: readonly string[] = c.args.wrt, f = expression(c.args.expr);
  const pick = (prefix: string) => Object.fromEntries(wrt.map((n) => [n, inputs[`${prefix}${n}`]]));
  return { f: (p) => f({ ...inputs, ...p }), at: pick(""), along: pick("v_") };
};
const prefixed = (prefix: string, tree: Readonly<Record<string, Any>>) =>
  Object.fromEntries(Object.entries(tree).map(([k, v]) => [`${prefix}${k}`, v]));
/** The same outputs reached by another way. */
const also = (how: string, c: Case, folder: Folder, outputs: Readonly<Record<string, Any>>): readonly Expectation[] =>
  Object.entries(outputs).map(([name, t]) => expectStored(`${name} by ${how}`, t, folder.stored(c, "out", name), c));

const hvp: Protocol = (c, folder) => {
  const { f, at, along } = setting(c, folder), gradient: Any = grad(f as Any);
  const [g, h]: Any = jvp(gradient, [at], [along]);
  const inner = (p: Any): Any =>
    Object.entries(gradient(p)).map(([k, t]: Any) => sum(mul(t, along[k]) as Any)).reduce((a: Any, b: Any) =>
      add(a, b) as Any
    );
  return [
    ...expectOutputs(c, folder, { y: f(at), ...prefixed("grad_", g), ...prefixed("hvp_", h) }),
    ...also("grad of grad", c, folder, prefixed("hvp_", (grad(inner as Any) as Any)(at))),
  ];
};
const directional: Protocol = (c, folder) => {
  const { f, at, along } = setting(c, folder), [y, t]: Any = jvp(f as Any, [at] as Any, [along] as Any);
  return expectOutputs(c, folder, { y, jvp: t });
};
const jacobian: Protocol = (c, folder) => {
  const { f, at } = setting(c, folder);
  return [
    ...expectOutputs(c, folder, { y: f(at), ...prefixed("jac_", (jacrev(f as Any) as Any)(at)) }),
    ...also("jacfwd", c, folder, prefixed("jac_", (jacfwd(f as Any) as Any)(at))),
  ];
};
const secondDerivatives: Protocol = (c, folder) => {
  const { f, at } = setting(c, folder), h: Any = hessian(f as Any)(at as Any), gradient = grad(f as Any);
  const flat = (m: Any) =>
    Object.fromEntries(Object.keys(m).flatMap((p) => Object.keys(m[p]).map((q) => [`hess_${p}_${q}`, m[p][q]])));
  return [
    ...expectOutputs(c, folder, { y: f(at), ...flat(h) }),
    ...also("jacrev of grad", c, folder, flat((jacrev(gradient as Any) as Any)(at))),
  ];
};
const higher: Protocol = (c, folder) => {
  const { x } = inputsOf(c, folder), f = functionOfOne(c.args.expr);
  const back = (g: Any) => grad(((v: Any) => sum(g(v))) as Any) as Any;
  const forth = (g: Any) => (v: Any): Any => jvp(g, [v], [ones(v.shape)] as Any)[1];
  const orders = (step: Any): Any => {
    const d1 = step(f), d2 = step(d1), d3 = step(d2);
    return { d1: d1(x), d2: d2(x), d3: d3(x) };
  };
  return [...expectOutputs(c, folder, { y: f(x), ...orders(back) }), ...also("jvp of jvp", c, folder, orders(forth))];
};

/** Functions that contain a gradient, by their text. */
const nested: Readonly<Record<string, (v: Inputs) => Any>> = {
  "g = d/dx sum(tanh(x @ w1 + b1) @ w2); y = mean((sqrt(sum(g^2, axis 1) + 1e-12) - 1)^2); gradients of y": (
    { w1, b1, w2, x },
  ) => {
    const score = (v: Any): Any => sum(matmul(tanh(add(matmul(v, w1), b1) as Any), w2));
    const g: Any = (grad(score as Any) as Any)(x), length = sqrt(add(sum(square(g) as Any, 1), 1e-12) as Any);
    return [mean(square(sub(length, 1) as Any) as Any), { input_grad: g }];
  },
  "w' = w - lr * d/dw mse(tanh(x @ w), t); y = mse(tanh(x2 @ w'), t2); gradients of y by w and lr": (
    { w, lr, x, t, x2, t2 },
  ) => {
    const loss = (v: Any): Any => mse(tanh(matmul(x, v)), t);
    const adapted: Any = sub(w, mul(reshape(lr, []), (grad(loss as Any) as Any)(w)) as Any);
    return [mse(tanh(matmul(x2, adapted)), t2), { w_adapted: adapted }];
  },
};
const gradOfGrad: Protocol = (c, folder) => {
  const inputs = inputsOf(c, folder), f = nested[c.args.expr as string], wrt: readonly string[] = c.args.wrt;
  if (f === undefined) throw new Unknown(`the table does not know the expression ${c.args.expr}`);
  const at = Object.fromEntries(wrt.map((n) => [n, inputs[n]]));
  const [[y, rest], g]: Any = valueAndGrad(((p: Inputs) => f({ ...inputs, ...p })) as Any, { aux: true })(at);
  return expectOutputs(c, folder, { y, ...rest, ...prefixed("grad_", g) });
};

export const secondOrder: Protocols = {
  hvp,
  jvp: directional,
  jacobian,
  hessian: secondDerivatives,
  nth_derivative: higher,
  grad_of_grad: gradOfGrad,
};
