import type { Note } from "../base/notes.ts";
import type { ModelFormula } from "../formula/terms.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { IncidenceLayer, Model } from "../model/model.ts";
import type { Recipe } from "./recipe.ts";

/** A model with what is needed to talk about it in the user's words and to encode new rows the same way. */
export interface Design {
  readonly formula: ModelFormula;
  readonly model: Model;
  readonly recipe: Recipe;
  /** every coefficient in order, aliased ones included */
  readonly coefficients: readonly Coefficient[];
  /** fixed terms in order, the intercept (text `(Intercept)`) first where present */
  readonly fixedTerms: readonly FixedTermInfo[];
  /**
   * Row of the table behind every record of the model, length n: ascending; with several traits ascending within a
   * trait, a row once for each trait that it has a record of
   */
  readonly keptRows: Int32Array;
  /** rows left out because of missing values (no trait has a record there), and by --subset */
  readonly dropped: number;
  readonly excludedBySubset: number;
  /** where there are several traits: the rows (among those of the subset) in which each has no record */
  readonly droppedRecords?: readonly { readonly trait: string; readonly count: number }[];
  /** text of the response, `Reaction` or `log(y)`; those of several traits with commas between */
  readonly responseName: string;
  readonly notes: readonly Note[];
}

export interface Coefficient {
  readonly name: string;
  /** where there are several: the trait it belongs to */
  readonly trait?: string;
  /** index into fixedTerms */
  readonly term: number;
  /** column of model.fixed.matrix, or -1 when aliased */
  readonly column: number;
  /** for an aliased column: the combination of kept columns it equals */
  readonly aliasOf?: readonly { readonly name: string; readonly weight: number }[];
}

export interface FixedTermInfo {
  readonly text: string;
  /** where there are several: the trait it belongs to */
  readonly trait?: string;
  /** indices into coefficients */
  readonly coefficients: readonly number[];
  /** texts of the variables; empty for the intercept */
  readonly variables: readonly string[];
  /** variables that are factors (levels, contrasts), others are numeric */
  readonly factors: readonly string[];
}

/** X, offset and group codes of new rows under a recipe; see encodeRows.ts. */
export interface EncodedRows {
  /** number of rows; with several traits, of rows times traits: all rows of the first trait, then of the next */
  readonly rowCount: number;
  /** where there are several */
  readonly traits?: readonly string[];
  /** full-rank fixed columns, rowCount x p */
  readonly fixed: Matrix;
  readonly offset: Float64Array | null;
  /** per random term of the model: codes (-1 where the level is unknown or missing) and basis columns */
  readonly random: readonly {
    readonly codes: Int32Array;
    readonly basis: readonly (Float64Array | null)[];
    /** as in the model's terms: layers of every coefficient; codes are then empty */
    readonly incidence?: readonly (readonly IncidenceLayer[])[];
    /** unknown levels by value with how many rows have them */
    readonly unknownLevels: ReadonlyMap<string, number>;
  }[];
  /** rows with a missing predictor: their fixed row is NaN */
  readonly missing: Uint8Array;
  /** extrapolations beyond the range of a spline or Legendre basis */
  readonly notes: readonly Note[];
}
