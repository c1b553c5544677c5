// What a table of means needs said beside it.

import type { Note } from "../../base/notes.ts";
import { variableAliases } from "./predictorRoles.ts";
import type { ReferenceGrid } from "./referenceGrid.ts";

/** The response was asked for, and there is no way back to it. */
export function notTransformed({ design }: ReferenceGrid, kind: "means" | "slopes"): Note {
  return {
    code: "means/model-scale",
    severity: "info",
    message:
      kind === "slopes"
        ? "Slopes are on the scale of the model: a slope of the response differs from point to point"
        : `'${design.responseName}' is not transformed in a way that can be undone, so the scale of the model is that of the response`,
  };
}

/** Contrasts of transformed means that have no counterpart on the scale of the response. */
export function onModelScale(transformation: string): Note {
  return {
    code: "means/model-scale",
    severity: "info",
    message: `Contrasts are still on the scale of ${transformation}: only differences of logarithms have a counterpart on the scale of the response, ratios`,
  };
}

/** Factors that are averaged over although they interact with those that are asked for. */
export function interactionNotes(
  { design }: ReferenceGrid,
  keep: readonly string[],
  averagedOver: readonly string[],
): Note[] {
  const aliases = variableAliases(design.recipe);
  const found = new Set<string>();
  for (const { variables } of design.fixedTerms) {
    const columns = variables.map((text) => aliases.get(text) ?? text);
    if (!columns.some((name) => keep.includes(name))) continue;
    for (const name of columns) if (averagedOver.includes(name)) found.add(name);
  }
  if (found.size === 0) return [];
  const asked = keep.join(" and ");
  return [
    {
      code: "means/interaction",
      severity: "info",
      message: `Averages over ${[...found].join(" and ")} may mislead: the effect of ${asked} depends on ${found.size === 1 ? "it" : "them"} in this model`,
      hint: `look at the means within its levels: '~ ${keep.join(" * ")} | ${[...found].join(" + ")}'`,
    },
  ];
}

/** Covariates that are asked for and stand at one value. */
export function singleValueNotes({ variables }: ReferenceGrid, keep: readonly string[]): Note[] {
  return variables
    .filter(({ name, kind, labels }) => kind === "covariate" && labels.length === 1 && keep.includes(name))
    .map(({ name, labels }) => ({
      code: "means/one-value",
      severity: "info",
      message: `'${name}' is a covariate and stands at one value, ${Number(Number(labels[0]).toPrecision(6))}`,
      hint: `give values (at ${name} = ...), or ask for its slope`,
      subject: name,
    }));
}
