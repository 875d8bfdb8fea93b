import { describe, expect, test } from "bun:test";
import fc from "../support/properties.ts";
import {
  bar,
  plainLine,
  progressBar,
  progressLine,
  type ProgressState,
  showCount,
  showDuration,
} from "../../training/progress.ts";
import { transferLines } from "../../examples/support/transfer.ts";

/** An output that keeps what is written, and a clock that goes when it is told. */
const stage = (isTTY: boolean, columns = 80) => {
  const written: string[] = [];
  const clock = { at: 0 };
  return {
    written,
    clock,
    output: { isTTY, columns, write: (text: string) => written.push(text) },
    now: () => clock.at,
  };
};

const state: ProgressState = {
  epoch: 2,
  epochs: 10,
  step: 47,
  steps: 94,
  values: { loss: 0.12345 },
  rate: 8412.6,
  eta: 61.2,
};

test("showDuration and showCount", () => {
  expect([0, 6.1, 59, 60, 754, 3600, 36123.5].map(showDuration)).toEqual(
    ["0:00", "0:07", "0:59", "1:00", "12:34", "1:00:00", "10:02:04"],
  );
  expect([0, 7, 999, 1000, 1234567.6].map(showCount)).toEqual(["0", "7", "999", "1,000", "1,234,568"]);
});

describe("bar", () => {
  test("fills from left to right in eighths", () => {
    expect([0, 0.5, 1, 0.3].map((done) => bar(done, 4))).toEqual(["░░░░", "██░░", "████", "█▎░░"]);
  });
  test("has its width, whatever is done", () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 2, noNaN: true }), fc.integer({ min: 1, max: 60 }), (done, width) => {
        expect(bar(done, width)).toHaveLength(width);
      }),
    );
  });
});

describe("progressLine", () => {
  test("shows epoch, bar, step, loss, pace and what is left", () => {
    expect(progressLine(state, 90)).toBe(
      "epoch  2/10 ██████████████▌░░░░░░░░░░░░░░ 47/94  loss 0.1235  8,413 examples/s  ETA 1:02",
    );
  });
  test("leaves out what is not known yet", () => {
    expect(progressLine({ ...state, values: {}, rate: null, eta: null }, 40)).toBe(
      "epoch  2/10 ██████████░░░░░░░░░░ 47/94",
    );
  });
  test("never fills the last column, so that no line is broken", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.nat(94), (columns, step) => {
        expect(progressLine({ ...state, step }, columns).length).toBeLessThanOrEqual(Math.max(columns - 1, 0));
      }),
    );
  });
});

test("plainLine is one line without a bar", () => {
  expect(plainLine(state)).toBe("epoch  2/10  47/94  loss 0.1235  8,413 examples/s  ETA 1:02");
});

describe("progressBar", () => {
  const train = (isTTY: boolean, milliseconds: number) => {
    const { written, clock, output, now } = stage(isTTY);
    const progress = progressBar({ epochs: 2, steps: 10, batch: 50, output, now });
    for (let epoch = 1; epoch <= 2; epoch++) {
      for (let step = 1; step <= 10; step++) {
        clock.at += milliseconds;
        progress.step(epoch, step, step % 5 === 0 ? { loss: 1 / step } : undefined);
      }
    }
    return { written, progress };
  };

  test("writes a few lines where there is no terminal, with the pace of the clock", () => {
    const { written } = train(false, 500);
    expect(written).toEqual([
      "epoch 1/2   2/10  100 examples/s  ETA 0:09\n",
      "epoch 1/2   4/10  100 examples/s  ETA 0:08\n",
      "epoch 1/2   6/10  loss 0.2000  100 examples/s  ETA 0:07\n",
      "epoch 1/2   8/10  loss 0.2000  100 examples/s  ETA 0:06\n",
      "epoch 1/2  10/10  loss 0.1000  100 examples/s  ETA 0:05\n",
      "epoch 2/2   2/10  loss 0.1000  100 examples/s  ETA 0:04\n",
      "epoch 2/2   4/10  loss 0.1000  100 examples/s  ETA 0:03\n",
      "epoch 2/2   6/10  loss 0.2000  100 examples/s  ETA 0:02\n",
      "epoch 2/2   8/10  loss 0.2000  100 examples/s  ETA 0:01\n",
      "epoch 2/2  10/10  loss 0.1000  100 examples/s  ETA 0:00\n",
    ]);
  });

  test("writes no more than a hundred lines where there are many epochs", () => {
    const { written, output, now } = stage(false);
    const progress = progressBar({ epochs: 400, steps: 7, batch: 1, output, now });
    for (let done = 0; done < 2800; done++) progress.step(Math.floor(done / 7) + 1, done % 7 + 1);
    expect(written).toHaveLength(100);
    expect(written[0]).toStartWith("epoch   4/400  7/7");
    expect(written[99]).toStartWith("epoch 400/400  7/7");
  });

  test("draws over its line on a terminal, and not at every step when steps are fast", () => {
    const slow = train(true, 500).written;
    expect(slow).toHaveLength(20);
    for (const text of slow) expect(text).toStartWith("\r\x1b[Kepoch ");
    const fast = train(true, 1).written;
    expect(fast).toHaveLength(3);
    expect(fast.at(-1)).toContain("10/10");
  });

  test("puts a note above the bar, and ends the line at the end", () => {
    const { written, progress } = train(true, 500);
    const last = written.at(-1);
    progress.note("saved");
    expect(written.slice(-2)).toEqual(["\r\x1b[Ksaved\n", last!]);
    progress.close();
    progress.close();
    expect(written.slice(-2)).toEqual([last!, "\n"]);
  });

  test("writes nothing before the first step, and only the note without one", () => {
    const { written, output, now } = stage(true);
    const progress = progressBar({ epochs: 1, steps: 1, batch: 1, output, now });
    expect(written).toEqual([]);
    progress.note("hello");
    progress.close();
    expect(written).toEqual(["hello\n"]);
  });
});

describe("transferLines", () => {
  const url = "https://mirror.example/a/x.gz";
  const events = [
    { _tag: "MirrorFailed", file: "x.gz", url, reason: "answers 404 Not Found" },
    { _tag: "Downloading", file: "x.gz", url, received: 500_000, total: 2_000_000 },
    { _tag: "Downloading", file: "x.gz", url, received: 2_000_000, total: 2_000_000 },
    { _tag: "NotCached", file: "x.gz", reason: "Not allowed to write /c: run with --allow-write=/c" },
  ] as const;
  const lines = (isTTY: boolean) => {
    const { written, output } = stage(isTTY);
    events.forEach(transferLines(output));
    return written;
  };

  test("writes a line for every file where there is no terminal", () => {
    expect(lines(false)).toEqual([
      "mirror.example answers 404 Not Found\n",
      "downloaded x.gz, 2.0 MB\n",
      "x.gz is not kept for the next time: Not allowed to write /c: run with --allow-write=/c\n",
    ]);
  });
  test("draws a bar on a terminal", () => {
    expect(lines(true)[1]).toBe("\r\x1b[Kx.gz ██████░░░░░░░░░░░░░░░░░░ 0.5/2.0 MB");
    expect(lines(true)[2]).toBe("\r\x1b[Kx.gz ████████████████████████ 2.0/2.0 MB\n");
  });
});
