import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Design } from "../design/design.ts";
import { effectsOf, isContained } from "../inference/estimableFunctions.ts";
import { hypotheses } from "../inference/hypotheses.ts";
import { createMatrix } from "../linalg/matrix.ts";
import type { Model } from "../model/model.ts";

/** What is tested in each replicate. */
export type PowerTest =
  /** one fixed effect by name, t test */
  | { readonly coefficient: string }
  /** all coefficients of a fixed term, F test of type III */
  | { readonly term: string };

/** Rows of the hypothesis L b = 0 of a test, each of length p. */
export function testRows(model: Model, design: Design | null, test: PowerTest): number[][] {
  const { names } = model.fixed;
  if ("coefficient" in test) {
    const at = names.indexOf(test.coefficient);
    if (at < 0) throw unknown("fixed effect", test.coefficient, names);
    return [names.map((_, j) => Number(j === at))];
  }
  if (design === null) {
    throw new HendersonError("simulation/test", "a model without a formula has no terms to test", {
      hint: "test a coefficient, or fit a formula",
    });
  }
  const effects = effectsOf(design);
  const at = effects.findIndex(({ text }) => text === test.term);
  const texts = effects.map(({ text }) => text).filter((text) => text !== "(Intercept)");
  if (at < 0) throw unknown("fixed term", test.term, texts);
  const rows = hypotheses("III", effects, createMatrix(0, 0), isContained)[at]!;
  if (rows.length === 0) {
    throw new HendersonError("simulation/test", `nothing about the term '${test.term}' can be estimated`, {
      hint: "look at the notes of the fit: its columns are combinations of others",
    });
  }
  return rows.map((row) => Array.from(row));
}

function unknown(what: string, name: string, names: readonly string[]): HendersonError {
  const closest = nearest(name, names);
  return new HendersonError("simulation/test", `the model has no ${what} '${name}'`, {
    hint: `${closest === null ? "" : `the closest is '${closest}'; `}there ${names.length === 1 ? "is" : "are"} ${names.join(", ")}`,
  });
}
