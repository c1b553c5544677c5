import { HendersonError } from "../../base/errors.ts";
import { usageError } from "../failure.ts";
import { missingFile } from "../files.ts";
import { type Argument, hasTableName } from "./argumentKind.ts";
import {
  EXAMPLE_DATA,
  EXAMPLE_FIT,
  EXAMPLE_FORMULA,
  fitCommand,
  kindText,
  TABLE_HINT,
  withExamples,
} from "./argumentText.ts";
import { commandText, quoted, type TypedCommand } from "./typedCommand.ts";
import { unquotedFormula } from "./unquotedFormula.ts";

/**
 * What is wrong with the arguments of a command that takes a FIT file, or a formula with --data, and perhaps texts after it; null
 * where nothing is.
 */
export async function modelMistake(typed: TypedCommand): Promise<HendersonError | null> {
  const { operands, data, against } = typed;
  const bare = typed.slots.length > 1 ? null : unquotedFormula(operands);
  if (bare !== null) {
    return usageError(
      bare.message,
      commandText(typed, [bare.formula], data?.text ?? bare.table ?? EXAMPLE_DATA),
    );
  }
  const table = operands.find(
    ({ kind, text }, i) => kind === "table" || (kind === "missing" && i > 0 && hasTableName(text)),
  );
  if (table !== undefined) return tableAsArgument(typed, table);
  if (data?.kind === "fit" || data?.kind === "output") return fitAsData(typed, data);
  if (data?.kind === "missing") return missingFile(data.text, "--data", TABLE_HINT);
  const models = modelsOf(typed);
  for (const model of against === null ? models : [...models, against]) {
    const mistake = modelItself(typed, model, model === against ? "--against" : null);
    if (mistake !== null) return mistake;
  }
  if (models.length > 0) return null;
  const given = data === null ? EXAMPLE_DATA : data.text;
  const line = commandText(typed, withExamples(typed, [EXAMPLE_FORMULA]), given);
  return usageError(
    `henderson ${typed.name} needs a model: a saved fit, or a formula with the data as --data`,
    data === null
      ? `${line}\nor, with a saved fit: ${commandText(typed, withExamples(typed, [EXAMPLE_FIT]))}`
      : line,
  );
}

/** The arguments that are models; others, where the command has them, are hypotheses or names of means. */
function modelsOf({ slots, operands }: TypedCommand): readonly Argument[] {
  return slots[0]!.variadic ? operands : operands.slice(0, 1);
}

/** `henderson confint 'y ~ x' data.csv`, `henderson check data.csv` */
async function tableAsArgument(typed: TypedCommand, table: Argument): Promise<HendersonError> {
  const { name, data, slots } = typed;
  const others = typed.operands.filter((operand) => operand !== table);
  const rest = others.filter(({ kind }) => kind !== "table");
  if (rest.length < others.length) {
    return usageError(
      `henderson ${name} takes one table, as --data, and '${others.find(({ kind }) => kind === "table")!.text}' is a second one`,
      commandText(typed, withExamples(typed, await modelFirst(slots.length, rest)), table.text),
    );
  }
  if (data?.kind === "fit") {
    return usageError(
      `--data: '${data.text}' is a FIT file, and '${table.text}' is a table: they have changed places`,
      commandText(typed, withExamples(typed, [data.text, ...rest.map(({ text }) => text)]), table.text),
    );
  }
  const first = await modelFirst(slots.length, rest);
  if (data !== null) {
    return usageError(
      `the data are given twice, as '${table.text}' and as --data ${quoted(data.text)}`,
      commandText(typed, withExamples(typed, first), data.text),
    );
  }
  const line = commandText(typed, withExamples(typed, first), table.text);
  if (rest.length > 0 && rest[0]!.text === first[0]) {
    return usageError(`'${table.text}' is a table: henderson ${name} takes the data as --data`, line);
  }
  const fitted = commandText(typed, withExamples(typed, [EXAMPLE_FIT, ...first.slice(1)]));
  return new HendersonError(
    "report/saved-fit",
    `'${table.text}' is a table, and henderson ${name} needs a model: a saved fit, or a formula with the data as --data`,
    {
      hint: `${line}\nor fit it once for several questions: ${fitCommand(EXAMPLE_FORMULA, table.text)}\nand then: ${fitted}`,
    },
  );
}

/**
 * The other operands with an example of a model first, if there is none among them: after the table may come a model,
 * or only the names of means or a hypothesis.
 */
async function modelFirst(slots: number, rest: readonly Argument[]): Promise<readonly string[]> {
  const texts = rest.map(({ text }) => text);
  const [first] = rest;
  if (first === undefined) return [EXAMPLE_FORMULA];
  const isText = slots > 1 && rest.length === 1 && first.kind !== "fit" && !(await isModelFormula(first));
  return isText ? [EXAMPLE_FORMULA, ...texts] : texts;
}

/** `y ~ treat`, and not `~ treat` or `pairwise ~ treat`, which ask for means. */
async function isModelFormula({ kind, text }: Argument): Promise<boolean> {
  if (kind !== "formula") return false;
  const left = text.slice(0, text.indexOf("~")).trim();
  const { contrastFamilies } = await import("../../inference/means/contrastFamilies.ts");
  return left !== "" && !contrastFamilies.some((family) => family === left);
}

/** `--data fit.json` */
function fitAsData(typed: TypedCommand, data: Argument): HendersonError {
  const texts = typed.operands.map(({ text }) => text);
  const [first = EXAMPLE_FORMULA, ...rest] = texts;
  const named = commandText(typed, withExamples(typed, [first, ...rest]), EXAMPLE_DATA);
  if (data.kind === "output") {
    return usageError(
      `--data: '${data.text}' ${kindText(data)}, and the table of the data is expected`,
      named,
    );
  }
  const alone = typed.slots[0]!.variadic ? [data.text] : [data.text, ...rest];
  return usageError(
    `--data: '${data.text}' is a FIT file, and the table of the data is expected`,
    `${named}\nor ask the saved fit, which knows its formula and data: ${commandText(typed, withExamples(typed, alone))}`,
  );
}

/** What is wrong with one model. */
function modelItself(typed: TypedCommand, model: Argument, option: string | null): HendersonError | null {
  const { data } = typed;
  const place = option === null ? "" : `${option}: `;
  const texts = typed.operands.map(({ text }) => text);
  switch (model.kind) {
    case "formula":
      return data !== null
        ? null
        : usageError(
            `${place}'${model.text}' is a formula, so the data are needed`,
            `add --data FILE: ${commandText(typed, withExamples(typed, texts), EXAMPLE_DATA)}`,
          );
    case "missing":
      return missingFile(
        model.text,
        option ?? undefined,
        `a model is a FIT file, or a formula as '${EXAMPLE_FORMULA}' with --data FILE`,
      );
    case "table":
    case "output":
    case "file":
      return notAFit(typed, model, option);
    default:
      return null;
  }
}

function notAFit(typed: TypedCommand, model: Argument, option: string | null): HendersonError {
  const place = option === null ? "" : `${option}: `;
  const data = typed.data?.text ?? EXAMPLE_DATA;
  const rest = typed.slots[0]!.variadic ? [] : typed.operands.slice(1).map(({ text }) => text);
  const formula = commandText(typed, withExamples(typed, [EXAMPLE_FORMULA, ...rest]), data);
  return new HendersonError(
    "report/saved-fit",
    `${place}'${model.text}' ${kindText(model)}, not a FIT file`,
    {
      hint:
        option === null
          ? `a FIT file is what henderson fit --save FILE writes: ${fitCommand(EXAMPLE_FORMULA, data)}\nor give the formula: ${formula}`
          : `${option} takes a FIT file, which henderson fit --save FILE writes, or a formula as '${EXAMPLE_FORMULA}'`,
    },
  );
}
