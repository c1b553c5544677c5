import type { SourceSpan } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { excerpt, formulaError, shorten } from "./formulaError.ts";
import type { Scope } from "./parseExpression.ts";
import { isRandomTerm, misplacedRandomTerm } from "./randomSyntax.ts";
import type { BinarySyntax, CallSyntax, Syntax, SyntaxArgument } from "./syntax.ts";
import { MAXIMUM_DEGREE } from "./termSet.ts";
import type { Grouping, Variable } from "./terms.ts";
import { toVariable } from "./variable.ts";

/**
 * What stands on the right of a bar; `a/b` makes two groupings, `a` and `a:b`.
 *
 * @throws HendersonError `formula/group-...`
 */
export function parseGrouping(syntax: Syntax, scope: Scope): Grouping[] {
  if (syntax.kind === "call" && syntax.name === "gr") return [parseGr(syntax, scope)];
  if (syntax.kind === "call" && syntax.name === "mm") return [parseMm(syntax, scope)];
  return nestedProducts(syntax, scope).map((variables) => ({
    kind: "interaction",
    name: variables.map((variable) => variable.text).join(":"),
    variables,
    span: syntax.span,
  }));
}

/** The groups of `a/b/c`, outermost first, each as the variables whose combinations are its levels. */
function nestedProducts(syntax: Syntax, scope: Scope): Variable[][] {
  const chain: BinarySyntax[] = [];
  let leftmost = syntax;
  while (leftmost.kind === "binary" && (leftmost.operator === "/" || leftmost.operator === ":")) {
    chain.push(leftmost);
    leftmost = leftmost.left;
  }
  const products = [[groupVariable(leftmost, scope)]];
  for (const { operator, right, operatorSpan } of chain.reverse()) {
    const inner = nestedProducts(right, scope);
    if (inner.length > 1) throw nestedOnTheRight(right, scope.source);
    const last = products.at(-1)!;
    if (operator === ":" && products.length > 1) throw productOfNested(syntax, operatorSpan, scope.source);
    const known = new Set(last.map((variable) => variable.text));
    const combined = [...last, ...inner[0]!.filter((variable) => !known.has(variable.text))];
    if (combined.length > MAXIMUM_DEGREE) throw tooManyGroups(syntax, scope.source);
    if (operator === "/") products.push(combined);
    else products[products.length - 1] = combined;
  }
  return products;
}

function groupVariable(syntax: Syntax, scope: Scope): Variable {
  const { source } = scope;
  if (syntax.kind === "call" && (syntax.name === "gr" || syntax.name === "mm")) {
    throw formulaError(
      "formula/group-combined",
      `${syntax.name}() cannot be combined with other groups`,
      source,
      syntax.span,
      "write it alone on the right of the bar",
    );
  }
  if (syntax.kind === "name" && syntax.name === "." && !syntax.quoted) {
    throw formulaError("formula/group-dot", "'.' cannot be a group", source, syntax.span, "name the column");
  }
  if (syntax.kind === "name" || syntax.kind === "call") return toVariable(syntax, scope);
  if (isRandomTerm(syntax)) throw misplacedRandomTerm(syntax, source, false);
  const text = excerpt(source, syntax.span);
  if (syntax.kind === "binary" && ["+", "*", "%in%"].includes(syntax.operator)) {
    if (isRandomTerm(syntax.right)) throw misplacedRandomTerm(syntax.right, source, false);
    const a = excerpt(source, syntax.left.span);
    const b = excerpt(source, syntax.right.span);
    const hints: Record<string, string> = {
      "+": `for two crossed groups write two terms, (1 | ${a}) + (1 | ${b}); for their combinations ${a}:${b}`,
      "*": `write (1 | ${a}) + (1 | ${b}) + (1 | ${a}:${b})`,
      "%in%": `write (1 | ${b}:${a})`,
    };
    throw formulaError(
      "formula/group-operator",
      `groups cannot be joined with '${syntax.operator}'`,
      source,
      syntax.operatorSpan,
      hints[syntax.operator]!,
    );
  }
  throw formulaError(
    "formula/group-not-a-column",
    `'${text}' cannot be a group`,
    source,
    syntax.span,
    "groups are columns, their combinations a:b, or nested columns a/b",
  );
}

function parseGr(call: CallSyntax, scope: Scope): Grouping {
  const example = "write gr(animal, cov = A)";
  const { positional, named } = splitArguments(call, ["cov"], example, scope.source);
  if (positional.length !== 1) {
    throw groupArguments(call, `gr() takes one column and got ${positional.length}`, example, scope.source);
  }
  const variable = groupVariable(positional[0]!.value, scope);
  const relationship = relationshipName(named.get("cov"), scope.source);
  return { kind: "gr", name: variable.text, variable, relationship, span: call.span };
}

function parseMm(call: CallSyntax, scope: Scope): Grouping {
  const example = "write mm(first, second), mm(first, second, cov = A) or mm(first, second, scale = TRUE)";
  const { positional, named } = splitArguments(call, ["cov", "scale"], example, scope.source);
  if (positional.length < 2) {
    throw groupArguments(
      call,
      `mm() takes two or more columns and got ${positional.length}`,
      example,
      scope.source,
    );
  }
  const variables = positional.map(({ value }) => groupVariable(value, scope));
  const scale = named.get("scale")?.value;
  if (scale !== undefined && scale.kind !== "logical") {
    throw formulaError(
      "formula/group-arguments",
      `scale is TRUE or FALSE, not '${excerpt(scope.source, scale.span)}'`,
      scope.source,
      scale.span,
      example,
    );
  }
  return {
    kind: "mm",
    name: variables.map((variable) => variable.text).join("+"),
    variables,
    relationship: relationshipName(named.get("cov"), scope.source),
    scale: scale?.value ?? false,
    span: call.span,
  };
}

function splitArguments(
  call: CallSyntax,
  names: readonly string[],
  example: string,
  source: string,
): { readonly positional: SyntaxArgument[]; readonly named: Map<string, SyntaxArgument> } {
  const positional: SyntaxArgument[] = [];
  const named = new Map<string, SyntaxArgument>();
  for (const argument of call.arguments) {
    const { name, nameSpan } = argument;
    if (name === null) {
      positional.push(argument);
      continue;
    }
    if (!names.includes(name) || named.has(name)) {
      const closest = nearest(name, names);
      throw formulaError(
        named.has(name) ? "formula/repeated-argument" : "formula/unknown-argument",
        named.has(name)
          ? `the argument '${name}' is given twice`
          : `${call.name}() has no argument '${shorten(name)}'`,
        source,
        nameSpan!,
        closest === null || named.has(name) ? example : `the closest name is '${closest}'`,
      );
    }
    named.set(name, argument);
  }
  return { positional, named };
}

function relationshipName(argument: SyntaxArgument | undefined, source: string): string | null {
  if (argument === undefined) return null;
  if (argument.value.kind === "name") return argument.value.name;
  throw formulaError(
    "formula/group-arguments",
    `cov names a relationship, and '${excerpt(source, argument.value.span)}' is not a name`,
    source,
    argument.value.span,
    "write cov = A and define A with the relationship option",
  );
}

function groupArguments(call: CallSyntax, message: string, hint: string, source: string): Error {
  return formulaError("formula/group-arguments", message, source, call.span, hint);
}

function tooManyGroups(syntax: Syntax, source: string): Error {
  return formulaError(
    "formula/too-complex",
    `this combines more than ${MAXIMUM_DEGREE} columns into one group`,
    source,
    syntax.span,
    "make one column of the combinations before the fit",
  );
}

function nestedOnTheRight(right: Syntax, source: string): Error {
  return formulaError(
    "formula/group-nesting",
    "the right side of '/' or ':' in a group is itself nested",
    source,
    right.span,
    "write the nesting from the left: a/b/c",
  );
}

function productOfNested(syntax: Syntax, span: SourceSpan, source: string): Error {
  return formulaError(
    "formula/group-nesting",
    `the nested groups in '${excerpt(source, syntax.span)}' cannot be combined with ':'`,
    source,
    span,
    "write one random term for each group",
  );
}
