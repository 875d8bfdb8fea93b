/** Every question that is not a race. */
import { memory } from "./memory.ts";
import type { Question } from "./question.ts";
import { checkTime, importTime } from "./starting.ts";
import { threads } from "./threads.ts";

export const questions: readonly Question[] = [importTime, checkTime, memory, threads];
