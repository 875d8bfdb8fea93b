/** Where a dispatch of `count` workgroups runs. */
export interface Geometry {
  readonly workgroups: readonly [number, number, number];
  /** The number of the workgroup `w` as u32; `count` and more may occur. */
  readonly index: string;
}

/** Lays workgroups out in as few dimensions as the limit allows, with few to spare. */
export const geometry = (count: number, limit: number): Geometry => {
  if (count <= limit) return { workgroups: [count, 1, 1], index: "w.x" };
  const rows = Math.ceil(count / limit);
  if (rows <= limit) {
    const x = Math.ceil(count / rows);
    return { workgroups: [x, rows, 1], index: `(w.x + w.y * ${x}u)` };
  }
  const z = Math.ceil(rows / limit), y = Math.ceil(rows / z), x = Math.ceil(count / (y * z));
  if (z > limit) throw new Error(`${count} workgroups are more than a device can start`);
  return { workgroups: [x, y, z], index: `(w.x + (w.y + w.z * ${y}u) * ${x}u)` };
};
