import { HendersonError, type SourceSpan } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Expression } from "../formula/expression.ts";
import { dropUnusedLevels, numberLabel, rankText } from "./levels.ts";
import { numericFactor, type Scope } from "./scope.ts";
import type { FactorVector, NumericVector, Vector } from "./vector.ts";

/** Numbers by row, or one number for all rows. */
export type Numbers = NumericVector | number;

/**
 * Numbers of a numeric, logical or constant vector.
 *
 * @throws HendersonError `design/type` for text
 */
export function numbersOf(vector: Vector, expression: Expression, scope: Scope): Numbers {
  switch (vector.kind) {
    case "numeric":
      return vector;
    case "logical": {
      const values = Float64Array.from(vector.values, (value) => (value === 255 ? Number.NaN : value));
      return { kind: "numeric", values, columns: 1, labels: null };
    }
    case "constant":
      if (typeof vector.value === "number") return vector.value;
      if (typeof vector.value === "boolean") return vector.value ? 1 : 0;
      throw typeError(`${textOf(expression, scope)} is not a number`, expression, scope);
    case "factor":
      throw typeError(`${textOf(expression, scope)} is text, but a number is needed here`, expression, scope);
  }
}

/** A number repeated over the rows. */
export function asColumn(numbers: Numbers, rowCount: number): NumericVector {
  if (typeof numbers !== "number") return numbers;
  return { kind: "numeric", values: new Float64Array(rowCount).fill(numbers), columns: 1, labels: null };
}

/**
 * A single numeric column (a response, an offset, weights).
 *
 * @throws HendersonError `design/type` for text and for several columns
 */
export function numericColumn(vector: Vector, expression: Expression, scope: Scope): Float64Array {
  const numbers = asColumn(numbersOf(vector, expression, scope), scope.rowCount);
  if (numbers.columns === 1) return numbers.values;
  throw typeError(
    `${textOf(expression, scope)} has ${numbers.columns} columns, but one is needed`,
    expression,
    scope,
  );
}

/**
 * Truth values of a logical or numeric vector, length rowCount; 255 missing.
 *
 * @throws HendersonError `design/type` for text
 */
export function truthOf(vector: Vector, expression: Expression, scope: Scope): Uint8Array {
  if (vector.kind === "logical") return vector.values;
  if (vector.kind === "factor") {
    throw typeError(`${textOf(expression, scope)} is text where TRUE or FALSE is needed`, expression, scope);
  }
  const { values } = asColumn(numbersOf(vector, expression, scope), scope.rowCount);
  return Uint8Array.from(values, (value) => (Number.isNaN(value) ? 255 : value === 0 ? 0 : 1));
}

/** Any vector as a factor with ordered levels, used ones only. */
export function factorOf(vector: Vector, rowCount: number): FactorVector {
  switch (vector.kind) {
    case "factor": {
      const rank = vector.ordered ? dropUnusedLevels : rankText;
      return { kind: "factor", ...rank(vector.codes, vector.levels), ordered: true };
    }
    case "logical": {
      const codes = new Int32Array(vector.values.length);
      for (let i = 0; i < codes.length; i++) codes[i] = vector.values[i] === 255 ? -1 : vector.values[i]!;
      return { kind: "factor", ...dropUnusedLevels(codes, ["FALSE", "TRUE"]), ordered: true };
    }
    case "numeric":
      return numericFactor(vector.values);
    case "constant": {
      const { value } = vector;
      const level = labelOf(typeof value === "object" ? value[0]! : value);
      return { kind: "factor", codes: new Int32Array(rowCount), levels: [level], ordered: true };
    }
  }
}

/** Codes of the same values against other levels; values not among them become missing. */
export function matchLevels(vector: FactorVector, levels: readonly string[]): FactorVector {
  const index = new Map(levels.map((level, k) => [level, k]));
  const position = Int32Array.from(vector.levels, (level) => index.get(level) ?? -1);
  const codes = vector.codes.map((code) => (code < 0 ? -1 : position[code]!));
  return { kind: "factor", codes, levels, ordered: true };
}

/**
 * The factor with `level` first.
 *
 * @param text the factor as the user wrote it, for the message
 * @throws HendersonError `design/unknown-level`
 */
export function withReference(
  vector: FactorVector,
  level: string,
  text: string,
  place: { readonly source: string; readonly span: SourceSpan } | null,
): FactorVector {
  if (!vector.levels.includes(level)) {
    const closest = nearest(level, vector.levels);
    throw new HendersonError("design/unknown-level", `${text} has no level '${level}'`, {
      hint: closest === null ? `its levels are ${listed(vector.levels)}` : `did you mean '${closest}'?`,
      ...place,
    });
  }
  return matchLevels(vector, [level, ...vector.levels.filter((other) => other !== level)]);
}

/** A constant as a level. */
export function labelOf(value: number | string | boolean): string {
  if (typeof value === "number") return numberLabel(value);
  return typeof value === "boolean" ? (value ? "TRUE" : "FALSE") : value;
}

/** The first dozen of a list of names. */
export function listed(names: readonly string[]): string {
  return names.slice(0, 12).join(", ") + (names.length > 12 ? ", ..." : "");
}

/** The expression as the user wrote it. */
export function textOf(expression: Expression, scope: Scope): string {
  return scope.source.slice(expression.span.start, expression.span.end);
}

/** An operand or argument of the wrong type. */
export function typeError(message: string, expression: Expression, scope: Scope): HendersonError {
  return new HendersonError("design/type", message, { source: scope.source, span: expression.span });
}

/** The error for a value that is not finite though its inputs are there. */
export function notFinite(
  text: string,
  value: number,
  row: number,
  place: { readonly source: string; readonly span: SourceSpan },
): HendersonError {
  const what = Number.isNaN(value) ? "not a number" : value > 0 ? "infinite" : "minus infinity";
  return new HendersonError("design/not-finite", `${text} is ${what} in row ${row}`, {
    hint: "correct the value, leave the row out with a subset, or use a function that is defined there",
    source: place.source,
    span: place.span,
  });
}
