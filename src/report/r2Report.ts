import type { Note } from "../base/notes.ts";
import type { VarianceExplained, VarianceShare } from "../inference/varianceExplained.ts";
import { percent } from "./coefficientText.ts";
import type { Json } from "./exactJson.ts";
import { noteJson } from "./fitJson.ts";
import { finiteOrNull } from "./numberArrays.ts";
import { formatNumbers } from "./numberFormat.ts";
import { textTable } from "./textTable.ts";

/** R2 and ICC with their limits, then the variance of every part. */
export function r2Text(result: VarianceExplained, digits: number): string[] {
  const shares = sharesOf(result);
  const column = (heading: string, value: (share: VarianceShare) => number | null) => ({
    heading,
    cells: formatNumbers(
      shares.map(([, share]) => value(share)),
      digits,
    ),
    align: "right" as const,
  });
  const parts: [string, number][] = [
    ["fixed effects", result.fixed],
    ...result.random.map(({ component, variance }): [string, number] => [component, variance]),
    ["residual", result.residual],
  ];
  return [
    ...textTable([
      { heading: "", cells: shares.map(([name]) => name), align: "left" },
      column("Estimate", ({ estimate }) => estimate),
      column("Std. Error", ({ se }) => se),
      column(percent((1 - result.level) / 2), ({ lower }) => lower),
      column(percent((1 + result.level) / 2), ({ upper }) => upper),
    ]),
    "",
    ...textTable([
      { heading: "Part", cells: parts.map(([name]) => name), align: "left" },
      {
        heading: "Variance",
        cells: formatNumbers(
          parts.map(([, value]) => value),
          digits,
        ),
        align: "right",
      },
      {
        heading: "Share",
        cells: formatNumbers(
          parts.map(([, value]) => value / result.total),
          digits,
        ),
        align: "right",
      },
    ]),
  ];
}

/** `henderson/r2@1` */
export function r2Json(result: VarianceExplained, more: readonly Note[]): Json {
  const share = (value: VarianceShare | null): Json =>
    value === null
      ? null
      : {
          estimate: finiteOrNull(value.estimate),
          se: finiteOrNull(value.se),
          ci: value.lower === null ? null : [value.lower, value.upper],
        };
  return {
    schema: "henderson/r2@1",
    level: result.level,
    marginal: share(result.marginal),
    conditional: share(result.conditional),
    iccAdjusted: share(result.iccAdjusted),
    iccUnadjusted: share(result.iccUnadjusted),
    parts: {
      fixed: result.fixed,
      random: result.random.map(({ component, group, variance, share: part }) => ({
        component,
        group,
        variance,
        share: part,
      })),
      residual: result.residual,
      total: result.total,
    },
    notes: [...more, ...result.notes].map(noteJson),
  };
}

function sharesOf(result: VarianceExplained): [string, VarianceShare][] {
  const rows: [string, VarianceShare | null][] = [
    ["R2 marginal", result.marginal],
    ["R2 conditional", result.conditional],
    ["ICC adjusted", result.iccAdjusted],
    ["ICC unadjusted", result.iccUnadjusted],
  ];
  return rows.flatMap(([name, share]) => (share === null ? [] : [[name, share]]));
}
