import { describe, expect, test } from "bun:test";
import { einsum } from "../../ops/einsum.ts";
import { type Any, type Given, given, noise, results, slope } from "./support.ts";

/** Σ of products over all letters that the result does not have, by counting through every letter. */
const naive = (equation: string, xs: readonly Given[]): { shape: number[]; values: number[] } => {
  const [inputs, output] = equation.split("->") as [string, string],
    parts = inputs.split(","),
    extent = new Map<string, number>();
  parts.forEach((p, i) => [...p].forEach((c, k) => extent.set(c, xs[i]!.shape[k]!)));
  const all = [...output, ...[...extent.keys()].filter((c) => !output.includes(c))], at = new Map<string, number>();
  const position = (letters: string) => [...letters].reduce((p, c) => p * extent.get(c)! + at.get(c)!, 0);
  const shape = [...output].map((c) => extent.get(c)!),
    values = new Array<number>(shape.reduce((n, d) => n * d, 1)).fill(0);
  const walk = (k: number): void => {
    if (k === all.length) {
      values[position(output)]! += parts.reduce((n, p, i) => n * xs[i]!.values[position(p)]!, 1);
      return;
    }
    for (let v = 0; v < extent.get(all[k]!)!; v++) {
      at.set(all[k]!, v);
      walk(k + 1);
    }
  };
  walk(0);
  return { shape, values };
};

describe("einsum", () => {
  const cases: readonly (readonly [string, ...(readonly number[])[]])[] = [
    ["ij,jk->ik", [3, 4], [4, 5]],
    ["ij,kj->ki", [3, 4], [5, 4]],
    ["bij,bjk->bik", [2, 3, 4], [2, 4, 2]],
    ["ii->i", [4, 4]],
    ["iij->ij", [3, 3, 2]],
    ["iii->", [3, 3, 3]],
    ["ij->", [3, 4]],
    ["ij,k->ik", [3, 4], [5]],
    ["i,j->ij", [3], [2]],
    ["ij,ij->j", [3, 4], [3, 4]],
    ["ab,bc,cd,de->ae", [2, 3], [3, 4], [4, 2], [2, 3]],
    ["ab,ac,ad->bcd", [3, 2], [3, 4], [3, 2]],
    ["bn,anm,bm->ba", [2, 3], [4, 3, 5], [2, 5]],
    ["aab,bcc->ac", [3, 3, 2], [2, 4, 4]],
    [",ij->ji", [], [2, 3]],
  ];
  test.each(cases)("%s is the sum of products", (equation, ...shapes) => {
    const xs = shapes.map((s, i) => ({ ...noise(s, i + 1), dtype: "f64" as const }));
    const got = results((...ts: Any[]) => einsum(equation as Any, ...ts), ...xs)[0]!, want = naive(equation, xs);
    expect(got.shape).toEqual(want.shape);
    want.values.forEach((v, i) => expect(got.values[i]).toBeCloseTo(v, 10));
  });
  test("broadcasts what an ellipsis stands for", () => {
    const f = (...xs: Any[]) => einsum("...ij,...jk->...ik" as Any, ...xs);
    expect(results(f, noise([2, 1, 3, 4]), noise([5, 4, 2]))[0]!.shape).toEqual([2, 5, 3, 2]);
    expect(results((x: Any) => einsum("...i" as Any, x), noise([2, 3]))[0]!.shape).toEqual([2, 3]);
    expect(results((x: Any, y: Any) => einsum("ba,b" as Any, x, y), noise([2, 3]), noise([2]))[0]!.shape).toEqual([3]);
  });
  test("has the derivative of its products", () => {
    expect(slope((x: Any, y: Any) => (einsum as Any)("ij,j->i", x, y), given([2, 2], [1, 2, 3, 4]), given([2], [5, 6])))
      .toEqual(
        [5, 6, 10, 12],
      );
    expect(slope((x: Any) => (einsum as Any)("ii->i", x), given([2, 2], [1, 2, 3, 4]))).toEqual([1, 0, 0, 2]);
  });
  test("says which letter does not fit", () => {
    const wrong = (equation: string, ...shapes: number[][]) => () =>
      results((...xs: Any[]) => einsum(equation as Any, ...xs), ...shapes.map((s) => noise(s)));
    expect(wrong("ij,jk->ik", [2, 3], [4, 5])).toThrow("einsum: index j is 3 before but 4 in operand 2");
    expect(wrong("ij,jk->il", [2, 3], [3, 4])).toThrow("einsum: output index l does not appear in the operands");
    expect(wrong("ijk,jk->ik", [2, 3], [3, 4])).toThrow("einsum: operand 1 has no axis for index k");
    expect(wrong("i->i", [2, 3])).toThrow("einsum: operand 1 has 1 more axes than indices");
    expect(wrong("ij,jk->ik", [2, 3])).toThrow("einsum: the equation names more operands than there are");
    expect(wrong("ij->ij", [2, 3], [2, 3])).toThrow("einsum: there are more operands than the equation names");
    expect(wrong("i-j->ij", [2, 3])).toThrow("einsum: cannot read");
    expect(wrong("ij->ii", [2, 3])).toThrow("einsum: output index i occurs twice");
  });
});
