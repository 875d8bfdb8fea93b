import { describe, expect, test } from "bun:test";
import fc from "../support/properties.ts";
import { accuracy, confusionMatrix, confusionTable, worstConfusions } from "../../examples/support/confusion.ts";
import { countTicks, logTicks, lossChart, smoothed } from "../../examples/support/chart.ts";
import { reportSvg, surestMistakes } from "../../examples/support/report.ts";
import { wellFormed } from "./support.ts";
import { element, escapeXml, label, pixels } from "../../examples/support/svg.ts";

describe("confusionMatrix", () => {
  const matrix = confusionMatrix([0, 0, 0, 1, 1, 2], [0, 0, 2, 1, 0, 2], 3);

  test("counts predictions by label", () => {
    expect(matrix).toEqual([[2, 0, 1], [1, 1, 0], [0, 0, 1]]);
    expect(accuracy(matrix)).toBe(4 / 6);
    expect(worstConfusions(matrix)).toEqual([[0, 2, 1], [1, 0, 1]]);
  });

  test("refuses what does not fit together", () => {
    expect(() => confusionMatrix([0], [], 2)).toThrow("1 labels, but 0 predictions");
    expect(() => confusionMatrix([0], [2], 2)).toThrow("not all below 2");
    expect(() => confusionMatrix([5], [0], 2)).toThrow(RangeError);
    expect(() => confusionMatrix([0], [0.5], 2)).toThrow(RangeError);
  });

  test("is a table with recall and precision", () => {
    expect(confusionTable(matrix, ["cat", "dog", "ox"])).toBe(`rows: what it is, columns: what it was taken for
             cat     dog     ox  recall
      cat      2       ·      1   66.7%
      dog      1       1      ·   50.0%
       ox      ·       ·      1  100.0%
precision  66.7%  100.0%  50.0%   66.7%`);
  });

  test("has dashes where nothing can be said", () => {
    expect(confusionTable(confusionMatrix([0], [0], 2), ["a", "b"]).split("\n").slice(-2)).toEqual([
      "        b       ·  ·       -",
      "precision  100.0%  -  100.0%",
    ]);
    expect(confusionTable(confusionMatrix([], [], 1), ["a"])).toEndWith("precision  -       -");
  });
});

test("surestMistakes gives the wrong ones, the surest first", () => {
  expect(surestMistakes([1, 2, 3, 4], [1, 0, 0, 0], [1, 0.5, 0.9, 0.7], 2)).toEqual([2, 3]);
  expect(surestMistakes([1], [1], [1], 5)).toEqual([]);
});

describe("ticks", () => {
  test("logTicks are 1, 2 and 5 times powers of ten", () => {
    expect(logTicks(0.015, 2.4)).toEqual([0.02, 0.05, 0.1, 0.2, 0.5, 1, 2]);
    expect(logTicks(0.6, 0.9)).toEqual([]);
  });
  test("countTicks begin at 0 and are not too many", () => {
    expect(countTicks(4, 9)).toEqual([0, 1, 2, 3, 4]);
    expect(countTicks(1406, 9)).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400]);
    fc.assert(
      fc.property(fc.nat(1e7), fc.integer({ min: 2, max: 12 }), (high, most) => {
        const ticks = countTicks(high, most);
        expect(ticks.length).toBeLessThanOrEqual(most);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)! <= high).toBe(true);
      }),
    );
  });
});

test("smoothed weighs the past less, and passes over what is no number", () => {
  expect(smoothed([4, 4, 4], 0.5)).toEqual([4, 4, 4]);
  expect(smoothed([1, NaN, 4], 0.5)).toEqual([1, 1, 4.5 / 1.5]);
});

describe("svg", () => {
  test("escapes texts and attributes", () => {
    expect(escapeXml(`<a href="x">&'`)).toBe("&#60;a href=&#34;x&#34;&#62;&#38;&#39;");
    expect(label(1, 2, "1 < 2 \x00")).toBe('<text x="1" y="2">1 &#60; 2 \ufffd</text>');
    expect(element("line", { x1: 1 / 3, stroke: '"' })).toBe('<line x1="0.33" stroke="&#34;"/>');
  });

  test("draws each pixel once, neighbours of one shade together", () => {
    const drawn = pixels([0, 255, 255, 255, 0, 0], 3, 2);
    expect(drawn).toContain('<path fill="rgb(0,0,0)" d="M1 0h2v1h-2zM0 1h1v1h-1z"/>');
    expect(drawn).toContain('<path fill="rgb(255,255,255)" d="M0 0h1v1h-1zM1 1h2v1h-2z"/>');
    expect(drawn.match(/<path/g)).toHaveLength(2);
  });

  test("covers any picture exactly", () => {
    const picture = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([w, h]) =>
      fc.uint8Array({ minLength: w * h, maxLength: w * h }).map((grey) => ({ w, h, grey }))
    );
    fc.assert(
      fc.property(picture, ({ w, h, grey }) => {
        const covered = [...pixels(grey, w, h).matchAll(/M(\d+) (\d+)h(\d+)/g)].flatMap(([, x, y, run]) =>
          Array.from({ length: Number(run) }, (_, i) => Number(y) * w + Number(x) + i)
        );
        expect(covered.toSorted((a, b) => a - b)).toEqual(Array.from({ length: w * h }, (_, i) => i));
      }),
    );
  });
});

describe("reportSvg", () => {
  const mistake = { pixels: new Uint8Array(784).fill(200), label: "<4>", predicted: "9", confidence: 0.98765 };
  const report = {
    title: "A & B",
    losses: [2.3, 1, 0.5],
    stepsPerEpoch: 3,
    mistakes: [mistake],
    height: 28,
    width: 28,
  };

  test("shows title, losses and mistakes in a well-formed picture", () => {
    const svg = reportSvg(report);
    expect(wellFormed(svg)).toBe(true);
    expect(svg).toStartWith('<svg xmlns="http://www.w3.org/2000/svg" width="900" height="580"');
    for (const part of ["A &#38; B", "&#60;4&#62; taken for 9", "98.7%", "loss of every step", "stroke-dasharray"]) {
      expect(svg).toContain(part);
    }
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("does not round a probability below one up to one", () => {
    expect(reportSvg({ ...report, mistakes: [{ ...mistake, confidence: 0.99999 }] })).toContain("99.9%");
  });

  test.each([
    ["no loss", []],
    ["one loss", [1]],
    ["equal losses", [1, 1, 1]],
    ["losses that are no numbers", [1, NaN, Infinity, 0, 2]],
    ["nothing but NaN", [NaN, NaN]],
  ])("has no hole for %s", (_, losses) => {
    const svg = reportSvg({ ...report, losses, mistakes: [] });
    expect(wellFormed(svg)).toBe(true);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg).toContain("no mistakes");
  });

  test("stays small for a long training, and keeps its spikes", () => {
    const losses = Array.from({ length: 200_000 }, (_, i) => i === 123_456 ? 50 : 0.1 + (i % 7) / 100);
    const chart = lossChart(losses, 10_000, { x: 0, y: 0, width: 800, height: 300 });
    expect(chart.length).toBeLessThan(60_000);
    const top = Math.min(...[...chart.matchAll(/[ML]\d+(?:\.\d+)? (\d+(?:\.\d+)?)/g)].map(([, y]) => Number(y)));
    expect(top).toBeLessThan(10);
  });
});
