/**
 * Data to learn from, and weights on a disk. Decoding is pure; what touches the network or a disk is a `TaskEither`
 * whose left says what happened and what to do. Nothing is read when this module is imported.
 *
 * @example
 * ```ts
 * import { batches, digits, mnist, run } from "@pullback/pullback/datasets";
 *
 * const published = await mnist({ dir: "data/mnist" })();
 * const { train } = published._tag === "Right" ? published.right : digits({ seed: 0 });
 * for (const { images, labels, shape } of batches(train, { size: 128, shuffle: { seed: 0, epoch: 0 } })) {
 *   console.log(shape, images.length, labels.length);
 * }
 * ```
 * @module
 */
export { run, unwrap } from "../core/either.ts";
export type {
  Aborted,
  CorruptFile,
  DeviceLost,
  DeviceUnavailable,
  Diverged,
  DownloadFailed,
  Failure,
  FailureTag,
  FileFailed,
  MismatchedRecipe,
  MismatchedWeights,
  MissingFile,
  OutOfMemory,
  PermissionDenied,
  PullbackError,
} from "../core/failure.ts";
export { UnhandledFailure } from "../core/failure.ts";
export { type Examples, type ImageSet, take } from "./image_set.ts";
export { mnist, mnistFiles } from "./mnist.ts";
export { fashionMnist, fashionMnistFiles } from "./fashion_mnist.ts";
export { cifar10, type Cifar10Files, cifar10Files, type Cifar10Options, type RecordFile } from "./cifar10.ts";
export { decodeCifar10 } from "./cifar10_records.ts";
export { decodeIris, iris, irisFile, type IrisSet } from "./iris.ts";
export { playground, type PlaygroundOptions, type PointSet, type Puzzle } from "./playground.ts";
export { selectVectors, type Vectors } from "./vectors.ts";
export { isbi2012, type Isbi2012Options } from "./isbi2012.ts";
export { isbi2012Files } from "./isbi2012_files.ts";
export { type MaskedExamples, maskedRange, type MaskSet } from "./mask_set.ts";
export type { Channels, Picture } from "./picture.ts";
export { decodePng, encodePng } from "./png.ts";
export { names, namesFile, tinyshakespeare, tinyshakespeareFile } from "./texts.ts";
export { digits, type DigitsOptions } from "./digits.ts";
export { type Batch, batchCount, batches, type BatchOptions, shuffled } from "./batches.ts";
export { type MaskedBatch, maskedBatches } from "./masked_batches.ts";
export { inTurn, move, type Movement, type MoveOptions, type PixelArray, type Size } from "./movement.ts";
export { moveBatch, moveMaskedBatch } from "./moved_batches.ts";
export {
  type AffineRange,
  type Draw,
  type ElasticRange,
  randomAffine,
  randomCrop,
  randomElastic,
  randomFlip,
} from "./random_movement.ts";
export { type ChannelStatistics, pixelStatistics } from "./statistics.ts";
export { type Vocabulary, vocabulary } from "./vocabulary.ts";
export { padding, type SequenceBatch, type SequenceOptions, sequences } from "./sequences.ts";
export { strands, type TokenBatch, windowCount, type WindowOptions, windows } from "./windows.ts";
export { fetchSet, type PublishedHalf, type PublishedSet } from "./published_set.ts";
export type { FetchOptions } from "./source.ts";
export type { DownloadOptions, PublishedFile, TransferEvent } from "./download.ts";
export { decodeIdxImages, decodeIdxLabels, type IdxExpectation, type IdxImages } from "./idx.ts";
export {
  decodeTensors,
  encodeTensors,
  type StoredArrays,
  type StoredDType,
  type StoredTensor,
  type TensorFile,
} from "./safetensors.ts";
export { asFloat32 } from "./stored_values.ts";
export { loadTensors, saveTensors } from "./tensor_file.ts";
export { decodeNpy, encodeNpy } from "./npy.ts";
export { decodeNpz, encodeNpz, loadNpy, loadNpz, type Npz, type NpzOptions, saveNpy, saveNpz } from "./npz.ts";
export { readFile, writeFile } from "./files.ts";
