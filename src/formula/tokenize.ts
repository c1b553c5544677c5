import type { SourceSpan } from "../base/errors.ts";
import { formulaError, shorten } from "./formulaError.ts";

type TokenKind = "name" | "quoted-name" | "number" | "string" | "symbol" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** a name or string without its quotes, a symbol (`**` as `^`), the digits of a number */
  readonly text: string;
  readonly span: SourceSpan;
}

export interface TokenOptions {
  /** whether `p[2,1]` is one name */
  readonly indexedNames?: boolean;
}

/** A text longer than this is not read: names of a million columns belong in a matrix, not in a formula. */
const MAXIMUM_LENGTH = 200_000;

const blank = /[\s\uFEFF]+/uy;
const name = /[\p{L}._][\p{L}\p{M}\p{N}._]*/uy;
const indexedName = /[\p{L}._][\p{L}\p{M}\p{N}._]*(?:\[ *[0-9]+ *, *[0-9]+ *\])?/uy;
const number = /(?:0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)L?/uy;
const symbol = /%[^%\s]*%|\*\*|\|\||&&|[=!<>]=|:::?|[-+*/^:~|&!<>=(),;]/uy;
const newline = /[\r\n]/u;

/** Characters that word processors and input methods put in place of those of the grammar. */
const lookalikes: ReadonlyMap<string, string> = new Map([
  ..."“”„«»＂".split("").map((c) => [c, '"'] as const),
  ..."‘’‚′＇".split("").map((c) => [c, "'"] as const),
  ..."−–—‐‑－".split("").map((c) => [c, "-"] as const),
  ..."∼˜～".split("").map((c) => [c, "~"] as const),
  ..."∣｜¦│".split("").map((c) => [c, "|"] as const),
  ..."×∗＊·".split("").map((c) => [c, "*"] as const),
  ..."÷∕／".split("").map((c) => [c, "/"] as const),
  ["＋", "+"],
  ["＝", "="],
  ["：", ":"],
  ["；", ";"],
  ["，", ","],
  ["（", "("],
  ["）", ")"],
  ["＾", "^"],
]);

/**
 * The tokens of a formula or expression, ended by one of kind `end`.
 *
 * Linear in the length of the text.
 *
 * @throws HendersonError `formula/too-long`, `formula/lookalike-character`, `formula/unexpected-character`,
 * `formula/unterminated`, `formula/empty-name`, `formula/number`, `formula/unknown-operator`
 */
export function tokenize(source: string, options: TokenOptions = {}): Token[] {
  if (source.length > MAXIMUM_LENGTH) {
    throw formulaError(
      "formula/too-long",
      `the text has ${source.length} characters and the limit is ${MAXIMUM_LENGTH}`,
      source.slice(0, 100),
      { start: 0, end: 1 },
      "check that a formula, not a file, was given",
    );
  }
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? null;
  };
  const push = (kind: TokenKind, text: string, length: number): void => {
    tokens.push({ kind, text, span: { start: at, end: at + length } });
    at += length;
  };

  while (at < source.length) {
    // what begins with this character in ASCII is not asked of every pattern
    const code = source.charCodeAt(at);
    const space = code <= 32 || code > 126 ? match(blank) : null;
    if (space !== null) {
      at += space.length;
      continue;
    }
    const first = source[at]!;
    if (first === '"' || first === "'" || first === "`") {
      const quoted = readQuoted(source, at);
      push(first === "`" ? "quoted-name" : "string", quoted.text, quoted.length);
      continue;
    }
    const digits = code >= 46 && code < 58 ? match(number) : null;
    if (digits !== null) {
      push("number", digits.replace(/L$/u, ""), digits.length);
      if (!Number.isFinite(Number(tokens.at(-1)!.text))) throw unreadableNumber(source, tokens.at(-1)!);
      continue;
    }
    const word = code >= 58 || code === 46 ? match(options.indexedNames === true ? indexedName : name) : null;
    if (word !== null) {
      push("name", word.replace(/\s/gu, ""), word.length);
      continue;
    }
    const operator = match(symbol);
    if (operator === null) throw unexpectedCharacter(source, at);
    if (operator.startsWith("%") && operator !== "%in%" && operator !== "%%") {
      throw formulaError(
        "formula/unknown-operator",
        `there is no operator '${shorten(operator)}'`,
        source,
        { start: at, end: at + operator.length },
        "the operators between percent signs are %in% and %%",
      );
    }
    push("symbol", operator === "**" ? "^" : operator, operator.length);
  }
  tokens.push({ kind: "end", text: "", span: { start: source.length, end: source.length } });
  return tokens;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
]);

function readQuoted(source: string, start: number): { readonly text: string; readonly length: number } {
  const quote = source[start]!;
  const pieces: string[] = [];
  let from = start + 1;
  for (let at = from; at < source.length; at++) {
    if (source[at] === "\\" && at + 1 < source.length) {
      pieces.push(source.slice(from, at), escapes.get(source[at + 1]!) ?? source[at + 1]!);
      at++;
      from = at + 1;
    } else if (source[at] === quote) {
      pieces.push(source.slice(from, at));
      const text = pieces.join("");
      if (quote === "`" && text === "") {
        throw formulaError(
          "formula/empty-name",
          "there is no name between these backquotes",
          source,
          { start, end: at + 1 },
          "write the column's name between them",
        );
      }
      return { text, length: at + 1 - start };
    }
  }
  const line = source.slice(start).search(newline);
  throw formulaError(
    "formula/unterminated",
    quote === "`" ? "this backquoted name is never closed" : "this string is never closed",
    source,
    { start, end: line < 0 ? source.length : start + line },
    `add the closing ${quote}`,
  );
}

function unreadableNumber(source: string, token: Token): Error {
  return formulaError(
    "formula/number",
    `the number ${shorten(token.text)} is too large`,
    source,
    token.span,
    "numbers are double precision, up to about 1.8e308",
  );
}

function unexpectedCharacter(source: string, at: number): Error {
  const character = String.fromCodePoint(source.codePointAt(at)!);
  const span = { start: at, end: at + character.length };
  const meant = lookalikes.get(character);
  if (meant !== undefined) {
    return formulaError(
      "formula/lookalike-character",
      `'${character}' looks like ${meant} but is another character`,
      source,
      span,
      `type a plain ${meant} (word processors replace it)`,
    );
  }
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  const visible = /[\p{C}\p{Z}]/u.test(character) ? `U+${code}` : `'${character}'`;
  return formulaError(
    "formula/unexpected-character",
    `the character ${visible} has no meaning in a formula`,
    source,
    span,
    unexpectedHints.get(character) ??
      "put a column name with such characters between backquotes: `my column`",
  );
}

const unexpectedHints: ReadonlyMap<string, string> = new Map([
  ["$", "write only the column's name: columns are looked up in the data"],
  ["[", "rows are chosen with --subset, and columns by their names"],
  ["]", "rows are chosen with --subset, and columns by their names"],
  ["\\", "remove it: between quotes no character of a formula needs a backslash"],
  ["{", "group terms with parentheses"],
  ["}", "group terms with parentheses"],
  ["%", "the operators between percent signs are %in% and %%"],
]);
