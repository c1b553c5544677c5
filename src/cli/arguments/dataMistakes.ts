import { HendersonError } from "../../base/errors.ts";
import { usageError } from "../failure.ts";
import { missingFile } from "../files.ts";
import { type Argument, hasTableName, isSameFile } from "./argumentKind.ts";
import {
  EXAMPLE_DATA,
  EXAMPLE_FIT,
  EXAMPLE_FORMULA,
  fitCommand,
  kindText,
  TABLE_HINT,
  withExamples,
} from "./argumentText.ts";
import { commandText, type TypedCommand } from "./typedCommand.ts";
import { unquotedFormula } from "./unquotedFormula.ts";

/** What is wrong with the arguments of a command that takes FORMULA DATA, as `henderson fit`; null where nothing is. */
export function dataMistake(typed: TypedCommand): HendersonError | null {
  const { name, operands, data } = typed;
  const texts = operands.map(({ text }) => text);
  const formulas = operands.filter(({ kind }) => kind === "formula");
  const tables = operands.filter(isTable);
  const line = (
    formula = formulas[0]?.text ?? EXAMPLE_FORMULA,
    table = tables[0]?.text ?? EXAMPLE_DATA,
  ): string => commandText(typed, [formula, table]);
  if (data !== null) {
    return usageError(
      `henderson ${name} takes the data as its second argument, without --data`,
      line(texts[0], data.kind === "fit" ? EXAMPLE_DATA : data.text),
    );
  }
  const bare = unquotedFormula(operands);
  if (bare !== null) return usageError(bare.message, line(bare.formula, bare.table ?? undefined));
  const fit = operands.find(({ kind }) => kind === "fit" || kind === "output");
  if (fit !== undefined) return fitForData(typed, fit, line(formulas[0]?.text ?? fit.formula ?? undefined));
  if (formulas.length > 1 && tables.length === 1) {
    return usageError(
      `henderson ${name} takes one formula, and ${formulas.length} were given`,
      `to compare the models: ${commandText(
        { name: "anova", options: typed.options },
        formulas.map(({ text }) => text),
        tables[0]!.text,
      )}`,
    );
  }
  const [first, second] = operands;
  if (first === undefined) {
    return usageError(`henderson ${name} needs a formula and the data`, line());
  }
  if (second === undefined) {
    if (first.kind === "formula") return usageError(`the data of '${first.text}' are missing`, line());
    if (isTable(first)) return usageError(`'${first.text}' is a table, and the formula is missing`, line());
    return null;
  }
  if (operands.length > 2) return null;
  if (isTable(first) && second.kind === "formula") {
    return usageError("the formula comes first, then the data", line());
  }
  if (second.kind === "formula")
    return usageError("the data are missing: both arguments are formulas", line());
  if (second.kind === "missing") return missingFile(second.text, "DATA", TABLE_HINT);
  if (typed.save === null || !isSameFile(typed.save, second.text)) return null;
  return usageError(
    `--save ${typed.save} would write the fit over its data`,
    `give the fit a name of its own: --save ${EXAMPLE_FIT}`,
  );
}

/** The same of one that takes PEDIGREE, as `henderson pedigree`. */
export function tableMistake(typed: TypedCommand): HendersonError | null {
  const [table] = typed.operands;
  if (table === undefined || typed.operands.length > 1) return null;
  if (table.kind === "missing") return missingFile(table.text, "PEDIGREE", TABLE_HINT);
  if (table.kind !== "formula" && table.kind !== "fit" && table.kind !== "output") return null;
  return usageError(
    `'${table.text}' ${table.kind === "formula" ? "is a formula" : kindText(table)}, and henderson ${typed.name} takes a table with columns animal, sire and dam`,
    commandText(typed, ["pedigree.csv"]),
  );
}

/** The same of one that takes FIT NEWDATA, as `henderson predict`. */
export function predictMistake(typed: TypedCommand): HendersonError | null {
  const { name, operands, data } = typed;
  const [fit, rows] = operands;
  if (fit === undefined) {
    return usageError(
      `henderson ${name} needs a saved fit and a table of new rows`,
      commandText(typed, withExamples(typed, [EXAMPLE_FIT])),
    );
  }
  if (rows?.kind === "fit" && isTable(fit)) {
    return usageError(
      "the saved fit comes first, then the new rows",
      commandText(typed, [rows.text, fit.text]),
    );
  }
  switch (fit.kind) {
    case "formula":
    case "table":
    case "file":
    case "output":
      return notFitted(typed, fit, rows);
    case "missing":
      return missingFile(
        fit.text,
        "FIT",
        `a FIT file is what henderson fit --save FILE writes: ${fitCommand(EXAMPLE_FORMULA, EXAMPLE_DATA)}`,
      );
  }
  if (rows === undefined) {
    return usageError(
      "the new rows are missing",
      `${commandText(typed, withExamples(typed, [fit.text]))}\nfor the rows of the fit itself: henderson augment ${fit.text}`,
    );
  }
  if (operands.length > 2) return null;
  if (rows.kind === "fit" || rows.kind === "output" || rows.kind === "formula") {
    return usageError(
      `'${rows.text}' ${rows.kind === "formula" ? "is a formula" : kindText(rows)}, and henderson ${name} takes a table of new rows there`,
      commandText(typed, withExamples(typed, [fit.text])),
    );
  }
  if (rows.kind === "missing") return missingFile(rows.text, "NEWDATA", TABLE_HINT);
  if (data?.kind === "missing") return missingFile(data.text, "--data", TABLE_HINT);
  if (data?.kind !== "fit" && data?.kind !== "output") return null;
  return usageError(
    `--data: '${data.text}' ${kindText(data)}, and the table of the data is expected`,
    commandText(typed, [fit.text, rows.text], EXAMPLE_DATA),
  );
}

/** `henderson predict 'y ~ x' new.csv`: a fit has to be saved before. */
function notFitted(typed: TypedCommand, fit: Argument, rows: Argument | undefined): HendersonError {
  const formula = fit.kind === "formula" ? fit.text : EXAMPLE_FORMULA;
  const fitted = fitCommand(formula, typed.data?.text ?? (fit.kind === "table" ? fit.text : EXAMPLE_DATA));
  const predicted = commandText(
    typed,
    withExamples(typed, [EXAMPLE_FIT, ...(rows === undefined || rows.kind === "formula" ? [] : [rows.text])]),
  );
  const hint = `fit and save the model, then predict:\n${fitted}\n${predicted}`;
  if (fit.kind === "formula") {
    return usageError(`henderson ${typed.name} takes a saved fit, and '${fit.text}' is a formula`, hint);
  }
  return new HendersonError("report/saved-fit", `'${fit.text}' ${kindText(fit)}, not a FIT file`, {
    hint: `a FIT file is what henderson fit --save FILE writes; ${hint}`,
  });
}

/** `henderson fit 'y ~ x' fit.json`, `henderson fit fit.json` */
function fitForData({ name }: TypedCommand, file: Argument, line: string): HendersonError {
  const asked = `\nto ask the saved fit: henderson check ${file.text}`;
  return usageError(
    `'${file.text}' ${kindText(file)}, and henderson ${name} takes a formula and a table`,
    `${line}${file.kind === "fit" ? asked : ""}`,
  );
}

function isTable({ kind, text }: Argument): boolean {
  return kind === "table" || (kind === "missing" && hasTableName(text));
}
