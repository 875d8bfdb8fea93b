import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import type { TransferEvent } from "../../datasets/download.ts";
import { fetchSet, type PublishedSet } from "../../datasets/published_set.ts";
import type { FetchOptions } from "../../datasets/source.ts";
import {
  type Bytes,
  concat,
  failure,
  gzip,
  idxImages,
  idxLabels,
  scrambled,
  serve,
  smallSet,
  success,
  temporaryFolder,
  words,
} from "./support.ts";

// A variable set outside must not steer the tests.
delete process.env["PULLBACK_DATA"];

type Files = ReadonlyMap<string, Bytes>;

const put = (folder: string, files: Files): void => {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(`${folder}/${name}`, bytes);
};

/** A mirror of `files` that counts what it is asked for. */
const mirrorOf = async (files: Files) => {
  const asked: string[] = [];
  const url = await serve((request, response) => {
    const name = (request.url ?? "").slice(1);
    asked.push(name);
    const bytes = files.get(name);
    response.writeHead(bytes === undefined ? 404 : 200);
    response.end(bytes);
  });
  return { url, asked };
};

const fetched = async (set: PublishedSet<3, 2>, options: FetchOptions) => success(await fetchSet(set, options)());
const refused = async (set: PublishedSet<3, 2>, options: FetchOptions) => failure(await fetchSet(set, options)());

const { set, files } = await smallSet();
const names = [...files.keys()];

describe("fetchSet from a folder", () => {
  test("decodes the four files", async () => {
    const dir = temporaryFolder();
    put(dir, files);
    expect(await fetched(set, { dir })).toEqual({
      name: "small",
      train: { images: scrambled(24), labels: Uint8Array.of(0, 1, 2, 0), count: 4, channels: 1, height: 3, width: 2 },
      test: { images: scrambled(12), labels: Uint8Array.of(2, 1), count: 2, channels: 1, height: 3, width: 2 },
      classes: ["a", "b", "c"],
    });
  });

  test.each(["small", "SMALL/raw"])("finds them in the sub-folder %s too", async (inside) => {
    const dir = temporaryFolder();
    put(`${dir}/${inside}`, files);
    expect((await fetched(set, { dir })).train.count).toBe(4);
  });

  test("looks nowhere else", async () => {
    const [dir, cache, mirror] = [temporaryFolder(), temporaryFolder(), await mirrorOf(files)];
    put(`${cache}/small`, files);
    const fault = await refused(set, { dir, cache, mirrors: [mirror.url] });
    expect(fault).toMatchObject({ _tag: "MissingFile", path: `${dir}/train-images.gz` });
    expect(fault.message).toBe(
      `There is no train-images.gz in ${dir} or ${dir}/small: put the four files of small there`,
    );
    expect(mirror.asked).toEqual([]);
  });

  test.each(names)("names %s when it is the one that is missing", async (name) => {
    const dir = temporaryFolder();
    put(dir, new Map([...files].filter(([other]) => other !== name)));
    expect((await refused(set, { dir })).message).toContain(`There is no ${name} in ${dir}`);
  });

  test.each(names)("refuses another %s, of the same size or not", async (name) => {
    const dir = temporaryFolder();
    put(dir, files);
    const path = `${dir}/${name}`;
    const other = readFileSync(path);
    other[other.length >> 1]! ^= 1;
    writeFileSync(path, other);
    const changed = await refused(set, { dir });
    expect(changed).toMatchObject({ _tag: "CorruptFile", path });
    expect(changed.message).toMatch(/is not the published file: SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}/);
    writeFileSync(path, other.subarray(1));
    expect((await refused(set, { dir })).message).toContain(`has ${other.length - 1} bytes, expected ${other.length}`);
  });

  test("says so when a folder lies in the place of a file", async () => {
    const dir = temporaryFolder();
    mkdirSync(`${dir}/train-images.gz`);
    expect((await refused(set, { dir }))._tag).toBe("MissingFile");
  });
});

describe("fetchSet by environment", () => {
  const variables = ["PULLBACK_DATA", "PULLBACK_CACHE"] as const;
  beforeEach(() => variables.forEach((name) => delete process.env[name]));
  afterAll(() => variables.forEach((name) => delete process.env[name]));

  test("takes the folder that PULLBACK_DATA names, when no other is given", async () => {
    const [full, empty] = [temporaryFolder(), temporaryFolder()];
    put(`${full}/small`, files);
    process.env["PULLBACK_DATA"] = full;
    expect((await fetched(set, { cache: empty, mirrors: [] })).train.count).toBe(4);
    expect((await refused(set, { dir: empty }))._tag).toBe("MissingFile");
    process.env["PULLBACK_DATA"] = empty;
    expect((await refused(set, {})).message).toContain(`There is no train-images.gz in ${empty}`);
  });

  test("keeps what it downloads where PULLBACK_CACHE says", async () => {
    const [cache, mirror] = [temporaryFolder(), await mirrorOf(files)];
    process.env["PULLBACK_CACHE"] = cache;
    await fetched(set, { mirrors: [mirror.url] });
    expect(readdirSync(`${cache}/small`).toSorted()).toEqual(names.toSorted());
  });
});

describe("fetchSet of files that were published wrong", () => {
  const wrongly = async (name: string, content: (unpacked: Bytes) => Bytes) => {
    const dir = temporaryFolder();
    const wrong = await smallSet((file, unpacked) => file === name ? content(unpacked) : gzip(unpacked));
    put(dir, wrong.files);
    return await refused(wrong.set, { dir });
  };

  test.each([
    ["no gzip", "train-images.gz", (u: Bytes) => u, "train-images.gz: its gzip data is damaged"],
    ["a bomb", "train-images.gz", () => gzip(new Uint8Array(1e7)), "inflates to more than the 40 bytes expected"],
    ["a short one", "test-images.gz", (u: Bytes) => gzip(u.subarray(1)), "test-images.gz: it inflates to 27 bytes"],
    ["labels for images", "test-images.gz", () => gzip(concat(words(2049), scrambled(24))), "got 2049 (labels)"],
    ["a huge count", "train-images.gz", () => gzip(concat(words(2051, 4e9, 3, 2), scrambled(24))), "got 4000000000"],
    ["another height", "train-images.gz", () => gzip(idxImages(4, 2, 3, scrambled(24))), "expected height 3, got 2"],
    [
      "a label out of range",
      "train-labels.gz",
      () => gzip(idxLabels([0, 1, 3, 0])),
      "label 3 is not below 3, at byte 10",
    ],
  ])("refuses %s in %s", async (_, name, content, message) => {
    const fault = await wrongly(name, content);
    expect(fault).toMatchObject({ _tag: "CorruptFile", path: name });
    expect(fault.message).toContain(message);
  });
});

describe("fetchSet from mirrors", () => {
  test("downloads every file once, keeps it, and needs no network the second time", async () => {
    const [cache, mirror] = [`${temporaryFolder()}/deep/cache`, await mirrorOf(files)];
    const first = await fetched(set, { cache, mirrors: [mirror.url] });
    expect(mirror.asked).toEqual(names);
    expect(readdirSync(`${cache}/small`).toSorted()).toEqual(names.toSorted());
    for (const [name, bytes] of files) expect(new Uint8Array(readFileSync(`${cache}/small/${name}`))).toEqual(bytes);
    expect(await fetched(set, { cache, mirrors: [] })).toEqual(first);
  });

  test("goes from a mirror without the file over one that truncates to one that has it", async () => {
    const short = await mirrorOf(new Map([...files].map(([name, bytes]) => [name, bytes.subarray(0, 20)])));
    const [none, good] = [await mirrorOf(new Map()), await mirrorOf(files)];
    const events: TransferEvent[] = [];
    const mirrors = [none.url, short.url, good.url];
    const cache = temporaryFolder();
    const got = await fetched(set, { cache, mirrors, progress: (e) => events.push(e) });
    expect(got.test.labels).toEqual(Uint8Array.of(2, 1));
    for (const mirror of [none, short, good]) expect(mirror.asked).toEqual(names);
    const failed = events.flatMap((e) => e._tag === "MirrorFailed" ? [e.reason] : []);
    expect(failed).toHaveLength(8);
    expect(new Set(failed.filter((_, i) => i % 2 === 0))).toEqual(new Set(["answers 404 Not Found"]));
    expect(failed[1]).toBe(`ends after 20 of ${set.train.images.bytes} bytes`);
  });

  test("fetches a damaged file of the cache again, and mends the cache", async () => {
    const [cache, mirror] = [temporaryFolder(), await mirrorOf(files)];
    put(`${cache}/small`, files);
    writeFileSync(`${cache}/small/test-labels.gz`, "half a do");
    await fetched(set, { cache, mirrors: [mirror.url] });
    expect(mirror.asked).toEqual(["test-labels.gz"]);
    await fetched(set, { cache, mirrors: [] });
  });

  test("goes without a cache where none can be written, and says so", async () => {
    const [folder, mirror] = [temporaryFolder(), await mirrorOf(files)];
    writeFileSync(`${folder}/file`, "");
    const events: TransferEvent[] = [];
    const cache = `${folder}/file`;
    const got = await fetched(set, { cache, mirrors: [mirror.url], progress: (e) => events.push(e) });
    expect(got.train.count).toBe(4);
    const told = events.flatMap((e) => e._tag === "NotCached" ? [e] : []);
    expect(told.map((e) => e.file)).toEqual(names);
    expect(told[0]!.reason).toStartWith(`Cannot write ${cache}/small/train-images.gz`);
  });

  test("keeps nothing when told so", async () => {
    const mirror = await mirrorOf(files);
    await fetched(set, { cache: false, mirrors: [mirror.url] });
    await fetched(set, { cache: false, mirrors: [mirror.url] });
    expect(mirror.asked).toHaveLength(8);
  });

  test("leaves nothing in the cache of a file that was not whole", async () => {
    const short = await mirrorOf(new Map([...files].map(([name, bytes]) => [name, bytes.subarray(0, 20)])));
    const cache = temporaryFolder();
    const fault = await refused(set, { cache, mirrors: [short.url] });
    expect(fault._tag).toBe("DownloadFailed");
    expect(fault.message).toEndWith("or give the folder with the four files of small as `dir` or in PULLBACK_DATA");
    expect(readdirSync(cache)).toEqual([]);
  });
});
