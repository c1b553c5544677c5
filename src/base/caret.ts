import type { SourceSpan } from "./errors.ts";

/** Columns of text shown at most: a window around the span is cut from a longer line. */
const MAXIMUM_WIDTH = 100;

const TAB_WIDTH = 4;

/** Characters that take no place of their own: combining marks, joiners, variation selectors, controls. */
const zeroWidth = /[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u;

/** Characters that take two places in a fixed-width font: CJK, Hangul, fullwidth forms, emoji. */
const doubleWidth =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/u;

interface Cell {
  readonly text: string;
  readonly width: number;
  readonly marked: boolean;
}

/**
 * The line of the source that holds a span, and under it a line of `^` below the span.
 *
 * A span over several lines is marked to the end of its first line, an empty one (the end of the
 * text) by a single `^`. Tabs become blanks, wide characters get two `^`, and a long line is cut to
 * 100 columns around the span. No line ends in blanks or a line break.
 */
export function caret(source: string, span: SourceSpan): string {
  const start = Math.max(0, Math.min(span.start, source.length));
  const lineStart = Math.max(source.lastIndexOf("\n", start - 1), source.lastIndexOf("\r", start - 1)) + 1;
  const rest = source.slice(start).search(/[\r\n]/u);
  const lineEnd = rest < 0 ? source.length : start + rest;
  const end = Math.max(start, Math.min(span.end, lineEnd));

  const first = Math.max(lineStart, start - 2 * MAXIMUM_WIDTH);
  const last = Math.min(lineEnd, start + 2 * MAXIMUM_WIDTH);
  const cells = measure(source.slice(first, last), start - first, end - first);
  let from = 0;
  let to = cells.length;
  const width = (): number => cells.slice(from, to).reduce((sum, cell) => sum + cell.width, 0);
  const marked = cells.findIndex((cell) => cell.marked);
  const focus = marked < 0 ? cells.length : marked;
  if (width() > MAXIMUM_WIDTH) {
    from = Math.max(0, focus - MAXIMUM_WIDTH / 2);
    while (width() > MAXIMUM_WIDTH && to > focus + 1) to--;
    while (width() > MAXIMUM_WIDTH) from++;
  }
  const before = first > lineStart || from > 0 ? "…" : "";
  const after = last < lineEnd || to < cells.length ? "…" : "";
  const shown = cells.slice(from, to);
  const line = before + shown.map((cell) => cell.text).join("") + after;
  const marks =
    before.replace("…", " ") + shown.map((cell) => (cell.marked ? "^" : " ").repeat(cell.width)).join("");
  const markLine = marks.includes("^") ? marks.trimEnd() : `${marks}^`;
  return `${line.trimEnd()}\n${markLine}`;
}

function measure(text: string, start: number, end: number): Cell[] {
  const cells: Cell[] = [];
  let at = 0;
  let column = 0;
  for (const character of text) {
    const marked = at >= start && at < end;
    at += character.length;
    if (character === "\t") {
      const width = TAB_WIDTH - (column % TAB_WIDTH);
      cells.push({ text: " ".repeat(width), width, marked });
      column += width;
      continue;
    }
    const width = zeroWidth.test(character) ? 0 : doubleWidth.test(character) ? 2 : 1;
    // control characters would move the cursor or color the terminal
    cells.push({ text: /\p{Cc}/u.test(character) ? "" : character, width, marked });
    column += width;
  }
  return cells;
}
