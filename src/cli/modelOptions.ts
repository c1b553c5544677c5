import { type Command, Option } from "commander";
import type { Algorithm, FitOptions } from "../fit/options.ts";
import type { AnovaType } from "../inference/hypotheses.ts";
import { ddfNames } from "./denominatorOption.ts";
import { notYet } from "./notYet.ts";
import type { DataOptions } from "./openData.ts";
import { assignments, collect, nameList, oneOf, probability, wholeNumber } from "./optionValues.ts";

const ALGORITHMS: readonly Algorithm[] = ["newton", "ai", "em", "bobyqa"];
const ANOVA_TYPES: readonly AnovaType[] = ["I", "II", "III"];

/**
 * The model that a command asks about: its argument, and the data where the argument does not know them.
 *
 * @param data what the data are to the command
 */
export function addModelArgument(command: Command, data: string = "the data"): Command {
  return command
    .argument("<model>", "FIT file (henderson fit --save), or a formula with --data")
    .option("--data <file>", `${data}, for a formula or where the data of a FIT file have moved`);
}

/** Options that say which model is fitted to which rows; every command that fits has them. */
export function addModelOptions(command: Command): Command {
  return command
    .option("--ml", "maximum likelihood instead of REML")
    .option("--weights <expr>", "column or expression of precision weights: Var(e) = sigma2 / w")
    .option("--contrasts <a=sum,...>", "coding of factors: treatment, sum, helmert or poly", assignments)
    .option("--reference <x=level,...>", "reference level of factors", assignments)
    .option("--factor <col,...>", "numeric columns to treat as factors", nameList)
    .option("--text <col,...>", "columns to read as text", nameList)
    .option("--na <string>", "a further text that means missing (may be repeated)", collect)
    .option(
      "--missing <rule>",
      "rows with a missing value: omit (they are counted), or fail",
      oneOf(["omit", "fail"] as const),
    )
    .option("--subset <expr>", "only rows where this is true, as 'Days > 2'")
    .option(
      "--relationship <name=kind:file>",
      "known relationship between levels: A=pedigree:ped.csv; also sire-mgs:, dominance:, matrix:, inverse: (may be repeated)",
      collect,
    )
    .option(
      "--components <file|name=value,...>",
      "variance components held at known values; those not named are estimated",
    )
    .option("--start <file|name=value,...>", "starting values of variance components (natural scale)")
    .option(
      "--algorithm <name>",
      "search: newton; ai or em (the classic iterations, for relationships and traits); bobyqa (without derivatives)",
      oneOf(ALGORITHMS),
    )
    .option("--max-iterations <n>", "limit of optimizer iterations", wholeNumber(1, 1_000_000))
    .option(
      "--solver <kind>",
      "mixed model equations with known variances: auto, factor (with reliabilities), iteration (large pedigrees)",
      oneOf(["auto", "factor", "iteration"] as const),
    )
    .option("--deterministic", "kernels whose digits agree between machines");
}

/** Options that say which tests and intervals are shown. */
export function addTestOptions(command: Command): Command {
  return addDdfOption(command).option("--level <p>", "coverage of confidence intervals", probability, 0.95);
}

/** The option `--ddf`. */
export function addDdfOption(command: Command): Command {
  return command.option(
    "--ddf <method>",
    `denominator degrees of freedom: ${ddfNames.join(", ")}`,
    oneOf(ddfNames),
  );
}

/** The option `--anova`, the type of tests. */
export function addAnovaOption(command: Command): Command {
  return command.option("--anova <type>", "type of the tests of terms: I, II or III", oneOf(ANOVA_TYPES));
}

/** Options of the contract that later versions will have; they are refused by name instead of as unknown. */
const PLANNED: readonly string[] = [
  "--agq <k>",
  "--residual-correlation <structure>",
  "--residual-variance <structure>",
  "--residual-covariance <matrix>",
];

/** Adds the planned options, hidden from the help, and --family, --link and --method with what works today. */
export function addPlannedOptions(command: Command): Command {
  for (const flags of PLANNED) {
    const refuse = (): never => {
      throw notYet(`the option ${flags.split(" ")[0]}`);
    };
    command.addOption(new Option(flags, "not yet in this version").argParser(refuse).hideHelp());
  }
  return command
    .addOption(onlyWord("--family <name>", "distribution of the response", "gaussian"))
    .addOption(onlyWord("--link <name>", "link function", "identity"))
    .addOption(onlyWord("--method <name>", "how variances are estimated", "REML", "ML", "ANOVA"));
}

function onlyWord(flags: string, description: string, ...known: readonly string[]): Option {
  return new Option(flags, `${description} (${known.join(" or ")} in this version)`).argParser(
    (value: string) => {
      const found = known.find((word) => word.toLowerCase() === value.toLowerCase());
      if (found === undefined) {
        throw notYet(`${flags.split(" ")[0]} ${value}`, `this version knows ${known.join(" and ")}`);
      }
      return found;
    },
  );
}

/** What commander collects from the options above. */
export interface RawModelOptions {
  readonly ml?: boolean;
  readonly method?: "REML" | "ML" | "ANOVA";
  readonly weights?: string;
  readonly contrasts?: Readonly<Record<string, string>>;
  readonly reference?: Readonly<Record<string, string>>;
  readonly factor?: readonly string[];
  readonly text?: readonly string[];
  readonly na?: readonly string[];
  readonly missing?: "omit" | "fail";
  readonly subset?: string;
  readonly relationship?: readonly string[];
  readonly components?: string;
  readonly start?: string;
  readonly algorithm?: Algorithm;
  readonly maxIterations?: number;
  readonly solver?: "auto" | "factor" | "iteration";
  readonly deterministic?: boolean;
  readonly trace?: boolean;
}

/** The options of the library's `fit` that need no file; `readFitOptions` adds the others. */
export function toFitOptions(raw: RawModelOptions): FitOptions {
  return {
    ...(raw.ml === true ? { method: "ML" } : raw.method === undefined ? {} : { method: raw.method }),
    ...(raw.weights === undefined ? {} : { weights: raw.weights }),
    ...(raw.contrasts === undefined ? {} : { contrasts: raw.contrasts }),
    ...(raw.reference === undefined ? {} : { reference: raw.reference }),
    ...(raw.factor === undefined ? {} : { factors: raw.factor }),
    ...(raw.missing === undefined ? {} : { missing: raw.missing }),
    ...(raw.subset === undefined ? {} : { subset: raw.subset }),
    ...(raw.algorithm === undefined ? {} : { algorithm: raw.algorithm }),
    ...(raw.maxIterations === undefined ? {} : { maxIterations: raw.maxIterations }),
    ...(raw.solver === undefined ? {} : { solver: raw.solver }),
    ...(raw.deterministic === true ? { deterministic: true } : {}),
    ...(raw.trace === true ? { trace: true } : {}),
  };
}

/** How the columns of the data are read. */
export function toDataOptions(raw: RawModelOptions): DataOptions {
  return {
    ...(raw.na === undefined ? {} : { na: raw.na }),
    ...(raw.text === undefined ? {} : { text: raw.text }),
  };
}
