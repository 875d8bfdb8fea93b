/** The types of matrix products, convolution and pooling. */
import type { DType, Float } from "../core/dtype.ts";
import type { In, Operation } from "../core/pipe.ts";
import type { Conv2d, Pool2d, Size2 } from "../core/shape/conv.ts";
import type { Shape } from "../core/shape/dim.ts";
import type { Matmul } from "../core/shape/matmul.ts";
import type { Fit, Padding } from "../core/shape/window.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Arg, Guard, Ok } from "../core/typed.ts";

export interface MatmulBy<B extends Shape> extends Operation {
  readonly kind: "matmul";
  readonly "~out": Matmul<In<this["~in"]>, B>;
  readonly "~to": this["~from"];
  <A extends Shape, D extends DType>(x: Arg<A, D, Matmul<A, B>>): Tensor<Ok<Matmul<A, B>>, D>;
}
export interface MatmulFunction {
  <A extends Shape, B extends Shape, D extends DType>(
    x: Tensor<A, D>,
    y: Arg<B, D, Matmul<A, B>>,
  ): Tensor<Ok<Matmul<A, B>>, D>;
  <B extends Shape>(y: Tensor<B>): MatmulBy<B>;
}

export interface Conv2dBy<K extends Shape> extends Operation {
  readonly kind: "conv2d";
  readonly "~out": Conv2d<In<this["~in"]>, K, 1, 0, 1, 1, "floor">;
  readonly "~to": this["~from"];
  <X extends Shape, D extends DType>(
    x: Arg<X, D, Conv2d<X, K, 1, 0, 1, 1, "floor">>,
  ): Tensor<Ok<Conv2d<X, K, 1, 0, 1, 1, "floor">>, D>;
}
export interface Conv2dFunction {
  <
    X extends Shape,
    K extends Shape,
    T extends DType,
    const S extends Size2 = 1,
    const P extends Padding = 0,
    const D extends Size2 = 1,
    const G extends number = 1,
    const F extends Fit = "floor",
  >(
    x: Tensor<X, T>,
    w: Arg<K, T, Conv2d<X, K, S, P, D, G, F>>,
    options?: {
      readonly stride?: S | undefined;
      readonly padding?: P | undefined;
      readonly dilation?: D | undefined;
      readonly groups?: G | undefined;
      readonly fit?: F | undefined;
    },
  ): Tensor<Ok<Conv2d<X, K, S, P, D, G, F>>, T>;
  <K extends Shape>(w: Tensor<K>): Conv2dBy<K>;
}

export interface PoolBy<Op extends string, K> extends Operation {
  readonly kind: Op;
  readonly "~out": Pool2d<Op, In<this["~in"]>, K, K, 0, "floor">;
  readonly "~to": this["~from"];
  <X extends Shape, D extends Float>(
    x: Arg<X, D, Pool2d<Op, X, K, K, 0, "floor">>,
  ): Tensor<Ok<Pool2d<Op, X, K, K, 0, "floor">>, D>;
}
export interface PoolFunction<Op extends string> {
  <
    X extends Shape,
    D extends DType,
    const K extends Size2,
    const S extends Size2 = K,
    const P extends Padding = 0,
    const F extends Fit = "floor",
  >(
    x: Tensor<X, D>,
    kernel: Guard<K, Pool2d<Op, X, K, S, P, F>>,
    options?: { readonly stride?: S | undefined; readonly padding?: P | undefined; readonly fit?: F | undefined },
  ): Tensor<Ok<Pool2d<Op, X, K, S, P, F>>, D>;
  <const K extends Size2>(kernel: K): PoolBy<Op, K>;
}
