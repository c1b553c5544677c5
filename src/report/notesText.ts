import type { Note } from "../base/notes.ts";

/** Columns of a line of prose. */
const LINE_WIDTH = 80;

/** Notes in plain language, each with its code, its message and what to do. */
export function notesText(notes: readonly Note[]): string[] {
  return notes.flatMap((note) => [
    ...wrap(
      `${note.severity === "warning" ? "Warning" : "Note"} ${note.code}: ${sentence(note.message)}`,
      "  ",
    ),
    ...(note.hint === undefined ? [] : wrap(`  ${sentence(note.hint)}`, "  ")),
  ]);
}

function sentence(text: string): string {
  const start = /^[a-z][a-z]* /.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

/** Breaks prose between words; lines after the first are indented. */
export function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = /^ */.exec(text)![0];
  let empty = true;
  for (const word of text.trim().split(/ +/)) {
    if (!empty && line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
