import { HendersonError } from "../base/errors.ts";
import { createMatrix } from "../linalg/matrix.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";

/** The options of a simulation that say how traits vary. */
interface TraitOptions {
  readonly traits?: number;
  readonly h2?: number;
  readonly geneticCorrelation?: number;
  readonly residualCorrelation?: number;
  readonly geneticCovariance?: readonly (readonly number[])[];
  readonly residualCovariance?: readonly (readonly number[])[];
}

/** Genetic and residual covariances between traits, as rows. */
export function traitCovariances(options: TraitOptions): {
  readonly genetic: readonly Float64Array[];
  readonly residual: readonly Float64Array[];
} {
  const { geneticCovariance, residualCovariance, h2 = 0.3 } = options;
  const traits = options.traits ?? geneticCovariance?.length ?? residualCovariance?.length ?? 1;
  const genetic = geneticCovariance ?? exchangeable(traits, h2, options.geneticCorrelation ?? 0.5);
  const residual = residualCovariance ?? exchangeable(traits, 1 - h2, options.residualCorrelation ?? 0.2);
  for (const matrix of [genetic, residual]) requireSquare(matrix, traits);
  return {
    genetic: genetic.map((row) => Float64Array.from(row)),
    residual: residual.map((row) => Float64Array.from(row)),
  };
}

function exchangeable(traits: number, variance: number, correlation: number): number[][] {
  return Array.from({ length: traits }, (_, i) =>
    Array.from({ length: traits }, (_, j) => (i === j ? variance : correlation * variance)),
  );
}

function requireSquare(matrix: readonly (readonly number[])[], traits: number): void {
  const symmetric = matrix.every(
    (row, i) =>
      row.length === traits && row.every((value, j) => Number.isFinite(value) && value === matrix[j]?.[i]),
  );
  if (matrix.length === traits && symmetric) return;
  throw new HendersonError(
    "genetics/simulation",
    `a covariance between ${traits} traits is a symmetric ${traits} by ${traits} matrix`,
  );
}

/** Columns whose outer products add up to the covariance; variances of zero are allowed. */
export function covarianceRoot(covariance: readonly Float64Array[]): Float64Array[] {
  const t = covariance.length;
  const matrix = createMatrix(t, t);
  covariance.forEach((row, i) => {
    row.forEach((value, j) => {
      matrix.values[i + j * t] = value;
    });
  });
  const { values, vectors } = symmetricEigen(matrix);
  const largest = Math.max(...values.map(Math.abs));
  if (!(values[0]! >= -1e-12 * largest)) {
    throw new HendersonError(
      "genetics/simulation",
      `a covariance between traits is not positive definite: its smallest eigenvalue is ${String(values[0])}`,
    );
  }
  return Array.from(values, (value, k) =>
    vectors.values.slice(k * t, (k + 1) * t).map((x) => x * Math.sqrt(Math.max(value, 0))),
  );
}
