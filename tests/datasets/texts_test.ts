import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { names, tinyshakespeare } from "../../datasets/mod.ts";
import { testShared } from "../support/skips.ts";
import { failure, success, temporaryFolder } from "./support.ts";

testShared("data/names")("names gives the published names, from the folder or the one above", async (dir) => {
  const all = success(await names({ dir })());
  expect(all).toHaveLength(32_033);
  expect([...all.slice(0, 3), all.at(-1)]).toEqual(["emma", "olivia", "ava", "zzyzx"]);
  expect(new Set(all).size).toBe(29_494);
  expect(all.every((name) => /^[a-z]{2,15}$/.test(name))).toBe(true);
  expect(success(await names({ dir: dir.replace(/\/names\/?$/, "") })())).toEqual(all);
});

testShared("data/tinyshakespeare")("tinyshakespeare gives the published text", async (dir) => {
  const text = success(await tinyshakespeare({ dir })());
  expect(text).toHaveLength(1_115_394);
  expect(text).toStartWith("First Citizen:\nBefore we proceed any further, hear me speak.\n");
  expect(new Set(text).size).toBe(65);
  expect(success(await tinyshakespeare({ dir: dir.replace(/\/tinyshakespeare\/?$/, "") })())).toBe(text);
});

test("both refuse a missing and a truncated file", async () => {
  const dir = temporaryFolder();
  expect(failure(await names({ dir })()).message).toBe(
    `There is no names.txt in ${dir} or ${dir}/names: put names.txt there`,
  );
  writeFileSync(`${dir}/input.txt`, "First Citizen:\n");
  expect(failure(await tinyshakespeare({ dir })())).toMatchObject({
    _tag: "CorruptFile",
    message: `${dir}/input.txt has 15 bytes, expected 1115394: delete it and fetch it again`,
  });
  writeFileSync(`${dir}/names.txt`, "x".repeat(228_145));
  expect(failure(await names({ dir })()).message).toContain("names.txt is not the published file: SHA-256");
});
