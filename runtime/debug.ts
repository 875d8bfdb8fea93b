import { environment } from "../core/environment.ts";
import { type Event, type Level, levelOf, observe, type Observer } from "../core/observer.ts";

/** Takes one line. */
export type Sink = (line: string) => void;
const toConsole: Sink = (line) => console.error(line);
const now = (): number => performance.now();

const ms = (x: number): string => `${x < 10 ? x.toFixed(3) : x.toFixed(1)} ms`;
/** A number with a unit of thousands. */
const scaled = (x: number, unit: string): string => {
  const k = x < 1e3 ? 0 : x < 1e6 ? 1 : x < 1e9 ? 2 : 3;
  return `${k === 0 ? x.toFixed(0) : (x / 1000 ** k).toPrecision(3)} ${["", "k", "M", "G"][k]}${unit}`;
};
const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
const indent = (text: string): string => text.split("\n").map((line) => `    ${line}`).join("\n");

/** An event as text for people. */
export const showEvent = (e: Event): string => {
  switch (e.tag) {
    case "trace":
      return `trace ${e.name}: ${e.reason}; ${count(e.equations, "equation")} in ${ms(e.ms)}`;
    case "compile":
      return `compile ${e.name} for ${e.backend}: ${count(e.equations, "equation")} to ${
        count(e.kernels, "kernel")
      } in ${ms(e.ms)}`;
    case "run":
      return `run ${e.name}: ${count(e.kernels, "kernel")}, started in ${ms(e.ms)}`;
    case "read":
      return `read ${scaled(e.bytes, "B")} in ${ms(e.ms)}`;
    case "kernel": {
      const { bytes, flops } = e, moved = scaled(bytes, "B");
      if (e.ms === null) return `  kernel ${e.name}: ${moved}, time unknown: the adapter has no timestamp queries`;
      const rates = [
        scaled(bytes / e.ms * 1000, "B/s"),
        ...(flops === 0 ? [] : [scaled(flops / e.ms * 1000, "FLOP/s")]),
      ];
      return `  kernel ${e.name}: ${ms(e.ms)}, ${moved}, ${rates.join(", ")}`;
    }
    case "remark":
      return e.text;
    case "fusion":
      return `fuse ${e.name}:\n${indent(e.text())}`;
    case "code":
      return `code of ${e.name}:\n${indent(e.text())}`;
    case "pass":
      return `pass ${e.name} in ${ms(e.ms)}:\n${indent(e.text())}`;
  }
};

/** An observer that prints. */
export const printer = (level: Level, sink: Sink): Observer => ({
  level,
  now,
  take: (e) => {
    if (levelOf(e) <= level) sink(showEvent(e));
  },
  wait: () => {},
});

/**
 * Says what the library does, line by line, from now on: 1 the functions that are traced and compiled, and why again; 2 runs
 * and kernels with their time, bytes and rates; 3 what was fused into each kernel; 4 the code of each; 5 the program after
 * each pass of the compiler. A level has all below it; 0 is silence. `PULLBACK_DEBUG` sets it from outside. Lines go to
 * standard error unless a `sink` takes them. RangeError for another level.
 *
 * @example
 * ```ts
 * setDebug(1, (line) => console.log(line));
 * ```
 */
export const setDebug = (level: number, sink: Sink = toConsole): void => observe(printer(asLevel(level), sink));

const asLevel = (level: number): Level => {
  if (Number.isInteger(level) && level >= 0 && level <= 5) return level as Level;
  throw new RangeError(`setDebug: expected a level from 0 to 5, got ${level}`);
};
/** The observer that the environment asks for. */
export const observerOfEnvironment = (): Observer => {
  const wish = environment("PULLBACK_DEBUG");
  if (wish === undefined) return printer(0, toConsole);
  const level = Number(wish);
  if (Number.isInteger(level) && level >= 0 && level <= 5) return printer(level as Level, toConsole);
  toConsole(`PULLBACK_DEBUG is "${wish}": set it to a level from 0 to 5, or leave it unset.`);
  return printer(0, toConsole);
};
