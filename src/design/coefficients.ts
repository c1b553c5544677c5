import type { Note } from "../base/notes.ts";
import type { FixedEffectsResult } from "../model/fixedEffects.ts";
import type { Coefficient, FixedTermInfo } from "./design.ts";
import type { EncodedTrait } from "./encodeFixed.ts";
import type { EncodedTerms } from "./encodeTerms.ts";
import type { TraitData } from "./traitRecords.ts";

/** Every coefficient of the full coding, aliased ones included; traits one after the other. */
export function coefficientsOf(
  encoded: readonly EncodedTrait[],
  traits: readonly TraitData[],
): Coefficient[] {
  if (traits.length === 1) return ofTrait(encoded[0]!, traits[0]!.formula.fixed.intercept);
  let terms = 0;
  let columns = 0;
  return encoded.flatMap((part, t) => {
    const own = ofTrait(part, traits[t]!.formula.fixed.intercept);
    const shifted = own.map((coefficient) => ({
      ...coefficient,
      trait: traits[t]!.name,
      term: coefficient.term + terms,
      column: coefficient.column < 0 ? -1 : coefficient.column + columns,
    }));
    terms += termCount(part, traits[t]!);
    columns += part.independent.kept.length;
    return shifted;
  });
}

function termCount({ coding }: EncodedTrait, { formula }: TraitData): number {
  return coding.length + (formula.fixed.intercept ? 1 : 0);
}

function ofTrait({ encoded, independent }: EncodedTrait, intercept: boolean): Coefficient[] {
  const { names, firstColumns } = encoded;
  const column = names.map(() => -1);
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

/** The fixed terms, the intercept first; traits one after the other. */
export function fixedTermsOf(
  encoded: readonly EncodedTrait[],
  traits: readonly TraitData[],
): FixedTermInfo[] {
  let columns = 0;
  return encoded.flatMap((part, t) => {
    const { coding, encoded: own } = part;
    const trait = traits.length === 1 ? {} : { trait: traits[t]!.name };
    const terms: FixedTermInfo[] = coding.map((term, k) => {
      const first = own.firstColumns[k]!;
      return {
        text: term.term,
        coefficients: consecutive(columns + first, columns + own.firstColumns[k + 1]!),
        variables: term.variables,
        factors: term.variables.filter((_, v) => term.coding[v] !== "numeric"),
        ...trait,
      };
    });
    if (traits[t]!.formula.fixed.intercept) {
      terms.unshift({ text: "(Intercept)", coefficients: [columns], variables: [], factors: [], ...trait });
    }
    columns += own.names.length;
    return terms;
  });
}

function consecutive(from: number, to: number): number[] {
  const numbers: number[] = [];
  for (let j = from; j < to; j++) numbers.push(j);
  return numbers;
}

/** The note about columns that were taken out, with what they equal. */
export function aliasedNote(
  independent: FixedEffectsResult,
  encoded: EncodedTerms,
  trait: string | null,
): Note {
  const { aliased } = independent;
  const described = aliased.slice(0, 5).map(({ column, combination }) => {
    if (combination.length === 0) return `${encoded.names[column]} (zero in every row)`;
    return `${encoded.names[column]} (= ${combinationText(combination, encoded.names)})`;
  });
  const more = aliased.length > 5 ? ` and ${aliased.length - 5} more` : "";
  return {
    code: "design/aliased",
    severity: "warning",
    message: `${aliased.length === 1 ? "One coefficient" : `${aliased.length} coefficients`}${trait === null ? "" : ` of ${trait}`} cannot be estimated because the columns are combinations of others: ${described.join("; ")}${more}.`,
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
