import { run } from "../../src/cli/run.ts";
import type { Terminal } from "../../src/cli/terminal.ts";

export interface Outcome {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** A terminal with its streams in memory. */
export function memoryTerminal(stdin = ""): {
  readonly terminal: Terminal;
  readonly written: { out: string; err: string };
} {
  const written = { out: "", err: "" };
  const terminal: Terminal = {
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    interactive: false,
    color: false,
    readStdin: async () => new TextEncoder().encode(stdin),
  };
  return { terminal, written };
}

/** Runs a command line in this process, with streams in memory. */
export async function henderson(words: readonly string[], stdin = ""): Promise<Outcome> {
  const { terminal, written } = memoryTerminal(stdin);
  const exitCode = await run(words, terminal);
  return { exitCode, ...written };
}
