import type { Note } from "../base/notes.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import type { Model } from "../model/model.ts";
import { hendersonMethod3 } from "./hendersonMethod3.ts";

export interface AnovaComponents {
  /** estimates by component, negative ones set to zero */
  readonly held: ReadonlyMap<string, Matrix>;
  readonly notes: readonly Note[];
}

/**
 * ANOVA estimates as the covariances that fixed and random effects are then solved with.
 *
 * @throws HendersonError fit/anova-model
 */
export function anovaComponents(model: Model): AnovaComponents {
  const held = new Map<string, Matrix>();
  const notes: Note[] = [];
  for (const [name, estimate] of hendersonMethod3(model).estimates) {
    const value = createMatrix(1, 1);
    value.values[0] = Math.max(0, estimate);
    held.set(name, value);
    if (estimate >= 0) continue;
    notes.push({
      code: "fit/negative-variance",
      severity: "warning",
      subject: name,
      message: `the ANOVA estimate of the variance of ${name} is ${estimate.toPrecision(6)}, below zero; the effects are solved with zero`,
      hint: "an estimate below zero says that the variance is small against its error; REML keeps within bounds",
    });
  }
  return { held, notes };
}
