import type { PredictionTable } from "../inference/predictionTable.ts";
import type { Json } from "./exactJson.ts";
import { noteJson } from "./fitJson.ts";
import { finiteOrNull } from "./numberArrays.ts";

/**
 * `henderson/predict@1` with uncertainty: lists beside `predictions`, of several traits objects of lists by trait.
 */
export function predictionTableJson(table: PredictionTable): Json {
  const { traits } = table;
  const list = (values: readonly (number | null)[]): Json => {
    const all = values.map((value) => (value === null ? null : finiteOrNull(value)));
    if (traits === undefined) return all;
    const rows = all.length / traits.length;
    return Object.fromEntries(traits.map((trait, t) => [trait, all.slice(t * rows, (t + 1) * rows)]));
  };
  return {
    schema: "henderson/predict@1",
    target: table.target,
    interval: table.interval,
    level: table.level,
    ddf: table.ddf,
    thetaUncertainty: table.thetaUncertainty,
    predictions: list(table.predictions),
    se: list(table.se),
    df: list(table.df),
    lower: list(table.lower),
    upper: list(table.upper),
    notes: table.notes.map(noteJson),
  };
}
