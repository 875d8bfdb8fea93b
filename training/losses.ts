/** The losses of all steps: fetched from the device a few at a time, since waiting after every step can cost more than it. */
import { UnhandledFailure } from "../core/failure.ts";
import type { Tensor } from "../core/tensor.ts";
import { dataOf } from "../ops/create.ts";

/** What a step says of itself, by name. */
export type Losses<K extends string = string> = Readonly<Record<K, Tensor<[], "f32">>>;

/** Losses on their way to the host. */
export interface LossLog<K extends string> {
  /** Those that have been read, by name. */
  readonly read: Readonly<Record<K, readonly number[]>>;
  /** Takes note of the losses of the next step. */
  readonly add: (losses: Losses<K>) => void;
  /** Fetches what was noted; gives the newest. Throws `UnhandledFailure` with `Diverged` where one is not finite. */
  readonly fetch: () => Promise<Readonly<Record<string, number>>>;
}

const diverged = (loss: string, step: number, value: number): UnhandledFailure => {
  const which = loss === "loss" ? "The loss" : `The loss "${loss}"`;
  const message = `${which} of step ${step} is ${value}: try a smaller learning rate`;
  return new UnhandledFailure({ _tag: "Diverged", step, loss, value, message });
};

/** A log that goes on after the losses `before`. */
export const lossLog = <K extends string>(before: Readonly<Record<K, readonly number[]>>): LossLog<K> => {
  const read: Record<string, number[]> = {};
  for (const [name, values] of Object.entries<readonly number[]>(before)) read[name] = [...values];
  let noted: Losses[] = [];

  const fetch = async (): Promise<Readonly<Record<string, number>>> => {
    const names = Object.keys(noted[0] ?? {});
    const rows = noted;
    noted = [];
    const data = await dataOf(rows.flatMap((row) => names.map((name) => row[name]!)));
    for (const i of rows.keys()) {
      for (const [j, name] of names.entries()) {
        const value = data[i * names.length + j]![0]!;
        const step = (read[name] ??= []).push(value);
        if (!Number.isFinite(value)) throw diverged(name, step, value);
      }
    }
    return Object.fromEntries(names.map((name) => [name, read[name]!.at(-1)!]));
  };

  return {
    read: read as Record<K, number[]>,
    add: (losses) => {
      const [names, expected] = [Object.keys(losses), Object.keys(noted[0] ?? read)];
      if (expected.length > 0 && names.toSorted().join() !== expected.toSorted().join()) {
        throw new TypeError(`fit: step gave the losses ${names.join(", ")}, before them ${expected.join(", ")}`);
      }
      noted.push(losses);
    },
    fetch,
  };
};
