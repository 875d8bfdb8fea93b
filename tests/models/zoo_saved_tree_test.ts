/** Weights that a training script left under the names of our trees. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lenet5, loadSafetensors } from "../../models/mod.ts";
import { nn, random, read, run, setBackend, type Tensor } from "../../mod.ts";
import { saveTree } from "../../training/mod.ts";

const folder = mkdtempSync(join(tmpdir(), "pullback-tree-"));
afterAll(() => rmSync(folder, { recursive: true }));
await run(setBackend("wasm"));

const net = nn.model([1, 4, 4], nn.named("conv", nn.conv2d(2, { kernel: 3 })), nn.named("bn", nn.batchNorm()));
const numbers = async (x: unknown): Promise<readonly number[]> => [...await read(x as Tensor<[2], "f32">)];

describe("files of saveTree", () => {
  const drawn = lenet5.init(random.key(3));
  test("that hold parameters are loaded under the names of our trees", async () => {
    const path = join(folder, "lesson.safetensors");
    await run(saveTree(path, drawn.params, { model: "lenet5" }));
    const again = await run(loadSafetensors(lenet5, path));
    expect(await numbers(again.params.c3.weight)).toEqual(await numbers(drawn.params.c3.weight));
    expect(await numbers(again.params.out.bias)).toEqual(await numbers(drawn.params.out.bias));
  });
  test("that hold parameters and state are, too", async () => {
    const path = join(folder, "both.safetensors"), { params, state } = net.init(random.key(4));
    await run(saveTree(path, { params, state }));
    const again = await run(loadSafetensors(net, path));
    expect(await numbers(again.params.conv.weight)).toEqual(await numbers(params.conv.weight));
    expect(await numbers(again.state.bn.variance)).toEqual(await numbers(state.bn.variance));
  });
  test("of another model are refused by the names they were meant to have", async () => {
    const path = join(folder, "less.safetensors"), { out: _, ...rest } = drawn.params;
    await run(saveTree(path, rest));
    const loaded = await loadSafetensors(lenet5, path)();
    expect(loaded).toMatchObject({ left: { missing: ["out.weight", "out.bias"], surplus: [], misshapen: [] } });
  });
});
