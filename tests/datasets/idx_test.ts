import { describe, expect, test } from "bun:test";
import fc from "../support/properties.ts";
import { decodeIdxImages, decodeIdxLabels } from "../../datasets/idx.ts";
import { concat, failure, gzip, idxImages, idxLabels, scrambled, success, words } from "./support.ts";

const images = idxImages(4, 3, 2, scrambled(24));
const labels = idxLabels([3, 0, 9, 1]);

describe("decodeIdxImages", () => {
  test("gives the pixels and the extents of the header", () => {
    const decoded = success(decodeIdxImages(images, "images"));
    expect(decoded).toEqual({ pixels: scrambled(24), count: 4, height: 3, width: 2 });
  });

  test("decodes any file that was written by the format", () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), fc.nat(5), (count, height, width) => {
        const pixels = scrambled(count * height * width);
        const decoded = success(decodeIdxImages(idxImages(count, height, width, pixels), "images"));
        expect(decoded).toEqual({ pixels, count, height, width });
      }),
    );
  });

  test("takes a view into a larger buffer for what it is", () => {
    const view = concat([7, 7, 7], images, [7]).subarray(3, 3 + images.length);
    expect(success(decodeIdxImages(view, "images")).pixels).toEqual(scrambled(24));
  });

  test("refuses every truncation, and names the file and the byte", () => {
    for (let length = 0; length < images.length; length++) {
      const fault = failure(decodeIdxImages(images.subarray(0, length), "some/images"));
      expect(fault._tag).toBe("CorruptFile");
      expect(fault.path).toBe("some/images");
      expect(fault.offset).toBe(length);
      expect(fault.message).toMatch(new RegExp(`^some/images: .*ends.*, at byte ${length}$`));
    }
  });

  test.each([
    ["labels in the place of images", words(2049, 4, 3, 2), "expected magic number 2051 (images), got 2049 (labels)"],
    ["a file still compressed", gzip(images), "got 0x1f8b0800 (still compressed with gzip)"],
    ["some other file", words(1, 2, 3, 4), "expected magic number 2051 (images), got 1, at byte 0"],
  ])("refuses %s by the magic number", (_, bytes, message) => {
    const fault = failure(decodeIdxImages(bytes, "x"));
    expect(fault.offset).toBe(0);
    expect(fault.message).toContain(message);
  });

  test.each([
    [{ count: 5 }, 4, "expected count 5, got 4"],
    [{ height: 28 }, 8, "expected height 28, got 3"],
    [{ width: 28 }, 12, "expected width 28, got 2"],
  ])("refuses other extents than %j", (expected, offset, message) => {
    const fault = failure(decodeIdxImages(images, "x", expected));
    expect(fault.offset).toBe(offset);
    expect(fault.message).toContain(message);
  });

  test("refuses bytes left over", () => {
    const fault = failure(decodeIdxImages(concat(images, [0, 0]), "x"));
    expect(fault.offset).toBe(images.length);
    expect(fault.message).toBe(`x: 2 bytes follow the 24 that the header promises, at byte ${images.length}`);
  });

  test("refuses a header that promises more than any memory holds, without taking memory", () => {
    const fault = failure(decodeIdxImages(words(2051, 0xffffffff, 0xffffffff, 0xffffffff), "x"));
    expect(fault.message).toContain("the header promises 7.92");
    expect(fault.offset).toBe(16);
  });

  test("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(decodeIdxImages(bytes, "x")._tag).toBe("Left");
        expect(decodeIdxImages(concat(words(2051), bytes), "x")._tag).toBeOneOf(["Left", "Right"]);
        expect(decodeIdxLabels(concat(words(2049), bytes), "x", 10)._tag).toBeOneOf(["Left", "Right"]);
      }),
    );
  });
});

describe("decodeIdxLabels", () => {
  test("gives the labels", () => {
    expect(success(decodeIdxLabels(labels, "labels", 10))).toEqual(Uint8Array.of(3, 0, 9, 1));
  });

  test("refuses a label out of range, and names the byte", () => {
    const fault = failure(decodeIdxLabels(labels, "labels", 9));
    expect(fault.offset).toBe(10);
    expect(fault.message).toBe("labels: label 9 is not below 9, at byte 10");
  });

  test("refuses every truncation", () => {
    for (let length = 0; length < labels.length; length++) {
      expect(failure(decodeIdxLabels(labels.subarray(0, length), "x", 10)).offset).toBe(length);
    }
  });

  test("refuses images, another count and bytes left over", () => {
    expect(failure(decodeIdxLabels(images, "x", 10)).message).toContain("expected magic number 2049 (labels)");
    expect(failure(decodeIdxLabels(labels, "x", 10, { count: 60000 })).message).toContain(
      "expected count 60000, got 4",
    );
    expect(failure(decodeIdxLabels(concat(labels, [1]), "x", 10)).offset).toBe(labels.length);
  });
});
