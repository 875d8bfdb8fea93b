/**
 * Loaded before every test file in Bun (bunfig.toml): its limit of 5 seconds a test is too short for a slow machine. What is set
 * counts for one file only, so it is set again whenever one is loaded.
 */
import { setDefaultTimeout } from "bun:test";
import { readFileSync } from "node:fs";
import "./temporary.ts";

type Loader = (file: { readonly path: string }) => { readonly contents: string; readonly loader: "ts" };
declare const Bun: {
  plugin(options: {
    readonly name: string;
    readonly setup: (build: { onLoad(which: { readonly filter: RegExp }, load: Loader): void }) => void;
  }): void;
};

const patience = 600_000;
setDefaultTimeout(patience);
Bun.plugin({
  name: "patience",
  setup: (build) =>
    build.onLoad({ filter: /_test\.ts$/ }, ({ path }) => {
      setDefaultTimeout(patience);
      return { contents: readFileSync(path, "utf8"), loader: "ts" };
    }),
});
