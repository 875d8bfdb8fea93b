/** Published sets in a folder whose files were compressed anew, or unpacked. */
import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { fashionMnist, mnist } from "../../datasets/mod.ts";
import { sha256 } from "../../datasets/bytes.ts";
import { fetchSet, type PublishedSet } from "../../datasets/published_set.ts";
import { testShared } from "../support/skips.ts";
import { type Bytes, failure, smallSet, success, temporaryFolder } from "./support.ts";

const { set: bare, files } = await smallSet();
const unpacked = (name: string): Bytes => new Uint8Array(gunzipSync(files.get(name)!));
const known = async (half: PublishedSet["train"]): Promise<PublishedSet["train"]> => ({
  count: half.count,
  images: { ...half.images, content: await sha256(unpacked(half.images.name)) },
  labels: { ...half.labels, content: await sha256(unpacked(half.labels.name)) },
});
const set: PublishedSet<3, 2> = { ...bare, train: await known(bare.train), test: await known(bare.test) };

/** A folder with every file as `change` makes it of its name and what it unpacks to. */
const folderOf = (change: (name: string, content: Bytes) => readonly [name: string, bytes: Uint8Array]): string => {
  const dir = temporaryFolder();
  for (const name of files.keys()) {
    const [as, bytes] = change(name, unpacked(name));
    writeFileSync(`${dir}/${as}`, bytes);
  }
  return dir;
};
type Change = Parameters<typeof folderOf>[0];
const wanted = async () => success(await fetchSet(set, { dir: folderOf((name) => [name, files.get(name)!]) })());

describe("fetchSet from a folder takes files", () => {
  test.each<[string, Change]>(
    [
      ["compressed at another level", (name, content) => [name, gzipSync(content, { level: 1 })]],
      ["that are not compressed", (name, content) => [name.replace(".gz", ""), content]],
      ["unpacked under their old names", (name, content) => [name, content]],
      ["compressed and renamed", (name, content) => [name.replace(".gz", ""), gzipSync(content)]],
    ],
  )("%s", async (_, change) => {
    const dir = folderOf(change);
    expect(await fetchSet(set, { dir })()).toEqual({ _tag: "Right", right: await wanted() } as never);
  });
  test("whatever else lies there under the unpacked name, if the published one is there", async () => {
    const dir = folderOf((name) => [name, files.get(name)!]);
    writeFileSync(`${dir}/train-images`, "other");
    expect(success(await fetchSet(set, { dir })())).toEqual(await wanted());
  });
});
describe("fetchSet from a folder refuses", () => {
  const spoiled = (content: Bytes): Bytes => content.map((b, i) => i === content.length - 1 ? b ^ 1 : b);
  test.each<[string, Change]>(
    [
      ["other data, unpacked", (name, content) => [name.replace(".gz", ""), spoiled(content)]],
      ["other data, compressed", (name, content) => [name, gzipSync(spoiled(content))]],
      ["more data", (name, content) => [name, gzipSync(new Uint8Array([...content, ...content]))]],
      ["damaged data", (name, content) => [name, gzipSync(content).subarray(0, 20)]],
      ["nothing", (name) => [name, new Uint8Array()]],
    ],
  )("%s", async (_, change) => {
    const dir = folderOf(change);
    const fault = failure(await fetchSet(set, { dir })());
    expect(fault._tag).toBe("CorruptFile");
    expect(fault.message).toMatch(
      / does not hold the published data: (damaged, )?SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}; fetch it again$/,
    );
  });
  test("a folder that lacks a file under both names", async () => {
    const fault = failure(await fetchSet(set, { dir: temporaryFolder() })());
    expect(fault.message).toContain("There is no train-images.gz in ");
  });
});

for (const [name, read] of Object.entries({ mnist, "fashion-mnist": fashionMnist })) {
  testShared(`data/${name}`)(`${name} is known by what its files unpack to`, async (dir) => {
    const copy = temporaryFolder();
    for (const half of ["train", "t10k"]) {
      for (const file of ["images-idx3-ubyte", "labels-idx1-ubyte"]) {
        writeFileSync(`${copy}/${half}-${file}`, gunzipSync(readFileSync(`${dir}/${half}-${file}.gz`)));
      }
    }
    const got = success(await read({ dir: copy })()), digest = (x: Uint8Array) => sha256(new Uint8Array(x));
    const want = success(await read({ dir })());
    for (const half of ["train", "test"] as const) {
      expect(await digest(got[half].images)).toBe(await digest(want[half].images));
      expect(await digest(got[half].labels)).toBe(await digest(want[half].labels));
    }
  });
}
