// The smallest model: what the library alone costs.
import * as nn from "../../nn/mod.ts";

export const least = nn.model([1, 8, 8], nn.relu);
