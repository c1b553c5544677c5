import { evaluatePolynomials, orthogonalPolynomials } from "./orthogonalPolynomials.ts";
import { BadArgument, flag, numberedLabels, type Transform, wholeNumber } from "./transform.ts";

/**
 * R's poly(x, degree, raw = FALSE): orthonormal polynomials over the training points, or plain powers.
 *
 * Constants: `degree`, `raw` (0 or 1), and for orthogonal ones `alpha` and `norm2` of the recurrence.
 */
export const poly: Transform = {
  name: "poly",
  parameters: ["degree", "raw"],
  learn(x, given) {
    const degree = wholeNumber(given, "degree", 1, 1);
    if (flag(given, "raw", false)) return { degree, raw: 1 };
    const distinct = new Set(x.filter((value) => !Number.isNaN(value))).size;
    if (degree >= distinct) {
      throw new BadArgument(`'degree' is ${degree}, but there are only ${distinct} distinct values`);
    }
    return { degree, raw: 0, ...orthogonalPolynomials(x, degree) };
  },
  apply(x, constants) {
    const degree = constants.degree as number;
    const n = x.length;
    let values: Float64Array;
    if (constants.raw === 1) {
      values = new Float64Array(n * degree);
      for (let j = 0; j < degree; j++) for (let i = 0; i < n; i++) values[i + j * n] = x[i]! ** (j + 1);
    } else {
      values = evaluatePolynomials(x, {
        alpha: constants.alpha as readonly number[],
        norm2: constants.norm2 as readonly number[],
      });
    }
    return { kind: "numeric", values, columns: degree, labels: degree === 1 ? null : numberedLabels(degree) };
  },
};
