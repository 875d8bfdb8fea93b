// Loops over values whose element type follows from the call that makes them.
import { add } from "../../ops/arithmetic.ts";
import { scalar, zeros } from "../../ops/source.ts";
import { scan } from "../../transforms/loop.ts";
import type { Tensor } from "../../core/tensor.ts";
import { is } from "./assert.ts";

type Number = Tensor<[], "f32">;
const [total, sums] = scan((c: Number, x: Number) => [add(c, x), add(c, x)], scalar(0), zeros([3]));
is<[]>()(total);
is<[number]>()(sums);
