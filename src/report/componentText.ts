import type { ComponentEstimate } from "../fit/componentEstimates.ts";
import type { AnovaEstimates } from "../fit/hendersonMethod3.ts";
import type { DerivedQuantity } from "../inference/derive.ts";
import { formatNumbers } from "./numberFormat.ts";
import { type TextColumn, textTable } from "./textTable.ts";

/** Variances and covariances with standard errors, a line each; those held at known values say so. */
export function componentText(rows: readonly ComponentEstimate[], digits: number): string[] {
  const estimates = formatNumbers(
    rows.map(({ estimate }) => estimate),
    digits,
  );
  const errors = formatNumbers(
    rows.map(({ se }) => se),
    digits,
  );
  const ratios = formatNumbers(
    rows.map(({ estimate, se }) => (se === null ? null : estimate / se)),
    3,
  );
  return textTable([
    { heading: " Component", cells: rows.map(({ name }) => ` ${name}`), align: "left" },
    { heading: "Estimate", cells: estimates, align: "right" },
    {
      heading: "Std. Error",
      cells: rows.map(({ held, se }, i) => (held ? "held" : se === null ? "-" : errors[i]!)),
      align: "right",
    },
    { heading: "z ratio", cells: rows.map(({ se }, i) => (se === null ? "" : ratios[i]!)), align: "right" },
  ]);
}

/** Functions of the components with delta-method standard errors. */
export function derivedText(rows: readonly DerivedQuantity[], digits: number): string[] {
  const estimates = formatNumbers(
    rows.map(({ estimate }) => estimate),
    digits,
  );
  const errors = formatNumbers(
    rows.map(({ se }) => se),
    digits,
  );
  return textTable([
    { heading: " Name", cells: rows.map(({ name }) => ` ${name}`), align: "left" },
    { heading: "Estimate", cells: estimates, align: "right" },
    {
      heading: "Std. Error",
      cells: rows.map(({ se }, i) => (se === null ? "-" : errors[i]!)),
      align: "right",
    },
    { heading: "", cells: rows.map(({ expression }) => ` = ${expression}`), align: "left" },
  ]);
}

/** Sums of squares with their expectations as combinations of the variances (Henderson's method 3). */
export function anovaEstimatesText({ sources, estimates }: AnovaEstimates, digits: number): string[] {
  const numbers = (heading: string, values: readonly number[]): TextColumn => ({
    heading,
    cells: formatNumbers(values, digits),
    align: "right",
  });
  const names = sources.map(({ component }) => component);
  return textTable([
    { heading: " Source", cells: names.map((name) => ` ${name}`), align: "left" },
    { heading: "Df", cells: sources.map((source) => String(source.degreesOfFreedom)), align: "right" },
    numbers(
      "Sum Sq",
      sources.map((source) => source.sumOfSquares),
    ),
    ...names.map((name, j) =>
      numbers(
        `E: ${name}`,
        sources.map((source) => source.expectation[j]!),
      ),
    ),
    numbers(
      "Estimate",
      names.map((name) => estimates.get(name)!),
    ),
  ]);
}
