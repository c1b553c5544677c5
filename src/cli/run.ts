import { Command, CommanderError } from "commander";
import { nearest } from "../base/nearest.ts";
import { argumentOf, isFormula } from "./arguments/argumentKind.ts";
import { argumentMistake } from "./arguments/argumentMistakes.ts";
import { EXAMPLE_DATA, EXAMPLE_FORMULA } from "./arguments/argumentText.ts";
import { commandText, quoted, typedCommand } from "./arguments/typedCommand.ts";
import type { CommandContext } from "./commandContext.ts";
import { commandList } from "./commandList.ts";
import { type ExitCode, reportFailure, usageError } from "./failure.ts";
import { notYet } from "./notYet.ts";
import type { Terminal } from "./terminal.ts";
import { version } from "./version.ts";

/**
 * Runs one command line and returns its exit code.
 *
 * @param words the arguments after the program's name
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const outcome: { code: ExitCode } = { code: 0 };
  const context: CommandContext = {
    terminal,
    exit: (code) => {
      outcome.code = code;
    },
  };
  const json = wantsJson(words);
  const { program, command } = await createProgram(words, context);
  command?.hook("preAction", async () => {
    const mistake = await argumentMistake(typedCommand(command, words));
    if (mistake !== null) throw mistake;
  });
  try {
    await program.parseAsync([...words], { from: "user" });
    return outcome.code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportFailure(error, terminal, json);
    if (error.exitCode === 0) return 0;
    return reportFailure(await fromCommander(error, command, words), terminal, json);
  }
}

/** Known before the options are parsed, because errors in the options are reported as JSON as well. */
function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? undefined : end).includes("--json");
}

/** The program, and the command that was asked for, if there is such a one. */
async function createProgram(
  words: readonly string[],
  context: CommandContext,
): Promise<{ program: Command; command: Command | null }> {
  const program = new Command("henderson")
    .description("Linear mixed models: fit, test, predict.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help of a command")
    .usage("COMMAND [options]")
    .addHelpText(
      "after",
      "\nExample:\n  henderson fit 'Reaction ~ Days + (Days | Subject)' sleepstudy.csv\n\nhenderson COMMAND --help tells the options of a command.",
    );
  silence(program, context.terminal);
  const wanted = words[0] === "help" ? words[1] : words[0];
  let loaded: Command | null = null;
  for (const entry of commandList) {
    if (entry.load !== null && entry.name === wanted) {
      const command = (await entry.load())(context);
      silence(command.description(command.description() || entry.summary), context.terminal);
      program.addCommand(command);
      loaded = command;
    } else {
      const stub = new Command(entry.name)
        .description(entry.load === null ? `${entry.summary} (not yet in this version)` : entry.summary)
        .allowUnknownOption()
        .allowExcessArguments()
        .action(() => {
          throw notYet(`henderson ${entry.name}`);
        });
      silence(stub, context.terminal);
      program.addCommand(stub);
    }
  }
  return { program, command: loaded };
}

/** Commander throws instead of ending the process, and its messages go through our own report. */
function silence(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.out(text),
    writeErr: () => {},
    getOutHasColors: () => false,
  });
}

/** Commander's `error: unknown option '--wieghts'\n(Did you mean --weights?)` as one of ours. */
async function fromCommander(
  error: CommanderError,
  command: Command | null,
  words: readonly string[],
): Promise<Error> {
  if (error.code === "commander.help" || error.code === "commander.unknownCommand") return noCommand(words);
  if (command !== null && ARGUMENT_CODES.has(error.code)) {
    const typed = typedCommand(command, words);
    // an option that is unknown is the mistake, unless it is --data where the data are an argument
    const ours = error.code !== "commander.unknownOption" || typed.data !== null;
    const mistake = ours ? await argumentMistake(typed) : null;
    if (mistake !== null) return mistake;
  }
  const needed = /^error: required option '(--\S+) <(.+)>' not specified/.exec(error.message);
  if (command !== null && needed !== null) {
    const { name, options, operands } = typedCommand(command, words);
    const line = commandText(
      { name, options: [...options, needed[1]!, needed[2]!.toUpperCase()] },
      operands.map(({ text }) => text),
    );
    return usageError(`henderson ${name} needs ${needed[1]!}`, line);
  }
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const hint = rest
    .join(" ")
    .trim()
    .replace(/^\(Did(.*)\)$/, "did$1");
  const help =
    command === null
      ? "henderson --help lists commands and options"
      : `henderson ${command.name()} --help shows all arguments and options`;
  return usageError(first.trim(), hint === "" ? help : hint);
}

const ARGUMENT_CODES: ReadonlySet<string> = new Set([
  "commander.missingArgument",
  "commander.excessArguments",
  "commander.unknownOption",
]);

/** No command, an unknown one, or what a command is about in its place: `henderson 'y ~ x' data.csv`. */
function noCommand(words: readonly string[]): Error {
  const [word, ...others] = words[0] === "help" ? words.slice(1) : words;
  if (word === undefined) return usageError("no command was given", "henderson --help lists the commands");
  const unknown = `there is no command '${word}'`;
  const { kind } = argumentOf(word);
  const command = ["henderson", "COMMAND", ...words].map(quoted).join(" ");
  switch (kind) {
    case "formula":
      return usageError(
        `${unknown}: it is a formula`,
        ["henderson", "fit", word, ...(others.length === 0 ? [EXAMPLE_DATA] : others)].map(quoted).join(" "),
      );
    case "table":
      return usageError(
        `${unknown}: it is a table`,
        ["henderson", "fit", others.find(isFormula) ?? EXAMPLE_FORMULA, word].map(quoted).join(" "),
      );
    case "fit":
      return usageError(
        `${unknown}: it is a FIT file`,
        `say what to do with it: ${command}, as henderson check ${quoted(word)}`,
      );
    default: {
      const close = nearest(
        word,
        commandList.map(({ name }) => name),
      );
      return usageError(
        unknown,
        close === null ? "henderson --help lists the commands" : `did you mean ${close}?`,
      );
    }
  }
}
