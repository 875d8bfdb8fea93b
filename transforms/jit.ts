import { engine } from "../core/engine.ts";
import { nameProgram, observed } from "../core/observer.ts";
import { asAtom, asTensor, check, isLit, type Program, Var } from "../core/program.ts";
import type { Tensor } from "../core/tensor.ts";
import { tracing } from "../core/trace.ts";
import { flatten, type Structure, unflatten } from "../core/tree.ts";
import type { Guard } from "../core/typed.ts";
import { optionsOf } from "../core/options.ts";
import { type AnyFunction, needPositions, traceCall } from "./call.ts";
import type { PositionsFit } from "./fit.ts";
import { keyOf, missReason, type Signature, signatureOf } from "./versions.ts";

/** Positions of arguments that are no tensors but part of the function (`static`), or whose memory may be reused (`donate`). */
export interface JitOptions {
  readonly static?: readonly number[];
  readonly donate?: readonly number[];
  /** The name in messages; that of the function unless given. */
  readonly name?: string;
}

/** One compiled version of a function. */
interface Version {
  readonly signatures: readonly Signature[];
  readonly program: Program;
  readonly borrowed: readonly Tensor[];
  readonly out: Structure;
  /** For each result: an output of the program, or an input (`~i`), or a constant. */
  readonly results: readonly (number | Tensor)[];
}

/** Under this, how many arguments a compiled function takes. */
const taken = Symbol("taken");
/** How many arguments a `jit` takes: those its function declares or has fixed. Undefined for any other function. */
export const argumentsTaken = (f: AnyFunction): number | undefined => (f as { [taken]?: number })[taken];

/**
 * A compiled version of `f`: traced once for every combination of shapes, dtypes, tree structures and static arguments,
 * fused, and started with one call to the device. `f` must be pure: it runs only while it is traced. Inside another trace
 * it is simply part of it.
 *
 * Donated arguments are used up: their memory may hold the results, and using them afterwards is an error that names them.
 *
 * @example
 * ```ts
 * import { jit, mul, sub, type Tensor } from "@pullback/pullback";
 * const step = jit((w: Tensor<[2], "f32">, x: Tensor<[2], "f32">) => sub(w, mul(x, 0.1)), { donate: [0] });
 * ```
 */
export const jit = <F extends AnyFunction, const O extends JitOptions = JitOptions>(
  f: F,
  given?: Guard<O, PositionsFit<"jit", Parameters<F>, O, "static" | "donate">>,
): F => {
  const options = (given ?? {}) as JitOptions;
  optionsOf("jit", options, { static: true, donate: true, name: true });
  const versions = new Map<string, Version>(), name = options.name ?? (f.name || "anonymous");
  const fixed = new Set(options.static ?? []), donate = new Set(options.donate ?? []), ids = new Map<unknown, number>();
  const staticKey = (x: unknown): string => {
    if (typeof x !== "object" && typeof x !== "function") return `${typeof x}:${String(x)}`;
    if (!ids.has(x)) ids.set(x, ids.size);
    return `#${ids.get(x)}`;
  };
  const compiled = (...args: Parameters<F>): ReturnType<F> => {
    if (tracing()) return f(...args);
    // An argument that is left out may be an optional one.
    needPositions("jit", [...fixed, ...donate].filter((p) => !(Number.isInteger(p) && p >= args.length)), args.length);
    const flat = args.map((a, i) => fixed.has(i) ? null : flatten(a, `jit(${name}): argument ${i + 1}`));
    const leaves = flat.flatMap((a) => a?.leaves ?? []);
    const signatures = flat.map((a, i): Signature =>
      a === null ? { structure: staticKey(args[i]), avals: [] } : signatureOf(a)
    );
    const key = keyOf(signatures);
    let version = versions.get(key);
    if (version === undefined) {
      const dynamic = args.filter((_, i) => !fixed.has(i));
      const traced = (...xs: unknown[]) => {
        let next = 0;
        return f(...args.map((a, i) => fixed.has(i) ? a : xs[next++]));
      };
      version = observed(1, () => ({ ...build(name, traced, dynamic), signatures }), ({ program }, start, ms) => ({
        tag: "trace",
        name: `jit(${name})`,
        reason: missReason(signatures, [...versions.values()].map((v) => v.signatures)),
        equations: program.eqns.length,
        start,
        ms,
      }));
      versions.set(key, version);
    }
    const { borrowed, results, out } = version, inputs = [...borrowed, ...leaves];
    const owners = [...borrowed.map(() => -1), ...flat.flatMap((a, i) => a?.leaves.map(() => i) ?? [])];
    const donated = new Set(
      owners.flatMap((owner, k) =>
        donate.has(owner) && inputs.indexOf(inputs[k]!) === inputs.lastIndexOf(inputs[k]!) ? [k] : []
      ),
    );
    const kept = new Set(results.flatMap((r) => typeof r === "number" && r < 0 ? [~r] : []));
    kept.forEach((k) => donated.delete(k));
    const values = engine().call(version.program, inputs, donated);
    for (const k of donated) {
      const a = asAtom(inputs[k]!);
      if (a instanceof Var) {
        a.state = { tag: "gone", why: `it was donated to jit(${name}) as argument ${owners[k]! + 1}` };
      }
    }
    return unflatten(out, results.map((r) => typeof r !== "number" ? r : r < 0 ? inputs[~r]! : values[r]!));
  };
  const declared = argumentsTaken(f) ?? f.length;
  Object.defineProperties(compiled, {
    name: { value: `jit(${name})` },
    [taken]: { value: Math.max(declared, ...[...fixed].map((position) => position + 1)) },
  });
  return compiled as F;
};

/** Traces a version, and takes out of the program the results that need no computing. */
const build = (name: string, f: AnyFunction, args: readonly unknown[]): Omit<Version, "signatures"> => {
  const { program, borrowed, out } = traceCall(`jit(${name})`, f, args);
  const outputs: Program["outputs"][number][] = [];
  const results = program.outputs.map((a): number | Tensor => {
    if (isLit(a)) return asTensor(a);
    const input = program.inputs.indexOf(a);
    if (input >= 0) return ~input;
    const known = outputs.indexOf(a);
    return known >= 0 ? known : outputs.push(a) - 1;
  });
  return { program: nameProgram(check({ ...program, outputs }), `jit(${name})`), borrowed, out, results };
};

/** The program a function traces to on such arguments, to print with `show`. */
export const makeProgram = <A extends readonly unknown[]>(f: (...args: A) => unknown) => (...args: A): Program =>
  check(traceCall("makeProgram", f as AnyFunction, args).program);
