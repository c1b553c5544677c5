import { formulaError } from "./formulaError.ts";
import type { Scope } from "./parseExpression.ts";
import { isRandomTerm } from "./randomSyntax.ts";
import type { CallSyntax, Syntax } from "./syntax.ts";
import type { Response } from "./terms.ts";
import { toVariable } from "./variable.ts";

/** What stands on the left of `~`: an expression, `cbind(successes, failures)` or `mvbind(y1, y2, ...)`. */
export function parseResponse(syntax: Syntax, scope: Scope): Response {
  const { source } = scope;
  const { span } = syntax;
  if (isRandomTerm(syntax)) {
    throw formulaError(
      "formula/random-response",
      "a random term cannot be the response",
      source,
      span,
      "write the response on the left of '~' and random terms on its right",
    );
  }
  if (syntax.kind === "name" && syntax.name === "." && !syntax.quoted) {
    throw formulaError("formula/dot-response", "'.' cannot be the response", source, span, "name the column");
  }
  if (syntax.kind === "call" && syntax.name === "cbind") {
    const values = positionalArguments(syntax, source);
    if (values.length !== 2) {
      throw formulaError(
        "formula/cbind",
        `cbind() takes the successes and the failures, and got ${values.length} argument${values.length === 1 ? "" : "s"}`,
        source,
        span,
        "write cbind(successes, failures); several traits are mvbind(y1, y2)",
      );
    }
    return {
      kind: "cbind",
      successes: toVariable(values[0]!, scope),
      failures: toVariable(values[1]!, scope),
      span,
    };
  }
  if (syntax.kind === "call" && syntax.name === "mvbind") {
    const variables = positionalArguments(syntax, source).map((value) => toVariable(value, scope));
    const twice = variables.find(
      (variable, i) => variables.findIndex(({ text }) => text === variable.text) < i,
    );
    if (variables.length < 2 || twice !== undefined) {
      throw formulaError(
        "formula/mvbind",
        twice === undefined
          ? "mvbind() takes two or more traits"
          : `the trait '${twice.text}' is named twice`,
        source,
        span,
        "write mvbind(y1, y2), or y1 alone for one trait",
      );
    }
    return { kind: "mvbind", variables, span };
  }
  return { kind: "single", variable: toVariable(syntax, scope), span };
}

function positionalArguments(call: CallSyntax, source: string): Syntax[] {
  return call.arguments.map(({ name, nameSpan, value }) => {
    if (name === null) return value;
    throw formulaError(
      "formula/unknown-argument",
      `${call.name}() has no named arguments`,
      source,
      nameSpan!,
      "write only the columns",
    );
  });
}
