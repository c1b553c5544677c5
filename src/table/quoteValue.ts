const LONGEST = 40;

/** A value as it is shown in a message: in single quotes, one line, control characters visible, shortened. */
export function quoteValue(text: string): string {
  const characters = Array.from(text.slice(0, 2 * LONGEST));
  const isShort = characters.length <= LONGEST && text.length <= 2 * LONGEST;
  const shown = (isShort ? characters : characters.slice(0, LONGEST - 1)).map(visible).join("");
  return `'${shown}${isShort ? "" : "…"}'`;
}

/** Quoted values in a row, the first few of many. */
export function quoteValues(texts: readonly string[], most = 8): string {
  const shown = texts.slice(0, most).map(quoteValue).join(", ");
  return texts.length > most ? `${shown} and ${texts.length - most} more` : shown;
}

function visible(character: string): string {
  const code = character.codePointAt(0)!;
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  if (character === "\t") return "\\t";
  const isInvisible = code < 0x20 || (code >= 0x7f && code <= 0xa0) || (code >= 0x200b && code <= 0x200f);
  return isInvisible || code === 0xfeff ? `\\u{${code.toString(16)}}` : character;
}
