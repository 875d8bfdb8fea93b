import { type Expr, type Guard, visit } from "../../core/expr.ts";
import { type Context, derive, type Env, keyOf, type Mask, placeOf, type Val, varies, wide } from "./env.ts";
import type { Value } from "./ir.ts";
import { choose } from "./op.ts";
import { blend } from "./values.ts";

/** A guard: a branch where all lanes agree, else the loads in `value` are kept to the lanes in which the condition holds. */
export const evaluateGuard = (cx: Context, e: Guard, env: Env): Val => {
  const condition = cx.evaluate(e.cond, env);
  const decided = condition.value.constant !== null && !condition.wide;
  if (decided || !cx.analysis.reads(e.value)) {
    return choose(cx, condition, e.dtype, () => cx.evaluate(e.value, env), () => cx.evaluate(e.other, env));
  }
  if (!condition.wide) return branch(cx, e, env, condition.value);
  if (hasFold(e.value)) return rarely(cx, e, env, condition.value);
  const inside = derive(env, { mask: masked(cx, env.mask, condition.value) });
  const value = wide(cx, cx.evaluate(e.value, inside), e.dtype);
  const other = wide(cx, cx.evaluate(e.other, env), e.dtype);
  return { value: blend(cx.b, e.dtype, condition.value, value, other), wide: true };
};

const masked = ({ b }: Context, mask: Mask | null, lanes: Value): Mask => {
  const both = mask?.lanes ? b.op("v128.and", mask.lanes, lanes) : lanes;
  const any = b.op("v128.any_true", both);
  return { lanes: both, any: mask?.any ? b.op("i32.and", mask.any, any) : any, count: null };
};

const hasFold = (e: Expr): boolean => {
  let found = false;
  visit([e], (x) => found ||= x.tag === "fold");
  return found;
};
/** What takes a loop is computed only if there is a lane in which the condition holds. */
const rarely = (cx: Context, e: Guard, env: Env, condition: Value): Val => {
  const scope = placeOf(cx, e, env), key = keyOf(cx, e, env), known = scope.known.get(key);
  if (known !== undefined) return { value: known, wide: true };
  const other = wide(cx, cx.evaluate(e.other, env), e.dtype), mask = masked(cx, env.mask, condition);
  const some = () => {
    const value = wide(cx, cx.evaluate(e.value, derive(env, { mask, bindings: anew(cx, env, mask.any!) })), e.dtype);
    return [blend(cx.b, e.dtype, condition, value, other)];
  };
  const [value] = cx.b.at(scope, () => cx.b.choose(mask.any!, some, () => [other]));
  scope.known.set(key, value!);
  return { value: value!, wide: true };
};

/** The same axes as values of the branch that is built: what is made of them is not computed outside of it. */
const anew = ({ b }: Context, { bindings }: Env, condition: Value): Env["bindings"] => {
  const copy = (base: Value): Value =>
    base.constant !== null ? base : b.choose(condition, () => [base], () => [base])[0]!;
  return new Map([...bindings].map(([axis, { base, offset }]) => [axis, { base: copy(base), offset }]));
};

/** Both sides as branches, in the outermost scope that knows them. */
const branch = (cx: Context, e: Guard, env: Env, condition: Value): Val => {
  const scope = placeOf(cx, e, env), key = keyOf(cx, e, env), isWide = varies(cx, e, env);
  const known = scope.known.get(key);
  if (known !== undefined) return { value: known, wide: isWide };
  const side = (x: Guard["value"]) => () => {
    const v = cx.evaluate(x, derive(env, {}));
    return [isWide ? wide(cx, v, e.dtype) : v.value];
  };
  const [value] = cx.b.at(scope, () => cx.b.choose(condition, side(e.value), side(e.other)));
  scope.known.set(key, value!);
  return { value: value!, wide: isWide };
};
