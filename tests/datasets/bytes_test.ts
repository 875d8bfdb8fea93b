import { describe, expect, test } from "bun:test";
import { gunzip, sha256 } from "../../datasets/bytes.ts";
import { failure, gzip, scrambled, success } from "./support.ts";

test("sha256 is the published function", async () => {
  const abc = new TextEncoder().encode("abc");
  expect(await sha256(abc)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(await sha256(new Uint8Array(0))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

describe("gunzip", () => {
  test.each([0, 1, 1000, 300_000])("inflates %d bytes", async (length) => {
    expect(success(await gunzip(gzip(scrambled(length)), length, "x")())).toEqual(scrambled(length));
  });

  test("leaves what it was given alone", async () => {
    const packed = gzip(scrambled(100));
    const copy = packed.slice();
    await gunzip(packed, 100, "x")();
    expect(packed).toEqual(copy);
  });

  test("refuses another size than expected", async () => {
    expect(failure(await gunzip(gzip(scrambled(10)), 11, "x")()).message).toBe(
      "x: it inflates to 10 bytes, expected 11",
    );
    expect(failure(await gunzip(gzip(scrambled(10)), 9, "x")()).message).toBe(
      "x: it inflates to more than the 9 bytes expected",
    );
  });

  test("stops a bomb long before it has gone off", async () => {
    const bomb = gzip(new Uint8Array(200_000_000));
    expect(bomb.length).toBeLessThan(200_000);
    const fault = failure(await gunzip(bomb, 1000, "bomb.gz")());
    expect(fault).toMatchObject({ _tag: "CorruptFile", path: "bomb.gz" });
    expect(fault.message).toContain("more than the 1000 bytes expected");
  });

  test("refuses truncated, damaged and foreign data", async () => {
    const packed = gzip(scrambled(50_000));
    const flipped = packed.slice();
    flipped[25_000]! ^= 255;
    for (const bytes of [packed.subarray(0, 20_000), packed.subarray(0, -1), flipped, Uint8Array.of(1, 2, 3)]) {
      const fault = failure(await gunzip(bytes, 50_000, "x")());
      expect(fault._tag).toBe("CorruptFile");
      expect(fault.message).toMatch(
        /^x: its gzip data is damaged|^x: it inflates to|^x: \d+ bytes cannot inflate to 50000$/,
      );
    }
  });
});
