/** The lessons as users start them, small, and what they leave behind. */
import { describe, expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadTensors, run } from "../../datasets/mod.ts";
import { lessons } from "./lesson.ts";
import { start } from "./task.ts";

const { folder, lesson } = lessons();

describe("a lesson that cannot be had", () => {
  test.each(["xor", "transfer"])(
    "%s says so before it learns: nothing can be written",
    async (name) => {
      writeFileSync(join(folder, "file"), "");
      const done = await start(`learn:${name}`, folder, ["--out", join(folder, "file", "x")]);
      expect(done.stderr).toMatch(/^Cannot write .*\/file\/x\/\.trial: .*\n$/);
      expect([done.code, done.stdout]).toEqual([1, ""]);
    },
  );

  test.each(["vae", "transfer"])(
    "%s says what a folder lacks, and learns nothing else",
    async (name) => {
      const done = await start(`learn:${name}`, folder, ["--data", join(folder, "none"), "--out", join(folder, name)]);
      const where = join(folder, "none");
      expect(done.stderr).toContain(`There is no train-images-idx3-ubyte.gz in ${where} or ${where}/mnist`);
      expect(done.stderr.trimEnd().split("\n")).toHaveLength(1);
      expect([done.code, readdirSync(join(folder, name))]).toEqual([1, []]);
    },
  );
});

describe("a lesson", () => {
  test("spiral tells two spirals apart at 0.99", async () => {
    const { done, result, picture, out, files } = await lesson("spiral", []);
    expect(result["test_accuracy"]).toBeGreaterThanOrEqual(0.99);
    expect(result).toMatchObject({ backend: "wasm" });
    expect(done.stdout).toMatch(/^accuracy \d+\.\d% of what it learned from, \d+\.\d% of what it had not seen$/m);
    expect(files).toEqual(["spiral.safetensors", "spiral.svg"]);
    expect(picture.match(/<circle /g)).toHaveLength(1000);
    expect([...(await run(loadTensors(join(out, "spiral.safetensors")))).tensors.keys()]).toContain("h1.weight");
  });

  test("xor is too much for a perceptron, and not for a hidden layer", async () => {
    const { done, result, picture, files } = await lesson("xor", []);
    expect(result).toMatchObject({ network_right: 4, backend: "wasm" });
    expect(result["perceptron_right"]).toBeLessThan(4);
    expect(result["perceptron_fewest_mistakes"]).toBeGreaterThan(0);
    expect(done.stdout).toMatch(/^perceptron, and: 4 of 4 right, no mistakes from pass \d+ on$/m);
    expect(done.stdout).toMatch(/^ {2}1 xor 0 = 1: probability of 1 is 0\.9\d+$/m);
    expect(picture.match(/<image /g)).toHaveLength(2);
    expect(files).toEqual(["xor.svg"]);
    const failed = await start("learn:xor", folder, ["--steps", "1", "--out", join(folder, "short")]);
    expect([failed.code, failed.stderr.trimEnd().split("\n").at(-1)]).toEqual([
      1,
      expect.stringContaining("of 4: try more --steps"),
    ]);
  });

  test("transfer gains by what it knows", async () => {
    const few = ["--dataset", "digits", "--limit", "2000", "--steps", "60", "--labels", "2", "--draws", "2"];
    const { done, result, files } = await lesson("transfer", few);
    expect(result["gain"]).toBeGreaterThan(0);
    expect(result["base_accuracy"]).toBeGreaterThan(0.8);
    expect(done.stdout.match(/^ +\d+ +\d+\.\d% +\d+\.\d% +\d+\.\d%$/gm)).toHaveLength(2);
    expect(files).toEqual(["digits-0-4.safetensors", "transfer.svg"]);
  });
});
