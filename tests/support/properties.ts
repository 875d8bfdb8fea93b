/** fast-check with one seed for all, so that a run says the same as the one before; `PULLBACK_SEED` takes another. */
import process from "node:process";
import fc from "fast-check";

/** The seed. */
export const seed: number = Number(process.env["PULLBACK_SEED"] ?? 20240611);
fc.configureGlobal({ seed, includeErrorInReport: true });

export default fc;
