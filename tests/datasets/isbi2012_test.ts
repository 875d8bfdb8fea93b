import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { encodePng, isbi2012, maskedRange } from "../../datasets/mod.ts";
import { fetchSlices } from "../../datasets/isbi2012.ts";
import { testShared } from "../support/skips.ts";
import { failure, published, success, temporaryFolder } from "./support.ts";

// A variable set outside must not steer the tests.
delete process.env["PULLBACK_DATA"];

testShared("data/isbi-2012")("isbi2012 gives the published slices, divided by index", async (dir) => {
  const set = success(await isbi2012({ dir: dir.replace(/\/isbi-2012\/?$/, "") })());
  expect(set).toMatchObject({ name: "isbi-2012", classes: ["membrane", "cell"] });
  expect([set.train.count, set.test.count, set.train.height, set.test.width]).toEqual([24, 6, 512, 512]);
  expect(set.train.masks).toHaveLength(24 * 512 * 512);
  expect([...set.train.images.subarray(0, 5)]).toEqual([126, 107, 122, 124, 131]);
  let [sum, cells] = [0, 0];
  for (const v of set.train.images) sum += v;
  for (const v of set.train.masks) cells += v;
  expect(sum / set.train.images.length).toBeCloseTo(125.151, 3);
  expect(cells / set.train.masks.length).toBeCloseTo(0.774576, 6);
});

/** A folder with one slice, whose picture and mask are made of these greys. */
const slice = async (grey: number, mask: number, side = 512) => {
  const dir = temporaryFolder();
  for (const kind of ["image", "label"]) mkdirSync(`${dir}/train/${kind}`, { recursive: true });
  const put = async (name: string, value: number) => {
    const values = new Uint8Array(side * side).fill(value);
    const bytes = await encodePng({ width: side, height: side, channels: 1, values });
    writeFileSync(`${dir}/${name}`, bytes);
    return await published(name, bytes);
  };
  const files = { images: [await put("train/image/0.png", grey)], labels: [await put("train/label/0.png", mask)] };
  return { dir, files };
};

test("isbi2012 refuses other pictures and other masks", async () => {
  const told = async (made: Awaited<ReturnType<typeof slice>>) =>
    failure(await fetchSlices(made.files, { dir: made.dir })).message;
  expect(await told(await slice(7, 128))).toBe("train/label/0.png: pixel 0 of the mask is 128, not 0 or 255");
  expect(await told(await slice(7, 0, 3))).toBe(
    "train/image/0.png: expected 512x512 grey values of 8 bits, got 3x3 and 1 channels",
  );
  const good = await slice(7, 255);
  const slices = success(await fetchSlices(good.files, { dir: good.dir }));
  expect([slices.images[5], slices.masks[5], slices.count]).toEqual([7, 1, 1]);
  writeFileSync(`${good.dir}/train/label/0.png`, "no picture");
  expect(await told(good)).toContain("train/label/0.png has 10 bytes, expected");
  const dir = temporaryFolder();
  expect(failure(await isbi2012({ dir })()).message).toContain(`There is no train/image/0.png in ${dir}`);
});

test("isbi2012 and maskedRange refuse what is no division", () => {
  for (const train of [0, 30, 1.5]) {
    expect(() => isbi2012({ train })).toThrow("train must be a whole number from 1 to 29");
  }
  const two = {
    images: new Uint8Array(8),
    masks: new Uint8Array(8),
    count: 2,
    channels: 1,
    height: 2,
    width: 2,
  } as const;
  expect(maskedRange(two, 1, 2).images.byteOffset).toBe(4);
  for (const [from, to] of [[-1, 1], [1, 0], [0, 3], [0.5, 1]]) {
    expect(() => maskedRange(two, from!, to!)).toThrow(RangeError);
  }
});
