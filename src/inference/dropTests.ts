import type { Note } from "../base/notes.ts";
import type { FitResult } from "../fit/result.ts";
import type { AnovaRow } from "./anova.ts";
import { contrastValues } from "./contrastTest.ts";
import { type DenominatorMethod, type DenominatorName, denominatorOf } from "./denominator.ts";
import { droppableEffects, effectName } from "./dropOne.ts";

/** F tests of the terms that may be dropped. */
export interface DropTests {
  readonly ddf: DenominatorName;
  readonly rows: readonly AnovaRow[];
  readonly notes: readonly Note[];
}

/**
 * Wald F test of each fixed term that is marginal to no other, without fitting the model again: all its coefficients
 * are zero. As lmerTest's drop1.
 *
 * @throws HendersonError inference/needs-formula, inference/ddf-not-loaded
 */
export function dropTests(fit: FitResult, options: { readonly ddf?: DenominatorMethod } = {}): DropTests {
  const effects = droppableEffects(fit);
  const denominator = denominatorOf(fit, options.ddf);
  const sigma2 = fit.sigma * fit.sigma;
  const rows = effects.map((effect): AnovaRow => {
    const { kept } = effect;
    const named = effectName(fit, effect);
    if (kept.length === 0) {
      return { ...named, sumSq: null, meanSq: null, numDF: 0, denDF: null, F: null, p: null };
    }
    const contrasts = kept.map((column) => {
      const row = new Float64Array(fit.beta.length);
      row[column] = 1;
      return row;
    });
    const test = denominator.test(contrasts, contrastValues(contrasts, denominator.beta));
    const testable = test.numDF > 0 && Number.isFinite(test.F);
    return {
      ...named,
      sumSq: testable ? test.F * test.numDF * sigma2 : null,
      meanSq: testable ? test.F * sigma2 : null,
      numDF: test.numDF,
      denDF: testable && Number.isFinite(test.denDF) ? test.denDF : null,
      F: testable ? test.F : null,
      p: testable && !Number.isNaN(test.p) ? test.p : null,
    };
  });
  return { ddf: denominator.method, rows, notes: denominator.notes };
}
