import type { Command, Option, Argument as Slot } from "commander";
import { type Argument, argumentOf } from "./argumentKind.ts";

/** A command line as it was typed, taken apart without judging it. */
export interface TypedCommand {
  readonly name: string;
  /** the arguments that the command has */
  readonly slots: readonly Slot[];
  /** the arguments that were given */
  readonly operands: readonly Argument[];
  /** options with their values as typed, --data apart */
  readonly options: readonly string[];
  /** value of --data, also where the command has no such option */
  readonly data: Argument | null;
  /** value of --against */
  readonly against: Argument | null;
  /** value of --save */
  readonly save: string | null;
}

/**
 * Takes the words of a command line apart.
 *
 * @param words the name of the command and what follows
 */
export function typedCommand(command: Command, words: readonly string[]): TypedCommand {
  const operands: string[] = [];
  const options: string[] = [];
  const values: { data?: string; against?: string; save?: string } = {};
  for (let w = 1; w < words.length; w++) {
    const word = words[w]!;
    if (word === "--") {
      operands.push(...words.slice(w + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      operands.push(word);
      continue;
    }
    const [flag, inline] = splitOption(word, command.options);
    const value = inline ?? (takesValue(flag, command.options) ? words[++w] : undefined);
    if (value !== undefined && (flag === "--data" || flag === "--against" || flag === "--save")) {
      values[flag.slice(2) as keyof typeof values] = value;
    }
    if (flag === "--data") continue;
    options.push(word);
    if (value !== undefined && inline === undefined) options.push(value);
  }
  return {
    name: command.name(),
    slots: command.registeredArguments,
    operands: operands.map(argumentOf),
    options,
    data: values.data === undefined ? null : argumentOf(values.data),
    against: values.against === undefined ? null : argumentOf(values.against),
    save: values.save ?? null,
  };
}

/** `--name=value` and `-ovalue` in two. */
function splitOption(word: string, options: readonly Option[]): [flag: string, value: string | undefined] {
  if (word.startsWith("--")) {
    const at = word.indexOf("=");
    return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
  }
  const short = word.slice(0, 2);
  return word.length > 2 && takesValue(short, options) ? [short, word.slice(2)] : [word, undefined];
}

function takesValue(flag: string, options: readonly Option[]): boolean {
  // known also to those who take the data as an argument, so that they can say so
  if (flag === "--data") return true;
  return options.find(({ long, short }) => long === flag || short === flag)?.required === true;
}

/** The command with other operands and the options as typed, to be copied to a shell. */
export function commandText(
  { name, options }: Pick<TypedCommand, "name" | "options">,
  operands: readonly string[],
  data: string | null = null,
): string {
  const given = [...options, ...(data === null ? [] : ["--data", data])];
  // operands that look like options stand behind the two dashes
  const words = operands.some((word) => word.startsWith("-") && word !== "-")
    ? [...given, "--", ...operands]
    : [...operands, ...given];
  return ["henderson", name, ...words].map(quoted).join(" ");
}

/** A word as a shell reads it back. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
