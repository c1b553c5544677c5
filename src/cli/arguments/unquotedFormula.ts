import { homedir } from "node:os";
import type { Argument } from "./argumentKind.ts";

/** A formula that the shell took apart, put together again. */
interface UnquotedFormula {
  readonly formula: string;
  /** the table that stood after it */
  readonly table: string | null;
  readonly message: string;
}

/**
 * `Reaction ~ Days data.csv` as the shell hands it on: several words, and the home folder in place of the tilde. null
 * where the words are nothing of the kind.
 */
export function unquotedFormula(operands: readonly Argument[]): UnquotedFormula | null {
  const words = operands.map(({ text }) => text);
  const tilde = words.findIndex((word) => word === "~" || word === homedir());
  if (tilde < 0 || tilde > 1) return null;
  const last = operands.at(-1)!;
  const table = last.kind === "table" ? last.text : null;
  const parts = table === null ? words : words.slice(0, -1);
  if (parts.length < tilde + 2) return null;
  return {
    formula: parts.map((word, w) => (w === tilde ? "~" : word)).join(" "),
    table,
    message: "the formula was not quoted, so the shell took it apart",
  };
}
