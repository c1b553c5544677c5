// The algebra of R's terms(): a term is a set of variables, a formula part a set of terms in order
// of appearance. Sets are bounded, so that a short hostile text cannot ask for 2^50 terms.

import type { SourceSpan } from "../base/errors.ts";
import { formulaError } from "./formulaError.ts";

/** A product of variables. */
interface TermEntry {
  /** positions of its variables, ascending */
  readonly variables: readonly number[];
  /** where it came from */
  readonly span: SourceSpan;
}

/** Terms by the text of their variables' positions, in order of appearance. */
export type TermSet = Map<string, TermEntry>;

const MAXIMUM_TERMS = 50_000;
/** The largest exponent of `(a + b)^n`. */
export const MAXIMUM_DEGREE = 100;

/** The set of one term of one variable. */
export function singleTerm(variable: number, span: SourceSpan): TermSet {
  return new Map([[String(variable), { variables: [variable], span }]]);
}

/** Adds to `left` the terms of `right` that it does not have. */
export function addInPlace(left: TermSet, right: TermSet): void {
  for (const [key, term] of right) if (!left.has(key)) left.set(key, term);
}

/** Takes the terms of `right` out of `left`. */
export function removeInPlace(left: TermSet, right: TermSet): void {
  for (const key of right.keys()) left.delete(key);
}

/** Adds to `out` every product of a term of `left` and a term of `right`. */
export function addProducts(
  left: Iterable<TermEntry>,
  right: readonly TermEntry[],
  span: SourceSpan,
  source: string,
  out: TermSet,
): void {
  for (const a of left) {
    for (const b of right) {
      const variables = union(a.variables, b.variables);
      if (variables.length > MAXIMUM_DEGREE) {
        throw formulaError(
          "formula/too-complex",
          `this makes a product of more than ${MAXIMUM_DEGREE} columns`,
          source,
          span,
          "products of more than a few columns cannot be estimated: remove some",
        );
      }
      const key = variables.join(",");
      if (out.has(key)) continue;
      if (out.size >= MAXIMUM_TERMS) {
        throw formulaError(
          "formula/too-complex",
          `this makes more than ${MAXIMUM_TERMS} terms`,
          source,
          span,
          "use + in place of * or ^, or a lower power",
        );
      }
      out.set(key, { variables, span });
    }
  }
}

/** The product of all terms of a set: what `a/b` nests b in. */
export function productOfAll(terms: TermSet, span: SourceSpan): TermEntry {
  const variables = new Set<number>();
  for (const term of terms.values()) for (const variable of term.variables) variables.add(variable);
  return { variables: [...variables].sort((a, b) => a - b), span };
}

function union(a: readonly number[], b: readonly number[]): number[] {
  const merged: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const x = i < a.length ? a[i]! : Number.POSITIVE_INFINITY;
    const y = j < b.length ? b[j]! : Number.POSITIVE_INFINITY;
    merged.push(Math.min(x, y));
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return merged;
}
