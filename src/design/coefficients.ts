import type { Note } from "../base/notes.ts";
import type { FixedEffectsResult } from "../model/fixedEffects.ts";
import type { Coefficient, FixedTermInfo } from "./design.ts";
import type { EncodedTerms } from "./encodeTerms.ts";
import type { TermCoding } from "./recipe.ts";

/** Every coefficient of the full coding, aliased ones included. */
export function coefficientsOf(
  encoded: EncodedTerms,
  independent: FixedEffectsResult,
  intercept: boolean,
): Coefficient[] {
  const { names, firstColumns } = encoded;
  const column = new Int32Array(names.length).fill(-1);
  independent.kept.forEach((j, k) => {
    column[j] = k;
  });
  const shift = intercept ? 1 : 0;
  let term = -1;
  const coefficients: Coefficient[] = names.map((name, j) => {
    while (term + 1 < firstColumns.length - 1 && firstColumns[term + 1]! <= j) term++;
    return { name, term: term + shift, column: column[j]! };
  });
  for (const { column: j, combination } of independent.aliased) {
    const aliasOf = combination.map((part) => ({ name: names[part.column]!, weight: part.weight }));
    coefficients[j] = { ...coefficients[j]!, aliasOf };
  }
  return coefficients;
}

/** The fixed terms, the intercept first. */
export function fixedTermsOf(
  encoded: EncodedTerms,
  coding: readonly TermCoding[],
  intercept: boolean,
): FixedTermInfo[] {
  const terms: FixedTermInfo[] = coding.map((term, t) => {
    const first = encoded.firstColumns[t]!;
    return {
      text: term.term,
      coefficients: Array.from({ length: encoded.firstColumns[t + 1]! - first }, (_, k) => first + k),
      variables: term.variables,
      factors: term.variables.filter((_, k) => term.coding[k] !== "numeric"),
    };
  });
  if (intercept) terms.unshift({ text: "(Intercept)", coefficients: [0], variables: [], factors: [] });
  return terms;
}

/** The note about columns that were taken out, with what they equal. */
export function aliasedNote(independent: FixedEffectsResult, encoded: EncodedTerms): Note {
  const { aliased } = independent;
  const described = aliased.slice(0, 5).map(({ column, combination }) => {
    if (combination.length === 0) return `${encoded.names[column]} (zero in every row)`;
    return `${encoded.names[column]} (= ${combinationText(combination, encoded.names)})`;
  });
  const more = aliased.length > 5 ? ` and ${aliased.length - 5} more` : "";
  return {
    code: "design/aliased",
    severity: "warning",
    message: `${aliased.length === 1 ? "One coefficient" : `${aliased.length} coefficients`} cannot be estimated because the columns are combinations of others: ${described.join("; ")}${more}.`,
  };
}

function combinationText(
  combination: readonly { readonly column: number; readonly weight: number }[],
  names: readonly string[],
): string {
  const shown = combination.slice(0, 6).map(({ column, weight }, k) => {
    const sign = weight < 0 ? (k === 0 ? "-" : " - ") : k === 0 ? "" : " + ";
    const size = Math.abs(weight);
    return `${sign}${size === 1 ? "" : `${Number(size.toPrecision(6))} `}${names[column]}`;
  });
  return shown.join("") + (combination.length > 6 ? " + ..." : "");
}
