import { deparse, quoteName } from "./deparse.ts";
import type {
  Grouping,
  LinearPredictor,
  ModelFormula,
  RandomTermSyntax,
  Response,
  TraitFormula,
} from "./terms.ts";

/** A formula written anew from its terms; parsed again it has the same terms. */
export function formulaText(formula: Pick<ModelFormula, "traits">): string {
  return formula.traits.map(traitText).join("; ");
}

/** `(Days | Subject)`, `(1 |p| gr(dam, cov = A))`, `fa(0 + env, 2 | g)`: a random term with parentheses. */
export function randomTermText(term: RandomTermSyntax): string {
  const { left, structure, structureArguments, uncorrelated, id, grouping } = term;
  const bar = uncorrelated ? "||" : id === null ? "|" : `|${id}|`;
  const name = structure === "us" ? "" : structure;
  const further = structureArguments.map((argument) => `, ${deparse(argument)}`).join("");
  return `${name}(${predictorText(left)}${further} ${bar} ${groupingText(grouping)})`;
}

function traitText({ response, fixed, random }: TraitFormula): string {
  const offsets = fixed.offsets.map(({ text }) => `offset(${text})`);
  const right = [predictorText(fixed), ...offsets, ...random.map(randomTermText)];
  // a constant alone needs no word where something else stands
  const shown = right[0] === "1" && right.length > 1 ? right.slice(1) : right;
  return `${responseText(response)} ~ ${shown.join(" + ")}`;
}

function predictorText({ intercept, terms }: LinearPredictor): string {
  const texts = terms.map(({ text }) => text);
  if (!intercept) texts.unshift("0");
  return texts.length === 0 ? "1" : texts.join(" + ");
}

function responseText(response: Response): string {
  if (response.kind === "single") return response.variable.text;
  if (response.kind === "cbind") return `cbind(${response.successes.text}, ${response.failures.text})`;
  return `mvbind(${response.variables.map(({ text }) => text).join(", ")})`;
}

function groupingText(grouping: Grouping): string {
  if (grouping.kind === "interaction") return grouping.variables.map(({ text }) => text).join(":");
  const known = grouping.relationship === null ? [] : [`cov = ${quoteName(grouping.relationship)}`];
  if (grouping.kind === "gr") return `gr(${[grouping.variable.text, ...known].join(", ")})`;
  const scaled = grouping.scale ? ["scale = TRUE"] : [];
  return `mm(${[...grouping.variables.map(({ text }) => text), ...known, ...scaled].join(", ")})`;
}
