/**
 * A model is checked by the compiler and again at run time. On random layers both must agree: the same output shape, or the
 * same sentence. The models are built here; what came of it is written down as programs that `deno check` must judge alike.
 */
import { expect } from "bun:test";
import { isMistake } from "../../core/errors.ts";
import * as nn from "../../nn/mod.ts";
import { denoCheck, denoExecutable } from "../support/deno_check.ts";
import { testUnless } from "../support/skips.ts";
import { below, distinctInside, many, pick, type Written, written } from "./random_layers.ts";

/** What a layer makes of a shape, or null where it refuses. */
const outOf = (layer: nn.Layer, shape: readonly number[]): readonly number[] | null => {
  try {
    return layer.outShape(shape);
  } catch (e) {
    if (!isMistake(e)) throw e;
    return null;
  }
};
/** Layers in a row: of most that are drawn only one that fits what is before it is taken. */
const fitting = (input: readonly number[], n: number): Written[] => {
  let shape: readonly number[] | null = input;
  return many(n, () => {
    const choosy = below(5) > 1;
    for (let tries = 0;; tries++) {
      const drawn = distinctInside(() => written(2)),
        out: readonly number[] | null = shape && outOf(drawn.layer, shape);
      if (choosy && shape !== null && out === null && tries < 20) continue;
      shape = out;
      return drawn;
    }
  });
};

const rounds = 120;
testUnless(denoExecutable() === null ? "there is no deno executable" : null)(
  "on random layers a model and its type give the same output shape or the same sentence",
  () => {
    const programs: string[] = [], sentences: string[] = [];
    const lines = many(rounds, () => {
      const input = pick([[6, 8], [4, 3, 7, 6], [4, 9, 9], [3, 12, 10], [6, 7, 7], [4, 16, 16], [4, 33, 20]]);
      const layers = fitting(input, 1 + below(5));
      const text = `nn.model(${JSON.stringify(input)}, ${layers.map((w) => w.text).join(", ")})`;
      try {
        const { output } = (nn.model as (...args: unknown[]) => { output: number[] })(
          input,
          ...layers.map((w) => w.layer),
        );
        return `yes<Eq<typeof M["output"], ${JSON.stringify(output)}>>();`.replace(
          "typeof M",
          `(typeof m${programs.push(text) - 1})`,
        );
      } catch (e) {
        if (!isMistake(e)) throw e;
        programs.push(text);
        sentences.push(e.message);
        return `// ${e.message}`;
      }
    });
    const head = 'import * as nn from "../../nn/mod.ts";\nimport { type Eq, yes } from "../types/assert.ts";\n';
    const body = programs.map((text, i) => `const m${i} = ${text};\n${lines[i]}\n`);
    const diagnostics = denoCheck({ "tests/nn/generated.ts": head + body.join("") });
    const said = new Map(diagnostics.map((d) => [d.line, d.text]));
    const wrong = programs.flatMap((text, i) => {
      const got = said.get(3 + 2 * i) ?? said.get(4 + 2 * i), sentence = lines[i]!.match(/^\/\/ (.*)$/)?.[1];
      if (sentence === undefined) return got === undefined ? [] : [`${text}\n${lines[i]}\n${got}`];
      return got?.includes(`"${sentence}"`) ? [] : [`${text}\n  thrown  ${sentence}\n  checked ${got}`];
    });
    expect(wrong).toEqual([]);
    expect(sentences.length).toBeGreaterThan(rounds / 4);
    expect(sentences.length).toBeLessThan(rounds * 3 / 4);
    expect(sentences.filter((s) => s.length > 300)).toEqual([]);
  },
  120_000,
);
