/** A progress bar for training: one line that is drawn over itself on a terminal, a line now and then elsewhere. */

/** Where the lines go: `process.stderr` is one. */
export interface Output {
  /** Whether it is a terminal, on which a line can be drawn over. */
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal. Default 80. */
  readonly columns?: number | undefined;
  /** Takes text as it is, without a new line of its own. */
  readonly write: (text: string) => unknown;
}

/** What a progress bar must know. */
export interface ProgressOptions {
  /** Passes over the examples. */
  readonly epochs: number;
  /** Steps of one epoch. */
  readonly steps: number;
  /** Examples of one step. */
  readonly batch: number;
  /** Where it is drawn. */
  readonly output: Output;
  /** Milliseconds now; any origin. */
  readonly now: () => number;
}

/** All that a line shows. */
export interface ProgressState {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done in this epoch. */
  readonly step: number;
  readonly steps: number;
  /** The losses and metrics that were read last, by name. */
  readonly values: Readonly<Record<string, number>>;
  /** Examples per second, or null before it is known. */
  readonly rate: number | null;
  /** Seconds to the end, or null before it is known. */
  readonly eta: number | null;
}

/** `0:07`, `12:34`, `1:02:03`; parts of a second are rounded up. */
export const showDuration = (seconds: number): string => {
  const whole = Math.ceil(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (v: number) => String(v).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};

/** `1234567 -> 1,234,567` */
export const showCount = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of `width` columns, filled to `done` of 0..1. */
export const bar = (done: number, width: number): string => {
  const filled = Math.round(Math.min(Math.max(done, 0), 1) * width * 8);
  const drawn = "█".repeat(filled >> 3) + eighths[filled & 7];
  return drawn.padEnd(width, "░");
};

/** Four decimals, or the exponent of a number that they do not show. */
const showValue = (v: number): string => {
  const size = Math.abs(v);
  return size === 0 || !Number.isFinite(v) || (size >= 5e-5 && size < 1e6) ? v.toFixed(4) : v.toExponential(3);
};

/** `loss 0.1235  accuracy 0.9712` */
export const showValues = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values).map(([name, value]) => `${name} ${showValue(value)}`).join("  ");

const facts = ({ epoch, epochs, step, steps, values, rate, eta }: ProgressState) => ({
  epoch: `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
  step: `${String(step).padStart(String(steps).length)}/${steps}`,
  values: showValues(values),
  rate: rate === null ? "" : `${showCount(rate)} examples/s`,
  eta: eta === null ? "" : `ETA ${showDuration(eta)}`,
});

/** The line of a terminal `columns` wide; the bar takes what room there is, and is left out where there is none. */
export const progressLine = (state: ProgressState, columns: number): string => {
  const { epoch, step, values, rate, eta } = facts(state);
  const rest = [step, values, rate, eta].filter((part) => part !== "").join("  ");
  const room = Math.min(columns - 1 - epoch.length - rest.length - 3, 40);
  const middle = room >= 4 ? `${bar(state.step / state.steps, room)} ` : "";
  return `${epoch} ${middle}${rest}`.slice(0, Math.max(columns - 1, 0));
};

/** The line of a log. */
export const plainLine = (state: ProgressState): string =>
  Object.values(facts(state)).filter((part) => part !== "").join("  ");

/** What training calls. */
export interface Progress {
  /** After a step, `epoch` and `step` from 1; `values` are those that were read since, and stay until they are read again. */
  readonly step: (epoch: number, step: number, values?: Readonly<Record<string, number>>) => void;
  /** A line above the bar. */
  readonly note: (line: string) => void;
  /** Ends the line. */
  readonly close: () => void;
}

const redrawEvery = 80;
const windowLength = 40;
const plainLinesPerEpoch = 5;
/** Where there are many epochs, so many lines in all. */
const plainLines = 100;

/** The pace of the last steps: what came before, such as compilation, does not count. */
const pace = (now: () => number) => {
  let marks: { readonly done: number; readonly at: number }[] = [];
  return (done: number): number | null => {
    marks = [...marks.slice(1 - windowLength), { done, at: now() }];
    const [first, last] = [marks[0]!, marks[marks.length - 1]!];
    return last.at > first.at ? (last.done - first.done) / (last.at - first.at) * 1000 : null;
  };
};

/** A progress bar; nothing is written before the first call. */
export const progressBar = ({ epochs, steps, batch, output, now }: ProgressOptions): Progress => {
  const stepsPerSecond = pace(now);
  const live = output.isTTY === true;
  const clear = "\r\x1b[K";
  let drawn: string | null = null;
  let drawnAt = -Infinity;
  let values: Readonly<Record<string, number>> = {};

  const draw = (line: string): void => {
    drawn = line;
    drawnAt = now();
    output.write(clear + line);
  };
  const few = epochs * plainLinesPerEpoch <= plainLines;
  const plainEvery = Math.ceil(few ? steps / plainLinesPerEpoch : epochs * steps / plainLines);
  const isPlain = (step: number, done: number): boolean =>
    few ? step % plainEvery === 0 || step === steps : done % plainEvery === 0 || done === epochs * steps;
  return {
    step: (epoch, step, read) => {
      values = { ...values, ...read };
      const done = (epoch - 1) * steps + step;
      const rate = stepsPerSecond(done);
      const eta = rate === null ? null : (epochs * steps - done) / rate;
      const state = { epoch, epochs, step, steps, values, rate: rate === null ? null : rate * batch, eta };
      if (!live) {
        if (isPlain(step, done)) output.write(`${plainLine(state)}\n`);
      } else if (step === steps || now() - drawnAt >= redrawEvery) {
        draw(progressLine(state, output.columns ?? 80));
      }
    },
    note: (line) => {
      output.write(`${drawn === null ? "" : clear}${line}\n`);
      if (drawn !== null) draw(drawn);
    },
    close: () => {
      if (drawn !== null) output.write("\n");
      drawn = null;
    },
  };
};
