/** Every question, in the order of the table. */
import type { Case } from "../support/case.ts";
import { convolutionCases } from "./convolution.ts";
import { elementwiseCases } from "./elementwise.ts";
import { lenetCases } from "./lenet.ts";
import { matmulCases } from "./matmul.ts";
import { mlpCases } from "./mlp.ts";
import { softmaxCases } from "./softmax.ts";

export const cases: readonly Case[] = [
  ...matmulCases,
  ...convolutionCases,
  ...elementwiseCases,
  ...softmaxCases,
  ...mlpCases,
  ...lenetCases,
];
