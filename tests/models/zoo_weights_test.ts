/** Weights in files: names and layouts of PyTorch, what is refused, and how. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeTensors, loadTensors, run, type StoredTensor } from "../../datasets/mod.ts";
import {
  get,
  list,
  loadSafetensors,
  mismatch,
  rename,
  saveSafetensors,
  stateDict,
  vgg,
  vitB16,
} from "../../models/mod.ts"; // deno-fmt-ignore
import { dataOf, nn, random, setBackend, type Tensor } from "../../mod.ts";
import { someVariables } from "./zoo_support.ts";

const folder = mkdtempSync(join(tmpdir(), "pullback-zoo-"));
afterAll(() => rmSync(folder, { recursive: true }));
await run(setBackend("wasm"));

const net = nn.model(
  [1, 4, 4],
  nn.named("conv", nn.conv2d(2, { kernel: 3 })),
  nn.named("bn", nn.batchNorm()),
  nn.relu,
  nn.flatten,
  nn.named("fc", nn.linear(3)),
);
const shapes = {
  "conv.weight": [2, 1, 3, 3],
  "conv.bias": [2],
  "bn.weight": [2],
  "bn.bias": [2],
  "bn.running_mean": [2],
  "bn.running_var": [2],
  "bn.num_batches_tracked": [],
  "fc.weight": [3, 8],
  "fc.bias": [3],
} as const;
type Name = keyof typeof shapes;
const names = Object.keys(shapes) as Name[];
const values = (shape: readonly number[], from: number): number[] =>
  Array.from({ length: shape.reduce((a, d) => a * d, 1) }, (_, i) => (from + i) / 8);
const stored = (name: Name, from = 0): StoredTensor =>
  name.endsWith("tracked")
    ? { dtype: "i64", shape: [], data: BigInt64Array.of(7n) }
    : { dtype: "f32", shape: shapes[name], data: Float32Array.from(values(shapes[name], from)) };
const put = (file: string, tensors: readonly (readonly [string, StoredTensor])[]): string => {
  const path = join(folder, file);
  writeFileSync(path, encodeTensors(tensors));
  return path;
};
const all = (except: readonly string[] = []) =>
  names.filter((n) => !except.includes(n)).map((n, i) => [n, stored(n, 100 * i)] as const);
const numbers = async (x: unknown): Promise<readonly number[]> => [...(await dataOf([x as Tensor]))[0]!];

describe("stateDict", () => {
  test("names parameters and running statistics as PyTorch does", () => {
    expect(Object.fromEntries(stateDict(net).map((e) => [e.key, [...e.shape]]))).toEqual(shapes as never);
    const counters = stateDict(net).filter((e) => e.variable === null);
    expect(counters.map((e) => `${e.key} ${e.dtype}`)).toEqual(["bn.num_batches_tracked i64"]);
  });
  test("gives every tensor of a model a name of its own", () => {
    const shared = list().flatMap((name) => {
      const keys = stateDict(get(name)).map((e) => e.key);
      return keys.filter((key, i) => keys.indexOf(key) !== i).map((key) => `${name}: ${key}`);
    });
    expect(shared).toEqual([]);
  });
  test("applies the rules of a model in order", () => {
    const naming = {
      renames: [
        [/^layer(\d)\.rest\.(\d+)/, (stage: string, i: string) => `layer${stage}.${Number(i) + 1}`],
        [/\.main\./, "."],
        [/^fc\b/, "classifier.$&"],
      ] as const,
    };
    expect(rename("layer3.rest.4.main.conv1.weight", naming)).toBe("layer3.5.conv1.weight");
    expect(rename("fc.bias", naming)).toBe("classifier.fc.bias");
  });
  test("gives shapes as files have them where a rule says so", async () => {
    const reshaped = {
      ...net,
      naming: { reshapes: [[/^fc\.bias$/, ([n]: readonly number[]) => [1, n!, 1]]] as const },
    };
    expect(stateDict(reshaped).find((e) => e.key === "fc.bias")?.shape).toEqual([1, 3, 1]);
    const path = join(folder, "reshaped.safetensors"), { params, state } = net.init(random.key(0));
    await run(saveSafetensors(reshaped, { params, state }, path));
    expect((await run(loadTensors(path))).tensors.get("fc.bias")?.shape).toEqual([1, 3, 1]);
    expect((await run(loadSafetensors(reshaped, path))).params.fc.bias.shape).toEqual([3]);
  });
});

describe("loadSafetensors", () => {
  test("puts every tensor in its place", async () => {
    const { params, state } = await run(loadSafetensors(net, put("whole.safetensors", all())));
    const weight: Tensor<[2, 1, 3, 3], "f32"> = params.conv.weight;
    expect(weight.shape).toEqual([2, 1, 3, 3]);
    expect(await numbers(weight)).toEqual(values([18], 0));
    expect(await numbers(params.bn.scale)).toEqual(values([2], 200));
    expect(await numbers(params.bn.shift)).toEqual(values([2], 300));
    expect(await numbers(state.bn.mean)).toEqual(values([2], 400));
    expect(await numbers(state.bn.variance)).toEqual(values([2], 500));
    expect(await numbers(params.fc.weight)).toEqual(values([24], 700));
  });
  test("does not need the counters, which old files lack", async () => {
    const path = put("old.safetensors", all(["bn.num_batches_tracked"]));
    expect((await loadSafetensors(net, path)())._tag).toBe("Right");
  });
  test.each(["f64", "f16", "bf16"] as const)("turns %s into f32", async (dtype) => {
    const half = (v: number): number => {
      const [bits] = new Uint32Array(Float32Array.of(v).buffer);
      if (dtype === "bf16") return bits! >>> 16;
      return v === 0 ? 0 : ((bits! >>> 16) & 0x8000) | ((((bits! >>> 23) & 255) - 112) << 10) | ((bits! >>> 13) & 1023);
    };
    const converted = all().map(([name, t]): readonly [string, StoredTensor] => {
      if (t.dtype !== "f32") return [name, t];
      const data = dtype === "f64" ? Float64Array.from(t.data) : Uint16Array.from(t.data, half);
      return [name, { dtype, shape: t.shape, data } as StoredTensor];
    });
    const { params } = await run(loadSafetensors(net, put(`${dtype}.safetensors`, converted)));
    expect(params.conv.weight.dtype).toBe("f32");
    expect(await numbers(params.conv.weight)).toEqual(values([18], 0));
  });
  test("reads shards, with an index and without", async () => {
    const half = [all().slice(0, 4), all().slice(4)];
    const files = half.map((tensors, i) => put(`model-0000${i + 1}-of-00002.safetensors`, tensors));
    const index = join(folder, "model.safetensors.index.json");
    const map = half.flatMap((tensors, i) => tensors.map(([n]) => [n, `model-0000${i + 1}-of-00002.safetensors`]));
    writeFileSync(index, JSON.stringify({ metadata: { total_size: 0 }, weight_map: Object.fromEntries(map) }));
    for (const source of [files, index]) {
      const { params } = await run(loadSafetensors(net, source));
      expect(await numbers(params.fc.bias)).toEqual(values([3], 800));
    }
  });
  test("lists all that is missing, surplus and misshapen in one failure", async () => {
    const tensors = all(["bn.weight", "bn.running_var", "fc.weight", "fc.bias"]);
    const path = put("wrong.safetensors", [
      ...tensors,
      ["fc.weight", { dtype: "f32", shape: [4, 8], data: new Float32Array(32) }],
      ["fc.bias", { dtype: "i32", shape: [3], data: new Int32Array(3) }],
      ["head.bias", { dtype: "f32", shape: [1], data: new Float32Array(1) }],
    ]);
    const loaded = await loadSafetensors(net, path)();
    if (loaded._tag !== "Left" || loaded.left._tag !== "MismatchedWeights") throw new Error("expected a refusal");
    const { missing, surplus, misshapen, message } = loaded.left;
    expect(missing).toEqual(["bn.weight", "bn.running_var"]);
    expect(surplus).toEqual(["head.bias"]);
    expect(misshapen).toEqual([
      { name: "fc.weight", expected: "[3, 8]", got: "[4, 8]" },
      { name: "fc.bias", expected: "[3]", got: "i32[3]" },
    ]);
    expect(message).toBe(
      `${path}: not the weights of this model. missing: bn.weight, bn.running_var; surplus: head.bias; ` +
        "of another shape: fc.weight (expected [3, 8], got [4, 8]); " +
        "of another dtype: fc.bias (expected floats [3], got i32[3])",
    );
    expect(mismatch(stateDict(net), new Map()).missing.length).toBe(8);
  });
});

describe("loadSafetensors refuses", () => {
  test("a file that is not there, and an index that lies", async () => {
    const tag = async (path: string | readonly string[]): Promise<string> => {
      const loaded = await loadSafetensors(net, path)();
      return loaded._tag === "Left" ? `${loaded.left._tag}: ${loaded.left.message}` : "none";
    };
    put("first.safetensors", all().slice(0, 4));
    put("second.safetensors", all().slice(4));
    const swapped = Object.fromEntries(names.map((n, i) => [n, i < 5 ? "first.safetensors" : "second.safetensors"]));
    const whole = put("again.safetensors", all()), index = join(folder, "lies.index.json");
    expect(await tag(join(folder, "nowhere.safetensors"))).toContain("MissingFile");
    expect(await tag([whole, whole])).toContain(" is in a file before it as well");
    for (
      const [json, sentence] of [
        ["{", "the index is not JSON"],
        ["[]", 'the index has no "weight_map"'],
        ['{"weight_map":{"a":"../a.safetensors"}}', '"a" is said to lie in "../a.safetensors"'],
        ['{"weight_map":{"a":"again.safetensors"}}', 'no file holds "a"'],
        [JSON.stringify({ weight_map: swapped }), `"${names[4]!}" is said to lie in "first.safetensors"`],
      ] as const
    ) {
      writeFileSync(index, json);
      expect(await tag(index)).toContain(`CorruptFile: ${index}: ${sentence}`);
    }
  });
});

describe("saveSafetensors", () => {
  test("writes what loadSafetensors reads, with the counters of PyTorch", async () => {
    const model = vgg("A", { batchNorm: true, classes: 3, input: [1, 32, 32], hidden: 8 });
    const { params, state } = model.init(random.key(1)), path = join(folder, "vgg.safetensors");
    await run(saveSafetensors(model, { params, state }, path));
    const { tensors } = await run(loadTensors(path));
    expect([...tensors.keys()].sort()).toEqual(stateDict(model).map((e) => e.key).sort());
    expect(tensors.get("features.1.num_batches_tracked")).toEqual({
      dtype: "i64",
      shape: [],
      data: BigInt64Array.of(0n),
    });
    const again = await run(loadSafetensors(model, path));
    expect(await numbers(again.params.classifier[6].weight)).toEqual(await numbers(params.classifier[6].weight));
    expect(await numbers(again.params.features[4].weight)).toEqual(await numbers(params.features[4].weight));
    expect(await numbers(again.state.features[1].variance)).toEqual(await numbers(state.features[1].variance));
  });
  test("gives class token and positions the axes they have in PyTorch", async () => {
    const model = vitB16({ classes: 3, input: [3, 32, 32], depth: 1 }), path = join(folder, "vit.safetensors");
    const { params } = someVariables(model);
    await run(saveSafetensors(model, { params }, path));
    const { tensors } = await run(loadTensors(path));
    const shape = (name: string) => tensors.get(name)?.shape;
    expect(shape("class_token")).toEqual([1, 1, 768]);
    expect(shape("encoder.pos_embedding")).toEqual([1, 5, 768]);
    expect(shape("encoder.layers.encoder_layer_0.self_attention.in_proj_weight")).toEqual([2304, 768]);
    const again = await run(loadSafetensors(model, path));
    expect(await numbers(again.params.positions.weight)).toEqual(await numbers(params.positions.weight));
    expect(await numbers(again.params.layers[0]!.contract.bias)).toEqual(
      await numbers(params.layers[0]!.contract.bias),
    );
  });
  test("refuses the variables of another model", () => {
    const other = net.init(random.key(0)), path = join(folder, "never.safetensors");
    const wider = { ...other, params: { ...other.params, fc: { ...other.params.fc, bias: other.params.bn.scale } } };
    expect(() => saveSafetensors(net, wider as never, path)).toThrow("the model has [3] at fc.bias, got [2]");
    expect(() => saveSafetensors(net, { params: {}, state: {} } as never, path)).toThrow(
      "not the variables of the model",
    );
  });
});
