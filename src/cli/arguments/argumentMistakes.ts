import type { HendersonError } from "../../base/errors.ts";
import { usageError } from "../failure.ts";
import { withExamples } from "./argumentText.ts";
import { dataMistake, predictMistake, tableMistake } from "./dataMistakes.ts";
import { modelMistake } from "./modelMistakes.ts";
import { commandText, type TypedCommand } from "./typedCommand.ts";

/**
 * What is wrong with the arguments of a command line, said with the line that was probably meant: a table where a fit
 * is expected, a formula without data, files that are not there. null where nothing is seen to be wrong.
 */
export async function argumentMistake(typed: TypedCommand): Promise<HendersonError | null> {
  return stdinMistake(typed) ?? (await mistakeOf(typed)) ?? countMistake(typed);
}

/** The arguments of a command are told by the name of the first. */
async function mistakeOf(typed: TypedCommand): Promise<HendersonError | null> {
  switch (typed.slots[0]?.name()) {
    case "model":
    case "models":
      return modelMistake(typed);
    case "formula":
      return dataMistake(typed);
    case "fit":
      return predictMistake(typed);
    case "pedigree":
      return tableMistake(typed);
    default:
      return null;
  }
}

function stdinMistake({ operands, data }: TypedCommand): HendersonError | null {
  const readers = [...operands, data].filter((argument) => argument?.kind === "stdin");
  if (readers.length < 2) return null;
  return usageError(
    "standard input (-) can be read once, and it is named twice",
    "save one of the two in a file and name that",
  );
}

/** Too few or too many arguments. */
function countMistake(typed: TypedCommand): HendersonError | null {
  const { name, slots, operands } = typed;
  const texts = operands.map(({ text }) => text);
  const data = typed.data?.text ?? null;
  const missing = slots[operands.length];
  if (missing?.required === true) {
    return usageError(
      `henderson ${name}: the argument ${missing.name().toUpperCase()} is missing: ${missing.description}`,
      commandText(typed, withExamples(typed, texts), data),
    );
  }
  if (slots.at(-1)?.variadic === true || operands.length <= slots.length) return null;
  const takes =
    slots.length === 0 ? "no arguments" : slots.map((slot) => slot.name().toUpperCase()).join(" ");
  const kept = commandText(typed, texts.slice(0, slots.length), data);
  return usageError(
    `henderson ${name} takes ${takes}, and '${texts[slots.length]!}' is one argument too many`,
    `quote what has blanks in it, or leave it out: ${kept}`,
  );
}
