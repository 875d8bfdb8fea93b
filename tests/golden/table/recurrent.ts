import * as cells from "../../../nn/functional/recurrent_cells.ts";
import * as f from "../../../nn/functional/recurrent.ts";
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
  rnn_tanh: network((l, { x, h0 }) => f.rnn(l, x, h0)),
  rnn_relu: network((l, { x, h0 }) => f.rnn(l, x, h0, "relu")),
  gru: network((l, { x, h0 }) => f.gru(l, x, h0)),
  lstm: network((l, { x, h0, c0 }) => f.lstm(l, x, h0, c0)),
  rnn_cell: (inputs) => ({ h1: cells.rnnCell(weights(inputs, ""), inputs["x"], inputs["h0"]) }),
  gru_cell: (inputs) => ({ h1: cells.gruCell(weights(inputs, ""), inputs["x"], inputs["h0"]) }),
  lstm_cell: (inputs) => {
    const [h1, c1] = cells.lstmCell(weights(inputs, ""), inputs["x"], inputs["h0"], inputs["c0"]);
    return { h1, c1 };
  },
};
