// Leave-one-out and leave-one-group-out of fitted models of the reference cases against dense generalized least squares at the
// same variances: nested, crossed, weighted, with offsets, rank-deficient, structured, on the boundary.
import { describe, expect, test } from "vitest";
import { leaveGroupOut } from "../../../src/checks/leaveGroupOut.ts";
import { leaveOneOut } from "../../../src/checks/leaveOneOut.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import type { FitOptions } from "../../../src/fit/options.ts";
import { naturalCovariances } from "../../../src/fit/solvedFit.ts";
import { denseDeletion, denseVariance } from "../../conformance/denseDeletion.ts";
import { type ReferenceCase, referenceCases, referenceTable } from "../../reference/referenceCase.ts";

const names = [
  "cake-factor-slopes-singular",
  "dyestuff2-singular-reml",
  "ergostool-sum",
  "genotype-crossed-singular",
  "machines-interaction",
  "npk-blocks",
  "oats-rank-deficient",
  "orthodont-slope",
  "pastes-nested",
  "penicillin-crossed",
  "pixel-crossed-sides",
  "rabbit-log-singular",
  "rail",
  "sleepstudy-crossed-days-weights",
  "sleepstudy-offset",
  "sleepstudy-rank-deficient",
  "sleepstudy-slope-ml",
  "sleepstudy-weights-reml",
  "structured-ar1-sleepstudy",
  "structured-cs-oats",
];
function optionsOf({ options }: ReferenceCase): FitOptions {
  const { method, weights, contrasts, reference, factors, subset } = options;
  return {
    method,
    ...(weights === undefined ? {} : { weights }),
    ...(contrasts === undefined ? {} : { contrasts }),
    ...(reference === undefined ? {} : { reference }),
    ...(factors === undefined ? {} : { factors }),
    ...(subset === undefined ? {} : { subset }),
  };
}

/** of the residual standard deviation */
const TOLERANCE = 1e-9;

describe.each(referenceCases().filter(({ name }) => names.includes(name)))("$name", (reference) => {
  const fit = fitFormula(reference.formula, referenceTable(reference.data), optionsOf(reference));
  const { model } = fit;
  const n = fit.nobs;
  const V = denseVariance(model, naturalCovariances(fit));
  const X = Array.from({ length: n }, (_, i) =>
    Array.from({ length: fit.beta.length }, (_, j) => model.fixed.basis.values[i + j * n]!),
  );
  const y = Array.from(model.response, (v, i) => v - (model.offset?.[i] ?? 0));

  test("rows", () => {
    const { residuals, standardErrors, logDensities } = leaveOneOut(fit);
    for (const row of [0, Math.floor(n / 3), n - 1]) {
      const want = denseDeletion(V, X, y, [row]);
      expect(Math.abs(residuals[row]! - want.residuals[0]!)).toBeLessThan(TOLERANCE * fit.sigma);
      expect(Math.abs(standardErrors[row]! / Math.sqrt(want.variance[0]![0]!) - 1)).toBeLessThan(TOLERANCE);
      expect(Math.abs(logDensities[row]! - want.logDensity)).toBeLessThan(
        TOLERANCE * (1 + Math.abs(want.logDensity)),
      );
    }
  });

  test("groups", () => {
    const term = model.random.at(-1)!;
    const { residuals, levels, logDensities, undetermined } = leaveGroupOut(fit, term.group);
    const first = levels.findIndex((level) => !undetermined.includes(level));
    expect(first).toBeGreaterThanOrEqual(0);
    const code = term.levels.indexOf(levels[first]!);
    const set = Array.from({ length: n }, (_, i) => i).filter((i) => term.codes[i] === code);
    const want = denseDeletion(V, X, y, set);
    set.forEach((row, s) => {
      expect(Math.abs(residuals[row]! - want.residuals[s]!)).toBeLessThan(TOLERANCE * fit.sigma);
    });
    expect(Math.abs(logDensities[first]! - want.logDensity)).toBeLessThan(
      TOLERANCE * (1 + Math.abs(want.logDensity)),
    );
  });
});
