import * as o from "../../../ops/mod.ts";
import type { Rows } from "./row.ts";

const modes: Readonly<Record<string, o.ResampleMode>> = {
  nearest: "nearest",
  "nearest-exact": "nearestExact",
  linear: "linear",
  bilinear: "linear",
  trilinear: "linear",
  bicubic: "cubic",
};
const mode = (name: string): o.ResampleMode => {
  const found = modes[name];
  if (found === undefined) throw new Error(`the table does not know the mode ${name}`);
  return found;
};

export const rows: Rows = {
  interpolate: ({ x }, args) =>
    o.interpolate(x, args.size, { mode: mode(args.mode), alignCorners: args.align_corners ?? false }),
  upsample: ({ x }, args) =>
    o.upsample(x, args.scale_factor, { mode: mode(args.mode), alignCorners: args.align_corners ?? false }),
  grid_sample: ({ x, grid }, { mode, padding_mode, align_corners }) =>
    o.gridSample(x, grid, {
      mode: mode === "bilinear" ? "linear" : mode,
      outside: padding_mode,
      alignCorners: align_corners,
    }),
  affine_grid: ({ theta }, { size, align_corners }) =>
    o.affineGrid(theta, size.slice(2), { alignCorners: align_corners }),
};
