import type { Operations } from "./operations.ts";

/** The operations as lines of Python, which name what they compute. */
export const torchOperations = (lines: string[]): Operations<string> => {
  let params = 0;
  const say = (text: string): string => {
    const name = `v${lines.length}`;
    lines.push(`${name} = ${text}`);
    return name;
  };
  return {
    param: () => `p[${params++}]`,
    conv: (x, w, { stride, padding, bias }) =>
      say(`F.conv2d(${x}, ${w}, ${bias ?? "None"}, stride=${stride}, padding=${padding})`),
    up: (x, w, bias) => say(`F.conv_transpose2d(${x}, ${w}, ${bias}, stride=2)`),
    batchNorm: (x, scale, shift, known) =>
      say(
        known === null
          ? `F.batch_norm(${x}, None, None, ${scale}, ${shift}, training=True)`
          : `F.batch_norm(${x}, ${known[0]}, ${known[1]}, ${scale}, ${shift})`,
      ),
    relu: (x) => say(`torch.relu(${x})`),
    add: (x, y) => say(`${x} + ${y}`),
    maxPool: (x, size, stride, padding) => say(`F.max_pool2d(${x}, ${size}, ${stride}, ${padding})`),
    mean: (x) => say(`${x}.mean((2, 3))`),
    linear: (x, w, bias) => say(`F.linear(${x}, ${w}, ${bias})`),
    concat: (x, y) => say(`torch.cat([${x}, ${y}], 1)`),
  };
};
/** Python that runs a network: `call(*parameters, x)`. */
export const torchNetwork = (network: <T>(o: Operations<T>, x: T) => T): string => {
  const lines: string[] = [], result = network(torchOperations(lines), "x");
  return ["def net(p, x):", ...lines.map((l) => `    ${l}`), `    return ${result}`, ""].join("\n");
};
