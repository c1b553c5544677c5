import type { SourceSpan } from "../base/errors.ts";
import { excerpt, formulaError, shorten } from "./formulaError.ts";
import { infixOperators, prefixPrecedence } from "./operators.ts";
import type { Syntax, SyntaxArgument } from "./syntax.ts";
import { type Token, type TokenOptions, tokenize } from "./tokenize.ts";

/** Parentheses, calls and prefix operators may be nested this deep. */
export const MAXIMUM_DEPTH = 200;

/**
 * The syntax trees of a text, one for each part between `;`, by operator precedence.
 *
 * Linear in the length of the text.
 *
 * @throws HendersonError `formula/...` with the span of the offending text
 */
export function parseSyntax(source: string, options: TokenOptions = {}): Syntax[] {
  const tokens = tokenize(source, options);
  let next = 0;
  const peek = (): Token => tokens[next]!;
  const isSymbol = (token: Token, text: string): boolean => token.kind === "symbol" && token.text === text;
  const take = (): Token => tokens[next++]!;

  function parseOperand(depth: number): Syntax {
    if (depth > MAXIMUM_DEPTH) throw tooDeep(source, peek().span);
    const token = take();
    const { span } = token;
    switch (token.kind) {
      case "number":
        return { kind: "number", value: Number(token.text), span, parentheses: 0 };
      case "string":
        return { kind: "string", value: token.text, span, parentheses: 0 };
      case "name":
      case "quoted-name":
        if (isSymbol(peek(), "(")) return parseCall(token, depth);
        if (token.kind === "name" && (token.text === "TRUE" || token.text === "FALSE")) {
          return { kind: "logical", value: token.text === "TRUE", span, parentheses: 0 };
        }
        return { kind: "name", name: token.text, quoted: token.kind === "quoted-name", span, parentheses: 0 };
      case "symbol":
        if (token.text === "(") return parseParentheses(token, depth);
        if (prefixPrecedence.has(token.text)) {
          const operand = parseInfix(prefixPrecedence.get(token.text)!, depth + 1);
          const operator = token.text as "-" | "+" | "!";
          return { kind: "unary", operator, operand, span: join(span, operand.span), parentheses: 0 };
        }
        throw missingOperand(source, tokens, next - 1);
      case "end":
        throw missingOperand(source, tokens, next - 1);
    }
  }

  function parseInfix(minimum: number, depth: number): Syntax {
    let left = parseOperand(depth);
    let comparison: Token | null = null;
    for (;;) {
      const token = peek();
      const infix = token.kind === "symbol" ? infixOperators.get(token.text) : undefined;
      if (infix === undefined || infix.precedence < minimum) return left;
      if (infix.associativity === "none") {
        if (comparison !== null) throw chainedComparison(source, token);
        comparison = token;
      }
      next++;
      const right = parseInfix(infix.precedence + (infix.associativity === "right" ? 0 : 1), depth + 1);
      const span = join(left.span, right.span);
      left = {
        kind: "binary",
        operator: infix.operator,
        operatorSpan: token.span,
        left,
        right,
        span,
        parentheses: 0,
      };
    }
  }

  function parseParentheses(open: Token, depth: number): Syntax {
    const inner = parseInfix(0, depth + 1);
    const close = expectClosing(open);
    return { ...inner, span: join(open.span, close.span), parentheses: inner.parentheses + 1 };
  }

  function parseCall(name: Token, depth: number): Syntax {
    const open = take();
    const list: SyntaxArgument[] = [];
    if (!isSymbol(peek(), ")")) {
      list.push(parseArgument(depth));
      while (isSymbol(peek(), ",")) {
        next++;
        list.push(parseArgument(depth));
      }
    }
    const span = join(name.span, expectClosing(open).span);
    return { kind: "call", name: name.text, nameSpan: name.span, arguments: list, span, parentheses: 0 };
  }

  function parseArgument(depth: number): SyntaxArgument {
    const token = peek();
    if (isSymbol(token, ",") || (isSymbol(token, ")") && isSymbol(tokens[next - 1]!, ","))) {
      throw formulaError(
        "formula/empty-argument",
        "an argument is missing beside this comma",
        source,
        isSymbol(token, ",") ? token.span : tokens[next - 1]!.span,
        "remove the comma, or write the argument",
      );
    }
    const named = token.kind === "name" || token.kind === "quoted-name" || token.kind === "string";
    if (named && isSymbol(tokens[next + 1]!, "=")) {
      next += 2;
      return { name: token.text, nameSpan: token.span, value: parseInfix(0, depth + 1) };
    }
    return { name: null, nameSpan: null, value: parseInfix(0, depth + 1) };
  }

  function expectClosing(open: Token): Token {
    if (isSymbol(peek(), ")")) return take();
    if (peek().kind === "end" || isSymbol(peek(), ";")) {
      throw formulaError(
        "formula/unbalanced",
        "this '(' is never closed",
        source,
        open.span,
        "add the closing ')'",
      );
    }
    throw missingOperator(source, tokens, next, true);
  }

  const parts: Syntax[] = [];
  for (;;) {
    parts.push(parseInfix(0, 0));
    if (peek().kind === "end") return parts;
    if (!isSymbol(peek(), ";")) throw missingOperator(source, tokens, next, false);
    next++;
  }
}

function join(first: SourceSpan, last: SourceSpan): SourceSpan {
  return { start: first.start, end: last.end };
}

function tooDeep(source: string, span: SourceSpan): Error {
  return formulaError(
    "formula/too-deep",
    `parentheses and operators are nested more than ${MAXIMUM_DEPTH} deep here`,
    source,
    span,
    "compute the column before the fit, or remove parentheses that change nothing",
  );
}

function chainedComparison(source: string, token: Token): Error {
  return formulaError(
    "formula/chained-comparison",
    `comparisons cannot be chained: '${token.text}' follows another comparison`,
    source,
    token.span,
    "join two comparisons with &: 0 < x & x < 1",
  );
}

/** The token at `index` stands where an operand should: say what is missing. */
function missingOperand(source: string, tokens: readonly Token[], index: number): Error {
  const token = tokens[index]!;
  const before = tokens[index - 1];
  const atEnd = token.kind === "end" || token.text === ";";
  if (atEnd && before === undefined) {
    return formulaError(
      "formula/empty",
      "the formula is empty",
      source,
      token.span,
      "write response ~ predictors",
    );
  }
  if (token.text === ";" || (atEnd && before!.text === ";" && before!.kind === "symbol")) {
    if (before === undefined || before.text === ";") {
      return formulaError(
        "formula/empty-part",
        "there is no formula beside this ';'",
        source,
        token.kind === "end" ? before!.span : token.span,
        "';' separates the formulas of several traits: remove it, or write the other formula",
      );
    }
  }
  if (atEnd) {
    const hint = before!.text === "~" ? "for a model without predictors write ~ 1" : undefined;
    const message =
      before!.text === "("
        ? "this '(' is never closed"
        : `the formula ends after '${excerpt(source, before!.span)}', where something should follow`;
    const code = before!.text === "(" ? "formula/unbalanced" : "formula/unexpected-end";
    return formulaError(code, message, source, before!.span, hint);
  }
  if (token.text === "~") {
    if (before === undefined || before.text === ";") return noResponse(source, token);
  }
  if (token.text === ")" && before?.text === "(") {
    return formulaError(
      "formula/empty-parentheses",
      "there is nothing between these parentheses",
      source,
      join(before.span, token.span),
      "remove them, or write what belongs there",
    );
  }
  if (token.text === ")" && (before === undefined || before.text === ";"))
    return unmatchedClosing(source, token);
  if (token.text === "=" || token.text === ":" || before === undefined) {
    return formulaError(
      "formula/missing-operand",
      `'${token.text}' has nothing on its left`,
      source,
      token.span,
    );
  }
  const pair = join(before.span, token.span);
  return formulaError(
    "formula/missing-operand",
    `something is missing between '${before.text}' and '${token.text}'`,
    source,
    pair,
    token.text === ")"
      ? `remove '${before.text}', or write what follows it`
      : "remove one of them, or write what stands between",
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

/** The token at `index` stands where an operator should. */
function missingOperator(source: string, tokens: readonly Token[], index: number, inside: boolean): Error {
  const token = tokens[index]!;
  const before = tokens[index - 1]!;
  if (token.kind === "symbol") {
    switch (token.text) {
      case ")":
        return unmatchedClosing(source, token);
      case "=":
        return formulaError(
          "formula/equals-sign",
          inside
            ? "'=' may only follow the name of an argument"
            : "a formula has '~' between response and predictors, not '='",
          source,
          token.span,
          inside ? "to compare write ==" : "write y ~ x",
        );
      case "::":
      case ":::":
        return formulaError(
          "formula/package-prefix",
          `packages are not named in a formula: '${excerpt(source, join(before.span, token.span))}'`,
          source,
          token.span,
          "write only the function: ns(x, 3)",
        );
      case ",":
        return formulaError(
          "formula/comma",
          "a comma may only stand between the arguments of a function",
          source,
          token.span,
          "join terms with +",
        );
      case "!":
        return formulaError(
          "formula/missing-operator",
          "'!' may only stand before an operand",
          source,
          token.span,
        );
    }
  }
  const left = excerpt(source, before.span);
  const right = shorten(source.slice(token.span.start, token.span.end));
  return formulaError(
    "formula/missing-operator",
    `there is no operator between '${left}' and '${right}'`,
    source,
    join(before.span, token.span),
    before.kind === "name" && token.kind === "name"
      ? `write '${left} + ${right}' for two terms, or \`${left} ${right}\` in backquotes for one name`
      : "terms are joined with +",
  );
}
