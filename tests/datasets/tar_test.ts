import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { untar } from "../../datasets/tar.ts";
import { testUnless } from "../support/skips.ts";
import { type Bytes, concat, failure, gzip, scrambled, success, tarOf, temporaryFolder } from "./support.ts";

const files = [["in/a", scrambled(700)], ["in/b", scrambled(512)], ["c", new Uint8Array(0)]] as const;
const tar = tarOf(files);
const opened = (archive: Bytes, wanted: Readonly<Record<string, number>>) =>
  untar(gzip(archive), new Map(Object.entries(wanted)), "x.tar.gz")();
const refused = async (archive: Bytes, wanted: Readonly<Record<string, number>>) =>
  failure(await opened(archive, wanted)).message;

describe("untar", () => {
  test("gives the files that are wanted, by the end of their name", async () => {
    const found = success(await opened(tar, { b: 512, c: 0 }));
    expect([...found.keys()]).toEqual(["b", "c"]);
    expect(found.get("b")).toEqual(scrambled(512));
    expect(success(await opened(tar, { a: 700 })).get("a")).toEqual(scrambled(700));
    expect(success(await opened(tar, {})).size).toBe(0);
  });

  test("says what is wrong, and where", async () => {
    expect(await refused(tar, { b: 511 })).toBe("x.tar.gz: in/b has 512 bytes, expected 511, at byte 2048 unpacked");
    expect(await refused(tar, { d: 1 })).toContain("the archive has no d");
    expect(await refused(tar.subarray(0, 900), { a: 700 })).toBe(
      "x.tar.gz: the archive ends inside in/a, at byte 900 unpacked",
    );
    expect(await refused(tar.subarray(0, 100), { a: 700 })).toContain("the archive is truncated");
    const changed = tar.slice();
    changed[2]! ^= 1;
    expect(await refused(changed, { a: 700 })).toContain("a header's checksum is wrong");
    expect(await refused(concat(scrambled(2048)), { a: 1 })).toContain("checksum is wrong");
    const cut = failure(await untar(gzip(tar).subarray(0, 60), new Map([["a", 700]]), "x")());
    expect(cut.message).toMatch(/gzip data is damaged|the archive/);
  });

  testUnless(spawnSync("tar", ["--version"]).status === 0 ? null : "there is no tar")(
    "reads what tar writes",
    async () => {
      const dir = temporaryFolder();
      mkdirSync(`${dir}/batches`);
      writeFileSync(`${dir}/batches/one.bin`, scrambled(1234));
      writeFileSync(`${dir}/batches/two.bin`, scrambled(99));
      spawnSync("tar", ["czf", `${dir}/x.tgz`, "-C", dir, "batches"]);
      const archive = new Uint8Array(readFileSync(`${dir}/x.tgz`));
      const found = success(await untar(archive, new Map([["two.bin", 99], ["one.bin", 1234]]), "x")());
      expect(found.get("one.bin")).toEqual(scrambled(1234));
      expect(found.get("two.bin")).toEqual(scrambled(99));
    },
  );
});
