import { BadArgument, type Transform, wholeNumber } from "./transform.ts";

/**
 * legendre(t, degree, from =, to =): normalized Legendre polynomials of degree 0..degree on [from, to],
 * sqrt((2 j + 1) / 2) P_j(2 (t - from) / (to - from) - 1), constant included (Kirkpatrick, Lofsvold & Bulmer
 * 1990, Genetics 124:979). The default range is that of the training data.
 *
 * Constants: `degree`, `from`, `to`.
 */
export const legendre: Transform = {
  name: "legendre",
  parameters: ["degree", "from", "to"],
  learn(x, given) {
    const degree = wholeNumber(given, "degree", 0);
    let low = Infinity;
    let high = -Infinity;
    for (const value of x) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const from = typeof given.from === "number" ? given.from : low;
    const to = typeof given.to === "number" ? given.to : high;
    if (!(from < to)) throw new BadArgument(`the range from ${String(from)} to ${String(to)} is empty`);
    return { degree, from, to };
  },
  apply(x, constants) {
    const degree = constants.degree as number;
    const from = constants.from as number;
    const to = constants.to as number;
    const n = x.length;
    const columns = degree + 1;
    const values = new Float64Array(n * columns);
    for (let i = 0; i < n; i++) {
      const t = (x[i]! - from - (to - x[i]!)) / (to - from);
      let previous = 0;
      let current = !Number.isNaN(x[i]) ? 1 : Number.NaN;
      for (let j = 0; j <= degree; j++) {
        values[i + j * n] = Math.sqrt((2 * j + 1) / 2) * current;
        const next = ((2 * j + 1) * t * current - j * previous) / (j + 1);
        previous = current;
        current = next;
      }
    }
    return { kind: "numeric", values, columns, labels: Array.from({ length: columns }, (_, j) => String(j)) };
  },
  range: (constants) => [constants.from as number, constants.to as number],
};
