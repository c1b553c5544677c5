import type { Note } from "../../base/notes.ts";
import type { CovarianceStructure } from "../../covariance/structure.ts";
import type { FitResult } from "../../fit/result.ts";
import { fixedLabels } from "../../model/fixedLabels.ts";

/** What a profile can hold. */
export type ParameterKind = "sd" | "correlation" | "sigma" | "fixed";

/** A parameter of a fit by name, and where it is. */
export interface ProfileParameter {
  /** as lme4 names it: `sd_(Intercept)|Subject`, `cor_Days.(Intercept)|Subject`, `sigma`, `Days` */
  readonly name: string;
  readonly kind: ParameterKind;
  /** component name, `residual`, or null for fixed effects */
  readonly component: string | null;
  readonly place: ParameterPlace;
}

type ParameterPlace =
  | { readonly of: "residual" }
  /** coefficient(s) of an unstructured block: of random term `term`, or of the residual of several traits (null) */
  | { readonly of: "block"; readonly term: number | null; readonly first: number; readonly second?: number }
  /** a parameter of a structured term: its index in theta of the term */
  | { readonly of: "structure"; readonly term: number; readonly index: number }
  | { readonly of: "fixed"; readonly column: number };

/**
 * Every parameter of a fit in the order of lme4: random terms, the residual, fixed effects. Terms with factors (fa, rr) are
 * told by the standard deviations and correlations that they imply. Components held at known values are not among them.
 */
export function namedParameters(fit: FitResult): readonly ProfileParameter[] {
  const parameters: ProfileParameter[] = [];
  const labels = termLabels(fit);
  fit.model.random.forEach(({ component, coefficientNames, covariance }, t) => {
    if (fit.held.includes(component)) return;
    parameters.push(...termParameters(t, component, labels[t]!, coefficientNames, covariance));
  });
  const { traits } = fit.model;
  if (!fit.held.includes("residual")) {
    if (traits !== undefined && traits.names.length > 1) {
      parameters.push(...blockParameters(null, "residual", "residual", traits.names));
    } else {
      parameters.push({ name: "sigma", kind: "sigma", component: "residual", place: { of: "residual" } });
    }
  }
  fixedLabels(fit.model).forEach((name, column) => {
    parameters.push({ name, kind: "fixed", component: null, place: { of: "fixed", column } });
  });
  return parameters;
}

/** The parameters that can be held along a profile; notes name those that cannot. */
export function profileParameters(fit: FitResult): {
  readonly parameters: readonly ProfileParameter[];
  readonly notes: readonly Note[];
} {
  const note = (subject: string, message: string, hint: string): Note => ({
    code: "inference/not-profiled",
    severity: "info",
    subject,
    message,
    hint,
  });
  const factors = fit.model.random.filter(({ covariance }) => covariance.rank !== undefined);
  return {
    parameters: namedParameters(fit).filter(
      ({ component }) => !factors.some((term) => term.component === component),
    ),
    notes: [
      ...fit.held.map((name) =>
        note(
          name,
          `${name} is held at a known value and has no interval`,
          "leave it out of --components to estimate it",
        ),
      ),
      ...factors.map(({ component, covariance }) =>
        note(
          component,
          `the factors of ${component} (${covariance.name}) are not profiled: their loadings are determined only up to a rotation`,
          "fit the term unstructured, or use Wald intervals of the deviations that they imply",
        ),
      ),
    ],
  };
}

/** Row and column in the component's covariance whose deviation or correlation a parameter is. */
export function entryOf({ kind, place }: ProfileParameter): readonly [number, number] {
  if (place.of === "block") return [place.second ?? place.first, place.first];
  if (place.of === "structure") return kind === "correlation" ? [1, 0] : [place.index, place.index];
  return [0, 0];
}

/** The grouping of each term, or its component's name where two terms of a grouping share a coefficient. */
function termLabels({ model }: FitResult): readonly string[] {
  return model.random.map((term) =>
    model.random.some(
      (other) =>
        other !== term &&
        other.group === term.group &&
        other.coefficientNames.some((name) => term.coefficientNames.includes(name)),
    )
      ? term.component
      : term.group,
  );
}

function termParameters(
  term: number,
  component: string,
  label: string,
  names: readonly string[],
  { name: structure, rank }: CovarianceStructure,
): ProfileParameter[] {
  if (structure === "us" || rank !== undefined) return blockParameters(term, component, label, names);
  const place = (index: number) => ({ of: "structure" as const, term, index });
  const k = names.length;
  const common = structure === "ar1" || structure === "homcs";
  const deviations: ProfileParameter[] = (common ? ["sd"] : names.map((name) => `sd_${name}`)).map(
    (name, index) => ({ name: `${name}|${label}`, kind: "sd", component, place: place(index) }),
  );
  if (structure === "diag" || k === 1) return deviations;
  return [
    ...deviations,
    { name: `cor|${label}`, kind: "correlation", component, place: place(deviations.length) },
  ];
}

/** sd[1], cor[2,1], ..., sd[2], cor[3,2], ...: the lower triangle by columns. */
function blockParameters(
  term: number | null,
  component: string,
  label: string,
  names: readonly string[],
): ProfileParameter[] {
  const found: ProfileParameter[] = [];
  names.forEach((name, first) => {
    found.push({
      name: `sd_${name}|${label}`,
      kind: "sd",
      component,
      place: { of: "block", term, first },
    });
    for (let second = first + 1; second < names.length; second++) {
      found.push({
        name: `cor_${names[second]!}.${name}|${label}`,
        kind: "correlation",
        component,
        place: { of: "block", term, first, second },
      });
    }
  });
  return found;
}
