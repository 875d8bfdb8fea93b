import { describe, expect, test } from "bun:test";
import { decodePng, run } from "../../datasets/mod.ts";
import { evenTicks, lineChart } from "../../examples/support/chart.ts";
import { image, painted, sheet } from "../../examples/support/canvas.ts";
import { gridOf, planePicture } from "../../examples/support/plane.ts";
import { wellFormed } from "./support.ts";

const frame = { x: 0, y: 0, width: 100, height: 100 };

describe("evenTicks", () => {
  test("are round and not many", () => {
    expect(evenTicks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(evenTicks(-3, 47)).toEqual([0, 10, 20, 30, 40]);
    for (const [low, high] of [[0.97, 0.98], [-5e6, 3e7], [1e-9, 2e-9]] as const) {
      const ticks = evenTicks(low, high);
      expect(ticks.length).toBeWithin(4, 10);
      expect(ticks.every((tick) => tick >= low && tick <= high)).toBe(true);
    }
  });
});

describe("lineChart", () => {
  const chart = (points: readonly (readonly [number, number])[][], scale: "even" | "log" = "even") =>
    lineChart(points.map((p, i) => ({ name: `<${i}>`, points: p })), { title: "t", scale, marks: [1] }, frame);

  test("draws every curve in its own colour, and names it", () => {
    const svg = chart([[[0, 1], [2, 3]], [[0, 0.5], [1, 0.1]]]);
    expect(svg.match(/<path /g)).toHaveLength(2);
    expect(new Set([...svg.matchAll(/ stroke="(#\w{6})"/g)].map(([, c]) => c)).size).toBe(2);
    expect(svg).toContain("&#60;1&#62;");
    expect(wellFormed(svg)).toBe(true);
  });

  test.each(
    [
      ["one point", [[[0, 5]]]],
      ["equal values", [[[0, 1], [1, 1]]]],
      ["zeros", [[[0, 0], [1, 0]]]],
      ["what is no number", [[[0, NaN], [1, Infinity], [2, 1]], []]],
    ] as const,
  )("has no hole for %s", (_, points) => {
    for (const scale of ["even", "log"] as const) {
      expect(chart(points as never, scale)).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  test("says so where there is nothing to draw", () => {
    expect(chart([[]])).toContain("nothing was recorded");
    expect(chart([[[0, -1]]], "log")).toContain("nothing was recorded");
  });
});

describe("sheet", () => {
  test("lays pictures out in rows, white between them", () => {
    const values = [0, 0.5, 1, 2, -1, 0.25];
    const picture = sheet({ values, count: 3, channels: 1, height: 1, width: 2 }, { columns: 2, gap: 1 });
    expect(picture).toMatchObject({ height: 5, width: 7, channels: 1 });
    const rows = [0, 1, 2, 3, 4].map((y) => [...picture.values.subarray(7 * y, 7 * y + 7)]);
    const blank = Array(7).fill(255);
    expect(rows).toEqual([blank, [255, 0, 128, 255, 255, 255, 255], blank, [255, 0, 64, 255, 255, 255, 255], blank]);
  });

  test("knows colours and enlarges", () => {
    const values = [-1, 1, 0];
    const picture = sheet({ values, count: 1, channels: 3, height: 1, width: 1 }, {
      columns: 4,
      gap: 0,
      zoom: 2,
      black: -1,
    });
    expect(picture).toMatchObject({ height: 2, width: 2, channels: 3 });
    expect([...picture.values]).toEqual(Array(4).fill([0, 255, 128]).flat());
  });
});

test("image puts a picture into an SVG as it is", async () => {
  const picture = painted(2, 3, (y, x) => [y * 100, x * 100, 7.4]);
  const svg = await image(picture, frame);
  const [, base64] = /href="data:image\/png;base64,([^"]+)"/.exec(svg)!;
  expect(await run(decodePng(Uint8Array.fromBase64(base64!), "x"))).toEqual(picture);
  expect([...picture.values.subarray(9, 12)]).toEqual([100, 0, 7]);
  expect(wellFormed(svg)).toBe(true);
});

describe("planePicture", () => {
  const region = { low: -1, high: 1, points: 2 };
  test("asks from the top left, in the middle of the pieces", () => {
    expect([...gridOf(region)]).toEqual([-0.5, 0.5, 0.5, 0.5, -0.5, -0.5, 0.5, -0.5]);
  });
  test("colours the plane, and puts dots where they belong", async () => {
    const dots = { features: [1, 1, -1, 0], labels: [1, 0] };
    const svg = await planePicture(region, [0, 0.5, 0.5, 1], [dots], "t", frame);
    const [, base64] = /base64,([^"]+)"/.exec(svg)!;
    const { values } = await run(decodePng(Uint8Array.fromBase64(base64!), "x"));
    expect([...values.subarray(3, 9)]).toEqual([255, 255, 255, 255, 255, 255]);
    expect(values[0]!).toBeGreaterThan(values[2]!);
    expect(values[11]!).toBeGreaterThan(values[9]!);
    expect(svg).toContain('cx="100" cy="0"');
    expect(svg).toContain('cx="0" cy="50"');
    expect(wellFormed(svg)).toBe(true);
  });
});
