import type { TraitFormula } from "../formula/terms.ts";
import type { EncodedTrait } from "./encodeFixed.ts";
import type { DesignOptions } from "./options.ts";
import type { RandomRecipe, Recipe, TraitRecipe, VariableRecipe } from "./recipe.ts";
import type { TraitData } from "./traitRecords.ts";
import { asPredictor } from "./variables.ts";

/** What new rows need to know of the training data. */
export function recipeOf(
  formula: string,
  traits: readonly (TraitData & { readonly predictors: ReadonlySet<string> })[],
  encoded: readonly EncodedTrait[],
  transforms: Recipe["transforms"],
  random: readonly RandomRecipe[],
  options: DesignOptions,
): Recipe {
  const own = traits.map((trait, t): TraitRecipe => {
    const { fixed } = trait.formula;
    const { coding, encoded: terms, independent } = encoded[t]!;
    return {
      name: trait.name,
      variables: variableRecipes(trait, trait.predictors),
      intercept: fixed.intercept,
      fixed: coding,
      offsets: fixed.offsets.map((variable) => variable.text),
      columns: terms.matrix.columns,
      kept: independent.kept,
    };
  });
  const { variables, intercept, fixed, offsets, columns, kept } = together(own);
  return {
    formula,
    variables,
    intercept,
    fixed,
    offsets,
    columns,
    kept,
    transforms,
    random,
    options: {
      ...(options.weights === undefined ? {} : { weights: options.weights }),
      ...(options.factors === undefined ? {} : { factorColumns: options.factors }),
    },
    ...(own.length === 1 ? {} : { traits: own }),
  };
}

function together(
  traits: readonly TraitRecipe[],
): Pick<Recipe, "variables" | "intercept" | "fixed" | "offsets" | "columns" | "kept"> {
  if (traits.length === 1) return traits[0]!;
  let columns = 0;
  const kept: number[] = [];
  for (const trait of traits) {
    for (const column of trait.kept) kept.push(columns + column);
    columns += trait.columns;
  }
  return {
    variables: Object.assign({}, ...traits.map(({ variables }) => variables).reverse()),
    intercept: traits.every(({ intercept }) => intercept),
    fixed: traits.flatMap(({ fixed }) => fixed),
    offsets: [...new Set(traits.flatMap(({ offsets }) => offsets))],
    columns,
    kept,
  };
}

/** Texts of the variables of the fixed part and of the left sides of bars. */
export function predictorTexts(trait: TraitFormula): Set<string> {
  const texts = new Set<string>();
  for (const term of trait.fixed.terms) for (const variable of term.variables) texts.add(variable.text);
  for (const random of trait.random) {
    for (const term of random.left.terms) for (const variable of term.variables) texts.add(variable.text);
  }
  return texts;
}

function variableRecipes(
  { variables, formula, rowCount }: TraitData,
  predictors: ReadonlySet<string>,
): Record<string, VariableRecipe> {
  const recipes: [string, VariableRecipe][] = [];
  const { offsets } = formula.fixed;
  for (const [text, variable] of variables) {
    const { expression } = variable;
    if (predictors.has(text)) {
      const encoded = asPredictor(variable, rowCount);
      recipes.push([
        text,
        encoded.kind === "factor"
          ? { kind: "factor", expression, levels: encoded.levels, contrast: encoded.contrast }
          : { kind: "numeric", expression, columns: encoded.columns },
      ]);
    } else if (offsets.some((offset) => offset.text === text)) {
      recipes.push([text, { kind: "numeric", expression, columns: 1 }]);
    } else if (variable.factor !== null) {
      recipes.push([text, { kind: "grouping", expression }]);
    }
  }
  return Object.fromEntries(recipes);
}
