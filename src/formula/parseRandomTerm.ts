import { nearest } from "../base/nearest.ts";
import { expandTerms } from "./expandTerms.ts";
import type { Expression } from "./expression.ts";
import { excerpt, formulaError, shorten } from "./formulaError.ts";
import { functionSignatures, structureNames } from "./functions.ts";
import { normalizeCalls, type Scope, toExpression } from "./parseExpression.ts";
import { parseGrouping } from "./parseGrouping.ts";
import { hasBar, isBar, isStructuredTerm } from "./randomSyntax.ts";
import type { BinarySyntax, CallSyntax, Syntax } from "./syntax.ts";
import type { LinearPredictor, RandomTermSyntax } from "./terms.ts";

/** The random terms that one pair of parentheses or one structured call stands for: two for `(1 | a/b)`. */
export function parseRandomTerm(node: BinarySyntax | CallSyntax, scope: Scope): RandomTermSyntax[] {
  const parts = isStructuredTerm(node)
    ? structuredParts(node, scope)
    : barParts(node as BinarySyntax, scope.source);
  const left = parseLeft(parts.left, scope);
  return parseGrouping(parts.group, scope).map((grouping) => ({
    left,
    uncorrelated: parts.uncorrelated,
    structure: parts.structure,
    structureArguments: parts.structureArguments,
    id: parts.id,
    grouping,
    text: scope.source.slice(node.span.start, node.span.end),
    span: node.span,
  }));
}

interface Parts {
  readonly left: Syntax;
  readonly group: Syntax;
  readonly uncorrelated: boolean;
  readonly structure: string;
  readonly structureArguments: readonly Expression[];
  readonly id: string | null;
}

/** `x | g`, `x || g` or `x |p| g`, which the grammar reads as `(x | p) | g`. */
function barParts(bar: BinarySyntax, source: string): Parts {
  const inner = bar.left;
  const group = bar.right;
  if (!isBar(inner) || inner.parentheses > 0) {
    return {
      left: inner,
      group,
      uncorrelated: bar.operator === "||",
      structure: "us",
      structureArguments: [],
      id: null,
    };
  }
  if (inner.right.kind !== "name" || isBar(inner.left)) {
    throw formulaError(
      "formula/second-bar",
      "a random term has one bar, or a name between two",
      source,
      bar.operatorSpan,
      "write (x | g), or (x |p| g) to tie terms that share the name p",
    );
  }
  if (inner.operator === "||" || bar.operator === "||") {
    throw formulaError(
      "formula/tied-uncorrelated",
      "'||' cannot be used in a tied term: tying means that coefficients are correlated",
      source,
      (inner.operator === "||" ? inner : bar).operatorSpan,
      `write (x |${inner.right.name}| g)`,
    );
  }
  return {
    left: inner.left,
    group,
    uncorrelated: false,
    structure: "us",
    structureArguments: [],
    id: inner.right.name,
  };
}

/** `ar1(0 + time | g)`; the rank of `fa(env, 2 | g)` or `fa(env | g, 2)` goes to the structure. */
function structuredParts(call: CallSyntax, scope: Scope): Parts {
  const { source } = scope;
  if (!structureNames.includes(call.name)) {
    const closest = nearest(call.name, [...structureNames, ...functionSignatures.keys()]);
    throw formulaError(
      "formula/unknown-structure",
      `there is no covariance structure '${shorten(call.name)}'`,
      source,
      call.nameSpan,
      closest === null
        ? `the structures are ${structureNames.join(", ")}`
        : `the closest name is '${closest}'`,
    );
  }
  const list = call.arguments;
  const at = list.findIndex(hasBar);
  const bar = list[at]!.value as BinarySyntax;
  if (list.filter(hasBar).length > 1 || (at !== 0 && at !== list.length - 1)) {
    throw formulaError(
      "formula/second-bar",
      `${call.name}() has one bar, in its first or last argument`,
      source,
      call.span,
      `write ${call.name}(0 + x | g)`,
    );
  }
  const own = barParts(bar, source);
  if (own.uncorrelated) {
    throw formulaError(
      "formula/structured-uncorrelated",
      `'||' cannot be used in ${call.name}(), which says itself how coefficients are correlated`,
      source,
      bar.operatorSpan,
      "write one bar; uncorrelated coefficients are diag(x | g)",
    );
  }
  const numbersFirst = at === 0;
  const left = numbersFirst ? own.left : list[0]!.value;
  const numbers = numbersFirst
    ? list.slice(1).map(({ value }) => value)
    : [...list.slice(1, -1).map(({ value }) => value), own.left];
  const structureArguments = numbers.map((number) => normalizeCalls(toExpression(number, scope)));
  return { ...own, left, structure: call.name, structureArguments };
}

function parseLeft(syntax: Syntax, scope: Scope): LinearPredictor {
  const left = expandTerms(syntax, scope, {
    randomTerms: false,
    dot: (span) => {
      throw formulaError(
        "formula/dot-in-random-term",
        "'.' cannot be used in a random term",
        scope.source,
        span,
        "name the columns",
      );
    },
  });
  if (left.offsets.length > 0) {
    throw formulaError(
      "formula/offset",
      "an offset cannot stand in a random term",
      scope.source,
      syntax.span,
      "add it to the model: + offset(z)",
    );
  }
  if (!left.intercept && left.terms.length === 0) {
    throw formulaError(
      "formula/empty-random-term",
      `'${excerpt(scope.source, syntax.span)}' leaves this random term without coefficients`,
      scope.source,
      syntax.span,
      "write (1 | g) for a random intercept, (0 + x | g) for a slope alone",
    );
  }
  return left;
}
