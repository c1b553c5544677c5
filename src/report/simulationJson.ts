import type { Note } from "../base/notes.ts";
import type { Bootstrap } from "../simulation/bootstrap.ts";
import type { BootstrapInterval } from "../simulation/bootstrapIntervals.ts";
import type { RatioBootstrap } from "../simulation/bootstrapRatio.ts";
import type { ReplicateRun } from "../simulation/runJob.ts";
import type { Json } from "./exactJson.ts";
import { noteJson } from "./fitJson.ts";
import { finiteOrNull } from "./numberArrays.ts";
import type { PowerPoint } from "./simulationText.ts";

/** `henderson/simulate@1`: one list a response, in the order of the rows of the model; `rows` counts them from 1 in the data. */
export function simulateJson(
  responses: readonly Float64Array[],
  keptRows: Int32Array | null,
  seed: number,
  notes: readonly Note[],
): Json {
  const n = responses[0]?.length ?? 0;
  return {
    schema: "henderson/simulate@1",
    seed,
    n: responses.length,
    rows: Array.from({ length: n }, (_, i) => (keptRows === null ? i : keptRows[i]!) + 1),
    responses: responses.map((response) => Array.from(response)),
    notes: notes.map(noteJson),
  };
}

/** `henderson/bootstrap@1` of statistics. */
export function bootstrapJson(
  result: Bootstrap,
  intervals: readonly BootstrapInterval[],
  level: number,
  type: string,
  notes: readonly Note[],
): Json {
  return {
    schema: "henderson/bootstrap@1",
    kind: "estimates",
    ...runJson(result),
    level,
    type,
    statistics: intervals.map(({ name, estimate, bias, se, lower, upper, used }) => ({
      term: name,
      estimate: finiteOrNull(estimate),
      bias: finiteOrNull(bias),
      se: finiteOrNull(se),
      lower: finiteOrNull(lower),
      upper: finiteOrNull(upper),
      used,
    })),
    replicates: Object.fromEntries(
      result.names.map((name, i) => [name, Array.from(result.replicates[i]!, finiteOrNull)]),
    ),
    notes: [...notes, ...result.notes].map(noteJson),
  };
}

/** `henderson/bootstrap@1` of a likelihood-ratio test. */
export function ratioJson(
  result: RatioBootstrap,
  formulas: readonly [larger: string, smaller: string],
  notes: readonly Note[],
): Json {
  return {
    schema: "henderson/bootstrap@1",
    kind: "likelihood-ratio",
    model: formulas[0],
    null: formulas[1],
    criterion: result.criterion,
    ...runJson(result),
    statistic: finiteOrNull(result.statistic),
    df: result.df,
    p: finiteOrNull(result.p),
    asLarge: result.asLarge,
    below: finiteOrNull(result.below),
    standardError: finiteOrNull(result.standardError),
    shareInterval: result.shareInterval.map(finiteOrNull),
    zeros: result.zeros,
    quantiles: result.quantiles.map(({ probability, value }) => ({
      probability,
      value: finiteOrNull(value),
    })),
    chiSquared: finiteOrNull(result.chiSquared),
    mixture: finiteOrNull(result.mixture),
    statistics: Array.from(result.statistics, finiteOrNull),
    notes: [...notes, ...result.notes].map(noteJson),
  };
}

function runJson({ requested, done, seed, notConverged, boundary, failed }: ReplicateRun): {
  readonly [key: string]: Json;
} {
  return { requested, done, seed, notConverged, boundary, failed };
}

/** `henderson/power@1`: one entry a setting. */
export function powerJson(points: readonly PowerPoint[], test: string, notes: readonly Note[]): Json {
  return {
    schema: "henderson/power@1",
    test,
    alpha: points[0]!.result.alpha,
    points: points.map(({ label, result }) => ({
      setting: { ...label },
      rows: result.rows,
      levels: { ...result.levels },
      power: finiteOrNull(result.power),
      interval: result.interval.map(finiteOrNull),
      significant: result.significant,
      ...runJson(result),
      notes: result.notes.map(noteJson),
    })),
    notes: notes.map(noteJson),
  };
}
