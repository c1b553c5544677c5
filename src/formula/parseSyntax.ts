import { infixOperators, prefixPrecedence } from "./operators.ts";
import type { Syntax, SyntaxArgument } from "./syntax.ts";
import {
  chainedComparison,
  emptyArgument,
  isSymbol,
  joinSpans,
  missingOperand,
  missingOperator,
  neverClosed,
  tooDeep,
} from "./syntaxErrors.ts";
import { type Token, type TokenOptions, tokenize } from "./tokenize.ts";

/** Parentheses, calls and prefix operators may be nested this deep. */
const MAXIMUM_DEPTH = 200;

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
  const take = (): Token => tokens[next++]!;

  function parseOperand(depth: number): Syntax {
    if (depth > MAXIMUM_DEPTH) throw tooDeep(source, peek().span, MAXIMUM_DEPTH);
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
          return { kind: "unary", operator, operand, span: joinSpans(span, operand.span), parentheses: 0 };
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
      const span = joinSpans(left.span, right.span);
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
    return { ...inner, span: joinSpans(open.span, close.span), parentheses: inner.parentheses + 1 };
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
    const span = joinSpans(name.span, expectClosing(open).span);
    return { kind: "call", name: name.text, nameSpan: name.span, arguments: list, span, parentheses: 0 };
  }

  function parseArgument(depth: number): SyntaxArgument {
    const token = peek();
    if (isSymbol(token, ",") || (isSymbol(token, ")") && isSymbol(tokens[next - 1]!, ","))) {
      throw emptyArgument(source, isSymbol(token, ",") ? token : tokens[next - 1]!);
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
      throw neverClosed(source, open);
    }
    throw missingOperator(source, tokens, next);
  }

  const parts: Syntax[] = [];
  for (;;) {
    parts.push(parseInfix(0, 0));
    if (peek().kind === "end") return parts;
    if (!isSymbol(peek(), ";")) throw missingOperator(source, tokens, next);
    next++;
  }
}
