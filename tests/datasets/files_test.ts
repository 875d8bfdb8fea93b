import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import {
  asFloat32,
  loadTensors,
  mnist,
  readFile,
  run,
  saveTensors,
  type StoredTensor,
  UnhandledFailure,
  writeFile,
} from "../../datasets/mod.ts";
import { fileSize, folderOf } from "../../datasets/files.ts";
import { cacheFolder } from "../../datasets/host.ts";
import { halfToNumber } from "../../datasets/stored_values.ts";
import { inDeno, projectPath, testUnless } from "../support/skips.ts";
import { failure, scrambled, success, temporaryFolder } from "./support.ts";

test("folderOf gives the folder of a path", () => {
  const folders = ["a/b.txt", "b.txt", "/b", "a\\b", "/a/b/c"].map(folderOf);
  expect(folders).toEqual(["a", ".", "/", "a", "/a/b"]);
});

describe("readFile", () => {
  test("gives the bytes, alone in their buffer", async () => {
    const path = `${temporaryFolder()}/x`;
    writeFileSync(path, scrambled(1000));
    const bytes = success(await readFile(path)());
    expect(bytes).toEqual(scrambled(1000));
    expect(bytes.constructor).toBe(Uint8Array);
    expect(bytes.buffer.byteLength).toBe(1000);
  });

  test("names a file that is missing", async () => {
    const path = `${temporaryFolder()}/none`;
    expect(failure(await readFile(path)())).toMatchObject({ _tag: "MissingFile", path });
    expect(failure(await readFile(`${path}/below`)())).toMatchObject({ _tag: "MissingFile", path: `${path}/below` });
  });

  test("does not read a file of another size than expected", async () => {
    const path = `${temporaryFolder()}/x`;
    writeFileSync(path, "four");
    expect(failure(await readFile(path, { bytes: 5 })()).message).toBe(
      `${path} has 4 bytes, expected 5: delete it and fetch it again`,
    );
  });

  test("fileSize is null for what is no file", async () => {
    const folder = temporaryFolder();
    expect(success(await fileSize(folder)())).toBeNull();
    expect(success(await fileSize(`${folder}/none`)())).toBeNull();
  });
});

describe("writeFile", () => {
  test("makes the folders, replaces what was there, and leaves no other file", async () => {
    const folder = `${temporaryFolder()}/a/b`;
    success(await writeFile(`${folder}/x`, "one")());
    success(await writeFile(`${folder}/x`, scrambled(10))());
    expect(new Uint8Array(readFileSync(`${folder}/x`))).toEqual(scrambled(10));
    expect(readdirSync(folder)).toEqual(["x"]);
  });

  test("leaves the old file and no part of the new one when it cannot finish", async () => {
    const folder = temporaryFolder();
    mkdirSync(`${folder}/x/y`, { recursive: true });
    const fault = failure(await writeFile(`${folder}/x`, "new")());
    expect(fault).toMatchObject({ _tag: "FileFailed", path: `${folder}/x`, action: "write" });
    expect(readdirSync(folder)).toEqual(["x"]);
    expect(statSync(`${folder}/x`).isDirectory()).toBe(true);
  });

  test("does nothing until it is started", () => {
    const path = `${temporaryFolder()}/x`;
    writeFile(path, "text");
    expect(existsSync(path)).toBe(false);
  });

  test("of many at once leaves one of them, whole", async () => {
    const path = `${temporaryFolder()}/x`;
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
    await Promise.all(texts.map((text) => run(writeFile(path, text))));
    expect(texts).toContain(readFileSync(path, "utf8"));
    expect(readdirSync(folderOf(path))).toEqual(["x"]);
  });
});

describe("saveTensors and loadTensors", () => {
  const tensors: readonly (readonly [string, StoredTensor])[] = [
    ["c1.weight", { dtype: "f32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
    ["step", { dtype: "i32", shape: [], data: Int32Array.of(7) }],
  ];

  test("give back what was saved", async () => {
    const path = `${temporaryFolder()}/out/w.safetensors`;
    await run(saveTensors(path, tensors, { made: "here" }));
    const file = await run(loadTensors(path));
    expect([...file.tensors]).toEqual([...tensors]);
    expect([...file.metadata]).toEqual([["made", "here"]]);
  });

  test("refuse a damaged file, and name it", async () => {
    const path = `${temporaryFolder()}/w.safetensors`;
    writeFileSync(path, "not a tensor");
    expect(failure(await loadTensors(path)())).toMatchObject({ _tag: "CorruptFile", path, offset: 0 });
    expect(failure(await loadTensors(`${path}x`)())._tag).toBe("MissingFile");
    const folder = temporaryFolder();
    const inPlaceOfIt = { _tag: "MissingFile", message: `${folder} is a folder, expected a file: check the path` };
    expect(failure(await loadTensors(folder)())).toMatchObject(inPlaceOfIt);
    expect(failure(await readFile(folder)())).toMatchObject(inPlaceOfIt);
  });

  test("refuse to save over a good file what does not fit its shape", async () => {
    const path = `${temporaryFolder()}/w.safetensors`;
    await run(saveTensors(path, tensors));
    const before = readFileSync(path);
    const wrong = [["w", { dtype: "f32", shape: [9], data: Float32Array.of(1) }]] as const;
    expect(() => saveTensors(path, wrong)).toThrow("needs 9 elements, got 1");
    expect(readFileSync(path)).toEqual(before);
  });
});

test("run throws the sentence of a failure, and carries the failure", async () => {
  const attempt = run(loadTensors("no/such/file"));
  await expect(attempt).rejects.toBeInstanceOf(UnhandledFailure);
  await expect(attempt).rejects.toThrow("MissingFile: There is no file no/such/file: check the path");
  await expect(attempt).rejects.toHaveProperty("failure._tag", "MissingFile");
});

describe("asFloat32", () => {
  test("reads every half as the platform does", () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const halves = new Float16Array(bits.buffer);
    const wrong = bits.filter((b) => !Object.is(halfToNumber(b), halves[b]));
    expect(wrong).toHaveLength(0);
  });

  test("reads the other dtypes by value", () => {
    const cases: readonly (readonly [StoredTensor, readonly number[]])[] = [
      [{ dtype: "f16", shape: [2], data: Uint16Array.of(0x3c00, 0xc000) }, [1, -2]],
      [{ dtype: "bf16", shape: [3], data: Uint16Array.of(0x3f80, 0xc000, 0x7f80) }, [1, -2, Infinity]],
      [{ dtype: "f64", shape: [1], data: Float64Array.of(0.1) }, [Math.fround(0.1)]],
      [{ dtype: "i64", shape: [1], data: BigInt64Array.of(-3n) }, [-3]],
      [{ dtype: "u64", shape: [1], data: BigUint64Array.of(2n ** 40n) }, [2 ** 40]],
      [{ dtype: "bool", shape: [2], data: Uint32Array.of(1, 0) }, [1, 0]],
      [{ dtype: "i8", shape: [1], data: Int8Array.of(-8) }, [-8]],
    ];
    for (const [tensor, expected] of cases) expect([...asFloat32(tensor)]).toEqual([...expected]);
  });
});

describe("cacheFolder", () => {
  const folder = (env: Record<string, string>, platform: string) => cacheFolder((name) => env[name], platform);
  test.each([
    ["what PULLBACK_CACHE says", { PULLBACK_CACHE: "here", HOME: "/h" }, "linux", "here"],
    ["the XDG cache", { XDG_CACHE_HOME: "/x", HOME: "/h" }, "linux", "/x/pullback"],
    ["~/.cache", { HOME: "/h" }, "linux", "/h/.cache/pullback"],
    ["~/.cache when the XDG cache is relative", { XDG_CACHE_HOME: "x", HOME: "/h" }, "linux", "/h/.cache/pullback"],
    ["~/Library/Caches", { HOME: "/h", XDG_CACHE_HOME: "/x" }, "darwin", "/h/Library/Caches/pullback"],
    ["LOCALAPPDATA", { LOCALAPPDATA: "C:\\l", HOME: "/h" }, "win32", "C:\\l/pullback"],
    ["nothing without a home", {}, "linux", undefined],
  ])("is %s", (_, env, platform, expected) => {
    expect(folder(env as Record<string, string>, platform)).toBe(expected as string);
  });
});

describe("without permissions", () => {
  const script = `
    import { digits, loadTensors, mnist, saveTensors } from ${JSON.stringify(projectPath("datasets/mod.ts"))};
    const results = [await loadTensors("x/y")(), await saveTensors("x/y", [])(), await mnist({ dir: "x" })(), await mnist()()];
    console.log(JSON.stringify([digits({ train: 1, test: 0 }).train.count, ...results.map((r) => r.left)]));`;
  testUnless(inDeno ? null : "only Deno has permissions")(
    "nothing prompts: failures name the flag to give",
    async () => {
      const path = `${temporaryFolder()}/script.ts`;
      writeFileSync(path, script);
      // A prompt would find no one to answer it. (node:child_process would hand our own permissions down.)
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-check", "--no-config", path],
        stdin: "null",
      });
      const { stdout, stderr } = await child.output();
      expect(new TextDecoder().decode(stderr)).toBe("");
      const told = new TextDecoder().decode(stdout);
      const [drawn, load, save, dir, net] = JSON.parse(told);
      expect(drawn).toBe(1);
      expect(load).toMatchObject({ _tag: "PermissionDenied", permission: "read", target: "x/y" });
      expect(load.message).toBe("Not allowed to read x/y: run with --allow-read=x");
      expect(save.message).toBe("Not allowed to write x/y: run with --allow-write=x");
      expect(dir).toMatchObject({ _tag: "PermissionDenied", permission: "read" });
      expect(net._tag).toBe("DownloadFailed");
      expect(net.message).toContain("ossci-datasets.s3.amazonaws.com is not allowed: run with --allow-net=");
    },
  );
});

test("mnist starts nothing until its task is started", () => {
  expect(typeof mnist({ dir: "no/such/folder" })).toBe("function");
});
