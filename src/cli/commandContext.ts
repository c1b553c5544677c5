import type { Terminal } from "./terminal.ts";

/** What a command is given besides its arguments. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Sets the exit code of a command that ends without an error. */
  exit(code: 0 | 3): void;
}
