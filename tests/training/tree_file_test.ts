import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backend, data, nn, random, read, run, scalar, type Tensor, tensor, zeros } from "../../mod.ts";
import { loadTensors } from "../../datasets/mod.ts";
import { leafNames, loadTree, saveTree } from "../../training/mod.ts";

const folder = mkdtempSync(join(tmpdir(), "pullback-tree-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => `${folder}/${name}.safetensors`;

const tree = () => ({
  c1: { weight: random.normal(random.key(0), [2, 3]), bias: zeros([0]) },
  memory: [tensor([1, -2], "i32"), { count: random.key(7) }] as const,
  nothing: null,
  on: tensor([true, false, true]),
  half: tensor([0.5, -Infinity, NaN], "f16"),
  one: scalar(3),
});

describe("saveTree and loadTree", () => {
  test("names the leaves by their place", () => {
    expect(leafNames(tree())).toEqual([
      "c1.weight",
      "c1.bias",
      "memory.0",
      "memory.1.count",
      "on",
      "half",
      "one",
    ]);
    expect(leafNames(scalar(1), "x")).toEqual(["x"]);
    expect(leafNames(null)).toEqual([]);
  });

  test("give back every dtype and shape, bit by bit and typed", async () => {
    await run(saveTree(path("all"), tree(), { made: "here" }));
    const back = await run(loadTree(path("all"), tree()));
    const typed: Tensor<[2, 3], "f32"> = back.c1.weight;
    expect(typed.shape).toEqual([2, 3]);
    const before = tree();
    expect(await read(back.c1.weight)).toEqual(await read(before.c1.weight));
    expect(await read(back.memory[0])).toEqual([1, -2]);
    expect(await data(back.memory[1].count)).toEqual(await data(before.memory[1].count));
    expect(await read(back.on)).toEqual([true, false, true]);
    expect(await read(back.half)).toEqual([0.5, -Infinity, NaN]);
    expect([back.nothing, back.c1.bias.shape, back.on.dtype]).toEqual([null, [0], "bool"]);
    expect((await run(loadTensors(path("all")))).metadata).toEqual(new Map([["made", "here"]]));
  });

  test("keep f64 where the backend has it", async () => {
    if ((await run(backend)).name === "webgpu") return;
    const x = tensor(Float64Array.of(0.1, 1e300), [2]);
    await run(saveTree(path("double"), { x }));
    expect(await read((await run(loadTree(path("double"), { x }))).x)).toEqual([0.1, 1e300]);
  });

  test("do not need the values of the tree that is loaded into", async () => {
    const model = nn.model([4], nn.named("out", nn.linear(2)));
    const { params } = model.init(random.key(0));
    await run(saveTree(path("net"), params));
    const back = await run(loadTree(path("net"), model.init(random.key(1)).params));
    expect(await read(back.out.weight)).toEqual(await read(params.out.weight));
  });

  test("list all that does not fit in one sentence", async () => {
    await run(saveTree(path("other"), { a: zeros([2]), b: zeros([3]), c: tensor([0, 1], "i32"), e: zeros([]) }));
    const done = await loadTree(path("other"), { a: zeros([2]), b: zeros([4]), c: zeros([2]), d: zeros([1]) })();
    expect(done).toEqual({
      _tag: "Left",
      left: {
        _tag: "MismatchedWeights",
        missing: ["d"],
        surplus: ["e"],
        misshapen: [
          { name: "b", expected: "f32[4]", got: "f32[3]" },
          { name: "c", expected: "f32[2]", got: "i32[2]" },
        ],
        message: `${path("other")} belongs to another model: d is missing, b is f32[3] instead of f32[4], ` +
          "c is i32[2] instead of f32[2], e has no place",
      },
    });
  });

  test("refuse two leaves of one name, a missing file and a damaged one", async () => {
    const twins = { a: { b: scalar(1) }, "a.b": scalar(2) };
    await expect(saveTree(path("twins"), twins)()).rejects.toThrow('the name "a.b" is taken');
    expect(await loadTree(path("none"), {})()).toMatchObject({ left: { _tag: "MissingFile" } });
    writeFileSync(path("bad"), "no tensors");
    expect(await loadTree(path("bad"), {})()).toMatchObject({ left: { _tag: "CorruptFile" } });
  });
});
