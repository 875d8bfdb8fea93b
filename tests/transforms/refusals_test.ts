/** What transforms say of functions and values that do not fit them: the sentences that the type checker gives, and more. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { AxisError, DTypeError, ShapeError } from "../../core/errors.ts";
import * as p from "../../mod.ts";
import { projectPath } from "../support/skips.ts";

// deno-lint-ignore no-explicit-any -- programs that the type checker would refuse
type Any = any;
const { add, concat, greater, mul, ones, scalar, zeros } = p;
const any = p as Any, { sum } = any;
const of = (...shape: number[]): Any => ones(shape);
const double = (x: Any) => mul(x, 2),
  two = (x: Any, y: Any) => add(sum(x), sum(y)),
  twice = (x: Any) => concat([x, x], 0);
const yes = (): Any => greater(scalar(1), 0), positive = (x: Any) => greater(sum(x), 0), three = { max: 3 };

type Row = readonly [sentence: string, error: new (...args: never[]) => Error, program: () => unknown];
/** Those that are sentences of types too. */
const twins: readonly Row[] = [
  ["vmap: argument 1 has no axis 2 among 2", AxisError, () => any.vmap(double, { in: 2 })(of(5, 3))],
  ["vmap: argument 1 has no axis -3 among 2", AxisError, () => any.vmap(double, { in: -3 })(of(5, 3))],
  ["vmap: argument 1 has no axis 1.5 among 2", AxisError, () => any.vmap(double, { in: 1.5 })(of(5, 3))],
  [
    "vmap: argument 2 has 6 examples along axis 0, the ones before it 5: [6, 4]",
    ShapeError,
    () => any.vmap(two)(of(5, 3), of(6, 4)),
  ],
  ["vmap: in has 3 axes for 2 arguments", AxisError, () => any.vmap(two, { in: [0, 0, 1] })(of(5, 3), of(5, 4))],
  ["vmap: no argument has a batch axis", ShapeError, () => any.vmap(two, { in: [null, null] })(of(3), of(4))],
  ["vmap: the result has no axis 2 among 2", AxisError, () => any.vmap(double, { out: 2 })(of(5, 3))],
  ["jvp: expected a tangent of type f32[3], got f32[4]", ShapeError, () => any.jvp(double, [of(3)], [of(4)])],
  [
    "jvp: expected a tangent of type f32[3], got i32[3]",
    ShapeError,
    () => any.jvp(double, [of(3)], [zeros([3], "i32")]),
  ],
  ["jvp: expected 2 tangents, got 1", ShapeError, () => any.jvp(two, [of(3), of(4)], [of(3)])],
  ["vjp: expected a cotangent of type f32[3], got f32[4]", ShapeError, () => any.vjp(double, of(3))[1](of(4))],
  [
    "linearize: expected a tangent of type f32[3], got f32[4]",
    ShapeError,
    () => any.linearize(double, of(3))[1](of(4)),
  ],
  ["hessian: the loss must be a scalar float, got [3]", ShapeError, () => any.hessian(double)(of(3))],
  ["cond: expected a predicate bool[], got f32[]", DTypeError, () => any.cond(of(), double, double, of(3))],
  [
    "cond: expected a predicate bool[], got bool[3]",
    DTypeError,
    () => any.cond(greater(of(3), 0), double, double, of(3)),
  ],
  ["cond: expected a predicate bool[], got a boolean", DTypeError, () => any.cond(true, double, double, of(3))],
  ["cond: the second branch returns f32[], expected f32[3]", ShapeError, () => any.cond(yes(), double, sum, of(3))],
  ["cond: the second branch returns f32[6], expected f32[3]", ShapeError, () => any.cond(yes(), double, twice, of(3))],
  [
    "whileLoop: expected a test bool[], got bool[3]",
    DTypeError,
    () => any.whileLoop((x: Any) => greater(x, 0), double, of(3), three),
  ],
  ["whileLoop: expected a test bool[], got f32[]", DTypeError, () => any.whileLoop(sum, double, of(3), three)],
  [
    "whileLoop: the carry must keep its type, f32[3], but the step returns f32[]",
    ShapeError,
    () => any.whileLoop(positive, sum, of(3), three),
  ],
  [
    "whileLoop: the carry must keep its type, f32[3], but the step returns f32[6]",
    ShapeError,
    () => any.whileLoop(positive, twice, of(3), three),
  ],
  [
    "forLoop: the carry must keep its type, f32[3], but the step returns f32[6]",
    ShapeError,
    () => any.forLoop(0, 3, (_: Any, x: Any) => twice(x), of(3)),
  ],
  [
    "scan: the carry must keep its type, f32[3], but the step returns f32[]",
    ShapeError,
    () => any.scan((c: Any, x: Any) => [sum(c), x], of(3), of(5, 3)),
  ],
  [
    "scan: the carry must keep its structure",
    ShapeError,
    () => any.scan((c: Any, x: Any) => [[c, x], x], of(3), of(5, 3)),
  ],
  [
    "scan: expected 5 leading entries, got f32[6]",
    ShapeError,
    () => any.scan((c: Any) => [c, null], of(3), [of(5, 3), of(6)]),
  ],
  ["scan: expected leading entries, got f32[]", ShapeError, () => any.scan((c: Any) => [c, null], of(3), of())],
  ["outer: expects vectors, got [2, 3]", ShapeError, () => any.outer(of(2, 3), of(3))],
  ["outer: expects vectors, got []", ShapeError, () => any.outer(of(3), of())],
];
const others: readonly Row[] = [
  [
    "jvp: expected a tangent of the structure of its value: *, got [*]",
    ShapeError,
    () => any.jvp(double, [of(3)], [[of(3)]]),
  ],
  [
    "vjp: expected a cotangent of the structure of its value: *, got [*,*]",
    ShapeError,
    () => any.vjp(double, of(3))[1]([of(3), of(3)]),
  ],
  [
    "cond: the second branch returns another structure: expected *, got [*]",
    ShapeError,
    () => any.cond(yes(), double, (x: Any) => [x], of(3)),
  ],
  [
    'whileLoop: the carry must keep its structure: expected *, got {"x":*}',
    ShapeError,
    () => any.whileLoop(positive, (x: Any) => ({ x }), of(3), three),
  ],
  [
    "whileLoop: expected a whole number from 0 as max, got undefined",
    RangeError,
    () => any.whileLoop(positive, double, of(3)),
  ],
  ["scan: expected entries or a length", ShapeError, () => any.scan((c: Any) => [c, null], of(3), null)],
  [
    "scan: expected 4 leading entries, got f32[5]",
    ShapeError,
    () => any.scan((c: Any) => [c, null], of(3), of(5), { length: 4 }),
  ],
  ["jit: there is no argument -1 among 1", AxisError, () => any.jit(double, { donate: [-1] })(of(3))],
  [
    "hessian: expected floats to differentiate in, got i32[2]",
    DTypeError,
    () => any.hessian((x: Any) => sum(p.cast(x, "f32")))(zeros([2], "i32")),
  ],
  [
    "scan: the step must return [carry, result], got undefined",
    TypeError,
    () => any.scan(() => undefined, of(3), of(5, 3)),
  ],
  [
    "scan: expected a whole number from 0 as length, got -1",
    RangeError,
    () => any.scan((c: Any) => [c, null], of(3), null, { length: -1 }),
  ],
];

describe("transforms refuse, in words", () => {
  test.each([...twins, ...others])("%s", (sentence, error, program) => {
    let thrown: unknown;
    try {
      program();
    } catch (e) {
      thrown = e;
    }
    expect(thrown instanceof error ? (thrown as Error).message : thrown).toContain(sentence);
  });
  test("what they say is what the types say", () => {
    const text = readFileSync(projectPath("tests/types/transform_errors.ts"), "utf8");
    const typed = [...text.matchAll(/^\/\/ @ts-expect-error (?!TS: )(.+)$/gm)].map(([, sentence]) => sentence!);
    const said = new Set(twins.map(([sentence]) => sentence));
    // Only the types know how many arguments a function can have.
    expect(typed.filter((sentence) => !said.has(sentence))).toEqual([
      "jit: there is no argument 1 among 1",
      "jit: there is no argument 3 among 1",
    ]);
    expect([...said].filter((sentence) => !typed.includes(sentence))).toEqual([]);
  });
});

describe("rules given by hand", () => {
  const square = (x: Any) => mul(x, x), forward = (x: Any) => [square(x), x], ct = (_: Any, c: Any) => [c];
  const slope = (of3: Any) => any.grad((x: Any) => sum(of3(x)))(of(3));
  const vjpOf = (forward: Any, backward: Any) => () => slope(any.customVjp(square, forward, backward));
  const jvpOf = (rule: Any) => () => slope(any.customJvp(square, rule));
  const reverse = any.customVjp(square, forward, (x: Any, c: Any) => [mul(mul(x, 2), c)]);
  test.each(
    [
      [
        "customVjp: the cotangent of argument 1: expected f32[3], got f32[]",
        vjpOf(forward, (_: Any, c: Any) => [sum(c)]),
      ],
      ["customVjp: the cotangent of argument 1: expected *, got [*]", vjpOf(forward, (_: Any, c: Any) => [[c]])],
      ["customVjp: backward must return 1 cotangents as a tuple, got 2", vjpOf(forward, (_: Any, c: Any) => [c, c])],
      ["customVjp: the result of forward: expected f32[3], got f32[]", vjpOf((x: Any) => [sum(x), x], ct)],
      ["customVjp: forward must return [result, residuals]", vjpOf(square, ct)],
      ["customJvp: the tangent: expected f32[3], got f32[]", jvpOf((_: Any, [t]: Any) => sum(t))],
      [
        "Cannot transpose mul: both factors depend on what the function must be linear in",
        jvpOf((_: Any, [t]: Any) => mul(t, t)),
      ],
      [
        "Cannot transpose div: the divisor depends on what the function must be linear in",
        jvpOf((_: Any, [t]: Any) => p.div(1, t)),
      ],
      [
        "Cannot batch customVjp: only the reverse derivative of a customVjp function is known",
        () => any.vmap((x: Any) => any.jvp(reverse, [x], [scalar(1)])[1])(of(3)),
      ],
    ] as const,
  )("that do not fit say: %s", (sentence, program) => expect(program).toThrow(sentence));
  test("without a forward derivative say so in the name of customVjp", async () => {
    let said = "";
    await p.read(any.jvp(reverse, [of(3)], [of(3)])[1]).catch((e: Error) => said = e.message);
    expect(said).toContain(
      "customVjp: only the reverse derivative of a customVjp function is known; use grad or vjp, not jvp",
    );
  });
  test("may give null for a cotangent that is 0", async () => {
    const rule = any.customVjp((x: Any, y: Any) => mul(x, y), (x: Any, y: Any) => [mul(x, y), y], (y: Any, c: Any) => [
      mul(y, c),
      null,
    ]);
    const [dx, dy] = any.grad((x: Any, y: Any) => sum(rule(x, y)), { argnums: [0, 1] })(of(3), mul(of(3), 4));
    expect([await p.read(dx), await p.read(dy)]).toEqual([[4, 4, 4], [0, 0, 0]]);
  });
});
