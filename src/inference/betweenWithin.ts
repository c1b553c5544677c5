/*
 * Degrees of freedom by the level of nesting at which an effect varies, as nlme's lme has them (Pinheiro & Bates 2000,
 * Mixed-Effects Models in S and S-PLUS, section 2.4.2): with groupings 1 .. Q from the outermost to the innermost and
 * observations as level Q + 1, an effect is estimated at the first level within whose groups it does not vary, and
 *
 *   denDF_i = m_i - (m_{i-1} + p_i),
 *
 * m_i the number of groups of level i, m_0 = 1 where the fixed effects span the constant (else 0), p_i the coefficients
 * estimated at level i, the intercept not counted. The intercept itself has the degrees of freedom of level Q + 1.
 * SAS's DDFM=BETWITHIN is the rule for one grouping.
 */
import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { choleskyInPlace, solveCholesky } from "../linalg/smallCholesky.ts";
import { columnDenominator } from "./columnDenominator.ts";
import { type DenominatorRule, isMixed, waldDenominator } from "./denominator.ts";

/**
 * Between-within degrees of freedom, to be given as `ddf`. A contrast of several coefficients has the smallest of theirs.
 *
 * Its `apply` throws HendersonError `inference/not-nested` where groupings cross or their levels are related, and
 * `fit/needs-data`.
 */
export const betweenWithin: DenominatorRule = {
  name: "between-within",
  apply(fit) {
    if (!isMixed(fit)) {
      const residual = fit.nobs - fit.beta.length;
      return waldDenominator(fit, "between-within", () => residual);
    }
    requireRows(fit, "between-within degrees of freedom");
    const { perColumn, notes } = degreesByLevel(fit);
    return columnDenominator(fit, "between-within", perColumn, notes);
  },
};

interface Grouping {
  readonly name: string;
  readonly codes: Int32Array;
  readonly count: number;
}

function degreesByLevel(fit: FitResult): { perColumn: number[]; notes: Note[] } {
  const groupings = nestedGroupings(fit);
  const { matrix, names } = fit.model.fixed;
  const n = matrix.rows;
  const columns = names.map((_, c) => matrix.values.subarray(c * n, (c + 1) * n));
  const innermost = groupings.length;
  const constant = columns.findIndex((column) => column.every((x) => x === column[0]));
  const levels = columns.map((column) => {
    const level = groupings.findIndex(({ codes, count }) => isConstantWithin(column, codes, count));
    return level < 0 ? innermost : level;
  });
  const counted = new Array<number>(innermost + 1).fill(0);
  levels.forEach((level, c) => {
    if (c !== constant) counted[level]!++;
  });
  let spans = constant >= 0;
  for (let level = 0; !spans && level <= innermost; level++) {
    const within = levels.flatMap((own, c) => (own <= level ? [c] : []));
    if (!containConstant(matrix, within)) continue;
    spans = true;
    // the constant is one of the combinations of this level's columns, and estimated at none
    counted[level]!--;
  }
  const sizes = [spans ? 1 : 0, ...groupings.map(({ count }) => count), n];
  const left = counted.map((p, level) => Math.max(0, sizes[level + 1]! - sizes[level]! - p));
  const perColumn = levels.map((level, c) => left[c === constant ? innermost : level]!);
  const notes = left.flatMap((df, level) =>
    df > 0 || counted[level] === 0 ? [] : [nothingLeft(groupings[level]?.name, names, levels, level)],
  );
  return { perColumn, notes };
}

/** Distinct groupings of the random terms, the outermost first. */
function nestedGroupings({ model }: FitResult): Grouping[] {
  const found: Grouping[] = [];
  for (const { group, codes, levels, incidence, relationship } of model.random) {
    if (incidence !== undefined || relationship !== undefined || model.traits !== undefined) {
      throw new HendersonError(
        "inference/not-nested",
        relationship === undefined
          ? `between-within degrees of freedom need groupings with one level a record, and '${group}' is none`
          : `between-within degrees of freedom need independent groups, and the levels of '${group}' are related`,
        { hint: "use 'kenward-roger' or 'satterthwaite', which hold for any covariance" },
      );
    }
    if (found.some((other) => other.codes === codes)) continue;
    found.push({ name: group, codes, count: levels.length });
  }
  found.sort((a, b) => a.count - b.count);
  const distinct = found.filter(
    (grouping, g) => g === 0 || !(found[g - 1]!.count === grouping.count && nests(found[g - 1]!, grouping)),
  );
  for (let g = 1; g < distinct.length; g++) {
    if (nests(distinct[g - 1]!, distinct[g]!)) continue;
    throw new HendersonError(
      "inference/not-nested",
      `between-within degrees of freedom need nested groupings, and '${distinct[g]!.name}' is not nested within '${distinct[g - 1]!.name}'`,
      { hint: "use 'containment', 'kenward-roger' or 'satterthwaite', which crossed groupings have too" },
    );
  }
  return distinct;
}

/** Whether each level of the inner grouping lies in one level of the outer. */
function nests(outer: Grouping, inner: Grouping): boolean {
  const parent = new Int32Array(inner.count).fill(-1);
  for (let i = 0; i < inner.codes.length; i++) {
    const level = inner.codes[i]!;
    if (parent[level] === -1) parent[level] = outer.codes[i]!;
    else if (parent[level] !== outer.codes[i]) return false;
  }
  return true;
}

function isConstantWithin(column: Float64Array, codes: Int32Array, count: number): boolean {
  const first = new Float64Array(count).fill(Number.NaN);
  for (let i = 0; i < codes.length; i++) {
    const level = codes[i]!;
    if (Number.isNaN(first[level]!)) first[level] = column[i]!;
    else if (first[level] !== column[i]) return false;
  }
  return true;
}

/** Whether the columns have the constant among their combinations. */
function containConstant({ rows: n, values }: Matrix, columns: readonly number[]): boolean {
  const q = columns.length;
  if (q === 0) return false;
  const gram = new Float64Array(q * q);
  const sums = new Float64Array(q);
  const scales = columns.map((c) => {
    let squares = 0;
    for (let i = 0; i < n; i++) squares += values[i + c * n]! ** 2;
    return 1 / Math.sqrt(squares);
  });
  columns.forEach((c, a) => {
    for (let i = 0; i < n; i++) sums[a]! += scales[a]! * values[i + c * n]!;
    columns.forEach((d, b) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += values[i + c * n]! * values[i + d * n]!;
      gram[a + b * q] = scales[a]! * scales[b]! * sum;
    });
  });
  if (!choleskyInPlace(gram, q)) return false;
  const weights = sums.slice();
  solveCholesky(gram, q, weights);
  let explained = 0;
  for (let a = 0; a < q; a++) explained += sums[a]! * weights[a]!;
  return n - explained < 1e-8 * n;
}

function nothingLeft(
  group: string | undefined,
  names: readonly string[],
  levels: readonly number[],
  level: number,
): Note {
  const there = names.filter((_, c) => levels[c] === level);
  return {
    code: "inference/no-degrees-of-freedom",
    severity: "warning",
    message: `${there.map((name) => `'${name}'`).join(", ")} ${there.length === 1 ? "has" : "have"} no degrees of freedom left ${group === undefined ? "within the innermost groups" : `between the levels of '${group}'`}, so there is no test and no interval`,
    hint: "leave out fixed effects of that level, or use another method of degrees of freedom",
  };
}
