// What to say when a text breaks the grammar. Only the parser calls this, and only to throw.

import type { SourceSpan } from "../base/errors.ts";
import { excerpt, formulaError } from "./formulaError.ts";
import type { Token } from "./tokenize.ts";

/** Whether a token is this symbol. */
export function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === "symbol" && token.text === text;
}

/** From the beginning of one place to the end of another. */
export function joinSpans(first: SourceSpan, last: SourceSpan): SourceSpan {
  return { start: first.start, end: last.end };
}

/** `formula/too-deep`: a text that would overflow the stack. */
export function tooDeep(source: string, span: SourceSpan, limit: number): Error {
  return formulaError(
    "formula/too-deep",
    `parentheses and operators are nested more than ${limit} deep here`,
    source,
    span,
    "compute the column before the fit, or remove parentheses that change nothing",
  );
}

/** `formula/chained-comparison`: `0 < x < 1`. */
export function chainedComparison(source: string, token: Token): Error {
  return formulaError(
    "formula/chained-comparison",
    `comparisons cannot be chained: '${token.text}' follows another comparison`,
    source,
    token.span,
    "join two comparisons with &: 0 < x & x < 1",
  );
}

/** `formula/empty-argument`: a comma with nothing beside it. */
export function emptyArgument(source: string, comma: Token): Error {
  return formulaError(
    "formula/empty-argument",
    "an argument is missing beside this comma",
    source,
    comma.span,
    "remove the comma, or write the argument",
  );
}

/** `formula/unbalanced`: an opening parenthesis without its end. */
export function neverClosed(source: string, open: Token): Error {
  return formulaError(
    "formula/unbalanced",
    "this '(' is never closed",
    source,
    open.span,
    "add the closing ')'",
  );
}

/** The token at `index` stands where an operand should: says what is missing. */
export function missingOperand(source: string, tokens: readonly Token[], index: number): Error {
  const token = tokens[index]!;
  const before = tokens[index - 1];
  const atEnd = token.kind === "end" || isSymbol(token, ";");
  const atStart = before === undefined || isSymbol(before, ";");
  if (atEnd && atStart) return emptyPart(source, token, before, tokens);
  if (atEnd) return unexpectedEnd(source, before!);
  if (isSymbol(token, ")") && isUnmatched(tokens, index)) return unmatchedClosing(source, token);
  if (atStart) {
    if (isSymbol(token, "~")) return noResponse(source, token);
    return formulaError(
      "formula/missing-operand",
      `'${token.text}' has nothing on its left`,
      source,
      token.span,
      "remove it, or write what stands before it",
    );
  }
  const span = joinSpans(before.span, token.span);
  if (isSymbol(token, ")") && isSymbol(before, "(")) {
    return formulaError(
      "formula/empty-parentheses",
      "there is nothing between these parentheses",
      source,
      span,
      "remove them, or write what belongs there",
    );
  }
  return formulaError(
    "formula/missing-operand",
    `something is missing between '${excerpt(source, before.span)}' and '${token.text}'`,
    source,
    span,
    isSymbol(token, ")")
      ? `remove '${before.text}', or write what follows it`
      : "remove one of them, or write what stands between",
  );
}

/** The token at `index` stands where an operator should. */
export function missingOperator(source: string, tokens: readonly Token[], index: number): Error {
  const token = tokens[index]!;
  const before = tokens[index - 1]!;
  if (token.kind === "symbol" && token.text !== "(") return misplacedSymbol(source, tokens, index);
  const left = excerpt(source, before.span);
  const right = excerpt(source, token.span);
  const names = before.kind === "name" && token.kind === "name";
  return formulaError(
    "formula/missing-operator",
    `there is no operator between '${left}' and '${right}'`,
    source,
    joinSpans(before.span, token.span),
    names
      ? `write '${left} + ${right}' for two terms, or \`${left} ${right}\` in backquotes for one name`
      : "terms are joined with +",
  );
}

function misplacedSymbol(source: string, tokens: readonly Token[], index: number): Error {
  const { text, span } = tokens[index]!;
  const before = tokens[index - 1]!;
  switch (text) {
    case ")":
      return unmatchedClosing(source, tokens[index]!);
    case "=":
      if (openParentheses(tokens, index) > 0) {
        return formulaError(
          "formula/equals-sign",
          "'=' may only follow the name of an argument",
          source,
          span,
          "to compare write ==",
        );
      }
      return formulaError(
        "formula/equals-sign",
        "a formula has '~' between response and predictors, not '='",
        source,
        span,
        "write y ~ x, or == to compare",
      );
    case "::":
    case ":::":
      return formulaError(
        "formula/package-prefix",
        `packages are not named in a formula: '${excerpt(source, joinSpans(before.span, span))}'`,
        source,
        span,
        "write only the function: ns(x, 3)",
      );
    case ",":
      return formulaError(
        "formula/comma",
        "a comma may only stand between the arguments of a function",
        source,
        span,
        "join terms with +",
      );
    default:
      return formulaError(
        "formula/missing-operator",
        `there is no operator between '${excerpt(source, before.span)}' and '${text}'`,
        source,
        joinSpans(before.span, span),
        "join them with an operator, or remove one",
      );
  }
}

function emptyPart(source: string, token: Token, before: Token | undefined, tokens: readonly Token[]): Error {
  if (tokens.every(({ kind, text }) => kind === "end" || (kind === "symbol" && text === ";"))) {
    return formulaError(
      "formula/empty",
      "there is nothing in this text",
      source,
      token.span,
      "a formula is written response ~ predictors: y ~ x",
    );
  }
  const semicolon = token.kind === "end" ? before! : token;
  return formulaError(
    "formula/empty-part",
    "there is no formula beside this ';'",
    source,
    semicolon.span,
    "';' separates the formulas of several traits: remove it, or write the other formula",
  );
}

function unexpectedEnd(source: string, before: Token): Error {
  if (isSymbol(before, "(")) return neverClosed(source, before);
  return formulaError(
    "formula/unexpected-end",
    `the text ends after '${excerpt(source, before.span)}', where something should follow`,
    source,
    before.span,
    isSymbol(before, "~")
      ? "for a model without predictors write ~ 1"
      : `remove '${excerpt(source, before.span)}', or write what follows it`,
  );
}

function noResponse(source: string, tilde: Token): Error {
  return formulaError(
    "formula/no-response",
    "there is no response on the left of '~'",
    source,
    tilde.span,
    "write the column to be explained first: y ~ x",
  );
}

function unmatchedClosing(source: string, token: Token): Error {
  return formulaError(
    "formula/unbalanced",
    "this ')' closes nothing",
    source,
    token.span,
    "remove it, or add the opening '('",
  );
}

function isUnmatched(tokens: readonly Token[], index: number): boolean {
  return openParentheses(tokens, index) <= 0;
}

/** How many parentheses are open before the token at `index`. */
function openParentheses(tokens: readonly Token[], index: number): number {
  let open = 0;
  for (let at = 0; at < index; at++) {
    if (isSymbol(tokens[at], "(")) open++;
    else if (isSymbol(tokens[at], ")")) open--;
  }
  return open;
}
