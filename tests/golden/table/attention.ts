import * as f from "../../../nn/functional/attention.ts";
import * as o from "../../../ops/mod.ts";
import type { Any, Inputs, Rows } from "./row.ts";

/** A mask that says what to leave out, as one that says what to keep. */
const kept = (mask: Any): Any => mask === undefined ? undefined : o.logicalNot(mask);
const heads = ({ in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias }: Inputs): Any => ({
  input: in_proj_weight,
  inputBias: in_proj_bias,
  output: out_proj_weight,
  outputBias: out_proj_bias,
});

export const rows: Rows = {
  attention: ({ q, k, v, mask, bias }, { scale, causal }) => f.attention(q, k, v, { mask, bias, scale, causal }),
  multi_head_attention: (inputs, { num_heads }) => {
    const { query, key, value, key_padding_mask, attn_mask } = inputs;
    return { ...f.multiHeadAttention(heads(inputs), query, key, value, { heads: num_heads, mask: kept(attn_mask), keys: kept(key_padding_mask) }) };
  },
  transformer_encoder_layer: (inputs, { num_heads, norm_first, activation }) => {
    const { x, w1, b1, w2, b2, ln1_w, ln1_b, ln2_w, ln2_b } = inputs, norm = (scale: Any, shift: Any) => ({ scale, shift });
    const weights = { attention: heads(inputs), expand: { weight: w1, bias: b1 }, contract: { weight: w2, bias: b2 }, norm1: norm(ln1_w, ln1_b), norm2: norm(ln2_w, ln2_b) };
    return f.transformerEncoderLayer(weights, x, { heads: num_heads, normFirst: norm_first, activation });
  },
};
