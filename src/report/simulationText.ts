import type { Bootstrap } from "../simulation/bootstrap.ts";
import type { BootstrapInterval } from "../simulation/bootstrapIntervals.ts";
import type { RatioBootstrap } from "../simulation/bootstrapRatio.ts";
import type { Power } from "../simulation/power.ts";
import type { ReplicateRun } from "../simulation/runJob.ts";
import { formatNumber, formatNumbers, formatPValues } from "./numberFormat.ts";
import { type TextColumn, textTable } from "./textTable.ts";

/** A likelihood-ratio test by the bootstrap, in words and numbers. */
export function ratioText(
  result: RatioBootstrap,
  formulas: readonly [larger: string, smaller: string],
): string[] {
  const used = result.statistics.length;
  const p = (value: number): string => formatPValues([value], 4)[0]!;
  const [low, high] = result.shareInterval;
  return [
    `Likelihood-ratio test by the parametric bootstrap (${result.criterion})`,
    "",
    `null:   ${formulas[1]}`,
    `model:  ${formulas[0]}`,
    "",
    runText(result),
    `Statistic: ${formatNumber(result.statistic, 5)} on ${result.df} parameter${result.df === 1 ? "" : "s"}`,
    "",
    ...textTable([
      {
        heading: "reference",
        align: "left",
        cells: ["bootstrap", "chi-squared", ...(result.mixture === null ? [] : ["chi-squared mixture"])],
      },
      {
        heading: "p",
        align: "right",
        cells: [p(result.p), p(result.chiSquared), ...(result.mixture === null ? [] : [p(result.mixture)])],
      },
    ]),
    "",
    `${result.asLarge} of ${used} replicates have a statistic as large: share ${share(result.asLarge / used)}, 95 % interval ${share(low)} to ${share(high)}`,
    `${share(result.below)} of the replicates lie below the observed statistic; ${result.zeros} are exactly zero`,
    "",
    "Quantiles of the statistic under the null:",
    ...textTable(
      result.quantiles.map(
        ({ probability, value }): TextColumn => ({
          heading: `${100 * probability}%`,
          align: "right",
          cells: [formatNumber(value, 4)],
        }),
      ),
    ),
  ];
}

/** Bootstrap standard errors and intervals of every statistic. */
export function bootstrapText(
  result: Bootstrap,
  intervals: readonly BootstrapInterval[],
  { level, type, title }: { readonly level: number; readonly type: string; readonly title: string },
): string[] {
  const column = (heading: string, values: readonly number[]): TextColumn => ({
    heading,
    align: "right",
    cells: values.map((value) => formatNumber(value, 5)),
  });
  return [
    title,
    runText(result),
    `${100 * level} % ${type} intervals`,
    "",
    ...textTable([
      { heading: "", align: "left", cells: intervals.map(({ name }) => name) },
      column(
        "estimate",
        intervals.map(({ estimate }) => estimate),
      ),
      column(
        "bias",
        intervals.map(({ bias }) => bias),
      ),
      column(
        "std. error",
        intervals.map(({ se }) => se),
      ),
      column(
        "lower",
        intervals.map(({ lower }) => lower),
      ),
      column(
        "upper",
        intervals.map(({ upper }) => upper),
      ),
    ]),
  ];
}

function runText({ done, requested, seed }: ReplicateRun): string {
  const stopped = done < requested ? ` (stopped; ${requested} were asked for)` : "";
  return `Replicates: ${done}${stopped}, seed ${seed}`;
}

function share(value: number): string {
  return formatNumbers([value], 4)[0]!;
}

/** Power in one setting: sample sizes and effects by name. */
export interface PowerPoint {
  readonly label: Readonly<Record<string, number>>;
  readonly result: Power;
}

/** Power with its exact interval, a line a setting. */
export function powerText(points: readonly PowerPoint[], test: string): string[] {
  const { alpha } = points[0]!.result;
  const names = [...new Set(points.flatMap(({ label }) => Object.keys(label)))];
  const percentage = (value: number): string => `${(100 * value).toFixed(1)}%`;
  const column = (heading: string, cell: (point: PowerPoint) => string): TextColumn => ({
    heading,
    align: "right",
    cells: points.map(cell),
  });
  return [
    `Power of the test of ${test} at level ${alpha}, with exact 95 % intervals`,
    runText(points[0]!.result),
    "",
    ...textTable([
      ...names.map((name) => column(name, ({ label }) => String(label[name] ?? ""))),
      column("rows", ({ result }) => String(result.rows)),
      column("power", ({ result }) => percentage(result.power)),
      column("lower", ({ result }) => percentage(result.interval[0])),
      column("upper", ({ result }) => percentage(result.interval[1])),
    ]),
  ];
}
