import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { FitOptions } from "./options.ts";

/** Every option of `fit`: its words, or null where any value of its type will do. The type keeps the list complete. */
const CHOICES: { readonly [Name in keyof Required<FitOptions>]: readonly string[] | null } = {
  method: ["REML", "ML", "ANOVA"],
  algorithm: ["newton", "bobyqa", "ai", "em"],
  solver: ["auto", "factor", "iteration"],
  missing: ["omit", "fail"],
  weights: null,
  contrasts: null,
  reference: null,
  factors: null,
  subset: null,
  relationships: null,
  held: null,
  kernels: null,
  deterministic: null,
  start: null,
  components: null,
  startComponents: null,
  maxIterations: null,
  trace: null,
  onProgress: null,
  engines: null,
  onPlan: null,
  onSolverProgress: null,
};

/**
 * Refuses options that would be passed over in silence: programs without types misspell `weights`, or write `method: "ml"`.
 *
 * @throws HendersonError "fit/unknown-option", "fit/option-value"
 */
export function requireOptions(options: FitOptions): void {
  for (const name of Object.keys(options)) {
    const value = options[name as keyof FitOptions];
    if (!Object.hasOwn(CHOICES, name)) throw unknownOption(name);
    const words = CHOICES[name as keyof FitOptions];
    if (words === null || value === undefined || words.includes(value as string)) continue;
    const close = typeof value === "string" ? nearest(value, words) : null;
    throw new HendersonError(
      "fit/option-value",
      `the option ${name} cannot be ${typeof value === "string" ? `'${value}'` : `a ${typeof value}`}`,
      { hint: `${close === null ? "" : `did you mean '${close}'? `}it is one of ${words.join(", ")}` },
    );
  }
}

function unknownOption(name: string): HendersonError {
  const close = nearest(name, Object.keys(CHOICES));
  return new HendersonError("fit/unknown-option", `there is no option '${name}'`, {
    hint: close === null ? `the options are ${Object.keys(CHOICES).join(", ")}` : `did you mean '${close}'?`,
  });
}
