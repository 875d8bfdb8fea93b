// Models whose layers do not fit together.
import * as nn from "../../nn/mod.ts";

const conv3 = <C extends number>(c: C) => nn.conv2d(c, { kernel: 3, padding: 1 });
const double = <C extends number>(c: C) => nn.sequential(conv3(c), nn.relu, conv3(c), nn.relu);

nn.model([3, 32, 32], nn.conv2d(8, { kernel: 3 }), nn.relu, nn.maxPool2d(2),
  // @ts-expect-error conv2d: kernel 17 does not fit input 15 (height of [8, 15, 15])
  nn.conv2d(16, { kernel: 17 }), nn.flatten, nn.linear(10));
nn.model([3, 32, 32], nn.relu,
  // @ts-expect-error conv2d: kernel 33 does not fit input 32 (height of [3, 32, 32])
  nn.conv2d(8, { kernel: 33 }));
// @ts-expect-error conv2d: kernel 5 does not fit input 4 (width of [3, 32, 4])
nn.model([3, 32, 4], nn.conv2d(8, { kernel: [3, 5] }));
// @ts-expect-error conv2d: kernel 3 (dilated: 5) does not fit input 4 (height of [3, 4, 4])
nn.model([3, 4, 4], nn.conv2d(8, { kernel: 3, dilation: 2 }));
// @ts-expect-error conv2d: kernel 5 does not fit input 2 + 2*1 padding (height of [3, 2, 2])
nn.model([3, 2, 2], nn.conv2d(8, { kernel: 5, padding: 1 }));
// The textbook's: a 7x7 input, a 3x3 filter, stride 3.
// @ts-expect-error conv2d: stride 3 does not tile: (7 - 3) / 3 + 1 is not an integer (remainder 1) (height of [3, 7, 7])
nn.model([3, 7, 7], nn.conv2d(8, { kernel: 3, stride: 3, fit: "exact" }));
// @ts-expect-error conv2d: stride 3 does not tile: (7 - 3) / 3 + 1 is not an integer (remainder 1) (height of [1, 7, 7])
nn.model([1, 7, 7], nn.exact.conv2d(8, { kernel: 3, stride: 3 }));
// @ts-expect-error maxPool2d: stride 2 does not tile: (7 - 2) / 2 + 1 is not an integer (remainder 1) (height of [3, 7, 7])
nn.model([3, 7, 7], nn.maxPool2d(2, { fit: "exact" }));
// @ts-expect-error avgPool2d: kernel 8 does not fit input 7 (height of [3, 7, 7])
nn.model([3, 7, 7], nn.avgPool2d(8));
// @ts-expect-error conv2d: kernel, stride and dilation must be whole numbers from 1, got 3, 0 and 1 (height of [3, 7, 7])
nn.model([3, 7, 7], nn.conv2d(8, { kernel: 3, stride: 0 }));

// @ts-expect-error linear: expects a vector [features], got [3, 8, 8]: add flatten before it
nn.model([3, 8, 8], nn.linear(10));
nn.model([3, 32, 32],
  nn.conv2d(8, { kernel: 3 }),
  // @ts-expect-error linear: expects a vector [features], got [8, 30, 30]: add flatten before it
  nn.linear(10));
// @ts-expect-error conv2d: expects [channels, height, width], got [192]
nn.model([3, 8, 8], nn.flatten, nn.conv2d(3, { kernel: 3 }));
// @ts-expect-error maxPool2d: expects [channels, height, width], got [8, 8]
nn.model([8, 8], nn.maxPool2d(2));
// @ts-expect-error globalAvgPool: expects [channels, ...] with at least one axis more, got [10]
nn.model([10], nn.globalAvgPool);

// @ts-expect-error conv2d: 3 input channels are not divisible by groups 2
nn.model([3, 8, 8], nn.conv2d(8, { kernel: 3, groups: 2 }));
// @ts-expect-error conv2d: 9 output channels are not divisible by groups 2
nn.model([4, 8, 8], nn.conv2d(9, { kernel: 3, groups: 2 }));

nn.model([64, 56, 56], conv3(64),
  // @ts-expect-error residual: main path gives [128, 28, 28] but shortcut gives [64, 56, 56]
  nn.residual(nn.sequential(nn.conv2d(128, { kernel: 3, stride: 2, padding: 1 }), nn.relu)), nn.globalAvgPool, nn.linear(10));
nn.model([192, 28, 28],
  // @ts-expect-error concat: branch 2:sequential gives [32, 24, 24], the branches before it [192, 28, 28]: only axis 0 may differ
  nn.named("i3a", nn.concat(
    nn.conv2d(64, { kernel: 1 }),
    nn.sequential(nn.conv2d(96, { kernel: 1 }), nn.relu, conv3(128), nn.relu),
    nn.sequential(nn.conv2d(16, { kernel: 1 }), nn.relu, nn.conv2d(32, { kernel: 5 }), nn.relu))),
  nn.relu);
// @ts-expect-error repeat: the block must preserve its shape but maps [64, 32, 32] to [128, 32, 32]
nn.model([64, 32, 32], nn.repeat(3, conv3(128)), nn.flatten);
// @ts-expect-error expectShape: expected [8, 30, 30] here, got [8, 32, 32]
nn.model([3, 32, 32], conv3(8), nn.expectShape(8, 30, 30));

// Inside blocks: the argument of the model, with the path from there.
nn.model([3, 8, 8],
  nn.named("stem", nn.sequential(nn.conv2d(4, { kernel: 3 }), nn.named("pool", nn.maxPool2d(2)))),
  // @ts-expect-error conv2d: kernel 7 does not fit input 3 (height of [4, 3, 3]) [in wide/c7]
  nn.named("block", nn.concat(nn.identity, nn.named("wide", nn.sequential(nn.relu, nn.named("c7", nn.conv2d(4, { kernel: 7 })))))),
  nn.flatten);
nn.model([1, 60, 60],
  // @ts-expect-error residual: main path gives [16, 30, 30] but shortcut gives [8, 30, 30] [in 2:sequential/0:residual/main/1:residual]
  nn.sequential(double(8), nn.maxPool2d(2), nn.sequential(nn.residual(nn.sequential(nn.relu, nn.residual(conv3(16)))))));
nn.model([16, 9, 9],
  // @ts-expect-error linear: expects a vector [features], got [16, 9, 9]: add flatten before it [in repeat/1:linear]
  nn.repeat(2, nn.sequential(nn.relu, nn.linear(16))));
nn.model([16, 9, 9],
  // @ts-expect-error maxPool2d: kernel 10 does not fit input 9 (height of [16, 9, 9]) [in shortcut/1:maxPool2d]
  nn.residual(nn.relu, nn.sequential(nn.relu, nn.maxPool2d(10))));

// @ts-expect-error model: two layers are named c
nn.model([3, 8, 8], nn.named("c", conv3(3)), nn.relu, nn.named("c", conv3(3)));
// Two mistakes in one model: the first is reported.
// @ts-expect-error conv2d: kernel 9 does not fit input 8 (height of [3, 8, 8])
nn.model([3, 8, 8], nn.conv2d(8, { kernel: 9 }), nn.conv2d(8, { kernel: 11 }));
// @ts-expect-error TS: 'strid' does not exist in type
nn.conv2d(8, { kernel: 3, strid: 2 });
// @ts-expect-error conv2d: kernel 9 does not fit input 8 (height of [4, 8, 8])
nn.chain([4, 8, 8]).pipe(nn.relu).pipe(nn.conv2d(8, { kernel: 9 }));

let width = 64;
width += 1;
// @ts-expect-error assertStatic: this model has dynamic dimensions: write them as literals or `as const`, or state them with expectShape
nn.assertStatic(nn.model([3, 8, 8], nn.conv2d(width, { kernel: 3 })));
