import { type Command, InvalidArgumentError } from "commander";
import type { DenominatorName } from "../inference/denominator.ts";
import { type Adjustment, adjustmentAliases, adjustments } from "../inference/means/adjustment.ts";
import { type AveragingWeights, averagingWeights } from "../inference/means/averages.ts";
import type { CustomContrasts } from "../inference/means/contrastFamilies.ts";
import type { CovariateReduction } from "../inference/means/gridVariables.ts";
import type { GridValue } from "../inference/means/levelsInRows.ts";
import type { MeansOptions } from "../inference/means/meansOptions.ts";
import type { NestingOption } from "../inference/means/nesting.ts";
import type { Side } from "../inference/means/plainEstimate.ts";
import type { RawModelOptions } from "./modelOptions.ts";
import { nameList, oneOf, probability, wholeNumber } from "./optionValues.ts";

/** What commander collects for `henderson means`. */
export interface RawMeansOptions extends RawModelOptions {
  readonly data?: string;
  readonly by?: readonly string[];
  readonly at?: Readonly<Record<string, readonly GridValue[]>>;
  readonly covariates?: CovariateReduction;
  readonly keep?: readonly string[];
  readonly nesting?: NestingOption;
  readonly offset?: number;
  readonly averaging?: AveragingWeights;
  readonly contrast?: string | CustomContrasts;
  readonly interaction?: readonly string[];
  readonly control?: readonly string[];
  readonly exclude?: readonly string[];
  readonly reverse?: boolean;
  readonly maxDegree?: number;
  readonly adjust?: Adjustment;
  readonly scheffeRank?: number;
  readonly slope?: string;
  readonly joint?: boolean;
  readonly letters?: number | true;
  readonly type?: "model" | "response";
  readonly biasAdjust?: number | true;
  readonly delta?: number;
  readonly side?: Side;
  readonly null?: number;
  readonly level: number;
  readonly ddf?: DenominatorName;
  readonly infer?: "intervals" | "tests" | "both";
  readonly digits?: number;
  readonly json?: boolean;
}

/** The options of `henderson means` that are about means; those of the model are added before. */
export function addMeansOptions(command: Command): Command {
  return command
    .option("--by <a,b>", "variables whose levels are separate tables, as after '|'", nameList)
    .option("--at <x=1,2>", "values of a variable in the reference grid (may be repeated)", gridValues)
    .option(
      "--covariates <how>",
      "covariates without values stand at their mean (default), median, or range",
      oneOf(["mean", "median", "range"] as const),
    )
    .option("--keep <x,y>", "covariates that stay with all their values, as factors", nameList)
    .option("--nesting <drug=route>", "which factors are nested in which (a=b+c); none", nestingValue)
    .option("--offset <number>", "offset of the grid; default its mean in the data", finite)
    .option(
      "--averaging <scheme>",
      "weights of the cells that are averaged: equal (default), proportional, outer, cells, flat; --weights takes these words too",
      oneOf(averagingWeights),
    )
    .option(
      "--contrast <family|name=1,-1,0>",
      "contrasts of the means: a family, or coefficients by name (may be repeated)",
      contrastValue,
    )
    .option("--interaction <f,g>", "contrasts of contrasts: a family for each factor", nameList)
    .option("--control <level,...>", "the control of trt.vs.ctrl, or several whose average it is", nameList)
    .option("--exclude <level,...>", "levels that contrasts leave out", nameList)
    .option("--reverse", "contrasts the other way round")
    .option("--max-degree <n>", "largest degree of poly", wholeNumber(1, 100))
    .option("--adjust <method>", `multiple tests: ${adjustments.join(", ")}`, adjustmentValue)
    .option("--scheffe-rank <n>", "dimension of the contrasts of interest", wholeNumber(1, 1_000_000))
    .option("--slope <x>", "slopes with respect to a covariate, or a function of one, in place of means")
    .option("--joint", "joint tests of all terms in place of means")
    .option("--letters [alpha]", "letters that means share which do not differ (default 0.05)", probability)
    .option(
      "--type <scale>",
      "response undoes a transformation of the response",
      oneOf(["model", "response"] as const),
    )
    .option("--bias-adjust [sigma]", "with --type response: towards the mean of the response", finite)
    .option("--delta <margin>", "margin of equivalence or non-inferiority, on the scale of the model", finite)
    .option("--side <side>", "two-sided, greater (non-inferiority) or less", sideValue)
    .option("--null <value>", "value to test against, on the scale of the model", finite)
    .option(
      "--infer <what>",
      "columns of the text: intervals, tests or both",
      oneOf(["intervals", "tests", "both"] as const),
    )
    .option("--digits <n>", "significant digits of the smallest standard error", wholeNumber(1, 15))
    .option("--json", "print the result as JSON (schema henderson/means@1)");
}

/** The options of the library's `means`; `--weights` with the name of a scheme is one of averaging. */
export function toMeansOptions(raw: RawMeansOptions): MeansOptions {
  const averaging = raw.averaging ?? averagingWeights.find((scheme) => scheme === raw.weights);
  const given = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
    value === undefined ? {} : ({ [key]: value } as Record<K, V>);
  return {
    level: raw.level,
    ...given("by", raw.by),
    ...given("at", raw.at),
    ...given("covariates", raw.covariates),
    ...given("keep", raw.keep),
    ...given("nesting", raw.nesting),
    ...given("offset", raw.offset),
    ...given("weights", averaging),
    ...given("contrast", raw.contrast),
    ...given("interaction", raw.interaction),
    ...given("reference", raw.control),
    ...given("exclude", raw.exclude),
    ...given("reverse", raw.reverse),
    ...given("maxDegree", raw.maxDegree),
    ...given("adjust", raw.adjust),
    ...given("scheffeRank", raw.scheffeRank),
    ...given("letters", raw.letters === true ? 0.05 : raw.letters),
    ...given("type", raw.type),
    ...given("biasAdjust", raw.biasAdjust),
    ...given("delta", raw.delta),
    ...given("side", raw.side),
    ...given("null", raw.null),
  };
}

/** Precision weights of the model: `--weights` unless it names a scheme of averaging. */
export function withoutAveraging<T extends RawModelOptions>(raw: T): T {
  if (raw.weights === undefined || !averagingWeights.some((scheme) => scheme === raw.weights)) return raw;
  const { weights, ...rest } = raw;
  return rest as T;
}

function gridValues(
  value: string,
  previous: Readonly<Record<string, readonly GridValue[]>> | undefined,
): Readonly<Record<string, readonly GridValue[]>> {
  const at = value.indexOf("=");
  const values = value
    .slice(at + 1)
    .split(",")
    .map((text) => text.trim());
  if (at < 1 || values.some((text) => text === "")) {
    throw new InvalidArgumentError(`'${value}' is not NAME=VALUE,VALUE.`);
  }
  return { ...previous, [value.slice(0, at).trim()]: values };
}

function nestingValue(value: string, previous: NestingOption | undefined): NestingOption {
  if (value === "none" || value === "auto") return value;
  const at = value.indexOf("=");
  if (at < 1 || at === value.length - 1) throw new InvalidArgumentError("Write it as drug=route, or none.");
  const groups = value
    .slice(at + 1)
    .split("+")
    .map((text) => text.trim());
  const before = typeof previous === "object" ? previous : {};
  return { ...before, [value.slice(0, at).trim()]: groups };
}

function contrastValue(
  value: string,
  previous: string | CustomContrasts | undefined,
): string | CustomContrasts {
  const at = value.lastIndexOf("=");
  if (at < 0) {
    if (previous !== undefined) {
      throw new InvalidArgumentError("Give one family, or coefficients by name (name=1,-1,0).");
    }
    return value.trim();
  }
  if (typeof previous === "string") {
    throw new InvalidArgumentError("Give one family, or coefficients by name (name=1,-1,0).");
  }
  const name = value.slice(0, at).trim();
  if (name === "") throw new InvalidArgumentError("A contrast needs a name: name=1,-1,0.");
  return {
    ...previous,
    [name]: value
      .slice(at + 1)
      .split(",")
      .map(coefficient),
  };
}

/** `1`, `-0.5`, `1/3` */
function coefficient(text: string): number {
  const [top, bottom, ...more] = text.split("/").map((part) => part.trim());
  const number = Number(top) / (bottom === undefined ? 1 : Number(bottom));
  if (top === "" || bottom === "" || more.length > 0 || !Number.isFinite(number)) {
    throw new InvalidArgumentError(`'${text.trim()}' is not a number.`);
  }
  return number;
}

function adjustmentValue(value: string): Adjustment {
  return adjustmentAliases[value.toLowerCase()] ?? oneOf(adjustments)(value);
}

function sideValue(value: string): Side {
  const aliases: Readonly<Record<string, Side>> = {
    ">": "greater",
    right: "greater",
    noninferiority: "greater",
    "<": "less",
    left: "less",
    nonsuperiority: "less",
    equivalence: "two-sided",
    both: "two-sided",
  };
  return aliases[value.toLowerCase()] ?? oneOf(["two-sided", "greater", "less"] as const)(value);
}

function finite(value: string): number {
  const number = Number(value);
  if (value.trim() !== "" && Number.isFinite(number)) return number;
  throw new InvalidArgumentError("It must be a number.");
}
