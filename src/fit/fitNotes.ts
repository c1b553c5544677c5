import type { Note } from "../base/notes.ts";
import type { BoundaryScore, ConfoundedEffect } from "../engines/engine.ts";
import type { Model, RandomTerm } from "../model/model.ts";
import type { Minimum } from "./findMinimum.ts";
import type { ConvergenceCertificate } from "./result.ts";

/** Distance from zero, in ranges of the column, at which the variances of intercept and slope cannot be told apart any more. */
const REMOTE = 1e3;
/** A slope in a variance above minus this is zero. */
const SCORE_NOISE = 1e-6;

/** What a user should know about how the fit ended. */
export function fitNotes(
  model: Model,
  { optimum, certificate, fallback }: Minimum,
  confounded: readonly ConfoundedEffect[],
  held: ReadonlySet<string>,
): Note[] {
  const { reason } = optimum;
  const notes: Note[] = confounded.map((effect) => confoundedNote(model, effect));
  const remote = model.random.map(remoteCoefficient);
  remote.forEach((coefficient, t) => {
    if (coefficient >= 0) notes.push(remoteNote(model.random[t]!, coefficient));
  });
  for (const score of certificate.boundary) {
    // so far from its zero a correlation of nearly one is no sign of a boundary
    if (!(remote[score.term]! >= 0) && !confounded.some((effect) => isAlong(score, effect))) {
      const term = model.random[score.term];
      // the engine tells of the residual itself
      if (term !== undefined) notes.push(boundaryNote(term, score));
    }
  }
  const { flatParameters } = certificate;
  const told = certificate.boundary.length > 0 || remote.some((coefficient) => coefficient >= 0);
  if (!told && certificate.converged && flatParameters !== undefined) {
    notes.push(flatNote(model, flatParameters, held));
  }
  if (fallback === "values") {
    notes.push({
      code: "fit/fallback",
      severity: "info",
      message: `Newton's method ended before a minimum was certain; a search without derivatives went on from there (${certificate.evaluations.objective} values in all)`,
    });
  }
  if (fallback === "newton") {
    notes.push({
      code: "fit/fallback",
      severity: "info",
      message:
        "the iterations in the variances themselves ended before a minimum was certain, as they do at the boundary of the parameter space; Newton's method in the factors of the covariances went on from there",
    });
  }
  if (fallback === "restart") {
    notes.push({
      code: "fit/restart",
      severity: "info",
      message:
        "the search from the given starting values ended before a minimum was certain; it began again from moment estimates",
      hint: "leave out the starting values",
    });
  }
  if (reason === "cancelled") {
    notes.push({
      code: "fit/cancelled",
      severity: "warning",
      message: `the search was cancelled after ${certificate.iterations} iterations; the estimates are those of the last one`,
      hint: "run it again without cancelling, or start from these estimates",
    });
  } else if (!certificate.converged) {
    notes.push({
      code: "fit/not-converged",
      severity: "warning",
      message: `the search stopped after ${certificate.iterations} iterations before a minimum was certain: one more step would change -2 log-likelihood by about ${certificate.newtonDecrement.toExponential(1)}${saddle(certificate)}`,
      hint:
        reason === "max-iterations"
          ? certificate.optimizer === "em"
            ? "expectation maximization is slow, and near a boundary it hardly moves: leave --max-iterations out, and Newton's method goes on where it creeps"
            : "raise --max-iterations"
          : "simplify the random terms, or try other starting values with --start",
    });
  }
  return notes;
}

/** Names the components of the parameters that the data do not tell apart. */
function flatNote({ random }: Model, flat: readonly number[], held: ReadonlySet<string>): Note {
  const owners = random
    .filter(({ component }) => !held.has(component))
    .flatMap(({ component, covariance }) => covariance.parameters.map(() => component));
  const names = new Set(flat.map((a) => owners[a] ?? "the residual"));
  // theta that is relative to sigma has no parameter of the residual
  if (names.size === 1 && random.length > 0 && flat.length === 1) names.add("the residual");
  const list = [...names].join(" and ");
  return {
    code: "fit/flat",
    severity: "warning",
    message: `the likelihood is flat along one combination of the parameters of ${list}: the data do not tell them apart, and the values shown are one choice of many`,
    hint: "look for a random term with one record per level, two terms that group the rows in the same way, or traits that no row has together; leave one out, or hold it at a known value",
  };
}

/** A coefficient beside an intercept whose column lies so far from zero that their correlation is one up to rounding. */
function remoteCoefficient({ basis, covariance }: RandomTerm): number {
  if (covariance.name !== "us" || !basis.includes(null)) return -1;
  return basis.findIndex((column) => column !== null && isRemote(column));
}

/** Ends at the first rows that settle it, as a rule: more values only widen the range, and by more than they move its middle. */
function isRemote(column: Float64Array): boolean {
  let low = column[0]!;
  let high = low;
  for (let i = 1; i < column.length; i++) {
    const value = column[i]!;
    if (value < low) low = value;
    else if (value > high) high = value;
    else continue;
    if (!(Math.abs(low + high) > 2 * REMOTE * (high - low))) return false;
  }
  return high > low;
}

function remoteNote({ component, coefficientNames }: RandomTerm, coefficient: number): Note {
  const name = coefficientNames[coefficient]!;
  return {
    code: "fit/far-from-zero",
    severity: "warning",
    subject: component,
    message: `all ${name} lie so far from zero that the random intercept, which belongs to ${name} = 0, cannot be told from the slope in ${component}: degrees of freedom may be wrong, the fit is not`,
    hint: `center it: (I(${name} - m) | group) with m near the middle of ${name}`,
  };
}

function isAlong(score: BoundaryScore, effect: ConfoundedEffect): boolean {
  return score.term === effect.term && Math.abs(score.direction[effect.coefficient]!) > 1e-6;
}

function confoundedNote(model: Model, effect: ConfoundedEffect): Note {
  const { component, group, coefficientNames } = model.random[effect.term]!;
  return {
    code: "fit/confounded",
    severity: "warning",
    subject: component,
    message: `the fixed effects already distinguish the levels of ${group}: REML knows nothing of the variance of ${coefficientNames[effect.coefficient]!} in ${component}, and it is held at zero`,
    hint: "leave out the random term, or the fixed effect that distinguishes the levels",
  };
}

function saddle(certificate: ConvergenceCertificate): string {
  const curvature = certificate.smallestCurvature;
  return curvature !== null && curvature < 0
    ? ", and the objective still bends downward along one direction"
    : "";
}

function boundaryNote(term: RandomTerm, score: BoundaryScore): Note {
  const names = term.coefficientNames;
  const single = singleCoefficient(score.direction);
  const rises =
    score.score < -SCORE_NOISE
      ? "the covariance structure allows it none"
      : `-2 log-likelihood would rise at once if it had any (slope ${Math.max(score.score, 0).toPrecision(3)} per unit of relative variance)`;
  if (single !== null) {
    return {
      code: "fit/boundary",
      severity: "warning",
      subject: term.component,
      message: `boundary fit: the variance of ${names[single]!} in ${term.component} is estimated at zero; ${rises}. The other estimates are valid`,
      hint: simplerTerm(term, single),
    };
  }
  const parts = Array.from(score.direction, (weight, a) => ({ weight, name: names[a]! }))
    .filter(({ weight }) => Math.abs(weight) > 1e-6)
    .map(
      ({ weight, name }, i) =>
        `${i === 0 ? "" : weight < 0 ? " - " : " + "}${sized(i === 0 ? weight : Math.abs(weight))} ${name}`,
    );
  const correlation =
    term.covariance.size === 2
      ? `the correlation of ${names[0]!} and ${names[1]!} is estimated at ${score.direction[0]! * score.direction[1]! < 0 ? "1" : "-1"}: `
      : "";
  return {
    code: "fit/boundary",
    severity: "warning",
    subject: term.component,
    message: `boundary fit in ${term.component}: ${correlation}the combination ${parts.join("")} has no variance; ${rises}. The other estimates are valid`,
    hint: `consider uncorrelated effects, (${leftSide(term)} || ${term.group}), or fewer of them`,
  };
}

/** The index of the only coefficient in the direction, or null. */
function singleCoefficient(direction: Float64Array): number | null {
  let found: number | null = null;
  for (let a = 0; a < direction.length; a++) {
    if (Math.abs(direction[a]!) <= 1e-6) continue;
    if (found !== null) return null;
    found = a;
  }
  return found;
}

function sized(weight: number): string {
  return weight.toPrecision(3);
}

function leftSide(term: RandomTerm): string {
  return term.coefficientNames.map((name) => (name === "(Intercept)" ? "1" : name)).join(" + ");
}

function simplerTerm(term: RandomTerm, zero: number): string {
  if (term.covariance.size === 1) {
    return `leaving out the term changes no other estimate; the data show no sign of variation between levels of ${term.group}`;
  }
  return `a model without ${term.coefficientNames[zero]!} in this term gives the same fit`;
}
