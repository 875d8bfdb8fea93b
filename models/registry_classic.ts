/** The models by name, those of the course before AlexNet and beside it: no options that change their types. */
import { lenet5 } from "./lenet.ts";

/** The models without options. */
export const classics = {
  lenet5: () => lenet5,
} as const;
/** Their types by name. */
export type Classics = { readonly [N in keyof typeof classics]: ReturnType<(typeof classics)[N]> };
