/*
 * The estimable functions of a design in SAS's overparameterized form, from its recipe alone.
 *
 * Write every factor by one dummy a level: X_full. A function l of those parameters is estimable when it is
 * m' X_full for some m (the row space). R's rule codes a factor by contrasts exactly when its margin is in
 * the model, so full dummies of a term are a fixed linear map of the columns of the term and its margins,
 * X_full = X_kept E, and because X_kept has full column rank the row space is that of E. No row of data
 * is touched; what the data decide (missing cells, aliased columns) enters through the aliases.
 */
import { contrastMatrix } from "../design/contrasts.ts";
import type { Design } from "../design/design.ts";
import type { Recipe, TermCoding } from "../design/recipe.ts";
import { invertInPlace } from "../linalg/smallInverse.ts";

/** A fixed term and the parameters it has in the overparameterized model. */
export interface Effect {
  readonly text: string;
  /** number of the trait it belongs to; 0 for a single one */
  readonly trait: number;
  /** sorted texts of factor variables and of numeric ones */
  readonly factors: readonly string[];
  readonly covariates: readonly string[];
  /** columns of E that belong to the effect, each of length p (kept coefficients) */
  readonly columns: readonly Float64Array[];
  /** those of them that treatment contrasts would keep (no reference level where a factor is coded by contrasts) */
  readonly free: readonly number[];
  /** kept columns of X that belong to the effect */
  readonly kept: readonly number[];
  /** whether `columns` are the coded ones because their span holds no dummies */
  readonly byContrastsAlone: boolean;
}

/** The effects of a design, the intercept (text `(Intercept)`) first where present; traits one after the other. */
export function effectsOf(design: Design): readonly Effect[] {
  const { recipe } = design;
  const aliases = aliasMap(design);
  let first = 0;
  return (recipe.traits ?? [recipe]).flatMap((part, trait) => {
    const codings: TermCoding[] = [
      ...(part.intercept ? [{ term: "(Intercept)", variables: [], coding: [] }] : []),
      ...part.fixed.filter((term) => term.variables.length > 0),
    ];
    const expansion = new Expansion(design, codings, part.variables, first);
    const effects = codings.map((coding, term): Effect => {
      const isFactor = (_: string, i: number): boolean => coding.coding[i] !== "numeric";
      const full = expansion.full(term);
      const columns = full ?? expansion.coded(term);
      return {
        text: coding.term,
        trait,
        factors: coding.variables.filter(isFactor).sort(),
        covariates: coding.variables.filter((name, i) => !isFactor(name, i)).sort(),
        byContrastsAlone: full === null,
        columns: columns.map((weights) => combine(weights, aliases)),
        free: full === null ? columns.map((_, k) => k) : expansion.free(term),
        kept: design.fixedTerms[first + term]!.coefficients.map((c) => design.coefficients[c]!.column).filter(
          (c) => c >= 0,
        ),
      };
    });
    first += codings.length;
    return effects;
  });
}

/**
 * Whether `inner` is contained in `outer` in SAS's sense: the same covariates and fewer factors,
 * all of them in `outer`.
 */
export function isContained(inner: Effect, outer: Effect): boolean {
  return (
    inner.trait === outer.trait &&
    inner.factors.length < outer.factors.length &&
    inner.covariates.join(":") === outer.covariates.join(":") &&
    inner.factors.every((factor) => outer.factors.includes(factor))
  );
}

/** Whether `inner` is marginal to `outer`: fewer variables, all of them in `outer`, whatever their kind. */
export function isMarginal(inner: Effect, outer: Effect): boolean {
  const innerVariables = [...inner.factors, ...inner.covariates];
  const outerVariables = [...outer.factors, ...outer.covariates];
  return (
    inner.trait === outer.trait &&
    innerVariables.length < outerVariables.length &&
    innerVariables.every((variable) => outerVariables.includes(variable))
  );
}

const noneByContrasts: ReadonlySet<string> = new Set();

/** Full dummy columns of terms as combinations of the coded columns. */
class Expansion {
  readonly #design: Design;
  readonly #codings: readonly TermCoding[];
  readonly #variables: Recipe["variables"];
  /** index of the first of the terms among those of all traits */
  readonly #first: number;
  readonly #done = new Map<number, readonly Float64Array[] | null>();

  constructor(design: Design, codings: readonly TermCoding[], variables: Recipe["variables"], first: number) {
    this.#design = design;
    this.#codings = codings;
    this.#variables = variables;
    this.#first = first;
  }

  /** The columns of a term as they are coded, one unit vector over all coded columns each. */
  coded(term: number): readonly Float64Array[] {
    const own = this.#design.fixedTerms[this.#first + term]!.coefficients;
    return own.map((c) => unit(c, this.#design.coefficients.length));
  }

  /**
   * One vector over all coded columns for each full column of a term; the first variable varies fastest.
   * Null where R codes a factor by contrasts though its margin is not in the model (`x:a + b:a` without
   * `a`'s own margin `b`): then no dummies are in the span of the columns.
   */
  full(term: number): readonly Float64Array[] | null {
    const known = this.#done.get(term);
    if (known !== undefined) return known;
    const block = this.#expand(term);
    this.#done.set(term, block);
    return block;
  }

  #expand(term: number): readonly Float64Array[] | null {
    const coding = this.#codings[term]!;
    let block = this.coded(term);
    const pending = new Set(coding.variables.filter((_, i) => coding.coding[i] === "contrasts"));
    for (const [axis, variable] of coding.variables.entries()) {
      if (!pending.delete(variable)) continue;
      const inner = this.#width(coding.variables.slice(0, axis), pending);
      const margin = this.#margin(coding, variable, pending);
      if (margin === null) return null;
      block = addReference(block, margin, this.#contrasts(variable), inner);
    }
    return block;
  }

  /** Positions in `full(term)` without the reference level of the factors that the term codes by contrasts. */
  free(term: number): readonly number[] {
    const { variables, coding } = this.#codings[term]!;
    let positions = [0];
    let stride = 1;
    for (const [axis, variable] of variables.entries()) {
      const width = this.#width([variable], noneByContrasts);
      const first = coding[axis] === "contrasts" ? 1 : 0;
      const steps = Array.from({ length: width - first }, (_, k) => (k + first) * stride);
      positions = steps.flatMap((step) => positions.map((position) => position + step));
      stride *= width;
    }
    return positions;
  }

  /** Columns of the term without one of its factors, the factors in `pending` coded by contrasts. */
  #margin(coding: TermCoding, without: string, pending: ReadonlySet<string>): readonly Float64Array[] | null {
    const variables = coding.variables.filter((variable) => variable !== without);
    let block = this.#dummies(variables);
    if (block === null) return null;
    for (const [axis, variable] of variables.entries()) {
      if (!pending.has(variable)) continue;
      block = applyContrasts(
        block,
        this.#contrasts(variable),
        this.#width(variables.slice(0, axis), pending),
      );
    }
    return block;
  }

  /** Full dummy columns of a product of variables: its own term, or one with a further factor summed over its levels. */
  #dummies(variables: readonly string[]): readonly Float64Array[] | null {
    const own = this.#codings.findIndex(
      (term) =>
        term.variables.length === variables.length && variables.every((v, i) => term.variables[i] === v),
    );
    if (own >= 0) return this.full(own);
    for (const [index, term] of this.#codings.entries()) {
      const axis = term.variables.findIndex((variable) => !variables.includes(variable));
      const rest = term.variables.filter((_, i) => i !== axis);
      if (term.coding[axis] !== "dummies" || rest.join("\n") !== variables.join("\n")) continue;
      const levels = this.#width([term.variables[axis]!], noneByContrasts);
      const full = this.full(index);
      if (full === null) continue;
      return sumOverLevels(full, levels, this.#width(rest.slice(0, axis), noneByContrasts));
    }
    return null;
  }

  #contrasts(variable: string): { readonly levels: number; readonly values: Float64Array } {
    const recipe = this.#variables[variable]!;
    if (recipe.kind !== "factor") throw new TypeError(`${variable} is not a factor`);
    return {
      levels: recipe.levels.length,
      values: contrastMatrix(recipe.contrast, recipe.levels).matrix.values,
    };
  }

  /** Number of columns of a product of variables, those in `pending` by contrasts, other factors by dummies. */
  #width(variables: readonly string[], pending: ReadonlySet<string>): number {
    let width = 1;
    for (const variable of variables) {
      const recipe = this.#variables[variable]!;
      if (recipe.kind === "numeric") width *= recipe.columns;
      else if (recipe.kind === "factor") width *= recipe.levels.length - (pending.has(variable) ? 1 : 0);
    }
    return width;
  }
}

/**
 * Dummies of a factor from its contrasts and the columns without it: a row of dummies is (1, c) times the
 * inverse of (1, C), C the contrast matrix. `inner` is the number of columns that vary faster.
 */
function addReference(
  block: readonly Float64Array[],
  margin: readonly Float64Array[],
  { levels, values }: { readonly levels: number; readonly values: Float64Array },
  inner: number,
): Float64Array[] {
  const inverse = new Float64Array(levels * levels).fill(1, 0, levels);
  inverse.set(values, levels);
  invertInPlace(levels, inverse, new Int32Array(levels));
  const outer = margin.length / inner;
  const out: Float64Array[] = [];
  for (let o = 0; o < outer; o++) {
    for (let level = 0; level < levels; level++) {
      for (let i = 0; i < inner; i++) {
        const column = new Float64Array(margin[0]!.length);
        axpy(inverse[level * levels]!, margin[i + o * inner]!, column);
        for (let k = 1; k < levels; k++) {
          axpy(inverse[k + level * levels]!, block[i + inner * (k - 1 + (levels - 1) * o)]!, column);
        }
        out.push(column);
      }
    }
  }
  return out;
}

/** Contrasts of a factor from its dummies. */
function applyContrasts(
  block: readonly Float64Array[],
  { levels, values }: { readonly levels: number; readonly values: Float64Array },
  inner: number,
): Float64Array[] {
  const outer = block.length / (inner * levels);
  const out: Float64Array[] = [];
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < levels - 1; k++) {
      for (let i = 0; i < inner; i++) {
        const column = new Float64Array(block[0]!.length);
        for (let level = 0; level < levels; level++) {
          axpy(values[level + k * levels]!, block[i + inner * (level + levels * o)]!, column);
        }
        out.push(column);
      }
    }
  }
  return out;
}

/** Columns without a factor, from its dummies. */
function sumOverLevels(block: readonly Float64Array[], levels: number, inner: number): Float64Array[] {
  const outer = block.length / (inner * levels);
  const out: Float64Array[] = [];
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const column = new Float64Array(block[0]!.length);
      for (let level = 0; level < levels; level++) axpy(1, block[i + inner * (level + levels * o)]!, column);
      out.push(column);
    }
  }
  return out;
}

/** Every coded column as a combination of kept ones. */
function aliasMap(design: Design): readonly Float64Array[] {
  const p = design.model.fixed.names.length;
  const keyOf = (trait: string | undefined, name: string): string => JSON.stringify([trait ?? null, name]);
  const columnNamed = new Map(
    design.coefficients.map(({ trait, name, column }) => [keyOf(trait, name), column]),
  );
  return design.coefficients.map((coefficient) => {
    const out = new Float64Array(p);
    if (coefficient.column >= 0) out[coefficient.column] = 1;
    else
      for (const { name, weight } of coefficient.aliasOf ?? [])
        out[columnNamed.get(keyOf(coefficient.trait, name))!] = weight;
    return out;
  });
}

function combine(weights: Float64Array, columns: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(columns[0]!.length);
  for (const [i, column] of columns.entries()) axpy(weights[i]!, column, out);
  return out;
}

function axpy(weight: number, from: Float64Array, to: Float64Array): void {
  if (weight === 0) return;
  for (let i = 0; i < to.length; i++) to[i]! += weight * from[i]!;
}

function unit(index: number, length: number): Float64Array {
  const out = new Float64Array(length);
  out[index] = 1;
  return out;
}
