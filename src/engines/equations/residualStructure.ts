import type { Note } from "../../base/notes.ts";
import type { CovarianceStructure } from "../../covariance/structure.ts";
import { unstructured } from "../../covariance/unstructured.ts";
import { createMatrix, type Matrix } from "../../linalg/matrix.ts";
import { choleskyInPlace } from "../../linalg/smallCholesky.ts";
import { symmetricEigen } from "../../linalg/symmetricEigen.ts";
import { outerProduct } from "./covarianceRoots.ts";

/**
 * The equations hold R0^-1, so residuals of several traits must not be linear functions of each other. With diagonals of
 * L L' raised by this part no correlation passes 1 / (1 + 1e-6), and the derivatives there keep four digits.
 */
const RIDGE = 1e-6;

/** Largest residual correlation that the equations can have. */
export const LARGEST_CORRELATION: number = 1 / (1 + RIDGE);

/**
 * R0 as a covariance to estimate: unstructured across traits, R0 = L L' + ridge diag(L L').
 *
 * A zero on the diagonal of L (below the first) is the boundary, an ordinary point of the search as it is in random terms.
 *
 * @param connected number of every trait; covariances between different numbers are zero (`connectedTraits`)
 */
export function residualStructure(connected: Int32Array): CovarianceStructure {
  const traits = connected.length;
  const structure = unstructured(traits);
  // not the labels of a random term: the residual variance of the first trait is never set to zero
  const labelled = structure.parameters.map((p) => ({ ...p, label: `residual ${p.label}` }));
  if (traits === 1) return { ...structure, parameters: labelled };
  /** entries of L that are estimated */
  const kept: number[] = [];
  for (let j = 0, at = 0; j < traits; j++) {
    for (let i = j; i < traits; i++, at++) if (connected[i] === connected[j]) kept.push(at);
  }
  const whole = new Float64Array(labelled.length);
  const expand = (theta: Float64Array, offset: number): Float64Array => {
    whole.fill(0);
    kept.forEach((at, k) => {
      whole[at] = theta[offset + k]!;
    });
    return whole;
  };
  const contract = (theta: Float64Array, offset: number): void => {
    kept.forEach((at, k) => {
      theta[offset + k] = whole[at]!;
    });
  };
  return {
    ...structure,
    parameters: kept.map((at) => labelled[at]!),
    start(phi, theta, offset) {
      const inner = createMatrix(traits, traits);
      for (let j = 0; j < traits; j++) {
        for (let i = 0; i < traits; i++) {
          if (connected[i] === connected[j]) inner.values[i + j * traits] = phi.values[i + j * traits]!;
        }
      }
      scaleDiagonal(inner, LARGEST_CORRELATION);
      structure.start(inner, whole, 0);
      contract(theta, offset);
    },
    factor(theta, offset, out) {
      const inner = createMatrix(traits, traits);
      structure.factor(expand(theta, offset), 0, inner);
      outerProduct(inner.values, traits, out.values);
      scaleDiagonal(out, 1 + RIDGE);
      if (!choleskyInPlace(out.values, traits)) out.values.fill(0);
      for (let b = 0; b < traits; b++) out.values.fill(0, b * traits, b * traits + b);
    },
    derivative(theta, offset, index, out) {
      structure.derivative(expand(theta, offset), 0, kept[index]!, out);
      scaleDiagonal(out, 1 + RIDGE);
    },
    rectify(theta, offset) {
      structure.rectify(expand(theta, offset), 0);
      contract(theta, offset);
    },
  };
}

/** L L' of such an R0, singular at the boundary; in place. */
export function withoutRidge(R0: Matrix): void {
  scaleDiagonal(R0, LARGEST_CORRELATION);
}

/** A note on every combination of traits that has no residual variance: R0 at the boundary. */
export function residualBoundaryNotes(R0: Matrix, names: readonly string[]): Note[] {
  const inner = { ...R0, values: R0.values.slice() };
  const scale = names.map((_, t) => Math.sqrt(inner.values[t * (inner.rows + 1)]!));
  inner.values.forEach((value, e) => {
    inner.values[e] = value / (scale[e % inner.rows]! * scale[Math.floor(e / inner.rows)]!);
  });
  withoutRidge(inner);
  const { values, vectors } = symmetricEigen(inner);
  return names.flatMap((_, c): Note[] => {
    if (values[c]! > NULL_VARIANCE) return [];
    const weights = vectors.values.subarray(c * names.length, (c + 1) * names.length);
    const involved = names.filter((__, t) => Math.abs(weights[t]!) > 1e-3);
    const what =
      involved.length === 2
        ? `the residual correlation of ${involved.join(" and ")} is estimated at ${weights.filter((w) => w > 1e-3).length === 1 ? "1" : "-1"}`
        : `the residuals of ${involved.join(", ")} are linear functions of each other`;
    return [
      {
        code: "fit/boundary",
        severity: "warning",
        subject: "residual",
        message: `boundary fit: ${what}; it is kept a millionth away from there, because the equations need the inverse of the residual covariance. The other estimates are valid`,
        hint: "look whether one of the traits was computed from another, or whether the records are too few to tell the residual covariance from the other terms",
      },
    ];
  });
}

/** An eigenvalue below this of the correlations without the ridge is zero. */
const NULL_VARIANCE = 1e-9;

function scaleDiagonal({ rows, values }: Matrix, by: number): void {
  for (let a = 0; a < rows; a++) values[a * (rows + 1)]! *= by;
}
