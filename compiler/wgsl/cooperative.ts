import { size } from "../../core/aval.ts";
import type { Kernel } from "../kernel.ts";
import { Body, type Looping } from "./body.ts";
import { indent } from "./module.ts";
import { extentsOf, flatten, rootsOf } from "./flat.ts";
import { spellCombine } from "./scalar.ts";
import { type Scope, scope } from "./scope.ts";
import { type Sum, sumDtype, sumType } from "./sums.ts";
import type { Work } from "./work.ts";

/** The outermost loops of a workgroup of `lanes` invocations: each takes every `lanes`-th turn, a tree joins the sums. */
const together = (lanes: number): Looping => {
  return {
    run: (body, at, axes, fill) => {
      const extents = extentsOf(axes[0]!), turns = size(extents), turn = body.fresh("q");
      const names = extents.map(() => body.fresh("r"));
      const inner: Scope = scope(at, new Map(axes.flatMap((list) => list.map((a, i) => [a, names[i]!] as const))));
      let stride = turns;
      names.forEach((name, i) => {
        stride /= extents[i]!;
        const whole = stride === 1 ? turn : `${turn} / ${stride}u`;
        inner.lines.push(`let ${name} = i32(${i === 0 ? whole : `${whole} % ${extents[i]}u`});`);
      });
      fill(inner);
      at.lines.push(`for (var ${turn} = l; ${turn} < ${turns}u; ${turn} += ${lanes}u) {`, ...indent(inner.lines), "}");
      at.trips += Math.ceil(turns / lanes) * (1 + inner.trips);
    },
    finish: (body, at, sums) => {
      const half = body.fresh("h"), seen = new Map<string, number>();
      const shared = sums.map(({ fold }) => {
        const type = sumType(fold), n = seen.get(type) ?? 0, name = `shared_${type}_${n}`;
        seen.set(type, n + 1);
        body.module.global(`var<workgroup> ${name}: array<${type}, ${lanes}>;`);
        return name;
      });
      const join = ({ fold }: Sum, i: number): string => {
        const s = shared[i]!;
        return `${s}[l] = ${
          spellCombine(fold.combine, sumDtype(fold), `${s}[l]`, `${s}[l + ${half}]`, body.module.need)
        };`;
      };
      at.lines.push(
        ...sums.map(({ name }, i) => `${shared[i]}[l] = ${name};`),
        "workgroupBarrier();",
        `for (var ${half} = ${lanes / 2}u; ${half} > 0u; ${half} >>= 1u) {`,
        ...indent([`if (l < ${half}) {`, ...indent(sums.map(join)), "}", "workgroupBarrier();"]),
        "}",
        ...sums.map(({ name }, i) => `${name} = ${shared[i]}[0];`),
        "workgroupBarrier();",
      );
      at.trips += Math.log2(lanes);
    },
  };
};

/** One workgroup for each point of the grid; its invocations share the turns of the loops, whose pieces are of no use here. */
export const cooperative = (k: Kernel, lanes: number): Work => {
  const { kernel, points, position } = flatten(k, true), roots = rootsOf(kernel);
  return {
    kernel,
    how: `${lanes} lanes`,
    invocations: lanes,
    workgroups: () => points,
    write: (module, workgroup, invocations) => {
      const body = new Body(module, roots, new Map(position === null ? [] : [[position, "g"]]), {
        looping: together(invocations),
      });
      if (position !== null) {
        body.root.lines.push(`let t = ${workgroup};`, `if (t >= ${points}u) { return; }`, "let g = i32(t);");
      }
      body.stores(kernel.stores, body.root, (lines) => ["if (l == 0u) {", ...indent(lines), "}"]);
      return body.root;
    },
  };
};
