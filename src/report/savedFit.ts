import { HendersonError } from "../base/errors.ts";
import { createStructure } from "../covariance/registry.ts";
import { buildDesign } from "../design/buildDesign.ts";
import type { Design } from "../design/design.ts";
import type { DesignOptions } from "../design/options.ts";
import type { FitResult } from "../fit/result.ts";
import { createMatrix } from "../linalg/matrix.ts";
import type { FixedEffects, Model, RandomTerm } from "../model/model.ts";
import type { Table } from "../table/table.ts";
import { fromExactJson, type Json, toExactJson } from "./exactJson.ts";

/** Format of the `saved` member of a FIT file; a reader refuses others. */
const VERSION = 1;

/** A random term without its rows; the structure is named. */
type SavedTerm = Pick<RandomTerm, "component" | "group" | "levels" | "coefficientNames"> & {
  readonly structure: string;
};

type SavedDesign = Omit<Design, "model" | "keptRows">;

type SavedParts = Omit<FitResult, "model" | "design"> & {
  readonly version: number;
  readonly fixed: Pick<FixedEffects, "names" | "transform" | "crossproduct">;
  readonly random: readonly SavedTerm[];
  readonly design: SavedDesign | null;
  readonly designOptions: DesignOptions;
};

/**
 * A fit without its rows as plain JSON: every number to the last bit, the recipe that encodes new rows, and
 * the options that rebuild the model from the same table.
 */
export function packFit(fit: FitResult, designOptions: DesignOptions): Json {
  const { model, design, ...numbers } = fit;
  const { names, transform, crossproduct } = model.fixed;
  const parts: SavedParts = {
    ...numbers,
    version: VERSION,
    fixed: { names, transform, crossproduct },
    random: model.random.map(({ component, group, levels, coefficientNames, covariance }) => ({
      component,
      group,
      levels,
      coefficientNames,
      structure: covariance.name,
    })),
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
export function unpackFit(packed: Json, table: Table | null): FitResult {
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
  const { version, fixed, random, design: savedDesign, designOptions, ...numbers } = parts;
  if (table !== null && savedDesign !== null) {
    const design = rebuild(savedDesign, designOptions, table, parts);
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
  };
  if (savedDesign === null) return { ...numbers, model, design: null };
  return { ...numbers, model, design: { ...savedDesign, model, keptRows: new Int32Array(0) } };
}

function withoutRows({ structure, ...term }: SavedTerm): RandomTerm {
  return {
    ...term,
    codes: new Int32Array(0),
    basis: term.coefficientNames.map(() => new Float64Array(0)),
    covariance: createStructure(structure, term.coefficientNames.length),
  };
}

function rebuild(saved: SavedDesign, options: DesignOptions, table: Table, parts: SavedParts): Design {
  const design = buildDesign(saved.formula, table, options);
  const same =
    design.model.response.length === parts.nobs &&
    JSON.stringify(design.model.fixed.names) === JSON.stringify(parts.fixed.names) &&
    design.model.random.length === parts.random.length &&
    design.model.random.every(
      (term, t) => JSON.stringify(term.levels) === JSON.stringify(parts.random[t]!.levels),
    );
  if (!same) {
    throw new HendersonError(
      "report/other-data",
      "this table does not give the model that was fitted: its rows, coefficients or levels differ",
      {
        hint: "give the data that the model was fitted to, or fit the model again",
      },
    );
  }
  return design;
}
