import { HendersonError } from "../base/errors.ts";
import { createStructure } from "../covariance/registry.ts";
import { buildDesign } from "../design/buildDesign.ts";
import type { Design } from "../design/design.ts";
import type { DesignOptions } from "../design/options.ts";
import type { Recipe } from "../design/recipe.ts";
import type { FitResult } from "../fit/result.ts";
import { createMatrix } from "../linalg/matrix.ts";
import type { FixedEffects, Model, RandomTerm, TraitRecords } from "../model/model.ts";
import type { Table } from "../table/table.ts";
import { fromExactJson, type Json, toExactJson } from "./exactJson.ts";

/** Format of the `saved` member of a FIT file; a reader refuses others. */
const VERSION = 2;

/** A random term without its rows; the structure is named. */
type SavedTerm = Pick<
  RandomTerm,
  "component" | "group" | "levels" | "coefficientNames" | "coefficientTrait" | "coefficientOrigin"
> & {
  readonly structure: string;
  readonly rank: number | null;
};

type SavedDesign = Omit<Design, "model" | "keptRows">;

type SavedParts = Omit<FitResult, "model" | "design"> & {
  readonly version: number;
  readonly fixed: Pick<FixedEffects, "names" | "transform" | "crossproduct">;
  readonly random: readonly SavedTerm[];
  readonly traits: Pick<TraitRecords, "names" | "fixedTrait"> | null;
  readonly design: SavedDesign | null;
  /** null: those that the recipe remembers */
  readonly designOptions: DesignOptions | null;
};

/**
 * A fit without its rows as plain JSON: every number to the last bit, the recipe that encodes new rows, and
 * the options that rebuild the model from the same table.
 */
export function packFit(fit: FitResult, designOptions: DesignOptions | null): Json {
  const { model, design, ...numbers } = fit;
  const { names, transform, crossproduct } = model.fixed;
  const parts: SavedParts = {
    ...numbers,
    version: VERSION,
    fixed: { names, transform, crossproduct },
    random: model.random.map((term) => ({
      component: term.component,
      group: term.group,
      levels: term.levels,
      coefficientNames: term.coefficientNames,
      ...(term.coefficientTrait === undefined ? {} : { coefficientTrait: term.coefficientTrait }),
      ...(term.coefficientOrigin === undefined ? {} : { coefficientOrigin: term.coefficientOrigin }),
      structure: term.covariance.name,
      rank: term.covariance.rank ?? null,
    })),
    traits:
      model.traits === undefined ? null : { names: model.traits.names, fixedTrait: model.traits.fixedTrait },
    design: design === null ? null : packDesign(design),
    designOptions,
  };
  return toExactJson(parts);
}

function packDesign(design: Design): SavedDesign {
  const { model, keptRows, ...rest } = design;
  return rest;
}

/**
 * The fit that was packed. With its table it is whole again; without, what needs rows says so (`fit/needs-data`)
 * and the rest, prediction included, works.
 *
 * @throws report/saved-fit what was packed cannot be read, or was written by another version
 * @throws report/other-data the table does not give the model that was fitted
 */
export function unpackFit(
  packed: Json,
  table: Table | null,
  relationships: Pick<DesignOptions, "relationships"> = {},
): FitResult {
  const parts = fromExactJson(packed) as SavedParts;
  if (parts?.version !== VERSION) {
    throw new HendersonError(
      "report/saved-fit",
      "the saved fit was written by a version of henderson that this one cannot read",
      {
        hint: "fit the model again with this version",
      },
    );
  }
  const { version, fixed, random, traits, design: savedDesign, designOptions, ...numbers } = parts;
  if (table !== null && savedDesign !== null) {
    const options = { ...(designOptions ?? rememberedOptions(savedDesign.recipe)), ...relationships };
    const design = rebuild(savedDesign, options, table, parts);
    return { ...numbers, design, model: design.model };
  }
  const model: Model = {
    response: new Float64Array(0),
    fixed: {
      ...fixed,
      matrix: createMatrix(0, fixed.names.length),
      basis: createMatrix(0, fixed.names.length),
    },
    random: random.map(withoutRows),
    ...(traits === null
      ? {}
      : { traits: { ...traits, trait: new Int32Array(0), unit: new Int32Array(0), unitCount: 0 } }),
  };
  if (savedDesign === null) return { ...numbers, model, design: null };
  return { ...numbers, model, design: { ...savedDesign, model, keptRows: new Int32Array(0) } };
}

function withoutRows({ structure, rank, ...term }: SavedTerm): RandomTerm {
  return {
    ...term,
    codes: new Int32Array(0),
    basis: term.coefficientNames.map(() => new Float64Array(0)),
    covariance: createStructure(structure, term.coefficientNames.length, ...(rank === null ? [] : [rank])),
  };
}

/**
 * The design options that a recipe remembers: all but the condition on the rows, without which the rows differ
 * and the table is refused.
 */
export function rememberedOptions({ options, variables }: Recipe): DesignOptions {
  const factors = Object.entries(variables).flatMap(([text, variable]) =>
    variable.kind === "factor" ? [{ text, ...variable }] : [],
  );
  const coded = factors.filter(({ contrast }) => contrast !== "treatment");
  return {
    ...(options.weights === undefined ? {} : { weights: options.weights }),
    ...(options.factorColumns === undefined ? {} : { factors: options.factorColumns }),
    contrasts: Object.fromEntries(coded.map(({ text, contrast }) => [text, contrast])),
    reference: Object.fromEntries(factors.map(({ text, levels }) => [text, levels[0]!])),
  };
}

function rebuild(saved: SavedDesign, options: DesignOptions, table: Table, parts: SavedParts): Design {
  const design = buildDesign(saved.formula, table, options);
  const same =
    design.model.response.length === parts.nobs &&
    sameJson(design.model.fixed.names, parts.fixed.names) &&
    sameJson(design.recipe.options, saved.recipe.options) &&
    sameJson(design.recipe.variables, saved.recipe.variables) &&
    sameJson(
      design.model.random.map((term) => term.levels),
      parts.random.map((term) => term.levels),
    );
  if (!same) {
    throw new HendersonError(
      "report/other-data",
      "this table does not give the model that was fitted: its rows, coefficients or levels differ",
      {
        hint: "give the data that the model was fitted to (and save a fit of a subset with its options), or fit the model again",
      },
    );
  }
  return design;
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
