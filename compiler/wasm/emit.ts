import { fold, type Expr, guard, load, operands, rawOp } from "../../core/expr.ts";
import { inBasics } from "../basics.ts";
import type { Kernel, Store } from "../kernel.ts";
import type { WasmKernel, WasmOptions } from "./abi.ts";
import { assemble } from "./assembler.ts";
import { chooseContraction } from "./contract.ts";
import { emitDirect } from "./direct.ts";
import { createImports, widthOf } from "./evaluate.ts";
import { emitGemm } from "./gemm.ts";
import { mergeAxes } from "./merge.ts";
import { emitPlain, plainSchedule } from "./plain.ts";

/** A WebAssembly module for one kernel; `abi.ts` says how it is run. */
export const emitKernel = (kernel: Kernel, { shared }: WasmOptions): WasmKernel => {
  const imports = createImports(), merged = mergeAxes(inBasics(kernel)), c = merged.contraction;
  const g = globalThis as any;
  const choice = c === null || widthOf(rootsOf(merged)) === 2 || !["f32", "f16"].includes(c.dtype) ? null : (g.CHOOSE ?? chooseContraction)(merged, c);
  if (g.SHOW && choice) console.log(choice.tag, Math.round(choice.time), choice.tag==="direct" ? `lanes ${choice.plan.lanes.extent} unroll ${[...choice.plan.unroll].map(([a,b]:any)=>a.extent+":"+b)} outer ${choice.plan.outer.map((x:any)=>x.extent)} outerK ${choice.plan.outerSummed.map((x:any)=>x.extent)} staged ${choice.plan.staged.map((x:any)=>x.axes.map((y:any)=>y.extent).join("x"))}`:"");
  const simple = withoutContraction(merged);
  const phases = [
    choice === null
      ? emitPlain(simple, imports, plainSchedule(simple), "run0")
      : choice.tag === "gemm" ? emitGemm(merged, choice.contraction, imports, "run0")
      : emitDirect(merged, choice.contraction, choice.plan, Math.ceil(choice.time), imports, "run0"),
  ];
  const bytes = assemble({
    shared,
    imports: imports.names.map((name) => ({ name, arity: name === "pow" || name === "atan2" || name === "rem" ? 2 : 1 })),
    functions: phases.map((p) => p.code),
  });
  return {
    bytes,
    phases: phases.map(({ code, tasks, cost }) => ({ export: code.name, tasks, cost })),
    tempBytes: 0,
    scratchBytes: Math.max(...phases.map((p) => p.scratchBytes)),
    functions: imports.names,
    key: digest(bytes),
  };
};

/** The kernel with its contraction as a fold. */
export const withoutContraction = (k: Kernel): Kernel => {
  const c = k.contraction;
  if (c === null) return k;
  const sum = fold("add", c.k, rawOp("mul", c.dtype, [c.a, c.b]));
  const done = new Map<Expr, Expr>();
  const go = (e: Expr): Expr => {
    const known = done.get(e) ?? make(e);
    done.set(e, known);
    return known;
  };
  const make = (e: Expr): Expr => {
    const args = operands(e).map(go);
    switch (e.tag) {
      case "acc":
        return sum;
      case "op":
        return rawOp(e.op, e.dtype, args);
      case "guard":
        return guard(args[0]!, args[1]!, args[2]!);
      case "load":
        return load(e.source, args[0]!, e.dtype);
      case "fold":
        return fold(e.combine, e.axes, args[0]!);
      default:
        return e;
    }
  };
  return { ...k, contraction: null, stores: k.stores.map((s) => ({ ...s, value: go(s.value) })) };
};

const rootsOf = (k: Kernel): readonly Expr[] => [
  ...(k.contraction === null ? [] : [k.contraction.a, k.contraction.b]),
  ...k.stores.flatMap((s) => [s.index, s.value]),
];

/** 128 bits of four FNV-1a sums with different starts, and the length. */
const digest = (bytes: Uint8Array): string => {
  const sums = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b];
  for (const byte of bytes) for (let i = 0; i < 4; i++) sums[i] = Math.imul(sums[i]! ^ byte, 0x01000193 + 2 * i);
  return `${bytes.length.toString(36)}-${sums.map((s) => (s >>> 0).toString(16).padStart(8, "0")).join("")}`;
};
