import type { Matrix } from "../linalg/matrix.ts";
import { type CholeskyTrick, type GlsRoute, largestDifference } from "../predict/equations/glsRoute.ts";
import type { MixedModelEquations } from "../predict/equations/mixedModelEquations.ts";
import type { ShrinkageTable } from "../predict/equations/shrinkageTable.ts";
import type { EquationsPage } from "./equationsJson.ts";
import { formatNumber, formatNumbers, zapSmall } from "./numberFormat.ts";
import { textTable } from "./textTable.ts";

interface EquationsTextOptions {
  /** significant digits */
  readonly digits: number;
  /** whether the inverse of the coefficient matrix is printed */
  readonly inverse: boolean;
}

/** Solutions that differ by less than this, relatively, are equal up to rounding. */
const EQUAL = 1e-9;

/** The mixed model equations as a page of text: what is on the lecturer's board. */
export function equationsText(page: EquationsPage, { digits, inverse }: EquationsTextOptions): string {
  const { equations, gls, cholesky, shrinkage } = page;
  const sections: string[][] = [];
  if (equations !== null) {
    sections.push([
      "Mixed model equations (Henderson)",
      `Formula: ${page.formula}`,
      `Variances${page.estimated ? " (estimated where not given)" : ""}: ${Object.entries(page.components)
        .map(([name, value]) => `${name} = ${valueText(value, digits)}`)
        .join(", ")}`,
    ]);
    sections.push(...equationsSections(equations, digits, inverse));
  }
  if (gls !== null) sections.push(...glsSections(gls, equations, digits));
  if (cholesky !== null) sections.push(...choleskySections(cholesky, equations, digits));
  if (shrinkage !== null) sections.push(shrinkageSection(shrinkage, digits));
  return sections.map((section) => `${section.join("\n")}\n`).join("\n");
}

function valueText(value: number | readonly (readonly number[])[], digits: number): string {
  if (typeof value === "number") return formatNumber(value, digits);
  return `[${value.map((row) => `[${row.map((x) => formatNumber(x, digits)).join(", ")}]`).join(", ")}]`;
}

function equationsSections(equations: MixedModelEquations, digits: number, inverse: boolean): string[][] {
  const { labels, coefficientMatrix, multiplier, predictions, fixedEffects: p } = equations;
  const scale =
    multiplier === 1
      ? "Coefficient matrix [X'R^-1X, X'R^-1Z; Z'R^-1X, Z'R^-1Z + G^-1] and right-hand side:"
      : `Coefficient matrix [X'X, X'Z; Z'X, Z'Z + lambda K^-1] and right-hand side, both times the residual variance ${formatNumber(multiplier, digits)}:`;
  const deviations = Array.from(labels, (_, i) =>
    Math.sqrt(Math.max(0, equations.inverse.values[i * (labels.length + 1)]!)),
  );
  const sections = [
    [
      scale,
      ...matrixText(coefficientMatrix, labels, labels, digits, {
        heading: "rhs",
        values: equations.rightHandSide,
      }),
    ],
    [
      "Solution, with the standard error of b-hat and of u-hat - u:",
      ...textTable([
        { heading: "", cells: labels, align: "left" },
        { heading: "Solution", cells: column(equations.solution, digits), align: "right" },
        { heading: "Std. Error", cells: column(deviations, digits), align: "right" },
        ...(["varianceOfPrediction", "reliability", "accuracy"] as const).map((key) => ({
          heading: { varianceOfPrediction: "Var(u-hat)", reliability: "Reliability", accuracy: "Accuracy" }[
            key
          ],
          cells: [
            ...new Array<string>(p).fill(""),
            ...formatNumbers(
              predictions.map((effect) => effect[key]),
              Math.min(digits, 4),
            ),
          ],
          align: "right" as const,
        })),
      ]),
    ],
  ];
  if (equations.dependent.length > 0) {
    sections.push([
      `Set to zero, because the data cannot tell them from effects before them: ${equations.dependent.map((i) => labels[i]!).join(", ")}.`,
    ]);
  }
  if (inverse) {
    sections.push([
      "Inverse C: Var(b-hat) = C_XX, prediction error variance = C_ZZ:",
      ...matrixText(equations.inverse, labels, labels, digits),
    ]);
  }
  return sections;
}

function glsSections(gls: GlsRoute, equations: MixedModelEquations | null, digits: number): string[][] {
  const records = Array.from({ length: gls.V.rows }, (_, r) => String(r + 1));
  const fixed = gls.fixedLabels;
  const random = gls.random.map(({ text }) => text);
  return [
    [
      "The same by generalized least squares",
      "V = ZGZ' + R:",
      ...matrixText(gls.V, records, records, digits),
    ],
    ["V^-1:", ...matrixText(gls.inverseV, records, records, digits)],
    [
      "X'V^-1X and X'V^-1y:",
      ...matrixText(gls.information, fixed, fixed, digits, {
        heading: "X'V^-1y",
        values: gls.rightHandSide,
      }),
    ],
    ["(X'V^-1X)^-1 = Var(b-hat):", ...matrixText(gls.covariance, fixed, fixed, digits)],
    ["b-hat = (X'V^-1X)^-1 X'V^-1y:", ...vectorText(fixed, gls.beta, digits)],
    ["GZ'V^-1:", ...matrixText(gls.selection, random, records, digits)],
    ["u-hat = GZ'V^-1(y - X b-hat):", ...vectorText(random, gls.effects, digits), agreement(equations, gls)],
  ];
}

function choleskySections(
  trick: CholeskyTrick,
  equations: MixedModelEquations | null,
  digits: number,
): string[][] {
  const random =
    equations?.random.map(({ text }) => text) ?? Array.from(trick.effects, (_, i) => String(i + 1));
  return [
    [
      "Independent effects u* with variance one: G = TT', Z* = ZT, u = Tu*",
      "T:",
      ...matrixText(trick.T, random, random, digits),
    ],
    [
      "u* and Tu*:",
      ...textTable([
        { heading: "", cells: random, align: "left" },
        { heading: "u*", cells: column(trick.independentEffects, digits), align: "right" },
        { heading: "Tu*", cells: column(trick.effects, digits), align: "right" },
      ]),
      agreement(equations, trick),
    ],
  ];
}

/** Says whether a route leads to the solution of the equations. */
function agreement(
  equations: MixedModelEquations | null,
  { beta, effects }: { readonly beta: Float64Array; readonly effects: Float64Array },
): string {
  if (equations === null) return "";
  const difference = largestDifference(equations.solution, [...beta, ...effects]);
  const size = difference === 0 ? "0" : difference.toExponential(0);
  if (difference < EQUAL)
    return `Equal to the solution of the mixed model equations (largest relative difference ${size}).`;
  return equations.dependent.length > 0
    ? "Where effects were set to zero the solutions differ; estimable functions of them agree."
    : `Differs from the solution of the mixed model equations by ${size}, relatively: the variances are badly conditioned.`;
}

function shrinkageSection({ component, labels, rows }: ShrinkageTable, digits: number): string[] {
  return [
    `Solutions by lambda = residual variance / variance of ${component}:`,
    ...textTable([
      { heading: "lambda", cells: rows.map(({ lambda }) => formatNumber(lambda, digits)), align: "right" },
      ...labels.map((label, j) => ({
        heading: label,
        cells: column(
          rows.map(({ values }) => values[j]!),
          digits,
        ),
        align: "right" as const,
      })),
    ]),
  ];
}

function vectorText(labels: readonly string[], values: Float64Array, digits: number): string[] {
  return textTable([
    { heading: "", cells: labels, align: "left" },
    { heading: "", cells: column(values, digits), align: "right" },
  ]).slice(1);
}

/** A matrix with names of rows and columns; rounding dust beside large entries is printed as zero. */
function matrixText(
  { rows, columns, values }: Matrix,
  rowNames: readonly string[],
  columnNames: readonly string[],
  digits: number,
  beside?: { readonly heading: string; readonly values: Float64Array },
): string[] {
  const clean = zapSmall(Array.from(values), 12);
  return textTable([
    { heading: "", cells: rowNames, align: "left" },
    ...Array.from({ length: columns }, (_, j) => ({
      heading: columnNames[j]!,
      cells: formatNumbers(clean.slice(j * rows, (j + 1) * rows), digits),
      align: "right" as const,
    })),
    ...(beside === undefined
      ? []
      : [{ heading: ` ${beside.heading}`, cells: column(beside.values, digits), align: "right" as const }]),
  ]);
}

function column(values: ArrayLike<number>, digits: number): string[] {
  return formatNumbers(zapSmall(Array.from(values), 12), digits);
}
