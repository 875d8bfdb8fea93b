/** The comparison of the zoo with reference tables: it sees what differs. */
import { afterAll, describe as group, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkZoo } from "../../examples/support/zoo_check.ts";
import { describe, get, stateDict } from "../../models/mod.ts";
import { testShared } from "../support/skips.ts";

const folder = mkdtempSync(join(tmpdir(), "pullback-zoo-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a reference table would say of a model, with something changed. */
const reference = (change: object) => {
  const model = get("squeezenet1_1"), { parameters, multiplyAdds } = describe(model);
  return {
    name: "squeezenet1_1",
    args: { num_classes: 1000 },
    input: [1, 3, 224, 224],
    output: [1, 1000],
    parameters,
    trainable: parameters,
    buffers: 0,
    state_buffers: 0,
    weight_layers: { conv: 26, linear: 0, batch_norm: 0 },
    macs: { conv: multiplyAdds, linear: 0, total: multiplyAdds },
    state_dict: Object.fromEntries(stateDict(model).map((e) => [e.key, e.shape])),
    ...change,
  };
};
const check = (models: readonly unknown[], layers: object = {}) => {
  writeFileSync(join(folder, "torchvision.json"), JSON.stringify({ models }));
  writeFileSync(join(folder, "classic.json"), JSON.stringify({ models: [] }));
  writeFileSync(join(folder, "classic_layers.json"), JSON.stringify({ layers }));
  return checkZoo(folder);
};

group("checkZoo", () => {
  test("passes what is equal", async () => {
    expect(await check([reference({})])).toEqual({ lines: [], passed: 1, failed: 0 });
  });
  test("has a line for each difference", async () => {
    const { state_dict } = reference({}), { "classifier.1.bias": _, ...rest } = state_dict;
    const changed = reference({
      output: [1, 10],
      parameters: 1,
      trainable: 4,
      buffers: 2,
      weight_layers: { conv: 25 },
      macs: { total: 3 },
      state_dict: { ...rest, "classifier.1.weight": [1000, 512], "classifier.2.bias": [1000] },
    });
    const { lines, passed, failed } = await check([reference({}), changed, { ...changed, name: "squeezenet2" }]);
    expect([passed, failed]).toEqual([1, 2]);
    expect(lines.map((line) => line.replace(/^torchvision (\w+) \{"num_classes":1000\}: /, "$1 "))).toEqual([
      "squeezenet1_1 output : got [1,1000], want [1,10]",
      "squeezenet1_1 parameters: got 1235496, want 1",
      "squeezenet1_1 trainable parameters: got 1235496, want 4",
      "squeezenet1_1 elements of buffers: got 0, want 2",
      "squeezenet1_1 layers of kind conv: got 26, want 25",
      "squeezenet1_1 multiply-adds (total): got 349151936, want 3",
      "squeezenet1_1 tensor classifier.1.weight: got [1000,512,1,1], want [1000,512]",
      "squeezenet1_1 tensor classifier.2.bias: missing",
      "squeezenet1_1 tensor classifier.1.bias: surplus",
      "squeezenet2 there is no such model",
    ]);
  });
  test("compares layers", async () => {
    const layer = { layer: "conv9", type: "Conv2d", output: [1], parameters: 1, macs: 1 };
    const { lines, failed } = await check([], { alexnet_ungrouped: [layer], lenet6: [] });
    expect(failed).toBe(2);
    expect(lines[0]).toBe("layers of alexnet_ungrouped: layer conv9: missing");
    expect(lines).toContain("layers of alexnet_ungrouped: layer 22: surplus");
    expect(lines.at(-1)).toBe("layers of lenet6: there is no such model");
  });
  test("takes no table that is empty or malformed for one that agrees", async () => {
    await expect(check([])).rejects.toThrow(`${folder}: the tables hold no network`);
    await expect(check([{ name: "squeezenet1_1" }])).rejects.toThrow('torchvision.json: entry 0 has no "args"');
    await expect(check([], { alexnet: {} })).rejects.toThrow("classic_layers.json: the layers of alexnet are no list");
    writeFileSync(join(folder, "torchvision.json"), "[]");
    await expect(checkZoo(folder)).rejects.toThrow('torchvision.json: the table has no "models"');
    writeFileSync(join(folder, "torchvision.json"), "{");
    await expect(checkZoo(folder)).rejects.toThrow("torchvision.json: the table is not JSON");
  });
  testShared("golden/zoo")("finds every network of the reference tables equal to that of the zoo", async (path) => {
    expect(await checkZoo(path)).toEqual({ lines: [], passed: 64, failed: 0 });
  });
});
