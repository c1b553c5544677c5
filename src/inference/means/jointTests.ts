import type { Note } from "../../base/notes.ts";
import type { Design } from "../../design/design.ts";
import type { FitResult } from "../../fit/result.ts";
import type { Expression } from "../../formula/expression.ts";
import { columnsOf } from "../../formula/variable.ts";
import type { Table } from "../../table/table.ts";
import {
  type Denominator,
  type DenominatorMethod,
  type DenominatorName,
  denominatorOf,
} from "../denominator.ts";
import { requireFixedEffects } from "../requireFixedEffects.ts";
import { type AveragingWeights, averageOver } from "./averages.ts";
import { contrastRows, interactionContrasts } from "./contrasts.ts";
import { groupRows, type LinearFunction, type LinearFunctions, positionsOf } from "./linearFunctions.ts";
import type { Nesting } from "./nesting.ts";
import { unknownVariable, variableAliases } from "./predictorRoles.ts";
import { independentRows } from "./rank.ts";
import { type GridOptions, type ReferenceGrid, referenceGrid } from "./referenceGrid.ts";

export interface JointTestOptions extends GridOptions {
  /** variables whose levels have tests of their own */
  readonly by?: readonly string[];
  readonly weights?: AveragingWeights;
  readonly ddf?: DenominatorMethod;
}

export interface JointTestRow {
  /** labels of the `by` variables */
  readonly levels: Readonly<Record<string, string>>;
  /** the variables whose contrasts are tested, `treat:dose`; `(confounded)` for the rest of what the cells differ in */
  readonly term: string;
  readonly numDF: number;
  /** null for a chi-squared reference */
  readonly denDF: number | null;
  readonly F: number;
  readonly p: number | null;
  /** whether cells without data leave fewer degrees of freedom than the term would have */
  readonly reduced: boolean;
}

export interface JointTests {
  readonly rows: readonly JointTestRow[];
  readonly by: readonly string[];
  readonly ddf: DenominatorName;
  readonly notes: readonly Note[];
}

/** Name of the row for what is confounded. */
const CONFOUNDED = "(confounded)";

/**
 * Joint tests of the contrasts of marginal means for every combination of variables: with equal weights these are
 * tests of type III, with covariates at their means.
 *
 * Covariates stand one below and one above their mean. Where cells have no data the estimable part of each term is
 * tested, and what else the cells differ in as `(confounded)`.
 *
 * @param table the table that the model was fitted to
 */
export function jointTests(fit: FitResult, table: Table, options: JointTestOptions = {}): JointTests {
  requireFixedEffects(fit, "terms to test");
  const grid = referenceGrid(fit, table, { covariates: "mean-interval", ...options });
  const denominator = denominatorOf(fit, options.ddf);
  const known = grid.functions.dimensions.map(({ name }) => name);
  const aliases = variableAliases(grid.design.recipe);
  const by = (options.by ?? []).map((name) => {
    const column = known.includes(name) ? name : (aliases.get(name) ?? name);
    if (!known.includes(column)) throw unknownVariable(name, known);
    return column;
  });
  const rows: JointTestRow[] = [];
  let reduced = false;
  for (const group of groupRows(grid.functions, positionsOf(grid.functions, by))) {
    const functions: LinearFunctions = { ...grid.functions, rows: group.rows };
    const levels = Object.fromEntries(
      positionsOf(grid.functions, by).map((k, b) => [
        by[b]!,
        grid.functions.dimensions[k]!.labels[group.levels[b]!]!,
      ]),
    );
    for (const row of testsOf(functions, grid, by, options.weights ?? "equal", denominator)) {
      rows.push({ levels, ...row });
      reduced ||= row.reduced;
    }
  }
  return {
    rows,
    by,
    ddf: denominator.method,
    notes: [
      ...grid.notes,
      ...denominator.notes,
      ...(reduced
        ? [
            {
              code: "means/reduced",
              severity: "warning" as const,
              message:
                "Some combinations of levels have no data, so that some terms have fewer degrees of freedom than they would have otherwise",
              hint: "look at the means: those that cannot be estimated are named",
            },
          ]
        : []),
    ],
  };
}

type TestRow = Omit<JointTestRow, "levels">;

function testsOf(
  functions: LinearFunctions,
  grid: ReferenceGrid,
  by: readonly string[],
  weights: AveragingWeights,
  denominator: Denominator,
): TestRow[] {
  const p = functions.coefficients;
  const scales = columnScales(functions);
  const rows: TestRow[] = [];
  const tested: LinearFunction[] = [];
  let anyReduced = false;
  for (const { contrasted, groups } of candidateTerms(functions, grid, by)) {
    const keep = [...groups, ...contrasted];
    const means = averageOver(functions, [...by, ...keep], weights, grid.nesting);
    const contrasts = consecutive(means, contrasted, [...by, ...groups]);
    if (contrasts === null) continue;
    const all = independent(contrasts, scales);
    const estimable = independent(estimablePart(all, p), scales);
    anyReduced ||= estimable.length < all.length;
    if (estimable.length === 0) continue;
    const test = run(estimable, denominator, p);
    if (test === null) continue;
    tested.push(...estimable);
    const term = grid.functions.dimensions.map(({ name }) => name).filter((name) => keep.includes(name));
    rows.push({ term: term.join(":"), ...test, reduced: estimable.length < all.length });
  }
  if (anyReduced) {
    const rest = confounded(functions, tested, scales, denominator, by);
    if (rest !== null) rows.push(rest);
  }
  return rows;
}

interface Candidate {
  /** variables whose levels are contrasted */
  readonly contrasted: readonly string[];
  /** variables that those are nested in */
  readonly groups: readonly string[];
}

/** Combinations of variables with several values that stand together in a term of the model, by size. */
function candidateTerms(
  functions: LinearFunctions,
  { design, nesting }: ReferenceGrid,
  by: readonly string[],
): Candidate[] {
  const free = functions.dimensions
    .filter(({ name, labels }) => labels.length > 1 && !by.includes(name))
    .map(({ name }) => name);
  const aliases = variableAliases(design.recipe);
  const known = functions.dimensions.map(({ name }) => name);
  // the traits of a model with several interact with everything
  const traits = design.model.traits === undefined ? [] : known.slice(-1);
  const sets = new Map<string, Candidate>();
  const terms = design.fixedTerms.map(({ variables }) => {
    const names = new Set<string>(traits);
    for (const text of variables) {
      const alias = aliases.get(text) ?? text;
      if (known.includes(alias)) names.add(alias);
      else for (const name of columnsOf(expressionOf(design, text))) names.add(name);
    }
    return free.filter((name) => names.has(name));
  });
  for (const term of terms) {
    for (let mask = 1; mask < 2 ** term.length; mask++) {
      const subset = term.filter((_, k) => (mask >> k) & 1);
      const { contrasted, groups } = withGroups(subset, nesting);
      const own = groups.filter((name) => !by.includes(name));
      sets.set([...contrasted, "|", ...own].join("\n"), { contrasted, groups: own });
    }
  }
  const size = ({ contrasted, groups }: Candidate): number => contrasted.length + groups.length;
  const place = ({ contrasted, groups }: Candidate): number[] =>
    [...contrasted, ...groups].map((name) => free.indexOf(name)).sort((a, b) => a - b);
  return [...sets.values()].sort((a, b) => {
    if (size(a) !== size(b)) return size(a) - size(b);
    const x = place(a);
    const y = place(b);
    for (let k = 0; k < x.length; k++) if (x[k] !== y[k]) return x[k]! - y[k]!;
    return 0;
  });
}

function expressionOf({ recipe }: Design, text: string): Expression {
  return (recipe.traits ?? [recipe]).find(({ variables }) => variables[text] !== undefined)!.variables[text]!
    .expression;
}

/** Nested factors are contrasted inside of the levels of their groups. */
function withGroups(subset: readonly string[], nesting: Nesting): Candidate {
  const groups = new Set(subset.flatMap((name) => nesting.get(name) ?? []));
  return { contrasted: subset.filter((name) => !groups.has(name)), groups: [...groups] };
}

function consecutive(
  means: LinearFunctions,
  contrasted: readonly string[],
  by: readonly string[],
): readonly LinearFunction[] | null {
  const rows: LinearFunction[] = [];
  // group by group: with nested factors the groups have different levels, some only one
  for (const group of groupRows(means, positionsOf(means, by))) {
    const own: LinearFunctions = { ...means, rows: group.rows };
    const counts = positionsOf(means, contrasted).map(
      (k) => new Set(group.rows.map(({ levels }) => levels[k])).size,
    );
    if (counts.some((count) => count < 2)) continue;
    const choices = contrasted.map(() => "consec" as const);
    rows.push(...interactionContrasts(own, choices, by).functions.rows);
  }
  return rows.length === 0 ? null : rows;
}

/** Size of each column of the grid: what is far smaller is rounding. */
function columnScales({ rows }: LinearFunctions): Float64Array {
  const scales = new Float64Array(rows[0]?.weights.length ?? 0);
  for (const { weights } of rows) {
    for (let j = 0; j < scales.length; j++) scales[j] = Math.max(scales[j]!, Math.abs(weights[j]!));
  }
  return scales;
}

/** Rows that do not depend on those before them, in units of the columns. */
function independent(rows: readonly LinearFunction[], scales: Float64Array): readonly LinearFunction[] {
  const scaled = rows.map(({ weights }) =>
    weights.map((weight, j) => {
      const relative = scales[j] === 0 ? 0 : weight / scales[j]!;
      return Math.abs(relative) < 1e-11 ? 0 : relative;
    }),
  );
  return independentRows(scaled).map((i) => rows[i]!);
}

/** Combinations of the rows that leave nothing over in aliased columns, by elimination. */
function estimablePart(rows: readonly LinearFunction[], p: number): readonly LinearFunction[] {
  let left = rows.map((row) => ({ ...row, weights: row.weights.slice() }));
  const width = rows[0]?.weights.length ?? p;
  for (let column = p; column < width; column++) {
    const pivot = left.reduce<(typeof left)[number] | null>(
      (best, row) =>
        Math.abs(row.weights[column]!) > Math.max(1e-8, Math.abs(best?.weights[column] ?? 0)) ? row : best,
      null,
    );
    if (pivot === null) continue;
    left = left.filter((row) => row !== pivot);
    for (const row of left) {
      const factor = row.weights[column]! / pivot.weights[column]!;
      if (factor === 0) continue;
      for (let j = 0; j < width; j++) row.weights[j]! -= factor * pivot.weights[j]!;
      row.weights[column] = 0;
    }
  }
  return left;
}

function run(
  rows: readonly LinearFunction[],
  denominator: Denominator,
  p: number,
): Pick<TestRow, "numDF" | "denDF" | "F" | "p"> | null {
  const contrasts = rows.map(({ weights }) => weights.slice(0, p));
  const { beta } = denominator;
  const values = Float64Array.from(contrasts, (row, r) => {
    let sum = rows[r]!.constant;
    for (let j = 0; j < p; j++) sum += row[j]! * beta[j]!;
    return sum;
  });
  const test = denominator.test(contrasts, values);
  if (test.numDF === 0 || !Number.isFinite(test.F)) return null;
  return {
    numDF: test.numDF,
    denDF: Number.isFinite(test.denDF) ? test.denDF : null,
    F: test.F,
    p: Number.isNaN(test.p) ? null : test.p,
  };
}

/** What the estimable differences between cells hold besides the terms: their part that is uncorrelated with those. */
function confounded(
  functions: LinearFunctions,
  tested: readonly LinearFunction[],
  scales: Float64Array,
  denominator: Denominator,
  by: readonly string[],
): TestRow | null {
  const p = functions.coefficients;
  if (functions.rows.length < 2) return null;
  const differences = contrastRows(functions, "consec", by).functions.rows;
  const all = independent(estimablePart(independent(differences, scales), p), scales);
  const basis: Float64Array[] = [];
  const add = (row: LinearFunction, threshold: number): LinearFunction | null => {
    const rest = row.weights.slice();
    const size = Math.sqrt(product(rest, rest, denominator, p));
    for (let pass = 0; pass < 2; pass++) {
      for (const member of basis) {
        const weight = product(rest, member, denominator, p);
        for (let j = 0; j < rest.length; j++) rest[j]! -= weight * member[j]!;
      }
    }
    const left = Math.sqrt(Math.max(0, product(rest, rest, denominator, p)));
    if (!(left > threshold * size)) return null;
    basis.push(rest.map((x) => x / left));
    return { ...row, weights: rest };
  };
  for (const row of tested) add(row, 1e-8);
  const rest = all.flatMap((row) => add(row, 1e-7) ?? []);
  if (rest.length === 0) return null;
  const test = run(rest, denominator, p);
  return test === null ? null : { term: CONFOUNDED, ...test, reduced: false };
}

/** a' Var(b) c */
function product(a: Float64Array, c: Float64Array, { covariance }: Denominator, p: number): number {
  let sum = 0;
  for (let j = 0; j < p; j++) {
    if (c[j] === 0) continue;
    for (let i = 0; i < p; i++) sum += a[i]! * covariance.values[i + j * p]! * c[j]!;
  }
  return sum;
}
