import type { PrepareOptions, Problem } from "../../engines/engine.ts";
import { prepareProblem } from "../../fit/fit.ts";
import { furtherEngines } from "../../fit/furtherEngines.ts";
import { pinConfounded } from "../../fit/pinned.ts";
import { heldMatrices } from "../../fit/precision.ts";
import type { FitResult } from "../../fit/result.ts";
import type { Criterion, Model } from "../../model/model.ts";
import { minimizeNewton } from "../../optimize/newton.ts";
import type { Dual } from "../dualNumbers.ts";
import { withCoefficientHeld, withTermOrder, withTraitOrder } from "./arrangedModel.ts";
import { derivedCoordinate } from "./derivedRelation.ts";
import { blendedSurface, type DevianceSurface, devianceSurface } from "./devianceSurface.ts";
import type { HeldCoordinate } from "./heldCoordinate.ts";
import type { ProfileParameter } from "./profileParameters.ts";
import { thetaPlaces } from "./thetaPlaces.ts";

/** A parameter ready to be held: the surface, where it is least, and how the search scale u is told. */
export interface PreparedParameter {
  readonly surface: DevianceSurface;
  readonly coordinate: HeldCoordinate;
  /** the minimum over all of x, and -2 log-likelihood there */
  readonly x: Float64Array;
  readonly objective: number;
  /** ends of u; a boundary belongs to the parameter space */
  readonly lower: number;
  readonly upper: number;
  /** the parameter at u, increasing */
  valueAt(u: number): number;
  /** false: a correlation beside a standard deviation of zero, which has no value */
  readonly defined: boolean;
  /**
   * Sets of coordinates that take the parameter out of the model where they are zero: the deviance then is the same at
   * every value of the parameter, and so an upper bound of its profile. A correlation goes with either deviation.
   */
  readonly escapes: readonly (readonly number[])[];
  /** another point to search from: no correlations */
  readonly uncorrelated: Float64Array;
}

/** Prepares parameters of one fit; problems that several parameters share are prepared once in a row. */
interface ProfileSession {
  prepare(parameter: ProfileParameter): PreparedParameter;
  /** a function of the components, by value and gradient */
  prepareDerived(f: (components: Float64Array) => Dual): PreparedParameter;
}

/** Nodes of the quadratic in a coefficient, in standard errors from its estimate. */
const NODE_DISTANCE = 3;
/** Part of its estimate at which a residual deviation counts as zero. */
const NEXT_TO_ZERO = 1e-3;
const RIGHT_ANGLE = Math.PI / 2;
/** A standard deviation below this part of the residual's has no correlations. */
const NO_DEVIATION = 1e-7;

/** @param fit the fit whose estimates minimize the criterion (by ML where `criterion` is ML) */
export function profileSession(fit: FitResult, criterion: Criterion): ProfileSession {
  const { model } = fit;
  const reml = criterion === "REML";
  const { firstOf, residualFirst, unitOf, unitsOf, thetaOf } = thetaPlaces(fit);
  const dof = reml ? fit.nobs - fit.beta.length : fit.nobs;
  const engines = furtherEngines(model);
  const how: PrepareOptions & { engines: typeof engines } = {
    held: heldMatrices(fit),
    engines,
    ...(fit.engine === "equations" ? { engine: "equations" as const, solver: "factor" as const } : {}),
  };
  const problemOf = (arranged: Model): Problem =>
    pinConfounded(arranged, prepareProblem(arranged, criterion, undefined, how));
  /** one problem is kept: the next parameter often needs the same */
  const last: { key: string; made: Arranged | null } = { key: "", made: null };

  function arranged(key: string, make: () => Model): Arranged {
    if (last.key !== key || last.made === null) {
      last.made = null; // its memory may go before the next is taken
      const arrangedModel = make();
      const problem = problemOf(arrangedModel);
      const surface = devianceSurface(problem, dof);
      const x = new Float64Array(surface.size);
      x.set(key === "" ? fit.theta : thetaOf(problem, arrangedModel));
      if (surface.logSigma >= 0) x[surface.logSigma] = Math.log(fit.sigma);
      last.made = { problem, ...leastOf(problem, surface, x) };
      last.key = key;
    }
    return last.made;
  }

  function block(parameter: ProfileParameter, term: number | null, i: number, j?: number): PreparedParameter {
    const k = term === null ? model.traits!.names.length : model.random[term]!.covariance.size;
    const front = j === undefined ? [i] : [i, j];
    const order = [...front, ...Array.from({ length: k }, (_, c) => c).filter((c) => !front.includes(c))];
    const usual = order.every((old, place) => old === place);
    const key = usual ? "" : `${term}:${order.join()}`;
    const made = arranged(key, () => {
      if (usual) return model;
      return term === null ? withTraitOrder(model, order) : withTermOrder(model, term, order);
    });
    const first = term === null ? residualFirst(made.problem) : firstOf(made.problem, term);
    if (j === undefined)
      return deviation(made, first, 1, unitOf(made.problem, parameter.component!, first, k, 0));
    const own = made.x[first]!;
    const length = Math.hypot(made.x[first + 1]!, made.x[first + k]!);
    const size = made.surface.logSigma >= 0 ? 1 : Math.max(Math.abs(own), length);
    return {
      ...made,
      coordinate: { kind: "polar", own: first, at: first + 1, beside: first + k },
      lower: -RIGHT_ANGLE,
      upper: RIGHT_ANGLE,
      valueAt: Math.sin,
      defined: Math.min(Math.abs(own), length) > NO_DEVIATION * size,
      escapes: [Array.from({ length: k }, (_, c) => first + c), [first + 1, first + k]],
    };
  }

  /** A standard deviation that is `unit` times the `1 / power`-th power of a parameter. */
  function deviation(made: Arranged, at: number, power: 1 | 0.5, unit: number): PreparedParameter {
    const relative = made.surface.logSigma >= 0;
    return {
      ...made,
      coordinate: relative ? { kind: "scaled", at, power } : { kind: "axis", at },
      lower: 0,
      upper: Number.POSITIVE_INFINITY,
      valueAt: (u) => unit * (power === 1 ? u : u * u),
      defined: true,
      escapes: [],
    };
  }

  return {
    prepareDerived(f) {
      const made = arranged("", () => model);
      return {
        ...made,
        ...derivedCoordinate(fit, made.problem, made.surface, made.x, f),
        defined: true,
        escapes: [],
      };
    },
    prepare(parameter) {
      const { place } = parameter;
      switch (place.of) {
        case "block":
          return block(parameter, place.term, place.first, place.second);
        case "residual": {
          const made = arranged("", () => model);
          if (made.surface.logSigma < 0) {
            const first = residualFirst(made.problem);
            const whole = deviation(made, first, 1, unitOf(made.problem, "residual", first, 1, 0));
            // the equations have no residual of zero: what is next to it stands for it
            const lower = NEXT_TO_ZERO * Math.abs(made.x[first]!);
            return { ...whole, lower, valueAt: (u) => (u <= lower ? 0 : whole.valueAt(u)) };
          }
          return {
            ...made,
            coordinate: { kind: "axis", at: made.surface.logSigma },
            lower: Number.NEGATIVE_INFINITY,
            upper: Number.POSITIVE_INFINITY,
            valueAt: Math.exp,
            defined: true,
            escapes: [],
          };
        }
        case "structure": {
          const made = arranged("", () => model);
          const { covariance, component } = model.random[place.term]!;
          const first = firstOf(made.problem, place.term);
          const at = first + place.index;
          const k = covariance.size;
          const spec = covariance.parameters[place.index]!;
          if (spec.kind !== "correlation") {
            const power = spec.label.startsWith("sqrt") ? 0.5 : 1;
            const row = Math.min(place.index, k - 1);
            const unit = unitOf(made.problem, component, first, k, row);
            return deviation(made, at, power, unit);
          }
          const deviations = made.x.subarray(first, at);
          const size = made.surface.logSigma >= 0 ? 1 : Math.max(...deviations.map(Math.abs));
          return {
            ...made,
            coordinate: { kind: "axis", at },
            lower: -RIGHT_ANGLE,
            upper: RIGHT_ANGLE,
            // the sine runs from -1 to 1 while the correlation runs from its least value to 1
            valueAt: covariance.name.endsWith("cs")
              ? (u) => 1 - ((k / (k - 1)) * (1 - Math.sin(u))) / 2
              : Math.sin,
            defined: deviations.every((value) => Math.abs(value) > NO_DEVIATION * size),
            // one deviation is not enough for a correlation
            escapes: Array.from(deviations, (_, kept) =>
              places(first, at, deviations.length > 1 ? kept : -1),
            ),
          };
        }
        case "fixed": {
          const { column } = place;
          const p = fit.beta.length;
          const estimate = fit.beta[column]!;
          const se = fit.sigma * Math.sqrt(fit.unscaledCovariance.values[column * (p + 1)]!);
          const nodes = [estimate - NODE_DISTANCE * se, estimate, estimate + NODE_DISTANCE * se];
          const problems = nodes.map((value) => problemOf(withCoefficientHeld(model, column, value)));
          const own = unitsOf(arranged("", () => model).problem);
          const scales = problems.map((problem) => unitsOf(problem).map((unit, a) => own[a]! / unit));
          const surface = blendedSurface(
            problems.map((problem) => devianceSurface(problem, dof)),
            nodes,
            scales,
          );
          const x = new Float64Array(surface.size);
          x.set(fit.theta);
          if (surface.logSigma >= 0) x[surface.logSigma] = Math.log(fit.sigma);
          x[surface.size - 1] = estimate;
          return {
            ...leastOf(problems[0]!, surface, x),
            coordinate: { kind: "axis", at: surface.size - 1 },
            lower: Number.NEGATIVE_INFINITY,
            upper: Number.POSITIVE_INFINITY,
            valueAt: (u) => u,
            defined: true,
            escapes: [],
          };
        }
      }
    },
  };
}

interface Arranged {
  readonly problem: Problem;
  readonly surface: DevianceSurface;
  readonly x: Float64Array;
  readonly objective: number;
  readonly uncorrelated: Float64Array;
}

/** first, ..., end - 1 without first + kept */
function places(first: number, end: number, kept: number): number[] {
  return Array.from({ length: end - first }, (_, i) => first + i).filter((at) => at !== first + kept);
}

/** The minimum of a surface next to the estimates of a fit, to the last digits. */
function leastOf(
  problem: Problem,
  surface: DevianceSurface,
  from: Float64Array,
): Pick<Arranged, "surface" | "x" | "objective" | "uncorrelated"> {
  const { x, objective } = minimizeNewton(surface, from, { tolerance: 1e-11 });
  const uncorrelated = x.slice();
  problem.parameters.forEach(({ kind, label }, a) => {
    const [, row, column] = /L\[(\d+),(\d+)\]$/.exec(label) ?? [];
    const deviation = row === column && kind !== "correlation";
    uncorrelated[a] = deviation ? Math.max(Math.abs(x[a]!), 0.1 * Math.abs(problem.start[a]!)) : 0;
  });
  return { surface, x, objective, uncorrelated };
}
