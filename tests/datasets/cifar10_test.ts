import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { cifar10 } from "../../datasets/mod.ts";
import { sha256 } from "../../datasets/bytes.ts";
import { type Cifar10Files, type Cifar10Options, fetchCifar10, type RecordFile } from "../../datasets/cifar10.ts";
import { decodeCifar10 } from "../../datasets/cifar10_records.ts";
import { testShared } from "../support/skips.ts";
import {
  type Bytes,
  concat,
  failure,
  gzip,
  published,
  scrambled,
  serve,
  success,
  tarOf,
  temporaryFolder,
} from "./support.ts";

// A variable set outside must not steer the tests.
delete process.env["PULLBACK_DATA"];

/** Records whose labels count up from `first`, their pixels scrambled. */
const records = (count: number, first: number): Bytes =>
  concat(...Array.from({ length: count }, (_, i) => concat([(first + i) % 10], scrambled(3072).map((v) => v ^ i))));

/** A CIFAR-10 of two files with 2 records each to learn from, and 3 to be judged by; by name, what is in them. */
const small = async () => {
  const contents: Record<string, Bytes> = {
    "data_batch_1.bin": records(2, 0),
    "data_batch_2.bin": records(2, 2),
    "test_batch.bin": records(3, 7),
    "test_first.bin": records(1, 7),
  };
  const file = async (name: string, count: number): Promise<RecordFile> => ({
    name,
    count,
    sha256: await sha256(contents[name]!),
  });
  const inside = Object.entries(contents).filter(([name]) => name !== "test_first.bin");
  const archive = gzip(
    tarOf([
      ["batches/readme.html", scrambled(88)],
      ...inside.map(([name, bytes]) => [`batches/${name}`, bytes] as const),
    ]),
  );
  const files: Cifar10Files = {
    archive: await published("all.tar.gz", archive),
    train: [await file("data_batch_1.bin", 2), await file("data_batch_2.bin", 2)],
    test: await file("test_batch.bin", 3),
    testStart: await file("test_first.bin", 1),
  };
  return { files, contents, archive };
};
const { files, contents, archive } = await small();

/** A folder with these files, `.gz` behind a name compresses it. */
const folderWith = (names: readonly string[], inside = ""): string => {
  const dir = temporaryFolder();
  mkdirSync(`${dir}/${inside}`, { recursive: true });
  for (const name of names) {
    const plain = contents[name.replace(/\.gz$/, "")];
    const bytes = name === "all.tar.gz" ? archive : name.endsWith(".gz") ? gzip(plain!) : plain!;
    writeFileSync(`${dir}/${inside}/${name}`, bytes);
  }
  return dir;
};
const fetched = async (options: Cifar10Options) => success(await fetchCifar10(files, options)());
const refused = async (options: Cifar10Options) => failure(await fetchCifar10(files, options)());

describe("cifar10", () => {
  const whole = { train: [0, 1, 2, 3], test: [7, 8, 9] }, excerpt = { train: [0, 1], test: [7] };
  const labels = async (options: Cifar10Options) => {
    const { train, test: half } = await fetched(options);
    return { train: [...train.labels], test: [...half.labels] };
  };

  test.each([
    ["the archive", ["all.tar.gz"]],
    ["the files in it", ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"]],
    ["these compressed", ["data_batch_1.bin.gz", "data_batch_2.bin", "test_batch.bin.gz"]],
  ])("is read from %s", async (_, names) => {
    for (const inside of ["", "cifar-10", "cifar-10-batches-bin"]) {
      const dir = folderWith(names, inside);
      expect(await labels({ dir })).toEqual(whole);
      expect(await labels({ dir, part: "excerpt" })).toEqual(excerpt);
    }
    const set = await fetched({ dir: folderWith(names) });
    expect(set.name).toBe("cifar-10");
    expect(set.train).toMatchObject({ count: 4, channels: 3, height: 32, width: 32 });
    expect(set.train.images.subarray(3072, 6144)).toEqual(contents["data_batch_1.bin"]!.subarray(3074));
  });

  test("gives an excerpt from a folder that has no more, and says so in its name", async () => {
    const dir = folderWith(["data_batch_1.bin.gz", "test_first.bin.gz"], "cifar-10");
    expect(await labels({ dir })).toEqual(excerpt);
    expect((await fetched({ dir })).name).toBe("cifar-10, the first 2 and 1");
    expect(await refused({ dir, part: "whole" })).toMatchObject({
      _tag: "MissingFile",
      message:
        `There is no all.tar.gz in ${dir} or ${dir}/cifar-10: put cifar-10-binary.tar.gz or the files in it there`,
    });
  });

  test("downloads the archive once", async () => {
    let asked = 0;
    const mirror = await serve((_, response) => {
      asked++;
      response.end(archive);
    });
    const cache = temporaryFolder();
    expect(await labels({ cache, mirrors: [mirror] })).toEqual(whole);
    expect(await labels({ cache, mirrors: [], part: "excerpt" })).toEqual(excerpt);
    expect(asked).toBe(1);
  });

  test("refuses other records, and files of another size", async () => {
    const dir = folderWith(["data_batch_1.bin", "test_first.bin.gz"]);
    const changed = contents["data_batch_1.bin"]!.slice();
    changed[77]! ^= 1;
    writeFileSync(`${dir}/data_batch_1.bin`, changed);
    const fault = await refused({ dir });
    expect(fault).toMatchObject({ _tag: "CorruptFile", path: `${dir}/data_batch_1.bin` });
    expect(fault.message).toContain("does not hold the published records: SHA-256");
    writeFileSync(`${dir}/data_batch_1.bin`, changed.subarray(1));
    expect((await refused({ dir })).message).toContain("has 6145 bytes, expected 6146");
    writeFileSync(`${dir}/data_batch_1.bin`, contents["data_batch_1.bin"]!);
    writeFileSync(`${dir}/test_first.bin.gz`, gzip(contents["test_batch.bin"]!));
    expect((await refused({ dir })).message).toContain("inflates to more than the 3073 bytes expected");
  });

  testShared("data/cifar-10")("of the folder beside the project is the published excerpt", async (dir) => {
    const set = success(await cifar10({ dir })());
    expect([set.train.count, set.test.count]).toEqual([10_000, 2_000]);
    expect([...set.train.labels.subarray(0, 10)]).toEqual([6, 9, 9, 4, 1, 1, 2, 7, 8, 3]);
    expect([...set.test.labels.subarray(0, 10)]).toEqual([3, 8, 8, 0, 6, 6, 1, 6, 3, 1]);
    expect([...set.train.images.subarray(0, 4)]).toEqual([59, 43, 50, 68]);
  });
});

describe("decodeCifar10", () => {
  const file = (bytes: Bytes, path = "x.bin") => ({ path, bytes });
  const told = (list: readonly { path: string; bytes: Bytes }[], count: number) => failure(decodeCifar10(list, count));

  test("says where a file is wrong", () => {
    const bad = records(3, 5);
    bad[3073] = 10;
    expect(told([file(records(1, 0)), file(bad, "y.bin")], 4)).toEqual({
      _tag: "CorruptFile",
      path: "y.bin",
      offset: 3073,
      message: "y.bin: label 10 is not below 10, at byte 3073",
    });
    expect(told([file(records(2, 0).subarray(0, 4000))], 1)).toMatchObject({
      offset: 3073,
      message: "x.bin: the last record has 927 of its 3073 bytes, at byte 3073",
    });
    expect(told([file(records(2, 0))], 3).message).toBe("x.bin: expected 3 records, got 2, at byte 6146");
    expect(told([], 1).message).toContain("expected 1 records, got 0");
  });

  test("keeps the first records, and does not look at the others", () => {
    const bytes = records(2, 8);
    bytes[3073] = 99;
    expect(success(decodeCifar10([file(bytes)], 1)).labels).toEqual(Uint8Array.of(8));
    expect(success(decodeCifar10([], 0)).count).toBe(0);
  });
});
