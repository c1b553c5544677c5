import type { Note } from "../../base/notes.ts";
import type { FitResult } from "../../fit/result.ts";

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

export type ParameterPlace =
  | { readonly of: "residual" }
  /** coefficient(s) of an unstructured block: of random term `term`, or of the residual of several traits (null) */
  | { readonly of: "block"; readonly term: number | null; readonly first: number; readonly second?: number }
  /** a parameter of a structured term: its index in theta of the term */
  | { readonly of: "structure"; readonly term: number; readonly index: number }
  | { readonly of: "fixed"; readonly column: number };

/** Every parameter of a fit in the order of lme4: random terms, the residual, fixed effects; notes name those left out. */
export function profileParameters(fit: FitResult): {
  readonly parameters: readonly ProfileParameter[];
  readonly notes: readonly Note[];
} {
  const parameters: ProfileParameter[] = [];
  const skipped: Note[] = [];
  const labels = termLabels(fit);
  const skip = (component: string, message: string, hint: string): void => {
    skipped.push({ code: "inference/not-profiled", severity: "info", subject: component, message, hint });
  };
  fit.model.random.forEach(({ component, coefficientNames, covariance }, t) => {
    if (fit.held.includes(component)) {
      skip(
        component,
        `${component} is held at a known value and has no interval`,
        "leave it out of --components to estimate it",
      );
      return;
    }
    if (covariance.rank !== undefined) {
      skip(
        component,
        `the factors of ${component} (${covariance.name}) are not profiled: their loadings are determined only up to a rotation`,
        "fit the term unstructured, or profile a function of the components",
      );
      return;
    }
    parameters.push(...termParameters(t, component, labels[t]!, coefficientNames, covariance.name));
  });
  const { traits } = fit.model;
  if (fit.held.includes("residual")) {
    skip(
      "residual",
      "the residual is held at a known value and has no interval",
      "leave it out of --components to estimate it",
    );
  } else if (traits !== undefined && traits.names.length > 1) {
    parameters.push(...blockParameters(null, "residual", "residual", traits.names));
  } else {
    parameters.push({ name: "sigma", kind: "sigma", component: "residual", place: { of: "residual" } });
  }
  fit.model.fixed.names.forEach((name, column) => {
    parameters.push({ name, kind: "fixed", component: null, place: { of: "fixed", column } });
  });
  return { parameters, notes: skipped };
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
  structure: string,
): ProfileParameter[] {
  if (structure === "us") return blockParameters(term, component, label, names);
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
