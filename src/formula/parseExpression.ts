import type { SourceSpan } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Argument, Expression } from "./expression.ts";
import { excerpt, formulaError, shorten } from "./formulaError.ts";
import {
  type FunctionSignature,
  functionAliases,
  functionSignatures,
  placedFunctions,
  structureNames,
} from "./functions.ts";
import { parseSyntax } from "./parseSyntax.ts";
import type { CallSyntax, Syntax } from "./syntax.ts";

interface ExpressionOptions {
  /**
   * Names are those of variance components: `p[2,1]` and `block:harvest` are one name each
   * (for --derive). Default false.
   */
  readonly componentNames?: boolean;
  /** columns of the table; a column `pi` hides the constant */
  readonly columns?: readonly string[];
}

/** Expressions may be this deep; a sum of n terms is n deep. */
const MAXIMUM_EXPRESSION_DEPTH = 500;

/** What is known while a text is interpreted. */
export interface Scope {
  readonly source: string;
  readonly columns: readonly string[] | null;
  readonly componentNames: boolean;
}

/**
 * The syntax tree of one arithmetic or logical expression: `Days > 2 & Sex == "F"`.
 *
 * @throws HendersonError `formula/...` with the span of the offending text
 */
export function parseExpression(source: string, options: ExpressionOptions = {}): Expression {
  const componentNames = options.componentNames ?? false;
  const parts = parseSyntax(source, { indexedNames: componentNames });
  if (parts.length > 1) {
    throw formulaError(
      "formula/several-expressions",
      "one expression is expected here, and ';' separates several",
      source,
      parts[1]!.span,
      "join conditions with & or |",
    );
  }
  return toExpression(parts[0]!, { source, columns: options.columns ?? null, componentNames });
}

/** The expression that a syntax tree stands for, calls checked against the known functions. */
export function toExpression(syntax: Syntax, scope: Scope, depth = 0): Expression {
  const { span, parentheses } = syntax;
  if (depth > MAXIMUM_EXPRESSION_DEPTH) {
    throw formulaError(
      "formula/too-deep",
      `this expression is more than ${MAXIMUM_EXPRESSION_DEPTH} operators deep`,
      scope.source,
      span,
      "compute the column before the fit",
    );
  }
  const place = parentheses > 0 ? { span, parentheses } : { span };
  switch (syntax.kind) {
    case "number":
      return { kind: "number", value: syntax.value, ...place };
    case "string":
      return { kind: "string", value: syntax.value, ...place };
    case "logical":
      return { kind: "logical", value: syntax.value, ...place };
    case "name":
      if (syntax.quoted) return { kind: "column", name: syntax.name, ...place };
      if (syntax.name === "." && scope.columns?.includes(".") !== true) throw dotInExpression(scope, span);
      if (syntax.name === "pi" && scope.columns?.includes("pi") !== true) {
        return { kind: "number", value: Math.PI, ...place };
      }
      return { kind: "column", name: syntax.name, ...place };
    case "call":
      return { kind: "call", name: syntax.name, arguments: checkedArguments(syntax, scope, depth), ...place };
    case "unary": {
      const operand = toExpression(syntax.operand, scope, depth + 1);
      return { kind: "unary", operator: syntax.operator, operand, ...place };
    }
    case "binary": {
      const { operator } = syntax;
      if (operator === "~" || operator === "||" || operator === "&&") {
        throw formulaOperator(scope.source, operator, syntax.operatorSpan);
      }
      const left = toExpression(syntax.left, scope, depth + 1);
      const right = toExpression(syntax.right, scope, depth + 1);
      if (operator === ":" && scope.componentNames && left.kind === "column" && right.kind === "column") {
        return { kind: "column", name: `${left.name}:${right.name}`, ...place };
      }
      return { kind: "binary", operator, left, right, ...place };
    }
  }
}

/** Arguments as written, in the order written. */
function checkedArguments(call: CallSyntax, scope: Scope, depth: number): Argument[] {
  const signature = functionSignatures.get(call.name);
  if (signature === undefined) throw unknownFunction(call, scope.source);
  checkArguments(call, signature, scope.source);
  return call.arguments.map(({ name, value }) => {
    const expression = toExpression(value, scope, depth + 1);
    return name === null ? { value: expression } : { name, value: expression };
  });
}

function checkArguments(call: CallSyntax, signature: FunctionSignature, source: string): void {
  const { parameters } = signature;
  const hint = `write it as ${signature.example}`;
  const given = new Set<string>();
  for (const { name, nameSpan } of call.arguments) {
    if (name === null) continue;
    if (signature.variadic || !parameters.some((parameter) => parameter.name === name)) {
      const known = signature.variadic ? [] : parameters.map((parameter) => parameter.name);
      const closest = nearest(name, known);
      throw formulaError(
        "formula/unknown-argument",
        `${call.name}() has no argument '${shorten(name)}'`,
        source,
        nameSpan!,
        closest === null ? hint : `the closest name is '${closest}'`,
      );
    }
    if (given.has(name)) {
      throw formulaError(
        "formula/repeated-argument",
        `the argument '${name}' of ${call.name}() is given twice`,
        source,
        nameSpan!,
        "remove one of them",
      );
    }
    given.add(name);
  }
  const positions = parameters.filter(({ name, positional }) => positional && !given.has(name));
  const unnamed = call.arguments.filter(({ name }) => name === null);
  if (!signature.variadic && unnamed.length > positions.length) {
    const extra = unnamed[positions.length]!.value;
    throw formulaError(
      "formula/too-many-arguments",
      `${call.name}() has no place for the argument '${excerpt(source, extra.span)}'`,
      source,
      extra.span,
      hint,
    );
  }
  const missing = positions.slice(unnamed.length).find((parameter) => parameter.required);
  if (missing !== undefined) {
    const what = signature.variadic ? "needs at least one argument" : `needs its argument '${missing.name}'`;
    throw formulaError("formula/missing-argument", `${call.name}() ${what}`, source, call.span, hint);
  }
}

/**
 * The same expression with the arguments of every call where their parameters stand: required ones
 * by position, options by name. `poly(x, degree = 2)` becomes `poly(x, 2)`, `relevel(x, "b")`
 * becomes `relevel(x, ref = "b")`.
 */
export function normalizeCalls(expression: Expression): Expression {
  switch (expression.kind) {
    case "unary":
      return { ...expression, operand: normalizeCalls(expression.operand) };
    case "binary":
      return {
        ...expression,
        left: normalizeCalls(expression.left),
        right: normalizeCalls(expression.right),
      };
    case "call": {
      const list = expression.arguments.map(({ name, value }) => ({ name, value: normalizeCalls(value) }));
      return { ...expression, arguments: placeArguments(functionSignatures.get(expression.name)!, list) };
    }
    default:
      return expression;
  }
}

function placeArguments(
  signature: FunctionSignature,
  list: readonly { readonly name: string | undefined; readonly value: Expression }[],
): Argument[] {
  if (signature.variadic) return list.map(({ value }) => ({ value }));
  const unnamed = list.filter(({ name }) => name === undefined);
  const placed: Argument[] = [];
  let next = 0;
  for (const parameter of signature.parameters) {
    const named = list.find(({ name }) => name === parameter.name);
    const given = named ?? (parameter.positional ? unnamed[next++] : undefined);
    if (given === undefined) continue;
    placed.push(parameter.keepsName ? { name: parameter.name, value: given.value } : { value: given.value });
  }
  return placed;
}

/** Says what is wrong with the call of a function that is not known where it stands. */
function unknownFunction(call: CallSyntax, source: string): Error {
  const place = placedFunctions.get(call.name);
  if (place !== undefined) {
    return formulaError(
      "formula/misplaced-function",
      `${call.name}() cannot stand here`,
      source,
      call.nameSpan,
      `it is written ${place}`,
    );
  }
  if (structureNames.includes(call.name)) {
    return formulaError(
      "formula/structure-without-bar",
      `${call.name}() is a covariance structure and has no bar`,
      source,
      call.span,
      `write the group after a bar: ${call.name}(0 + x | g)`,
    );
  }
  const names = [...functionSignatures.keys(), ...placedFunctions.keys(), ...structureNames];
  const closest = nearest(call.name, names);
  const fallback =
    closest === null ? "for a product of two columns write a:b" : `the closest name is '${closest}'`;
  return formulaError(
    "formula/unknown-function",
    `there is no function '${shorten(call.name)}'`,
    source,
    call.nameSpan,
    functionAliases.get(call.name) ?? fallback,
  );
}

function dotInExpression(scope: Scope, span: SourceSpan): Error {
  return formulaError(
    "formula/dot-in-expression",
    "'.' stands for all other columns and cannot be used inside a function or calculation",
    scope.source,
    span,
    "name the column",
  );
}

function formulaOperator(source: string, operator: "~" | "||" | "&&", span: SourceSpan): Error {
  if (operator === "~") {
    return formulaError(
      "formula/tilde-inside",
      "'~' cannot stand inside an expression",
      source,
      span,
      "a formula has one '~', outside of parentheses",
    );
  }
  const single = operator[0]!;
  return formulaError(
    "formula/scalar-logical",
    `'${operator}' compares single values; columns are compared row by row with '${single}'`,
    source,
    span,
    `write ${single}`,
  );
}
