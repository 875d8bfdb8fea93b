/** Files that lie in their headers: refused before a weight is read. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSafetensors } from "../../models/mod.ts";
import { nn } from "../../mod.ts";

const folder = mkdtempSync(join(tmpdir(), "pullback-hostile-"));
afterAll(() => rmSync(folder, { recursive: true }));
const net = nn.model([2], nn.named("fc", nn.linear(3)));

/** A file with a header of our choice, and so many bytes behind it. */
const hostile = (header: string, behind: number, length = BigInt(header.length)): string => {
  const bytes = new Uint8Array(8 + header.length + behind);
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  bytes.set(new TextEncoder().encode(header), 8);
  const path = join(folder, "hostile.safetensors");
  writeFileSync(path, bytes);
  return path;
};
const one = (name: string, dtype: string, shape: string, begin: number, end: number): string =>
  `"${name}":{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;

describe("loadSafetensors refuses", () => {
  test.each(
    [
      ["an endless header", "{}", 0, 1n << 60n, "is longer than allowed"],
      ["a header longer than the file", "{}", 0, 1000n, "does not fit into 10"],
      [
        "overlapping tensors",
        `{${one("a", "F32", "[2]", 0, 8)},${one("b", "F32", "[2]", 4, 12)}}`,
        12,
        null,
        "inside the tensor before it",
      ],
      ["offsets out of range", `{${one("a", "F32", "[1000000000000]", 0, 4_000_000_000_000)}}`, 8, null, "of 8 bytes"],
      ["a size that is not that of the dtype", `{${one("a", "F16", "[2]", 0, 8)}}`, 8, null, "needs 4 bytes"],
      ["an unknown dtype", `{${one("a", "F99", "[2]", 0, 8)}}`, 8, null, "unknown dtype"],
      [
        "a shape that overflows",
        `{${one("a", "F32", "[9007199254740991,9007199254740991,0]", 0, 8)}}`,
        8,
        null,
        "needs 0 bytes",
      ],
      [
        "a name that comes twice",
        `{${one("a", "F32", "[1]", 0, 4)},${one("a", "F32", "[1]", 4, 8)}}`,
        8,
        null,
        "comes twice",
      ],
      ["no JSON", `{"a":`, 0, null, "got the end of the header"],
    ] as const,
  )("%s", async (_what, header, behind, length, sentence) => { // deno-fmt-ignore
    const loaded = await loadSafetensors(net, hostile(header, behind, length ?? undefined))();
    if (loaded._tag !== "Left") throw new Error("expected a refusal");
    expect(loaded.left._tag).toBe("CorruptFile");
    expect(loaded.left.message).toContain(sentence);
  });
});
