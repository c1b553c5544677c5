import { HendersonError } from "../base/errors.ts";
import type { FixedEffectsResult } from "../model/fixedEffects.ts";
import { fixedEffects } from "../model/fixedEffects.ts";
import { type RowPatterns, rowPatterns } from "../model/rowPatterns.ts";
import { codeTerms } from "./coding.ts";
import { type EncodedTerms, type EncodedVariable, encodeTerms } from "./encodeTerms.ts";
import type { TermCoding } from "./recipe.ts";
import { offsetOf, responseOf, type Weighting } from "./rowVectors.ts";
import type { TraitData } from "./traitRecords.ts";
import { asPredictor, isFactor } from "./variables.ts";

/** The fixed part of a trait over its records. */
export interface EncodedTrait {
  readonly response: Float64Array;
  readonly offset: Float64Array | null;
  readonly weights: Float64Array | null;
  readonly coding: readonly TermCoding[];
  readonly encoded: EncodedTerms;
  readonly independent: FixedEffectsResult;
}

/**
 * Response, offset, weights and full-rank columns of a trait.
 *
 * @param residualHeld the residual variance is known, so nothing has to be left to estimate it
 * @throws HendersonError `design/too-many-coefficients`, `design/constant-response`, `design/text-response`,
 * `design/one-level`
 */
export function encodeFixed(
  { formula, variables, rowCount, rows, name }: TraitData,
  weighting: Weighting | null,
  source: string,
  residualHeld: boolean,
  alone: boolean,
): EncodedTrait {
  const response = responseOf(formula, variables, rowCount, source, residualHeld);
  const offset = offsetOf(formula, variables, rowCount);
  const weights = weighting === null ? null : weighting.values(rows);
  const coding = codeTerms(formula.fixed, (text) => isFactor(variables.get(text)!));
  const predictor = (text: string) => asPredictor(variables.get(text)!, rowCount);
  const encoded = encodeTerms(formula.fixed.intercept, coding, predictor, rowCount);
  const independent = fixedEffects(
    encoded.names,
    encoded.matrix,
    weights ?? undefined,
    formula.fixed.intercept,
    factorPatterns(coding, predictor, rowCount),
  );
  if (independent.kept.length >= rowCount && !residualHeld) {
    throw new HendersonError(
      "design/too-many-coefficients",
      `the fixed part${alone ? "" : ` of ${name}`} has ${independent.kept.length} coefficients for ${rowCount} ${alone ? "rows" : "records"}, so nothing is left to estimate the variance`,
      { hint: "use fewer terms, or check that numeric columns were not read as text" },
    );
  }
  return { response, offset, weights, coding, encoded, independent };
}

/** Rows alike of terms that are made of factors only; null where a number is among them. */
function factorPatterns(
  coding: readonly TermCoding[],
  predictor: (text: string) => EncodedVariable,
  rowCount: number,
): RowPatterns | null {
  const factors: Extract<EncodedVariable, { kind: "factor" }>[] = [];
  for (const { variables } of coding) {
    for (const text of variables) {
      const variable = predictor(text);
      if (variable.kind !== "factor") return null;
      if (!factors.includes(variable)) factors.push(variable);
    }
  }
  return rowPatterns(factors, rowCount);
}
