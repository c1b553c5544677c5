import { HendersonError } from "../base/errors.ts";
import { createStructure } from "../covariance/registry.ts";
import type { RandomTermSyntax, Variable } from "../formula/terms.ts";
import type { RandomTerm } from "../model/model.ts";
import { codeTerms } from "./coding.ts";
import { encodeTerms } from "./encodeTerms.ts";
import { crossGroups, type Grouping } from "./grouping.ts";
import type { RandomRecipe, TermCoding } from "./recipe.ts";
import { asFactor, asPredictor, isFactor, type Variables } from "./variables.ts";

export interface EncodedRandom {
  readonly terms: readonly RandomTerm[];
  readonly recipes: readonly RandomRecipe[];
}

/**
 * Random terms over the rows used; `(x || g)` becomes one term a coefficient.
 *
 * @param residualIsScaled true with precision weights, which tell the residual from an effect of each row
 * @throws HendersonError `design/one-group`, `design/groups-of-one`, `design/no-coefficients`, `design/not-yet`
 */
export function encodeRandom(
  syntaxes: readonly RandomTermSyntax[],
  variables: Variables,
  rowCount: number,
  source: string,
  residualIsScaled: boolean,
): EncodedRandom {
  const terms: RandomTerm[] = [];
  const recipes: RandomRecipe[] = [];
  const groupings = new Map<string, Grouping>();
  const components = new Set<string>();
  for (const syntax of syntaxes) {
    const groupVariables = groupingVariables(syntax, source);
    const { name } = syntax.grouping;
    let grouping = groupings.get(name);
    if (grouping === undefined) {
      grouping = crossGroups(groupVariables.map(({ text }) => asFactor(variables.get(text)!, rowCount)));
      if (grouping.levels.length < 2) {
        throw new HendersonError(
          "design/one-group",
          `${name} has only the level '${grouping.levels[0]}' in the rows used`,
          {
            hint: "a grouping factor needs two or more levels for a variance between them",
            source,
            span: syntax.grouping.span,
          },
        );
      }
      groupings.set(name, grouping);
    }
    const { left } = syntax;
    const coding = codeTerms(left, (text) => isFactor(variables.get(text)!));
    const { names, columns } = basisOf(left.intercept, coding, variables, rowCount);
    if (names.length === 0) {
      throw new HendersonError("design/no-coefficients", `${syntax.text} has no coefficients`, {
        hint: "write 1 or a variable before the bar, as in (1 | g)",
        source,
        span: syntax.span,
      });
    }
    if (grouping.levels.length === rowCount && !residualIsScaled && constantInSpan(columns, rowCount)) {
      throw new HendersonError(
        "design/groups-of-one",
        `every level of ${name} has one row, so its variance cannot be told from the residual variance`,
        {
          hint: "leave the term out, or group by a factor with several rows a level",
          source,
          span: syntax.span,
        },
      );
    }
    const parts = syntax.uncorrelated ? names.map((_, k) => [k]) : [names.map((_, k) => k)];
    for (const part of parts) {
      const coefficientNames = part.map((k) => names[k]!);
      const component = uniqueName(name, coefficientNames[0]!, components);
      const covariance = createStructure(syntax.uncorrelated ? "us" : syntax.structure, part.length);
      const { codes, levels } = grouping;
      const basis = part.map((k) => columns[k]!);
      terms.push({ component, group: name, levels, codes, basis, coefficientNames, covariance });
      recipes.push({
        component,
        groupVariables: groupVariables.map((variable) => variable.text),
        levels,
        intercept: left.intercept,
        terms: coding,
        columns: part,
      });
    }
  }
  return { terms, recipes };
}

/** The columns left of a bar; null stands for ones. */
export function basisOf(
  intercept: boolean,
  coding: readonly TermCoding[],
  variables: Variables,
  rowCount: number,
): { names: readonly string[]; columns: readonly (Float64Array | null)[] } {
  if (coding.length === 0)
    return { names: intercept ? ["(Intercept)"] : [], columns: intercept ? [null] : [] };
  const [only] = coding;
  if (coding.length === 1 && only!.variables.length === 1 && only!.coding[0] === "numeric") {
    const predictor = asPredictor(variables.get(only!.term)!, rowCount);
    if (predictor.kind === "numeric" && predictor.columns === 1) {
      const names = intercept ? ["(Intercept)", only!.term] : [only!.term];
      return { names, columns: intercept ? [null, predictor.values] : [predictor.values] };
    }
  }
  const encoded = encodeTerms(false, coding, (text) => asPredictor(variables.get(text)!, rowCount), rowCount);
  const columns: (Float64Array | null)[] = intercept ? [null] : [];
  for (let j = 0; j < encoded.matrix.columns; j++) {
    columns.push(encoded.matrix.values.subarray(j * rowCount, (j + 1) * rowCount));
  }
  return { names: intercept ? ["(Intercept)", ...encoded.names] : encoded.names, columns };
}

/** Group variables of terms that can be fitted now. */
function groupingVariables(syntax: RandomTermSyntax, source: string): readonly Variable[] {
  const { grouping } = syntax;
  const refuse = (what: string): HendersonError =>
    new HendersonError("design/not-yet", `${syntax.text}: ${what} cannot be fitted yet`, {
      hint: "leave the term out, or use an ordinary grouping factor",
      source,
      span: syntax.span,
    });
  if (syntax.id !== null) throw refuse("terms tied by an id");
  if (syntax.structure === "rr" || syntax.structure === "fa")
    throw refuse(`the structure ${syntax.structure}`);
  if (syntax.structureArguments.length > 0) throw refuse(`further arguments of ${syntax.structure}`);
  if (grouping.kind === "mm") throw refuse("several levels a row");
  if (grouping.kind === "interaction") return grouping.variables;
  if (grouping.relationship !== null) throw refuse("a known relationship between levels");
  return [grouping.variable];
}

/** `Subject`, then `Subject.Days`, then `Subject.Days.2`. */
function uniqueName(group: string, coefficient: string, taken: Set<string>): string {
  let name = taken.has(group) ? `${group}.${coefficient}` : group;
  for (let k = 2; taken.has(name); k++) name = `${group}.${coefficient}.${k}`;
  taken.add(name);
  return name;
}

/** Whether one column, or all of them together, is constant: an intercept, or dummies of all levels. */
function constantInSpan(columns: readonly (Float64Array | null)[], rowCount: number): boolean {
  if (columns.includes(null)) return true;
  let first = 0;
  for (const column of columns) first += column![0]!;
  for (let i = 1; i < rowCount; i++) {
    let sum = 0;
    for (const column of columns) sum += column![i]!;
    if (sum !== first) return false;
  }
  return first !== 0;
}
