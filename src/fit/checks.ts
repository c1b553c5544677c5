import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import type { Estimates, Problem } from "../engines/engine.ts";
import { largestMagnitude, sumOfSquares } from "../linalg/largestMagnitude.ts";
import type { Model, RandomTerm } from "../model/model.ts";

/** Residual variance below this part of the variance of the response: nothing is left within groups. */
const NOTHING_LEFT = 1e-8;
/** A residual sum of squares below this part of n times the largest square is rounding noise. */
const PERFECT = 1e-26;

/** @throws HendersonError fit/too-few-rows */
export function requireEnoughRows(model: Model): void {
  const n = model.response.length;
  const p = model.fixed.matrix.columns;
  if (n > p) return;
  throw new HendersonError(
    "fit/too-few-rows",
    `the model has ${p} fixed coefficients and only ${n} rows, so nothing is left for the residual variance`,
    { hint: "use fewer fixed terms, or check that a numeric column was not read as text" },
  );
}

/** What a user should know where hardly anything is left of the response, over all or within groups. */
export function leftoverNotes(model: Model, estimates: Estimates, converged: boolean): Note[] {
  const n = model.response.length;
  const { sigma, penalizedResidualSumOfSquares: left } = estimates;
  const squares = sumOfSquares(model.response);
  // no value exceeds the root of the sum of squares, and no spread the mean square: most models are far from both
  if (left > PERFECT * squares * n && sigma * sigma > (NOTHING_LEFT * squares) / n) return [];
  return [...perfectFitNotes(model, estimates), ...exactGroupNotes(model, estimates, converged)];
}

/** A linear model has a solution also where nothing is left over; its standard errors mean nothing. */
function perfectFitNotes(model: Model, estimates: Estimates): Note[] {
  if (!isPerfect(model, estimates.penalizedResidualSumOfSquares)) return [];
  return [
    {
      code: "fit/perfect-fit",
      severity: "warning",
      message:
        "the fixed effects fit the response exactly, up to rounding: standard errors and tests mean nothing",
      hint: "check whether the response, or a copy of it, is among the predictors",
    },
  ];
}

/** What it means that random effects reproduce the response: a boundary, or a likelihood without a maximum. */
function exactGroupNotes(model: Model, estimates: Estimates, converged: boolean): Note[] {
  const { response, random } = model;
  if (random.length === 0) return [];
  const variance = estimates.sigma * estimates.sigma;
  if (model.traits) return [];
  let mean = 0;
  for (const y of response) mean += y / response.length;
  let spread = 0;
  for (const y of response) spread += (y - mean) ** 2 / response.length;
  if (!(variance < NOTHING_LEFT * spread)) return [];
  if (converged) {
    // related levels leave a likelihood with a maximum even where every record is explained
    return [
      {
        code: "fit/boundary",
        severity: "warning",
        subject: "residual",
        message:
          "boundary fit: the residual variance is estimated at zero, so the random effects explain the records completely; tests and intervals mean little",
        hint: "more records per level, or a residual variance held at a known value, would tell the two apart",
      },
    ];
  }
  const own = random.find((term) => givesEachRecordItsOwn(term, response.length));
  return [
    {
      code: "fit/no-residual",
      severity: "warning",
      ...(own === undefined
        ? {
            message: `the random effects of ${[...new Set(random.map((term) => term.group))].join(" and ")} reproduce the response exactly: the residual variance goes to zero and the likelihood has no maximum`,
            hint: "look for a response that is constant within groups; fit the group means instead",
          }
        : {
            message: `the term of ${own.group} has an effect for every single record, which takes the place of the residual: its variance goes to zero`,
            hint: "have several records per level and coefficient, or a term with fewer effects, as (1 | group)",
          }),
    },
  ];
}

/** Whether no two records share an effect of the term, as in (0 + f | g) with one record per cell of f and g. */
function givesEachRecordItsOwn({ codes, basis, incidence }: RandomTerm, n: number): boolean {
  if (incidence !== undefined) return false;
  const taken = new Set<number>();
  for (let r = 0; r < n; r++) {
    const own = basis.flatMap((column, c) => (column === null || column[r] !== 0 ? [c] : []));
    const effect = codes[r]! * basis.length + (own[0] ?? 0);
    if (own.length !== 1 || taken.has(effect)) return false;
    taken.add(effect);
  }
  return true;
}

/** Whether what is left of the response is rounding noise. */
function isPerfect(model: Model, left: number): boolean {
  const size = largestMagnitude(model.response);
  return !(left > PERFECT * size * size * model.response.length);
}

/** Why the objective cannot be evaluated where the search starts. */
export function undefinedObjective(model: Model, problem: Problem): HendersonError {
  if (isPerfect(model, problem.solve(problem.start).penalizedResidualSumOfSquares)) {
    return new HendersonError(
      "fit/perfect-fit",
      "the fixed effects fit the response exactly: no residual variation is left",
      {
        hint: "check whether the response, or a copy of it, is among the predictors",
      },
    );
  }
  return new HendersonError(
    "fit/undefined-objective",
    "the likelihood is not defined at the starting values",
    {
      hint: "give other starting values, and look for columns with extreme values",
    },
  );
}
