/** Every question, in the order of the table. */
import type { Case } from "../support/case.ts";
import { attentionCases } from "./attention.ts";
import { convolutionCases } from "./convolution.ts";
import { elementwiseCases } from "./elementwise.ts";
import { hardwareCases } from "./hardware.ts";
import { indexingCases } from "./indexing.ts";
import { lenetCases } from "./lenet.ts";
import { matmulCases } from "./matmul.ts";
import { mlpCases } from "./mlp.ts";
import { networkCases } from "./network.ts";
import { normalizationCases } from "./normalization.ts";
import { optimizerCases } from "./optimizer.ts";
import { overheadCases } from "./overhead.ts";
import { reductionCases } from "./reduction.ts";

/** In which sizes: those that are measured, some that are quick to compute, or some that keep a GPU busy. */
export type Sizes = "usual" | "tiny" | "hardware";

/** The cases; for `hardware` they are others. */
export const casesOf = (sizes: Sizes): readonly Case[] =>
  sizes === "hardware" ? hardwareCases() : smallCases(sizes === "tiny");
const smallCases = (tiny: boolean): readonly Case[] =>
  [
    matmulCases,
    convolutionCases,
    elementwiseCases,
    normalizationCases,
    reductionCases,
    indexingCases,
    attentionCases,
    optimizerCases,
    mlpCases,
    lenetCases,
    networkCases,
    overheadCases,
  ].flatMap((make) => make(tiny));
