import { HendersonError } from "../base/errors.ts";
import type { Model } from "../model/model.ts";
import { blockedEngine } from "./blocked/blocked.ts";
import type { Engine, PrepareOptions } from "./engine.ts";
import { equationsEngine } from "./equations/equations.ts";
import { linearEngine } from "./linear/linear.ts";

const engines: readonly Engine[] = [linearEngine, blockedEngine, equationsEngine];

/** The first engine that supports the model. */
export function chooseEngine(model: Model, options: PrepareOptions = {}): Engine {
  const reasons: string[] = [];
  for (const engine of engines) {
    const support = engine.supports(model, options);
    if (support.supported) return engine;
    reasons.push(`${engine.name}: ${support.reason}`);
  }
  throw new HendersonError("engine/unsupported", `no engine fits this model (${reasons.join("; ")})`);
}
