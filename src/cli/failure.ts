import { caret } from "../base/caret.ts";
import { HendersonError, isHendersonError } from "../base/errors.ts";
import type { Terminal } from "./terminal.ts";

/** 0 ok, 1 usage, 2 data or model error, 3 fitted but not converged. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Codes of the command line that are about the command, not about data or model. */
const USAGE_CODES: ReadonlySet<string> = new Set(["cli/usage", "cli/not-yet", "cli/unknown-code"]);

/** The exit code of an error. */
function exitCodeOf(error: HendersonError): ExitCode {
  return USAGE_CODES.has(error.code) ? 1 : 2;
}

/** A usage error. */
export function usageError(message: string, hint?: string): HendersonError {
  return new HendersonError("cli/usage", message, hint === undefined ? {} : { hint });
}

/** Any thrown value as one of ours; what was not thrown on purpose is reported without its stack. */
function asHendersonError(error: unknown): HendersonError {
  if (isHendersonError(error)) return error;
  const message =
    error instanceof Error && error.message !== "" ? error.message : "something that has no message";
  return new HendersonError("cli/internal", `henderson failed in an unexpected way: ${message}`, {
    cause: error,
    hint: "please report this with the command you ran; HENDERSON_DEBUG=1 prints where it happened",
  });
}

/** Writes an error to stderr, as text or (with --json) as JSON, and returns the exit code. */
export function reportFailure(thrown: unknown, terminal: Terminal, json: boolean): ExitCode {
  const error = asHendersonError(thrown);
  const exitCode = exitCodeOf(error);
  terminal.err(json ? `${JSON.stringify(errorJson(error, exitCode))}\n` : errorText(error, terminal.color));
  if (
    process.env.HENDERSON_DEBUG !== undefined &&
    error.code === "cli/internal" &&
    error.cause instanceof Error
  ) {
    terminal.err(`${error.cause.stack ?? ""}\n`);
  }
  return exitCode;
}

/** `henderson/error@1` */
function errorJson(error: HendersonError, exitCode: ExitCode): object {
  const { code, message, hint = null, source = null, span = null } = error;
  return { schema: "henderson/error@1", code, message, hint, source, span, exitCode };
}

function errorText(error: HendersonError, color: boolean): string {
  const [red, bold, end] = color ? ["\u001b[31m", "\u001b[1m", "\u001b[0m"] : ["", "", ""];
  const lines = [`${red}${bold}error${end} ${error.code}: ${error.message}`];
  if (error.source !== undefined && error.span !== undefined) {
    lines.push(
      ...caret(error.source, error.span)
        .split("\n")
        .map((line) => `  ${line}`),
    );
  }
  if (error.hint !== undefined) lines.push(...error.hint.split("\n").map((line) => `  ${line}`));
  return `${lines.join("\n")}\n`;
}
