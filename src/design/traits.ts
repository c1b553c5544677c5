import { HendersonError } from "../base/errors.ts";
import type { ModelFormula, Response, TraitFormula, Variable } from "../formula/terms.ts";

/** A formula with one response of one column. */
export interface SingleTrait extends TraitFormula {
  readonly response: Extract<Response, { kind: "single" }>;
}

/** The traits of a formula, each with a formula of its own. */
interface TraitPlan {
  readonly traits: readonly SingleTrait[];
  /** the traits have one formula, `mvbind(y1, y2) ~ ...`: its random terms are terms across traits */
  readonly shared: boolean;
}

/**
 * `mvbind(y1, y2) ~ ...` and `y1 ~ ...; y2 ~ ...` as one formula a trait.
 *
 * @throws HendersonError `design/repeated-trait`, and `design/not-yet` for cbind
 */
export function traitsOf(formula: ModelFormula): TraitPlan {
  const { source } = formula;
  const [first] = formula.traits;
  if (formula.traits.length === 1 && first!.response.kind === "mvbind") {
    const { variables, span } = first!.response;
    const single = (variable: Variable): SingleTrait => ({
      ...first!,
      response: { kind: "single", variable, span },
    });
    return { traits: variables.map(single), shared: true };
  }
  const traits = formula.traits.map((trait): SingleTrait => {
    const { response } = trait;
    if (response.kind === "single") return { ...trait, response };
    throw new HendersonError("design/not-yet", `a response ${response.kind}(...) cannot be fitted yet`, {
      hint: "use a response of one column",
      source,
      span: response.span,
    });
  });
  const names = traits.map(traitName);
  const twice = names.findIndex((name, t) => names.indexOf(name) < t);
  if (twice >= 0) {
    throw new HendersonError(
      "design/repeated-trait",
      `there are two formulas for the trait ${names[twice]}`,
      {
        hint: "write one formula for each trait",
        source,
        span: traits[twice]!.response.span,
      },
    );
  }
  return { traits, shared: false };
}

/** A trait is named after its response. */
export function traitName({ response }: SingleTrait): string {
  return response.variable.text;
}
