/** The model zoo: one file per model. @module */
export { lenet5 } from "./lenet.ts";
