/**
 * The binary records of CIFAR-10: a label, then 1,024 red, 1,024 green and 1,024 blue values, row by row; nothing between them.
 *
 *     batch = { u8 label, u8 [3, 32, 32] } * count
 */
import { type Either, left, right } from "../core/either.ts";
import type { CorruptFile } from "../core/failure.ts";
import type { Examples } from "./image_set.ts";

const values = 3 * 32 * 32;
/** Bytes of a record. */
export const recordBytes: number = 1 + values;
/** What the labels stand for. */
export const cifar10Classes: readonly string[] = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
];

const corrupt = (path: string, offset: number, message: string): Either<CorruptFile, never> =>
  left({ _tag: "CorruptFile", path, offset, message: `${path}: ${message}, at byte ${offset}` });

/**
 * Decodes files of records, one after another, of which the first `count` records are kept. `path` is only for messages.
 *
 * @returns left `CorruptFile` with the file and the offset when one does not end with a record, has a label that is out of
 * range, or all together have fewer records.
 */
export const decodeCifar10 = (
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
  count: number,
): Either<CorruptFile, Examples<32, 32, 3>> => {
  for (const { path, bytes } of files) {
    const over = bytes.length % recordBytes;
    if (over !== 0) {
      return corrupt(path, bytes.length - over, `the last record has ${over} of its ${recordBytes} bytes`);
    }
  }
  const there = files.reduce((sum, { bytes }) => sum + bytes.length / recordBytes, 0);
  if (there < count) {
    const last = files.at(-1);
    return corrupt(last?.path ?? "", last?.bytes.length ?? 0, `expected ${count} records, got ${there}`);
  }
  const images = new Uint8Array(count * values), labels = new Uint8Array(count);
  let kept = 0;
  for (const { path, bytes } of files) {
    for (let at = 0; at < bytes.length && kept < count; at += recordBytes) {
      const label = bytes[at]!;
      if (label >= cifar10Classes.length) return corrupt(path, at, `label ${label} is not below 10`);
      labels[kept] = label;
      images.set(bytes.subarray(at + 1, at + recordBytes), kept * values);
      kept++;
    }
  }
  return right({ images, labels, count, channels: 3, height: 32, width: 32 });
};
