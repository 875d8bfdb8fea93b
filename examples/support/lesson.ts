/** What the lessons share: their usual options, the device, and the JSON object that ends their output. */
import { rm } from "node:fs/promises";
import { backend, type BackendInfo, run, setBackend } from "../../mod.ts";
import { writeFile } from "../../datasets/mod.ts";
import { choice, flag, text, whole } from "./options.ts";

/** Options that every lesson has; its pictures and files go to `out`. */
export const lessonOptions = (out: string) => ({
  seed: whole(0, "decides everything that is drawn at random", { min: 0 }),
  backend: choice(["auto", "webgpu", "wasm", "reference"], "what computes; auto: a GPU where there is one, else wasm"),
  out: text(out, "folder for what is left behind", "DIR"),
  json: flag("print one JSON object last"),
});

/** What of them decides where a lesson computes and writes, and what it prints last. */
export interface LessonValues {
  readonly backend: "auto" | "webgpu" | "wasm" | "reference";
  readonly out: string;
  readonly json: boolean;
}

/**
 * The backend that was asked for, once it is sure that the folder can be written into: before anything is learned.
 * Throws `UnhandledFailure` where it cannot be had, or written into.
 */
export const deviceOf = async (values: LessonValues): Promise<BackendInfo> => {
  const device = await run(values.backend === "auto" ? backend : setBackend(values.backend));
  const trial = `${values.out}/.trial`;
  await run(writeFile(trial, ""));
  await rm(trial);
  return device;
};

/** Prints the JSON object, if it was asked for. */
export const conclude = (values: LessonValues, result: Readonly<Record<string, unknown>>): void => {
  if (values.json) console.log(JSON.stringify(result));
};
