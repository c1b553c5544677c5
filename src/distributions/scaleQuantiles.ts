import { gammaQuantile } from "./gamma.ts";
import { normalCdf } from "./normal.ts";

const cells = 640;
const reach = 8.4;
const width = (2 * reach) / cells;

/**
 * The quantile function of S, df S^2 chi-squared, as a function of the normal score of its probability: log S is smooth there
 * and taken from a table of cubics, with an error below 1e-8.
 */
export function scaleQuantiles(df: number): (score: number) => number {
  const logs = new Float64Array(cells + 3);
  for (let i = 0; i < logs.length; i++) {
    const z = -reach + (i - 1) * width;
    const logP = normalCdf(-Math.abs(z), { log: true });
    logs[i] = 0.5 * Math.log(gammaQuantile(logP, 0.5 * df, 2 / df, { log: true, lower: z < 0 }));
  }
  return (score: number): number => {
    const position = (Math.min(Math.max(score, -reach), reach) + reach) / width;
    const cell = Math.min(Math.floor(position), cells - 1);
    const t = position - cell;
    const before = logs[cell]!;
    const low = logs[cell + 1]!;
    const high = logs[cell + 2]!;
    const after = logs[Math.min(cell + 3, cells + 2)]!;
    // Lagrange's cubic through the four nearest points
    return Math.exp(
      (-t * (t - 1) * (t - 2) * before) / 6 +
        ((t + 1) * (t - 1) * (t - 2) * low) / 2 -
        ((t + 1) * t * (t - 2) * high) / 2 +
        ((t + 1) * t * (t - 1) * after) / 6,
    );
  };
}
