// The library's verbs with the equations engine passed, as programs for genetics pass it.

import type { PrepareOptions, Problem } from "../../src/engines/engine.ts";
import { equationsEngine } from "../../src/engines/equations/equations.ts";
import * as library from "../../src/fit/fit.ts";
import type { FitOptions, ModelOptions } from "../../src/fit/options.ts";
import type { FitResult } from "../../src/fit/result.ts";
import type { Kernels } from "../../src/linalg/kernels.ts";
import type { Criterion, Model } from "../../src/model/model.ts";
import type { Table } from "../../src/table/table.ts";

const engines = [equationsEngine];

export function fit(formula: string, data: Table, options: FitOptions = {}): FitResult {
  return library.fit(formula, data, { engines, ...options });
}

export function fitModel(model: Model, options: ModelOptions = {}): FitResult {
  return library.fitModel(model, { engines, ...options });
}

export function prepareProblem(
  model: Model,
  criterion: Criterion,
  kernels?: Kernels,
  options: PrepareOptions = {},
): Problem {
  return library.prepareProblem(model, criterion, kernels, { engines, ...options });
}
