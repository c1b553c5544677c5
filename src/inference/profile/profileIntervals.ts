import { HendersonError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import type { Note } from "../../base/notes.ts";
import { normalQuantile } from "../../distributions/normal.ts";
import { requireRows } from "../../fit/requireRows.ts";
import type { FitResult } from "../../fit/result.ts";
import type { Criterion } from "../../model/model.ts";
import { refitByLikelihood } from "../../predict/refit.ts";
import { derivedFunctions } from "../derive.ts";
import { requireLevel } from "../requireLevel.ts";
import { componentNames } from "./derivedRelation.ts";
import { type ProfileCurve, profileCurve } from "./profileCurve.ts";
import { type ParameterKind, type ProfileParameter, profileParameters } from "./profileParameters.ts";
import { type PreparedParameter, profileSession } from "./profileSession.ts";

export interface ProfileOptions {
  /** names of parameters or components, or `variance`, `fixed`, `all`; default all */
  readonly parameters?: readonly string[];
  /** functions of the components to be profiled too: `h2 = animal / (animal + residual)` */
  readonly derive?: readonly string[];
  /** coverage, default 0.95 */
  readonly level?: number;
  /** deviance that is profiled; default ML, to which REML fits are refitted. REML has no profile of fixed effects */
  readonly criterion?: Criterion;
  /** standard deviations as they are (default) or squared */
  readonly scale?: "sd" | "variance";
  /** called before each constrained minimization; return false to stop with what there is */
  readonly onProgress?: (progress: ProfileProgress) => boolean | undefined;
}

export interface ProfileProgress {
  /** name of the parameter at work, and its place among those that are profiled */
  readonly parameter: string;
  readonly index: number;
  readonly count: number;
  /** constrained minimizations so far */
  readonly minimizations: number;
}

/** A point of a profile: the signed root of the deviance (zeta of Bates & Watts) at a value of the parameter. */
export interface ProfilePoint {
  readonly value: number;
  readonly zeta: number;
}

/** A profile-likelihood interval with the profile it was found on. */
export interface ProfileInterval {
  readonly name: string;
  readonly kind: ParameterKind | "derived";
  /** component name, `residual`, or null for a fixed effect */
  readonly component: string | null;
  /** by the criterion that was profiled; null where the parameter has no value (a correlation beside a zero variance) */
  readonly estimate: number | null;
  /** null where the profile has no end: the data say nothing in this direction */
  readonly lower: number | null;
  readonly upper: number | null;
  /** ends that are boundaries of the parameter space, which the data do not exclude */
  readonly lowerIsBoundary: boolean;
  readonly upperIsBoundary: boolean;
  /** the constrained minima by value, the estimate among them */
  readonly profile: readonly ProfilePoint[];
}

export interface ProfileIntervals {
  readonly level: number;
  readonly criterion: Criterion;
  readonly intervals: readonly ProfileInterval[];
  readonly notes: readonly Note[];
}

/**
 * Profile-likelihood intervals: the values of a parameter that the likelihood-ratio test does not reject, found by holding
 * the parameter and minimizing the deviance over all others. Ends are solved for, not interpolated.
 *
 * As lme4's confint(method = "profile"): by ML, standard deviations and correlations; limits on a boundary (a deviation of
 * zero, a correlation of one) are given as the boundary.
 *
 * @throws HendersonError inference/level, inference/profile-parameter, inference/profile-likelihood, inference/lower-deviance,
 * inference/profile-failed, fit/needs-data
 * @cite Bates & Watts (1988), Nonlinear Regression Analysis and Its Applications, chapter 6; Bates et al. (2015), section 5.1
 */
export function profileIntervals(fit: FitResult, options: ProfileOptions = {}): ProfileIntervals {
  const level = requireLevel(options.level ?? 0.95);
  const limit = normalQuantile(0.5 * (1 - level), { lower: false });
  const { least, criterion, notes } = profiledFit(fit, options.criterion ?? "ML");
  const { parameters, notes: skipped } = profileParameters(least);
  const derived = derivedFunctions(options.derive ?? [], componentNames(least));
  // functions alone where nothing else is asked for
  const chosen = options.parameters ?? (derived.definitions.length > 0 ? [] : ["all"]);
  const wanted = selectParameters(parameters, chosen, criterion);
  const session = profileSession(least, criterion);
  const work: readonly Work[] = [
    ...wanted.map((parameter) => ({ ...parameter, prepare: () => session.prepare(parameter) })),
    ...derived.definitions.map(({ name }, d) => ({
      name,
      kind: "derived" as const,
      component: null,
      prepare: () => session.prepareDerived((components) => derived.at(components)[d]!),
    })),
  ];
  const found = profiles(work, limit, options);
  return {
    level,
    criterion,
    intervals: found.intervals.map((interval) => onScale(interval, options.scale ?? "sd")),
    notes: [...notes, ...skipped, ...found.notes],
  };
}

/** The fit whose estimates minimize the deviance to be profiled. */
function profiledFit(
  fit: FitResult,
  criterion: Criterion,
): { readonly least: FitResult; readonly criterion: Criterion; readonly notes: readonly Note[] } {
  requireRows(fit, "profiles of the likelihood");
  if (fit.method === "ANOVA" || fit.solver === "iteration" || !Number.isFinite(fit.logLik)) {
    throw new HendersonError(
      "inference/profile-likelihood",
      fit.method === "ANOVA"
        ? "variances by the ANOVA method do not maximize a likelihood, so there is none to profile"
        : "a solution by iteration has no likelihood to profile",
      { hint: "fit the model by REML or ML" },
    );
  }
  if (criterion === "REML") {
    if (fit.method === "REML" || fit.method === "OLS") return { least: fit, criterion, notes: [] };
    throw new HendersonError(
      "inference/profile-likelihood",
      "the fit is by ML, so there is no REML deviance to profile",
      {
        hint: "fit the model by REML, or profile the ML deviance",
      },
    );
  }
  if (fit.method === "ML") return { least: fit, criterion, notes: [] };
  const note: Note = {
    code: "inference/profiled-by-ml",
    severity: "info",
    message: "refitted by ML: the profiles are those of the ML deviance, as in lme4",
    hint: '--criterion reml (in the library { criterion: "REML" }) profiles the variance parameters by REML',
  };
  return { least: refitByLikelihood(fit), criterion, notes: [note] };
}

/** A parameter or function to be profiled. */
interface Work {
  readonly name: string;
  readonly kind: ProfileInterval["kind"];
  readonly component: string | null;
  prepare(): PreparedParameter;
}

function profiles(
  wanted: readonly Work[],
  limit: number,
  { onProgress }: ProfileOptions,
): { readonly intervals: ProfileInterval[]; readonly notes: Note[] } {
  const intervals: ProfileInterval[] = [];
  const notes: Note[] = [];
  const count = wanted.length;
  let minimizations = 0;
  for (const [index, parameter] of wanted.entries()) {
    const step = (): void => {
      const go = onProgress?.({ parameter: parameter.name, index, count, minimizations });
      minimizations++;
      if (go === false) throw new Cancelled();
    };
    try {
      const prepared = parameter.prepare();
      const interval = intervalOf(parameter, prepared, limit, step, notes);
      intervals.push(interval);
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      notes.push({
        code: "inference/profile-cancelled",
        severity: "warning",
        message: `stopped after ${intervals.length} of ${count} parameters`,
      });
      break;
    }
  }
  return { intervals, notes };
}

/** Leaves the loops of a profile when the caller wants no more. */
class Cancelled extends Error {}

function intervalOf(
  { name, kind, component }: Work,
  prepared: PreparedParameter,
  limit: number,
  step: () => void,
  notes: Note[],
): ProfileInterval {
  const { valueAt } = prepared;
  const common = { name, kind, component };
  if (!prepared.defined) {
    notes.push({
      code: "inference/no-correlation",
      severity: "info",
      subject: name,
      message: `${name} has no value: a standard deviation is estimated at zero, so the data say nothing of the correlation`,
    });
    return {
      ...common,
      estimate: null,
      lower: valueAt(prepared.lower),
      upper: valueAt(prepared.upper),
      lowerIsBoundary: true,
      upperIsBoundary: true,
      profile: [],
    };
  }
  const curve = profileCurve(prepared, name, step);
  const low = curve.crossing(-1, limit);
  const high = curve.crossing(1, limit);
  if (curve.fall() > 1e-3) {
    notes.push({
      code: "inference/profile-not-monotone",
      severity: "warning",
      subject: name,
      message: `the profile of ${name} is not monotone (the likelihood has more than one maximum along it): the interval reaches to the nearest crossings`,
      hint: "look at the profile, or use the bootstrap",
    });
  }
  for (const [side, crossing] of [
    ["lower", low],
    ["upper", high],
  ] as const) {
    if (crossing !== null) continue;
    notes.push({
      code: "inference/profile-unbounded",
      severity: "warning",
      subject: name,
      message: `the profile of ${name} levels off: at level ${levelText(limit)} there is no ${side} limit`,
      hint: "the data hardly tell this parameter from the others; a simpler model may say more",
    });
  }
  return {
    ...common,
    estimate: valueAt(curve.estimate.u),
    lower: low === null ? null : valueAt(low.u),
    upper: high === null ? null : valueAt(high.u),
    lowerIsBoundary: low?.atEnd ?? false,
    upperIsBoundary: high?.atEnd ?? false,
    profile: pointsOf(curve, valueAt, limit),
  };
}

function pointsOf(curve: ProfileCurve, valueAt: (u: number) => number, limit: number): ProfilePoint[] {
  const all = [...curve.follow(-1, limit).toReversed(), curve.estimate, ...curve.follow(1, limit)];
  return all.map(({ u, zeta }) => ({ value: valueAt(u), zeta }));
}

function levelText(limit: number): string {
  return limit.toFixed(3);
}

/** Standard deviations squared where variances are asked for; zeta does not change. */
function onScale(interval: ProfileInterval, scale: "sd" | "variance"): ProfileInterval {
  if (scale === "sd" || (interval.kind !== "sd" && interval.kind !== "sigma")) return interval;
  const square = (value: number | null): number | null => (value === null ? null : value * value);
  return {
    ...interval,
    name: interval.kind === "sigma" ? "sigma^2" : interval.name.replace(/^sd/, "var"),
    estimate: square(interval.estimate),
    lower: square(interval.lower),
    upper: square(interval.upper),
    profile: interval.profile.map(({ value, zeta }) => ({ value: value * value, zeta })),
  };
}

/** Parameters by name, component or group. */
function selectParameters(
  parameters: readonly ProfileParameter[],
  wanted: readonly string[],
  criterion: Criterion,
): readonly ProfileParameter[] {
  const fits = (parameter: ProfileParameter, name: string): boolean => {
    if (name === "all") return criterion === "ML" || parameter.kind !== "fixed";
    if (name === "variance" || name === "theta_") return parameter.kind !== "fixed";
    if (name === "fixed" || name === "beta_") return parameter.kind === "fixed";
    return parameter.name === name || parameter.component === name;
  };
  for (const name of wanted) {
    const found = parameters.filter((parameter) => fits(parameter, name));
    if (found.length === 0 && !["all", "variance", "fixed", "theta_", "beta_"].includes(name)) {
      const names = parameters.map((parameter) => parameter.name);
      const close = nearest(name, names);
      const list = `there are ${names.join(", ")}; and all, variance, fixed`;
      throw new HendersonError("inference/profile-parameter", `there is no parameter '${name}'`, {
        hint: close === null ? list : `the closest is '${close}'; ${list}`,
      });
    }
    if (criterion === "REML" && found.some(({ kind }) => kind === "fixed")) {
      throw new HendersonError(
        "inference/profile-likelihood",
        `the REML deviance does not depend on the fixed effects, so '${name}' has no profile`,
        { hint: "profile fixed effects by ML, or use their Wald intervals" },
      );
    }
  }
  return parameters.filter((parameter) => wanted.some((name) => fits(parameter, name)));
}
