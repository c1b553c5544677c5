import type { EncodedRows } from "../design/design.ts";
import type { FitResult } from "../fit/result.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { IncidenceLayer } from "../model/model.ts";

/** Which effects a value includes: `mean` for the population (fixed effects only), `group` for the levels of the row as well. */
export type PredictionTarget = "mean" | "group";

/** Codes and basis of one random term, over the same rows. */
interface TermRows {
  readonly codes: Int32Array;
  readonly basis: readonly (Float64Array | null)[];
  readonly incidence?: readonly (readonly IncidenceLayer[])[];
}

/** X b + offset of the rows of the fit, length n. */
export function fixedPart(fit: FitResult): Float64Array {
  return fixedPredictor(fit.model.fixed.matrix, fit.beta, fit.model.offset ?? null);
}

/** X b + offset of encoded rows; NaN where a predictor is missing. */
export function encodedFixedPart(fit: FitResult, rows: EncodedRows): Float64Array {
  return fixedPredictor(rows.fixed, fit.beta, rows.offset);
}

/** Adds sum_t Z_t u_t to `out`; rows with code -1 (a level without an estimate) get nothing from that term. */
export function addRandomPart(fit: FitResult, terms: readonly TermRows[], out: Float64Array): void {
  terms.forEach((term, t) => {
    addTerm(term, fit.modes[t]!, out);
  });
}

function fixedPredictor(matrix: Matrix, beta: Float64Array, offset: Float64Array | null): Float64Array {
  const out = offset === null ? new Float64Array(matrix.rows) : Float64Array.from(offset);
  for (let j = 0; j < matrix.columns; j++) {
    const coefficient = beta[j]!;
    const start = j * matrix.rows;
    for (let i = 0; i < matrix.rows; i++) out[i]! += matrix.values[start + i]! * coefficient;
  }
  return out;
}

/** Adds Z u of one term; rows with code -1 get nothing. `modes` level-major. */
export function addTerm({ codes, basis, incidence }: TermRows, modes: Float64Array, out: Float64Array): void {
  const width = basis.length;
  if (incidence !== undefined) {
    addLayers(incidence, modes, out);
    return;
  }
  basis.forEach((column, j) => {
    for (let i = 0; i < codes.length; i++) {
      const level = codes[i]!;
      if (level >= 0) out[i]! += (column === null ? 1 : column[i]!) * modes[level * width + j]!;
    }
  });
}

function addLayers(
  incidence: readonly (readonly IncidenceLayer[])[],
  modes: Float64Array,
  out: Float64Array,
): void {
  const width = incidence.length;
  incidence.forEach((layers, j) => {
    for (const { codes, values } of layers) {
      for (let i = 0; i < codes.length; i++) {
        const level = codes[i]!;
        if (level >= 0) out[i]! += (values === null ? 1 : values[i]!) * modes[level * width + j]!;
      }
    }
  });
}
