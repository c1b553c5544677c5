import { Command } from "commander";
import { buildDesign } from "../../design/buildDesign.ts";
import type { Design } from "../../design/design.ts";
import type { ComponentValues } from "../../fit/componentValues.ts";
import { componentSizes } from "../../fit/componentValues.ts";
import type { FitOptions } from "../../fit/options.ts";
import { parseFormula } from "../../formula/parseFormula.ts";
import { componentTable } from "../../inference/componentTable.ts";
import { choleskyTrick, glsRoute } from "../../predict/equations/glsRoute.ts";
import { mixedModelEquations } from "../../predict/equations/mixedModelEquations.ts";
import { shrinkageTable } from "../../predict/equations/shrinkageTable.ts";
import { jsonText } from "../../report/commandJson.ts";
import { type EquationsPage, equationsJson } from "../../report/equationsJson.ts";
import { equationsText } from "../../report/equationsText.ts";
import type { CommandContext } from "../commandContext.ts";
import { usageError } from "../failure.ts";
import { fitToData } from "../fitModel.ts";
import { readFitOptions } from "../fitOptions.ts";
import { addModelOptions, type RawModelOptions, toDataOptions } from "../modelOptions.ts";
import { type OpenedData, openData } from "../openData.ts";
import { collect, wholeNumber } from "../optionValues.ts";
import { printNotes } from "../printNotes.ts";
import type { Terminal } from "../terminal.ts";

interface RawEquationsOptions extends RawModelOptions {
  readonly inverse?: boolean;
  readonly gls?: boolean;
  readonly cholesky?: boolean;
  readonly lambda?: string;
  readonly lambdaOf?: string;
  readonly difference?: readonly string[];
  readonly digits: number;
  readonly json?: boolean;
}

/** `henderson equations FORMULA DATA --components ...` */
export function equationsCommand(context: CommandContext): Command {
  const command = new Command("equations")
    .description(
      "Show Henderson's mixed model equations of a small model: coefficient matrix, right-hand side, solution.",
    )
    .argument("<formula>", "R/lme4 notation, quoted: 'weight ~ 0 + sex + (1 | dam)'")
    .argument("<data>", "CSV, TSV, Parquet, Arrow or JSON file; - is standard input");
  return addModelOptions(command)
    .option("--inverse", "the inverse of the coefficient matrix: Var(b), prediction error variances")
    .option(
      "--gls",
      "the same solution by generalized least squares: V, its inverse, X'V^-1X, GZ'V^-1(y - Xb)",
    )
    .option("--cholesky", "the equivalent model with independent effects: G = TT', Z* = ZT")
    .option("--lambda <a,b,...>", "a table of solutions over these variance ratios (residual / component)")
    .option("--lambda-of <component>", "the component of that ratio, where there are several")
    .option(
      "--difference <a-b>",
      "a difference of two effects in that table: 'sexF - sexM' (may be repeated)",
      collect,
    )
    .option("--digits <n>", "significant digits of the text", wholeNumber(2, 15), 5)
    .option("--json", "print everything as JSON (schema henderson/equations@1)")
    .action((formula: string, path: string, raw: RawEquationsOptions) =>
      runEquations(formula, path, raw, context),
    );
}

async function runEquations(
  formula: string,
  path: string,
  raw: RawEquationsOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const { options, notes: read } = await readFitOptions(raw, terminal);
  const data = await openData(path, toDataOptions(raw), terminal);
  const known = options.components ?? {};
  const lambdas = raw.lambda === undefined ? null : raw.lambda.split(",").map(Number);
  const design = designOf(formula, data, { ...options, held: [...Object.keys(known), "residual"] });
  const { model } = design;
  const shrinkage =
    lambdas === null
      ? null
      : shrinkageTable(model, lambdas, {
          components: known,
          differences: raw.difference?.map(splitDifference) ?? twoLevelDifferences(design),
          ...(raw.lambdaOf === undefined ? {} : { component: raw.lambdaOf }),
        });
  const complete = [...componentSizes(model).keys()].every((name) =>
    Object.keys(known).some((given) => given === name || given.startsWith(`${name}[`)),
  );
  // a table over lambda needs no variances: then the page is the table alone
  const wanted = complete || shrinkage === null;
  const values = complete ? known : wanted ? estimated(formula, data, options, terminal) : known;
  const page: EquationsPage = {
    formula,
    components: values,
    estimated: wanted && !complete,
    equations: wanted ? mixedModelEquations(model, values) : null,
    gls:
      wanted && (raw.gls === true || raw.json === true)
        ? glsOrNull(() => glsRoute(model, values), raw.gls)
        : null,
    cholesky:
      wanted && (raw.cholesky === true || raw.json === true)
        ? glsOrNull(() => choleskyTrick(model, values), raw.cholesky)
        : null,
    shrinkage,
    notes: [...data.notes, ...read, ...design.notes],
  };
  if (raw.json === true) terminal.out(jsonText(equationsJson(page)));
  else {
    printNotes(page.notes, context);
    terminal.out(equationsText(page, { digits: raw.digits, inverse: raw.inverse === true }));
  }
}

function designOf(formula: string, data: OpenedData, options: FitOptions): Design {
  const { table } = data;
  return buildDesign(parseFormula(formula, { columns: [...table.columns.keys()] }), table, options);
}

/** Variances that were not given are estimated, the others held. */
function estimated(
  formula: string,
  data: OpenedData,
  options: FitOptions,
  terminal: Terminal,
): ComponentValues {
  const fit = fitToData(formula, data, options, terminal);
  return Object.fromEntries(componentTable(fit, false).rows.map(({ name, estimate }) => [name, estimate]));
}

/** With --json everything is shown that exists; a route that was asked for by name says why it does not. */
function glsOrNull<T>(route: () => T, asked: boolean | undefined): T | null {
  try {
    return route();
  } catch (error) {
    if (asked === true) throw error;
    return null;
  }
}

function splitDifference(text: string): readonly [string, string] {
  const parts = text.split(" - ").length === 2 ? text.split(" - ") : text.split("-");
  if (parts.length === 2 && parts.every((part) => part.trim() !== ""))
    return [parts[0]!.trim(), parts[1]!.trim()];
  throw usageError(`--difference: '${text}' is not A - B`, "write the names of two effects: 'sexF - sexM'");
}

/** First minus second of every factor and random term with two columns of its own. */
function twoLevelDifferences({ coefficients, fixedTerms, model }: Design): [string, string][] {
  const pairs: [string, string][] = [];
  for (const term of fixedTerms) {
    const names = term.coefficients.map((index) => coefficients[index]!).filter(({ column }) => column >= 0);
    if (term.factors.length > 0 && names.length === 2) pairs.push([names[0]!.name, names[1]!.name]);
  }
  for (const { group, levels, relationship, covariance } of model.random) {
    const all = relationship?.levels ?? levels;
    if (covariance.size === 1 && all.length === 2) pairs.push([`${group}${all[0]!}`, `${group}${all[1]!}`]);
  }
  return model.traits === undefined ? pairs : [];
}
