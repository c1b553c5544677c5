import type { Note } from "../base/notes.ts";
import { notesText } from "../report/notesText.ts";
import type { CommandContext } from "./commandContext.ts";

/** Notes on stderr, in plain language. */
export function printNotes(notes: readonly Note[], { terminal }: CommandContext): void {
  if (notes.length > 0) terminal.err(`${notesText(notes).join("\n")}\n`);
}
