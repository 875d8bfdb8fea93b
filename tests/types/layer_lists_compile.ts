import * as nn from "../../nn/mod.ts";

// Every layer is one of the general type of its kind, and every model a model of some layers.
const pair = nn.sequential(nn.conv2d(3, { kernel: 3 }), nn.relu);
void [
  pair satisfies nn.Sequential<nn.Layers>,
  nn.concat(pair, nn.relu) satisfies nn.Concat<nn.Layers>,
  nn.parallel("add", pair, nn.relu) satisfies nn.Parallel<nn.Meeting, nn.Layers>,
  nn.splitChannels(pair, nn.relu) satisfies nn.SplitChannels<nn.Layers>,
  nn.repeat(3, pair) satisfies nn.Repeat<number, nn.Layer>,
  nn.named("x", pair) satisfies nn.Named<string, nn.Layer>,
  nn.model([2, 9, 8], pair) satisfies nn.Model<number[], number[], nn.Layers>,
];
