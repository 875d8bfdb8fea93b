/** The models by name. */
import type * as nn from "../nn/mod.ts";
import type { About, ImageConfig } from "./model.ts";
import { type Classics, classics } from "./registry_classic.ts";
import type { AnyModel } from "./variables.ts";
import { type Vgg, vgg, type VggConfig } from "./vgg.ts";

/** Options of any model; each takes those that its constructor has. */
export interface ZooConfig extends ImageConfig, VggConfig {}
/** The type of every model, given its options. */
export interface Zoo<C> extends Classics {
  readonly vgg11: Vgg<"A", C>;
  readonly vgg11_bn: Vgg<"A", C & { readonly batchNorm: true }>;
  readonly vgg13: Vgg<"B", C>;
  readonly vgg13_bn: Vgg<"B", C & { readonly batchNorm: true }>;
  readonly vgg16: Vgg<"D", C>;
  readonly vgg16_bn: Vgg<"D", C & { readonly batchNorm: true }>;
  readonly vgg19: Vgg<"E", C>;
  readonly vgg19_bn: Vgg<"E", C & { readonly batchNorm: true }>;
}
/** The name of a model. */
export type ZooName = keyof Zoo<unknown>;

/** A constructor without its types, which nobody looks at here. */
const plain = (make: unknown) => make as (...args: readonly unknown[]) => AnyModel & Partial<About>;
const anyVgg = plain(vgg);
const makers: { readonly [N in ZooName]: (config: ZooConfig) => AnyModel & Partial<About> } = {
  ...classics,
  vgg11: (config) => anyVgg("A", config),
  vgg11_bn: (config) => anyVgg("A", { ...config, batchNorm: true }),
  vgg13: (config) => anyVgg("B", config),
  vgg13_bn: (config) => anyVgg("B", { ...config, batchNorm: true }),
  vgg16: (config) => anyVgg("D", config),
  vgg16_bn: (config) => anyVgg("D", { ...config, batchNorm: true }),
  vgg19: (config) => anyVgg("E", config),
  vgg19_bn: (config) => anyVgg("E", { ...config, batchNorm: true }),
};

/** The names of all models. */
export const list = (): readonly ZooName[] => Object.keys(makers) as ZooName[];
/**
 * The model of a name: `get("vgg16_bn", { classes: 10 })`. Throws `RangeError` for a name that is not in `list()`,
 * `ShapeError` for an input that does not fit.
 */
export const get = <const N extends ZooName, const C extends ZooConfig = nn.Nothing>(
  name: N,
  config?: C,
): Zoo<C>[N] => {
  if (!Object.hasOwn(makers, name)) throw new RangeError(`get: there is no model ${name}: list() has the names`);
  return makers[name](config ?? {}) as unknown as Zoo<C>[N];
};
