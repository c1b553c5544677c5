import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { evaluatePolynomials, orthogonalPolynomials } from "./transforms/orthogonalPolynomials.ts";

/** Coding of a factor: R's contr.treatment, contr.sum, contr.helmert, contr.poly. */
export type ContrastName = "treatment" | "sum" | "helmert" | "poly";

const contrastNames: readonly ContrastName[] = ["treatment", "sum", "helmert", "poly"];

/** Columns that stand for a factor. */
export interface Contrast {
  /** levels x columns */
  readonly matrix: Matrix;
  /** what follows the factor's text in coefficient names, one a column */
  readonly labels: readonly string[];
}

/**
 * Contrast matrix of a factor with the given levels (two or more), with R's column names.
 *
 * treatment: first level is the reference; sum: last level is minus the others; helmert: each level against
 * the mean of those before; poly: orthonormal polynomials over equally spaced scores.
 */
export function contrastMatrix(name: ContrastName, levels: readonly string[]): Contrast {
  const q = levels.length;
  const k = q - 1;
  const values = new Float64Array(q * k);
  const matrix: Matrix = { rows: q, columns: k, values };
  switch (name) {
    case "treatment":
      for (let j = 0; j < k; j++) values[j + 1 + j * q] = 1;
      return { matrix, labels: levels.slice(1) };
    case "sum":
      for (let j = 0; j < k; j++) {
        values[j + j * q] = 1;
        values[k + j * q] = -1;
      }
      return { matrix, labels: numbered(k) };
    case "helmert":
      for (let j = 0; j < k; j++) {
        for (let i = 0; i <= j; i++) values[i + j * q] = -1;
        values[j + 1 + j * q] = j + 1;
      }
      return { matrix, labels: numbered(k) };
    case "poly": {
      const scores = Float64Array.from({ length: q }, (_, i) => i + 1);
      values.set(evaluatePolynomials(scores, orthogonalPolynomials(scores, k)));
      return { matrix, labels: numbered(k).map((label, j) => [".L", ".Q", ".C"][j] ?? `^${label}`) };
    }
  }
}

/** Full dummy coding: one column a level. */
export function dummyMatrix(levels: readonly string[]): Contrast {
  const q = levels.length;
  const values = new Float64Array(q * q);
  for (let j = 0; j < q; j++) values[j + j * q] = 1;
  return { matrix: { rows: q, columns: q, values }, labels: levels };
}

/**
 * The contrast of that name; `contr.sum` means `sum`.
 *
 * @throws HendersonError `design/unknown-contrast`
 */
export function contrastNamed(name: string, factor: string): ContrastName {
  const plain = name.replace(/^contr\./, "");
  const found = contrastNames.find((candidate) => candidate === plain);
  if (found !== undefined) return found;
  const closest = nearest(plain, contrastNames);
  throw new HendersonError("design/unknown-contrast", `'${name}' is not a contrast (asked for ${factor})`, {
    hint:
      closest === null
        ? `the contrasts are ${contrastNames.join(", ")}`
        : `did you mean '${closest}'? The contrasts are ${contrastNames.join(", ")}`,
  });
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, j) => String(j + 1));
}
