import { Command, CommanderError } from "commander";
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
  try {
    const program = await createProgram(words, context);
    await program.parseAsync([...words], { from: "user" });
    return outcome.code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportFailure(error, terminal, json);
    if (error.exitCode === 0) return 0;
    return reportFailure(fromCommander(error), terminal, json);
  }
}

/** Known before the options are parsed, because errors in the options are reported as JSON as well. */
function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? undefined : end).includes("--json");
}

async function createProgram(words: readonly string[], context: CommandContext): Promise<Command> {
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
  for (const entry of commandList) {
    if (entry.load !== null && entry.name === wanted) {
      const command = (await entry.load())(context);
      silence(command.description(command.description() || entry.summary), context.terminal);
      program.addCommand(command);
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
  return program;
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
function fromCommander(error: CommanderError): Error {
  if (error.code === "commander.help")
    return usageError("no command was given", "henderson --help lists the commands");
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const hint = rest
    .join(" ")
    .trim()
    .replace(/^\((Did.*)\)$/, "$1");
  return usageError(
    first.trim(),
    hint === "" ? "henderson --help lists commands and options" : hint.replace(/^Did/, "did"),
  );
}
