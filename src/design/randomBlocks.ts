import { HendersonError } from "../base/errors.ts";
import type { RandomTermSyntax, Variable } from "../formula/terms.ts";
import { codeTerms } from "./coding.ts";
import { encodeTerms } from "./encodeTerms.ts";
import { crossGroups } from "./grouping.ts";
import { groupsByNumber, type Layer } from "./groupLevels.ts";
import type { TermCoding } from "./recipe.ts";
import { asFactor, asPredictor, isFactor, type Variables } from "./variables.ts";

/** The records of one trait: its variables over them, and where they stand among all records. */
export interface TraitRows {
  readonly name: string;
  readonly variables: Variables;
  readonly rowCount: number;
  /** position of its first record */
  readonly first: number;
}

/** One random term as written, over the records of one trait. */
export interface RandomBlock {
  readonly syntax: RandomTermSyntax;
  /** number of the trait */
  readonly trait: number;
  readonly rows: TraitRows;
  readonly intercept: boolean;
  readonly coding: readonly TermCoding[];
  /** names of the coefficients, and their columns over the trait's records (null stands for ones) */
  readonly names: readonly string[];
  readonly columns: readonly (Float64Array | null)[];
  /** one, or one for each member of mm() */
  readonly layers: readonly Layer[];
  /** mm(..., scale = TRUE): members average */
  readonly scale: boolean;
}

/**
 * @param crossed groups by their columns, shared between terms of a trait
 * @throws HendersonError `design/no-coefficients`, `design/one-level`, `design/type`
 */
export function randomBlock(
  syntax: RandomTermSyntax,
  trait: number,
  rows: TraitRows,
  crossed: Map<string, Layer>,
  source: string,
): RandomBlock {
  const { variables, rowCount } = rows;
  const factor = (text: string): boolean => isFactor(variables.get(text)!);
  const left = coefficientsAreLevels(syntax, factor) ? { ...syntax.left, intercept: false } : syntax.left;
  const coding = codeTerms(left, factor);
  const { names, columns } = basisOf(left.intercept, coding, variables, rowCount);
  if (names.length === 0) {
    throw new HendersonError("design/no-coefficients", `${syntax.text} has no coefficients`, {
      hint: "write 1 or a variable before the bar, as in (1 | g)",
      source,
      span: syntax.span,
    });
  }
  const layers = memberVariables(syntax).map((members) => layerOf(members, trait, rows, crossed));
  const scale = syntax.grouping.kind === "mm" && syntax.grouping.scale;
  return { syntax, trait, rows, intercept: left.intercept, coding, names, columns, layers, scale };
}

/**
 * fa(env, 2 | g) and rr(env, 2 | g) are about environments: a factor alone on the left is its levels, as if 0 +
 * stood before it. Factors of contrasts would have no meaning.
 */
function coefficientsAreLevels(
  { structure, left }: RandomTermSyntax,
  factor: (text: string) => boolean,
): boolean {
  if (structure !== "fa" && structure !== "rr") return false;
  const [only] = left.terms;
  return left.terms.length === 1 && only!.variables.every(({ text }) => factor(text));
}

/** The columns of each layer. */
function memberVariables({ grouping }: RandomTermSyntax): readonly (readonly Variable[])[] {
  if (grouping.kind === "mm") return grouping.variables.map((variable) => [variable]);
  return [grouping.kind === "gr" ? [grouping.variable] : grouping.variables];
}

function layerOf(
  members: readonly Variable[],
  trait: number,
  { variables, rowCount }: TraitRows,
  crossed: Map<string, Layer>,
): Layer {
  const texts = members.map(({ text }) => text);
  // no text of a formula holds a control character
  const key = `${trait}\u0001${texts.join("\u0001")}`;
  let layer = crossed.get(key);
  if (layer === undefined) {
    layer = {
      variables: texts,
      groups: crossGroups(texts.map((text) => asFactor(variables.get(text)!, rowCount))),
      numeric: texts.length === 1 && groupsByNumber(variables.get(texts[0]!)!),
    };
    crossed.set(key, layer);
  }
  return layer;
}

/** The columns left of a bar; null stands for ones. */
function basisOf(
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
