import { HendersonError } from "../base/errors.ts";
import type { Model } from "../model/model.ts";
import { blockedEngine } from "./blocked/blocked.ts";
import type { Engine, PrepareOptions } from "./engine.ts";
import { linearEngine } from "./linear/linear.ts";
import { needsEquations } from "./needsEquations.ts";

const always: readonly Engine[] = [linearEngine, blockedEngine];

/**
 * The first engine that supports the model.
 *
 * @param further engines that are not part of every program, as equationsEngine
 * @throws HendersonError engine/not-loaded, engine/unsupported
 */
export function chooseEngine(
  model: Model,
  options: PrepareOptions = {},
  further: readonly Engine[] = [],
): Engine {
  const reasons: string[] = [];
  for (const engine of [...always, ...further]) {
    const support = engine.supports(model, options);
    if (support.supported) return engine;
    reasons.push(`${engine.name}: ${support.reason}`);
  }
  const need =
    options.engine === "equations" ? "the equations engine was asked for" : needsEquations(model, options);
  if (need !== null && !further.some(({ name }) => name === "equations")) {
    throw new HendersonError("engine/not-loaded", `the full mixed model equations are needed: ${need}`, {
      hint: 'import { equationsEngine } from "henderson/genetics" and pass { engines: [equationsEngine] }',
    });
  }
  throw new HendersonError("engine/unsupported", `no engine fits this model (${reasons.join("; ")})`);
}
