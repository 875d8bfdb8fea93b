/**
 * Files, as tasks: the only place of this room that touches a disk. The file system is loaded when it is first used, so
 * importing this module is harmless where there is none.
 */
import { isLeft, left, right, type TaskEither } from "../core/either.ts";
import { type PullbackError, reasonOf } from "../core/failure.ts";
import { permitted } from "./host.ts";

const fileSystem = () => import("node:fs/promises");

const codeOf = (thrown: unknown): string =>
  typeof thrown === "object" && thrown !== null && "code" in thrown ? String(thrown.code) : "";

const failed = (action: "read" | "write", path: string) => (thrown: unknown): PullbackError => ({
  _tag: "FileFailed",
  path,
  action,
  message: `Cannot ${action} ${path}: ${reasonOf(thrown)}`,
  cause: thrown,
});

const denied = (permission: "read" | "write", target: string): PullbackError => ({
  _tag: "PermissionDenied",
  permission,
  target,
  message: `Not allowed to ${permission} ${target}: run with --allow-${permission}=${folderOf(target)}`,
});

/** The failure of a path at which there is no file: there may be a folder. */
const missing = async (path: string): Promise<PullbackError> => {
  const isFolder = await fileSystem().then((fs) => fs.stat(path)).then((found) => found.isDirectory(), () => false);
  const message = isFolder ? `${path} is a folder, expected a file` : `There is no file ${path}`;
  return { _tag: "MissingFile", path, message: `${message}: check the path` };
};

/** The folder of a path: `a/b.txt -> a`, `b.txt -> .` */
export const folderOf = (path: string): string => {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return cut < 0 ? "." : cut === 0 ? path.slice(0, 1) : path.slice(0, cut);
};

/** Size of a file in bytes, or null where there is no such file (or something else in its place). */
export const fileSize = (path: string): TaskEither<PullbackError, number | null> => async () => {
  if (!permitted({ name: "read", path })) return left(denied("read", path));
  try {
    const found = await (await fileSystem()).stat(path);
    return right(found.isFile() ? found.size : null);
  } catch (thrown) {
    const code = codeOf(thrown);
    return code === "ENOENT" || code === "ENOTDIR" ? right(null) : left(failed("read", path)(thrown));
  }
};

/**
 * The bytes of a file. One of another size than `expect` is `CorruptFile`, and is not read.
 *
 * @returns left `MissingFile`, `PermissionDenied`, `CorruptFile` or `FileFailed`.
 */
export const readFile =
  (path: string, expect?: { readonly bytes: number }): TaskEither<PullbackError, Uint8Array<ArrayBuffer>> =>
  async () => {
    const size = await fileSize(path)();
    if (isLeft(size)) return size;
    if (size.right === null) return left(await missing(path));
    if (expect !== undefined && size.right !== expect.bytes) {
      return left({
        _tag: "CorruptFile",
        path,
        message: `${path} has ${size.right} bytes, expected ${expect.bytes}: delete it and fetch it again`,
      });
    }
    try {
      return right(new Uint8Array(await (await fileSystem()).readFile(path)));
    } catch (thrown) {
      return left(failed("read", path)(thrown));
    }
  };

/** A file that is open for reading. */
export interface OpenFile extends AsyncDisposable {
  /** Its size in bytes. */
  readonly size: number;
  /** Its bytes from `begin` to `end`; left `CorruptFile` where it ends before. */
  readonly read: (begin: number, end: number) => TaskEither<PullbackError, Uint8Array<ArrayBuffer>>;
}
/**
 * Opens a file of which only parts are wanted. It is closed at the end of an `await using` scope.
 *
 * @returns left `MissingFile`, `PermissionDenied` or `FileFailed`.
 */
export const openFile = (path: string): TaskEither<PullbackError, OpenFile> => async () => {
  const size = await fileSize(path)();
  if (isLeft(size)) return size;
  if (size.right === null) return left(await missing(path));
  try {
    const file = await (await fileSystem()).open(path, "r");
    const read: OpenFile["read"] = (begin, end) => async () => {
      const bytes = new Uint8Array(end - begin);
      try {
        for (let at = 0; at < bytes.length;) {
          const { bytesRead } = await file.read(bytes, at, bytes.length - at, begin + at);
          if (bytesRead === 0) {
            const message = `${path} ends at byte ${
              begin + at
            }, expected ${end} bytes: was it changed while it was read?`;
            return left({ _tag: "CorruptFile", path, offset: begin + at, message });
          }
          at += bytesRead;
        }
        return right(bytes);
      } catch (thrown) {
        return left(failed("read", path)(thrown));
      }
    };
    return right({ size: size.right, read, [Symbol.asyncDispose]: () => file.close() });
  } catch (thrown) {
    return left(failed("read", path)(thrown));
  }
};

/**
 * Writes a file whole or not at all: into a temporary neighbour that is flushed and then renamed. Missing folders are made.
 * A reader sees the old file or the new one, and a crash leaves the old one.
 *
 * @returns left `PermissionDenied` or `FileFailed`; then nothing has changed.
 */
export const writeFile = (path: string, content: Uint8Array | string): TaskEither<PullbackError, void> => async () => {
  const folder = folderOf(path);
  if (!permitted({ name: "write", path: folder })) return left(denied("write", path));
  const temporary = `${path}.${crypto.randomUUID()}.part`;
  try {
    const fs = await fileSystem();
    await fs.mkdir(folder, { recursive: true });
    try {
      const file = await fs.open(temporary, "wx");
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await fs.rename(temporary, path);
    } catch (thrown) {
      await fs.rm(temporary, { force: true });
      throw thrown;
    }
    return right(undefined);
  } catch (thrown) {
    return left(failed("write", path)(thrown));
  }
};
