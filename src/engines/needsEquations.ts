import type { Model } from "../model/model.ts";
import type { PrepareOptions } from "./engine.ts";

/** What of a model only the full mixed model equations can hold; null when nothing does. */
export function needsEquations(model: Model, options: PrepareOptions = {}): string | null {
  const term = model.random.find((t) => t.relationship !== undefined || t.incidence !== undefined);
  if (term?.relationship) return `the levels of ${term.component} are related by ${term.relationship.name}`;
  if (term) return `a record meets several levels of ${term.component}`;
  if (model.traits) return "there are several traits";
  if (options.held && options.held.size > 0) return "variances are held at known values";
  if (options.engine === "equations") return "the mixed model equations were asked for";
  return null;
}
