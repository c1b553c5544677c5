import type { Engine } from "../engines/engine.ts";
import type { Model } from "../model/model.ts";

/**
 * Engines that were passed when a model was fitted, so that verbs which solve it again (standard errors, refits with
 * another response) need not be told. Kept by the random terms, which such models share; a fit stays plain data.
 */
const passed = new WeakMap<Model["random"], readonly Engine[]>();

export function rememberEngines(model: Model, engines: readonly Engine[] | undefined): void {
  if (engines !== undefined && engines.length > 0) passed.set(model.random, engines);
}

/** The engines that a model was fitted with beyond those that are always there. */
export function furtherEngines(model: Model): readonly Engine[] {
  return passed.get(model.random) ?? [];
}
