import type { LinearPredictor, Term } from "../formula/terms.ts";
import type { TermCoding, VariableCoding } from "./recipe.ts";

/**
 * How each variable of each term is coded, by R's rule of marginality (terms.formula, model.matrix).
 *
 * A factor in a term is coded by contrasts when an earlier term contains all the other variables of the term
 * (none left: the intercept), by dummies of all levels otherwise; without an intercept the first factor of the
 * first term that has one gets dummies (Chambers & Hastie 1992, Statistical Models in S, p. 38).
 */
export function codeTerms(
  predictor: Pick<LinearPredictor, "intercept" | "terms">,
  isFactor: (text: string) => boolean,
): TermCoding[] {
  let needsDummies = !predictor.intercept;
  return predictor.terms.map((term, index) => {
    const coding: VariableCoding[] = [];
    for (const { text } of term.variables) {
      if (!isFactor(text)) {
        coding.push("numeric");
      } else if (needsDummies) {
        needsDummies = false;
        coding.push("dummies");
      } else {
        coding.push(marginIsThere(predictor.terms, index, term, text) ? "contrasts" : "dummies");
      }
    }
    return { term: term.text, variables: term.variables.map((variable) => variable.text), coding };
  });
}

/** Whether a term before `index` contains every variable of `term` but `text`. */
function marginIsThere(terms: readonly Term[], index: number, term: Term, text: string): boolean {
  if (term.variables.length === 1) return true;
  for (let k = 0; k < index; k++) {
    const there = terms[k]!.variables;
    if (term.variables.every((other) => other.text === text || there.some((v) => v.text === other.text)))
      return true;
  }
  return false;
}
