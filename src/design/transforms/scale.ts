import { BadArgument, flag, type Transform } from "./transform.ts";

/**
 * R's scale(x, center = TRUE, scale = TRUE): minus the mean, over the standard deviation (divisor n - 1);
 * without centring, over the root mean square with divisor n - 1.
 *
 * Constants: `center`, `scale`.
 */
export const scale: Transform = {
  name: "scale",
  parameters: ["center", "scale"],
  learn(x, given) {
    const center =
      typeof given.center === "number" ? given.center : flag(given, "center", true) ? mean(x) : 0;
    if (typeof given.scale === "number") return { center, scale: given.scale };
    if (!flag(given, "scale", true)) return { center, scale: 1 };
    let squares = 0;
    let count = 0;
    for (const value of x) {
      if (Number.isNaN(value)) continue;
      squares += (value - center) ** 2;
      count++;
    }
    const spread = Math.sqrt(squares / Math.max(1, count - 1));
    if (!(spread > 0))
      throw new BadArgument("all its values are the same, so there is no spread to divide by");
    return { center, scale: spread };
  },
  apply(x, constants) {
    const center = constants.center as number;
    const divisor = constants.scale as number;
    return {
      kind: "numeric",
      values: x.map((value) => (value - center) / divisor),
      columns: 1,
      labels: null,
    };
  },
};

/** Mean of the values that are not missing, corrected once for rounding. */
function mean(x: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of x) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  const first = sum / count;
  let rest = 0;
  for (const value of x) if (!Number.isNaN(value)) rest += value - first;
  return count === 0 ? 0 : first + rest / count;
}
