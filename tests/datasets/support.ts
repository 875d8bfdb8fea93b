/** What the tests of this room share: folders that vanish, a server on this machine, files made in memory. */
import { afterAll } from "bun:test";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { Either } from "../../core/either.ts";
import type { PullbackError } from "../../core/failure.ts";
import { sha256 } from "../../datasets/bytes.ts";
import type { PublishedFile } from "../../datasets/download.ts";
import type { PublishedSet } from "../../datasets/published_set.ts";

export { temporaryFolder } from "../support/temporary.ts";
export type Bytes = Uint8Array<ArrayBuffer>;

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on 127.0.0.1, closed after the tests of the file. Gives its address, with the slash. */
export const serve = async (handler: Handler): Promise<string> => {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}/`;
};

export const gzip = (bytes: Uint8Array): Bytes => new Uint8Array(gzipSync(bytes));

export const concat = (...parts: readonly (Uint8Array | readonly number[])[]): Bytes =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** A tar archive of these files, in the form of POSIX ustar. */
export const tarOf = (files: readonly (readonly [name: string, bytes: Uint8Array])[]): Bytes => {
  const out = new Uint8Array(files.reduce((sum, [, bytes]) => sum + 512 + 512 * Math.ceil(bytes.length / 512), 1024));
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  let at = 0;
  for (const [name, bytes] of files) {
    const put = (text: string, offset: number) => out.set(new TextEncoder().encode(text), at + offset);
    put(name, 0);
    put(octal(0o644, 7), 100);
    put(octal(bytes.length, 11), 124);
    put("        0", 148);
    put("ustar\u000000", 257);
    const sum = out.subarray(at, at + 512).reduce((a, b) => a + b, 0);
    put(`${octal(sum, 6)} `, 148);
    out.set(bytes, at + 512);
    at += 512 + 512 * Math.ceil(bytes.length / 512);
  }
  return out;
};

/** 32-bit words, big-endian. */
export const words = (...values: readonly number[]): Bytes => {
  const out = new Uint8Array(4 * values.length);
  const view = new DataView(out.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value));
  return out;
};

export const idxImages = (count: number, height: number, width: number, pixels: Uint8Array): Bytes =>
  concat(words(2051, count, height, width), pixels);
export const idxLabels = (labels: readonly number[]): Bytes => concat(words(2049, labels.length), labels);

export const published = async (name: string, bytes: Bytes): Promise<PublishedFile> => ({
  name,
  bytes: bytes.length,
  sha256: await sha256(bytes),
});

/** Bytes that look random and are always the same. */
export const scrambled = (length: number): Bytes => {
  const out = new Uint8Array(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    out[i] = state >>> 24;
  }
  return out;
};

/** A published set of six pictures of 3x2, and its files by name. `change` may put other content in place before publication. */
export const smallSet = async (
  change: (name: string, unpacked: Bytes) => Bytes = (_, unpacked) => gzip(unpacked),
): Promise<{ readonly set: PublishedSet<3, 2>; readonly files: ReadonlyMap<string, Bytes> }> => {
  const files = new Map<string, Bytes>();
  const file = (name: string, unpacked: Bytes): Promise<PublishedFile> => {
    const packed = change(name, unpacked);
    files.set(name, packed);
    return published(name, packed);
  };
  const set: PublishedSet<3, 2> = {
    name: "small",
    folders: ["SMALL/raw"],
    height: 3,
    width: 2,
    classes: ["a", "b", "c"],
    mirrors: [],
    train: {
      count: 4,
      images: await file("train-images.gz", idxImages(4, 3, 2, scrambled(24))),
      labels: await file("train-labels.gz", idxLabels([0, 1, 2, 0])),
    },
    test: {
      count: 2,
      images: await file("test-images.gz", idxImages(2, 3, 2, scrambled(12))),
      labels: await file("test-labels.gz", idxLabels([2, 1])),
    },
  };
  return { set, files };
};

/** A safetensors file with this header and these bytes, right or wrong. */
export const tensorFile = (header: string | Uint8Array, data: Uint8Array | readonly number[] = [], length?: bigint) => {
  const body = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, length ?? BigInt(body.length), true);
  return concat(prefix, body, data);
};

/** What a header says of one tensor. */
export const tensorEntry = (dtype: string, shape: readonly number[], offsets: readonly number[]) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });

/** The value of a success; the test fails on a failure. */
export const success = <A>(e: Either<PullbackError, A>): A => {
  if (e._tag === "Right") return e.right;
  throw new Error(`a failure came back: ${e.left._tag}: ${e.left.message}`);
};

/** The failure; the test fails on a success. */
export const failure = <E>(e: Either<E, unknown>): E => {
  if (e._tag === "Left") return e.left;
  throw new Error("a success came back where a failure was expected");
};
