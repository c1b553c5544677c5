import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { asFactor, type FactorOwner, isFactor } from "./variables.ts";

/** Notes about levels of factors that lost all their rows. */
export function noteUnusedLevels(
  { name, variables, predictors, rowCount }: FactorOwner & { readonly name: string },
  lostRows: boolean,
  alone: boolean,
  notes: Note[],
): void {
  for (const text of predictors) {
    const variable = variables.get(text)!;
    const { vector } = variable;
    if (vector.kind !== "factor" || !(lostRows || (vector.ordered && variable.expression.kind === "call")))
      continue;
    const used = asFactor(variable, rowCount).levels;
    if (used.length === vector.levels.length) continue;
    const unused = vector.levels.filter((level) => !used.includes(level));
    const listed = unused.slice(0, 5).join(", ") + (unused.length > 5 ? ", ..." : "");
    const where = alone ? "row that is used" : `record of ${name}`;
    const one = unused.length === 1;
    notes.push({
      code: "design/unused-levels",
      severity: "info",
      message: `${one ? "One level" : `${unused.length} levels`} of ${text} (${listed}) occur${one ? "s" : ""} in no ${where} and ${one ? "has" : "have"} no coefficient.`,
      subject: text,
    });
  }
}

/**
 * Refuses a factor that is constant in the records of one of several traits, as the sex of cows in milk.
 *
 * @throws HendersonError `design/one-level`
 */
export function requireLevelsOfTrait({
  name,
  variables,
  predictors,
  rowCount,
}: FactorOwner & { readonly name: string }): void {
  for (const text of predictors) {
    const variable = variables.get(text)!;
    if (!isFactor(variable)) continue;
    const { levels } = asFactor(variable, rowCount);
    if (levels.length > 1) continue;
    throw new HendersonError(
      "design/one-level",
      `the factor ${text} has only the level '${levels[0] ?? ""}' in the records of the trait ${name}`,
      {
        hint: `write a formula for each trait, with ; between them, and leave ${text} out of that of ${name}`,
        source: variable.scope.source,
        span: variable.expression.span,
      },
    );
  }
}
