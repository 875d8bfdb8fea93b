import * as nn from "../../../nn/mod.ts";
import type { Adapter, Any, Inputs, Rows } from "./row.ts";

/** Weights under the names that PyTorch gives them, with this end. */
const weights = (inputs: Inputs, end: string): Any => ({
  input: inputs[`weight_ih${end}`],
  hidden: inputs[`weight_hh${end}`],
  inputBias: inputs[`bias_ih${end}`],
  hiddenBias: inputs[`bias_hh${end}`],
});
const layers = (inputs: Inputs, { num_layers, bidirectional }: Any): Any =>
  Array.from({ length: num_layers }, (_, i) => ({
    forward: weights(inputs, `_l${i}`),
    ...(bidirectional ? { backward: weights(inputs, `_l${i}_reverse`) } : {}),
  }));
const network = (f: (layers: Any, inputs: Inputs) => Any): Adapter => (inputs, args) => {
  const { y, hidden, cell } = f(layers(inputs, args), inputs);
  return { y, hn: hidden, ...(cell === undefined ? {} : { cn: cell }) };
};

export const rows: Rows = {
  rnn_tanh: network((l, { x, h0 }) => nn.rnn(l, x, h0)),
  rnn_relu: network((l, { x, h0 }) => nn.rnn(l, x, h0, "relu")),
  gru: network((l, { x, h0 }) => nn.gru(l, x, h0)),
  lstm: network((l, { x, h0, c0 }) => nn.lstm(l, x, h0, c0)),
  rnn_cell: (inputs) => ({ h1: nn.rnnCell(weights(inputs, ""), inputs["x"], inputs["h0"]) }),
  gru_cell: (inputs) => ({ h1: nn.gruCell(weights(inputs, ""), inputs["x"], inputs["h0"]) }),
  lstm_cell: (inputs) => {
    const [h1, c1] = nn.lstmCell(weights(inputs, ""), inputs["x"], inputs["h0"], inputs["c0"]);
    return { h1, c1 };
  },
};
