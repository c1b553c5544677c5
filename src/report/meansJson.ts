import type { Note } from "../base/notes.ts";
import type { EstimateTable } from "../inference/means/estimateTable.ts";
import type { JointTests } from "../inference/means/jointTests.ts";
import type { MeansResult } from "../inference/means/means.ts";
import type { Json } from "./exactJson.ts";
import { noteJson } from "./fitJson.ts";
import { finiteOrNull } from "./numberArrays.ts";

/** `henderson/means@1`: marginal means or slopes and their contrasts. */
export function meansJson(result: MeansResult, specs: string, more: readonly Note[]): Json {
  const { estimates, contrasts, letters, grid, notes } = result;
  const all = [...more, ...notes, ...estimates.notes, ...(contrasts?.notes ?? [])];
  return {
    schema: "henderson/means@1",
    specs,
    kind: estimates.kind,
    ddf: estimates.ddf,
    grid: grid.map(({ name, kind, values }) => ({ name, kind, values })),
    estimates: tableJson(estimates, letters?.groups ?? null),
    contrasts: contrasts === null ? null : tableJson(contrasts, null),
    letters:
      letters === null
        ? null
        : { alpha: letters.alpha, adjust: letters.adjust === null ? null : letters.adjust.method },
    notes: all.map(noteJson),
  };
}

function tableJson(table: EstimateTable, letters: readonly string[] | null): Json {
  const adjustment = (which: EstimateTable["tests"]): Json =>
    which === null ? null : { method: which.method, sizes: which.sizes, counts: which.counts };
  return {
    estimate: table.estimateName,
    by: table.by,
    averagedOver: table.averagedOver,
    statistic: table.statistic,
    level: table.level,
    side: table.side,
    delta: table.delta,
    scale:
      table.scale === null
        ? null
        : { transformation: table.scale.transformation, biasSigma: table.scale.biasSigma },
    adjust: { tests: adjustment(table.tests), intervals: adjustment(table.intervals) },
    rows: table.rows.map((row, i) => ({
      levels: row.levels,
      estimable: row.estimable,
      estimate: finiteOrNull(row.estimate),
      se: finiteOrNull(row.se),
      df: finiteOrNull(row.df),
      lower: finiteOrNull(row.lower),
      upper: finiteOrNull(row.upper),
      null: finiteOrNull(row.null),
      statistic: finiteOrNull(row.statistic),
      p: finiteOrNull(row.p),
      n: row.count,
      ...(letters === null ? {} : { group: letters[i]! }),
    })),
  };
}

/** `henderson/means@1` of joint tests. */
export function jointTestsJson({ rows, by, ddf, notes }: JointTests, more: readonly Note[]): Json {
  return {
    schema: "henderson/means@1",
    kind: "joint-tests",
    ddf,
    by,
    tests: rows.map(({ levels, term, numDF, denDF, F, p, reduced }) => ({
      levels,
      term,
      numDF,
      denDF: finiteOrNull(denDF),
      F: finiteOrNull(F),
      p: finiteOrNull(p),
      reduced,
    })),
    notes: [...more, ...notes].map(noteJson),
  };
}
