import type { Kernel } from "./kernel.ts";
import { type Expr, operands } from "../core/expr.ts";

/** A text that two kernels share only when they do the same with memory of the same form, whatever their names. */
export const kernelKey = ({ buffers, grid, stores, contraction: c, step }: Kernel): string => {
  const numbers = new Map<Expr, number>(), nodes: string[] = [];
  const number = (e: Expr): number => {
    const known = numbers.get(e);
    if (known !== undefined) return known;
    const text = [...head(e), ...operands(e).map(number)].join(" ");
    numbers.set(e, nodes.length);
    return nodes.push(text) - 1;
  };
  const head = (e: Expr): readonly (string | number)[] => {
    switch (e.tag) {
      case "lit":
        return ["lit", e.dtype, Object.is(e.value, -0) ? "-0" : e.value];
      case "axis":
        return ["axis", e.extent];
      case "load":
        return ["load", e.dtype, e.source];
      case "op":
        return [e.op, e.dtype];
      case "fold":
        return ["fold", e.combine, e.axes.length, ...e.axes.map(number)];
      case "guard":
      case "acc":
        return [e.tag, e.dtype];
    }
  };
  const all = (list: readonly Expr[]): string => list.map(number).join(" ");
  const lines = [
    buffers.map((b) => `${b.dtype} ${b.length} ${b.access}`).join(","),
    all(grid),
    step === undefined ? "" : number(step),
    ...stores.map((s) => `${s.target},${all(s.axes)},${number(s.index)},${number(s.value)},${s.combine ?? ""}`),
    c === null ? "" : [all(c.batch), all(c.m), all(c.n), all(c.k), number(c.a), number(c.b), c.dtype].join(","),
  ];
  return [...lines, ...nodes].join("\n");
};
