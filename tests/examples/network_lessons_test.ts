/** The lessons that train for minutes, on a few examples: that they run through, and leave behind what they say. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodePng, loadTensors, run } from "../../datasets/mod.ts";
import { testShared } from "../support/skips.ts";
import { lessons } from "./lesson.ts";
import { start } from "./task.ts";

const { folder, lesson } = lessons();

/** Height, width and channels of a picture, which has more than one shade. */
const sizeOf = async (path: string): Promise<readonly number[]> => {
  const { height, width, channels, values } = await run(decodePng(readFileSync(path), path));
  expect(new Set(values).size).toBeGreaterThan(1);
  return [height, width, channels];
};
const namesIn = async (path: string): Promise<readonly string[]> => [...(await run(loadTensors(path))).tensors.keys()];
const finite = (values: Iterable<number | undefined>): void => {
  for (const value of values) expect(Number.isFinite(value)).toBe(true);
};

describe("a lesson", () => {
  test("vae lowers its bound, and draws", async () => {
    const { result, out, files } = await lesson("vae", ["--dataset", "digits", "--limit", "500", "--epochs", "2"]);
    expect(result["final_loss"]).toBeLessThan(result.losses![0]!);
    expect(result["elbo"]).toBeGreaterThan(-543.5); // 784 pixels by chance
    expect(files).toEqual(["checkpoint.safetensors", "vae.png", "vae.safetensors", "vae.svg"]);
    expect(await sizeOf(join(out, "vae.png"))).toEqual([16 * 58 + 2, 16 * 58 + 2, 1]);
    expect(await namesIn(join(out, "vae.safetensors"))).toContain("decoder.out.weight");
  });

  test("autoencoder learns machines, unrolls them, goes on, and is measured against principal components", async () => {
    const few = ["--dataset", "digits", "--limit", "600", "--pretrain", "1", "--code", "8", "--epochs", "1"];
    const { done, result, out, files } = await lesson("autoencoder", few);
    expect(done.stdout.match(/^machine \d+-\d+: squared error of a unit 0\.\d+$/gm)).toHaveLength(4);
    expect(result["error"]).toBeLessThan(result["unrolled_error"]!);
    // Drawn digits have a squared norm of about 60; eight directions explain most of it.
    expect(result["pca_error"]).toBeGreaterThan(15);
    expect(result["pca_error"]).toBeLessThan(30);
    const stages = ["machine-1", "machine-2", "machine-3", "machine-4", "tuning"];
    expect(files).toEqual([
      "autoencoder.safetensors",
      "autoencoder.svg",
      ...stages.map((stage) => `checkpoint-${stage}.safetensors`),
      "dreams.png",
      "rebuilt.png",
    ]);
    expect(await sizeOf(join(out, "rebuilt.png"))).toEqual([9 * 58 + 2, 20 * 58 + 2, 1]);
    const again = await lesson("autoencoder", [...few, "--resume"]);
    expect(again.result["error"]).toBe(result["error"]!);
    for (const pretrain of ["0", "1"]) {
      const asked = [...few.with(few.indexOf("--pretrain") + 1, pretrain), "--resume", "--out", join(folder, "none")];
      const refused = await start("learn:autoencoder", folder, asked);
      const file = pretrain === "0" ? "checkpoint-tuning" : "checkpoint-machine-1";
      expect(refused.stderr).toBe(
        `There is no ${join(folder, "none", file)}.safetensors to go on from: start anew, or check the path\n`,
      );
      expect(refused.code).toBe(1);
    }
  });

  testShared("data/fashion-mnist")("dcgan plays, and draws", async () => {
    const few = ["--data", "../shared/data", "--limit", "128", "--epochs", "1"];
    const { result, out, files } = await lesson("dcgan", few);
    finite([result["real"], result["fake"], result["diversity"], ...result.losses!]);
    expect(result.losses).toHaveLength(2);
    const kept = ["checkpoint.safetensors", "dcgan.png", "dcgan.safetensors", "dcgan.svg"];
    expect(files).toEqual([...kept, "stages.png", "stages.safetensors"]);
    expect(await sizeOf(join(out, "dcgan.png"))).toEqual([8 * 58 + 2, 10 * 58 + 2, 1]);
    expect(await sizeOf(join(out, "stages.png"))).toEqual([2 * 58 + 2, 10 * 58 + 2, 1]);
    const picture = readFileSync(join(out, "stages.png"));
    expect(await namesIn(join(out, "stages.safetensors"))).toEqual(["step.1", "step.2"]);
    await lesson("dcgan", [...few, "--resume"]);
    expect(readFileSync(join(out, "stages.png")).equals(picture)).toBe(true);
  });

  testShared("data/cifar-10")("resnet tells photographs apart as far as it came", async () => {
    const few = ["--data", "../shared/data", "--limit", "128", "--judge", "50", "--epochs", "1"];
    const { done, result, out, files } = await lesson("resnet", few);
    finite(result.losses!);
    const right = 50 * result["test_accuracy"]!;
    expect(right).toBeCloseTo(Math.round(right), 6);
    expect(done.stdout).toMatch(/^test accuracy \d+\.\d\d%$/m);
    expect(files).toEqual(["checkpoint.safetensors", "mistakes.png", "resnet.svg", "resnet20.safetensors"]);
    expect(await namesIn(join(out, "resnet20.safetensors"))).toContain("3.bn1.running_mean");
  });

  testShared("data/isbi-2012")("unet finds cells in a slice", async () => {
    const few = ["--data", "../shared/data", "--batch", "12", "--judge", "1", "--epochs", "1"];
    const { result, out, files } = await lesson("unet", few);
    expect(result["test_accuracy"]).toBeGreaterThan(0.5);
    finite([result["dice"], result["membrane_dice"], ...result.losses!]);
    expect(files).toEqual(["checkpoint.safetensors", "unet.png", "unet.safetensors", "unet.svg"]);
    expect(await sizeOf(join(out, "unet.png"))).toEqual([512 + 16, 3 * 520 + 8, 1]);
  });

  for (const [model, dataset, folder] of [["lstm", "names", "names"], ["gpt", "shakespeare", "tinyshakespeare"]]) {
    testShared(`data/${folder}`)(`text: ${model} learns to write ${dataset}`, async () => {
      const cut = dataset === "names" ? [] : ["--length", "32"];
      const few = [...cut, "--limit", "12000", "--batch", "8", "--epochs", "1", "--write", "40"];
      const asked = ["--model", model!, "--dataset", dataset!, "--data", "../shared/data"];
      const { done, result, out, files } = await lesson("text", [...asked, ...few], `text-${model}`);
      expect(result).toMatchObject({ model, dataset, backend: "wasm", written: 40 });
      expect(result["nats"]).toBeLessThan(result.losses![0]! - 0.4);
      expect(result["perplexity"]).toBeCloseTo(Math.exp(result["nats"]!), 6);
      expect(result["pairs"]).toBeLessThan(3);
      expect(done.stdout).toMatch(/^held-out text: \d\.\d{3} nats per character, perplexity \d+\.\d\d; a table/m);
      expect(files).toEqual(["checkpoint.safetensors", "sample.txt", "text.safetensors", "text.svg"]);
      expect(readFileSync(join(out, "sample.txt"), "utf8")).toHaveLength(40);
    });
  }
});
