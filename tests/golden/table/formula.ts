/** Formulas of one variable written as text, such as `min((k + 1) / 5, sqrt(5 / (k + 1)))`, as functions of a tensor. */
import * as o from "../../../ops/mod.ts";
import { Unknown } from "../job.ts";
import type { Any } from "./row.ts";

const functions: Readonly<Record<string, (...xs: Any[]) => Any>> = {
  min: o.minimum as Any, max: o.maximum as Any, sqrt: o.sqrt as Any, exp: o.exp as Any, log: o.log as Any, cos: o.cos as Any, abs: o.abs as Any,
};
/** Binary operators by how tightly they bind, loosest first. */
const levels: readonly Readonly<Record<string, Any>>[] = [{ "+": o.add, "-": o.sub }, { "*": o.mul, "/": o.div }];

/** Reads a formula; throws `Unknown` for what it cannot read. */
export const formula = (text: string, variable: string): (x: Any) => Any => (x) => {
  const tokens = text.match(/\d+(\.\d+)?(e[-+]?\d+)?|\w+|\*\*|\S/g) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new Unknown(`the table cannot read ${tokens[at] ?? "the end"} of the formula ${text}`);
  };
  const take = (token: string): boolean => tokens[at] === token && ++at > 0;
  const need = (token: string): void => void (take(token) || fail());
  /** Numbers are tensors too: an operation of two plain numbers would not know the dtype. */
  const number = (v: number): Any => o.add(o.mul(x, 0) as Any, v as Any);
  const group = (): Any => {
    const found = level(0);
    need(")");
    return found;
  };
  const primary = (): Any => {
    if (take("-")) return o.neg(power());
    if (take("(")) return group();
    const token = tokens[at] ?? fail();
    if (/^\d/.test(token)) return number(Number(tokens[at++]));
    if (take(variable)) return x;
    const f = functions[token] ?? fail();
    at++;
    need("(");
    const operands = [level(0)];
    while (take(",")) operands.push(level(0));
    need(")");
    return f(...operands);
  };
  const power = (): Any => {
    const base = primary();
    return take("**") || take("^") ? o.pow(base, power()) : base;
  };
  const level = (depth: number): Any => {
    const operators = levels[depth];
    if (operators === undefined) return power();
    let left = level(depth + 1);
    for (let f = operators[tokens[at] ?? ""]; f !== undefined; f = operators[tokens[at] ?? ""]) {
      at++;
      left = f(left, level(depth + 1));
    }
    return left;
  };
  const found = level(0);
  return at === tokens.length ? found : fail();
};
