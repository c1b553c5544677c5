import { HendersonError } from "../base/errors.ts";
import type { Model } from "../model/model.ts";
import { blockedEngine } from "./blocked/blocked.ts";
import type { Engine } from "./engine.ts";
import { linearEngine } from "./linear/linear.ts";

const engines: readonly Engine[] = [linearEngine, blockedEngine];

/** The first engine that supports the model. */
export function chooseEngine(model: Model): Engine {
  const reasons: string[] = [];
  for (const engine of engines) {
    const support = engine.supports(model);
    if (support.supported) return engine;
    reasons.push(`${engine.name}: ${support.reason}`);
  }
  throw new HendersonError("engine/unsupported", `no engine fits this model (${reasons.join("; ")})`);
}
