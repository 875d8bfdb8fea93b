import { describe, expect, test } from "bun:test";
import { download, type DownloadOptions, type TransferEvent } from "../../datasets/download.ts";
import { failure, type Handler, published, scrambled, serve, success } from "./support.ts";

const content = scrambled(100_000);
const file = await published("data.gz", content);

const sends = (bytes: Uint8Array, headers: Record<string, string> = {}): Handler => (_, response) => {
  response.writeHead(200, { "content-length": String(bytes.length), ...headers });
  response.end(bytes);
};
const good = sends(content);
const absent: Handler = (_, response) => {
  response.writeHead(404);
  response.end("<html>no such page</html>");
};
/** Promises the whole file and hangs up in the middle. */
const cut: Handler = (_, response) => {
  response.writeHead(200, { "content-length": String(content.length) });
  response.write(content.subarray(0, 50_000), () => response.destroy());
};
/** Sends half and then nothing more. */
const stuck: Handler = (_, response) => {
  response.writeHead(200, { "content-length": String(content.length) });
  response.write(content.subarray(0, 50_000));
};
const silent: Handler = () => {};

/** Downloads from servers with these handlers, in this order. */
const from = async (handlers: readonly Handler[], options: DownloadOptions = {}) => {
  const events: TransferEvent[] = [];
  const mirrors: string[] = [];
  for (const handler of handlers) mirrors.push(await serve(handler));
  const result = await download(file, mirrors, { ...options, progress: (event) => events.push(event) })();
  return { result, events, mirrors };
};

const reasons = (events: readonly TransferEvent[]) =>
  events.flatMap((e) => e._tag === "MirrorFailed" ? [e.reason] : []);

describe("download", () => {
  test("gives the file of the first mirror, and asks no other", async () => {
    let asked = 0;
    const { result, events } = await from([good, () => asked++]);
    expect(success(result)).toEqual(content);
    expect(asked).toBe(0);
    expect(reasons(events)).toEqual([]);
  });

  test("asks a mirror for the file by name, with and without a slash at the end of the mirror", async () => {
    const paths: (string | undefined)[] = [];
    const mirror = await serve((request, response) => {
      paths.push(request.url);
      good(request, response);
    });
    success(await download(file, [`${mirror}a/b`])());
    success(await download(file, [`${mirror}a/b/`])());
    expect(paths).toEqual(["/a/b/data.gz", "/a/b/data.gz"]);
  });

  test("goes on when one mirror has no file and the next hangs up in the middle", async () => {
    const { result, events, mirrors } = await from([absent, cut, good]);
    expect(success(result)).toEqual(content);
    expect(events.filter((e) => e._tag === "MirrorFailed").map((e) => e.url)).toEqual([
      `${mirrors[0]}data.gz`,
      `${mirrors[1]}data.gz`,
    ]);
    expect(reasons(events)[0]).toBe("answers 404 Not Found");
    expect(reasons(events)[1]).toMatch(/^(breaks off|ends) after \d+ of 100000 bytes$/);
  });

  test("refuses a file that is too short, too long or another", async () => {
    const other = content.slice();
    other[99_999]! ^= 1;
    const { result, events } = await from([sends(content.subarray(1)), sends(scrambled(100_001)), sends(other), good]);
    expect(success(result)).toEqual(content);
    expect(reasons(events)[0]).toBe("ends after 99999 of 100000 bytes");
    expect(reasons(events)[1]).toBe("sends more than the 100000 bytes expected");
    expect(reasons(events)[2]).toMatch(/^sends another file: SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}$/);
  });

  test("does not read on in a body without end", async () => {
    let written = 0;
    const endless: Handler = (_, response) => {
      response.writeHead(200);
      const more = () => {
        written += content.length;
        if (!response.destroyed) response.write(content, more);
      };
      response.on("close", () => response.destroy());
      more();
    };
    const { result, events } = await from([endless, good]);
    expect(success(result)).toEqual(content);
    expect(reasons(events)).toEqual(["sends more than the 100000 bytes expected"]);
    expect(written).toBeLessThan(1e9);
  });

  test("gives up a mirror that sends nothing, at once or in the middle", async () => {
    const { result, events } = await from([silent, stuck], { patience: 100 });
    expect(failure(result)._tag).toBe("DownloadFailed");
    expect(reasons(events)).toEqual(["sends nothing for 100 ms", "sends nothing for 100 ms"]);
  });

  test("follows redirects to the file, and not in circles", async () => {
    const target = await serve(good);
    const redirecting: Handler = (_, response) => {
      response.writeHead(302, { location: `${target}elsewhere` });
      response.end();
    };
    expect(success((await from([redirecting])).result)).toEqual(content);
    const circle: Handler = (_, response) => {
      response.writeHead(302, { location: "/data.gz" });
      response.end();
    };
    expect(failure((await from([circle])).result)._tag).toBe("DownloadFailed");
  });

  test("tells what every mirror did when none has the file", async () => {
    const { result, mirrors } = await from([absent, absent]);
    const fault = failure(result);
    if (fault._tag !== "DownloadFailed") throw new Error(fault._tag);
    expect(fault.file).toBe("data.gz");
    expect(fault.attempts).toEqual(mirrors.map((m) => ({ url: `${m}data.gz`, reason: "answers 404 Not Found" })));
    expect(fault.message).toMatch(
      /^Cannot download data.gz \(127.0.0.1:\d+ answers 404 Not Found; .*: check the network/,
    );
  });

  test("says that a mirror cannot be reached or is no address", async () => {
    const fault = failure(await download(file, ["http://127.0.0.1:1/", "nonsense"])());
    if (fault._tag !== "DownloadFailed") throw new Error(fault._tag);
    expect(fault.attempts[0]).toEqual({ url: "http://127.0.0.1:1/data.gz", reason: "cannot be reached" });
    expect(fault.attempts[1]!.url).toBe("nonsense/data.gz");
  });

  test("says so when there is no mirror", async () => {
    expect(failure(await download(file, [])()).message).toContain("(no mirror was given)");
  });

  test("tells how far it has come, without gaps and up to the end", async () => {
    const { events } = await from([good]);
    const received = events.flatMap((e) => e._tag === "Downloading" ? [e.received] : []);
    expect(received.at(-1)).toBe(content.length);
    expect(received).toEqual(received.toSorted((a, b) => a - b));
    expect(events[0]).toMatchObject({ _tag: "Downloading", file: "data.gz", total: content.length });
  });

  test("ends when its signal is given, and asks no other mirror", async () => {
    const controller = new AbortController();
    let asked = 0;
    const hangs: Handler = () => controller.abort();
    const { result } = await from([hangs, () => asked++], { signal: controller.signal });
    expect(failure(result)).toMatchObject({ _tag: "Aborted", what: "data.gz" });
    expect(asked).toBe(0);
  });
});
