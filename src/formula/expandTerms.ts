import type { SourceSpan } from "../base/errors.ts";
import { excerpt, formulaError } from "./formulaError.ts";
import type { Scope } from "./parseExpression.ts";
import { barOutsideParentheses, findRandomTerms, isRandomTerm, misplacedRandomTerm } from "./randomSyntax.ts";
import type { BinarySyntax, CallSyntax, Syntax } from "./syntax.ts";
import { addInPlace, addProducts, productOfAll, removeInPlace, singleTerm, type TermSet } from "./termSet.ts";
import type { LinearPredictor, Term, Variable } from "./terms.ts";
import { columnVariable, toVariable } from "./variable.ts";

interface ExpansionOptions {
  /** comes before all others in the order of variables, as the response does in R */
  readonly first?: Variable | undefined;
  /** what `.` stands for; null where it has no meaning, with the reason as an error */
  readonly dot: (span: SourceSpan) => readonly string[];
  /** random terms may stand among the summands; they are passed over */
  readonly randomTerms: boolean;
}

/**
 * The terms of a sum as R's `terms()` finds them: expanded, without duplicates, by degree and then
 * by appearance; the variables of a term in order of first appearance in the formula.
 *
 * Two things are stricter than in R, where they silently lose a term: a product or nesting with a
 * number (`a:1`), and an offset inside a product.
 */
export function expandTerms(syntax: Syntax, scope: Scope, options: ExpansionOptions): LinearPredictor {
  const variables: Variable[] = [];
  const positions = new Map<string, number>();
  const offsets: Variable[] = [];
  let intercept = true;

  const positionOf = (variable: Variable): number => {
    const known = positions.get(variable.text);
    if (known !== undefined) return known;
    positions.set(variable.text, variables.length);
    variables.push(variable);
    return variables.length - 1;
  };

  /**
   * @param summand whether the node is added to the whole, so that random terms and offsets may stand here
   * @param removed whether the node stands under an odd number of minus signs
   */
  function expand(node: Syntax, summand: boolean, removed: boolean): TermSet {
    // sums are left-deep and as long as the text: walk down the left side without recursion
    const operations: BinarySyntax[] = [];
    let leftmost = node;
    let leftIsSummand = summand;
    while (leftmost.kind === "binary" && isTermOperator(leftmost) && !isRandomTerm(leftmost)) {
      operations.push(leftmost);
      if (leftmost.operator !== "+" && leftmost.operator !== "-") leftIsSummand = false;
      leftmost = leftmost.left;
    }
    const outermostProduct = operations.findIndex((operation) => !isSum(operation));
    let terms = expandLeaf(leftmost, leftIsSummand, removed);
    for (let at = operations.length - 1; at >= 0; at--) {
      const operation = operations[at]!;
      // a sum inside a product is not a summand of the whole
      const inSum = summand && (outermostProduct < 0 || at < outermostProduct);
      terms = combine(terms, operation, inSum, removed);
    }
    return terms;
  }

  function combine(left: TermSet, operation: BinarySyntax, inSum: boolean, removed: boolean): TermSet {
    const { operator, right: rightSyntax, span } = operation;
    if (operator === "^") return power(left, operation);
    const right = expand(rightSyntax, inSum && operator === "+", operator === "-" ? !removed : removed);
    switch (operator) {
      case "+":
        addInPlace(left, right);
        return left;
      case "-":
        removeInPlace(left, right);
        return left;
      case "*": {
        const products: TermSet = new Map();
        addProducts(left.values(), [...right.values()], span, scope.source, products);
        addInPlace(left, right);
        addInPlace(left, products);
        return left;
      }
      case "/": {
        requireTerms(left, right, operation);
        const parent = productOfAll(left, span);
        addProducts([parent], [...right.values()], span, scope.source, left);
        return left;
      }
      default: {
        // ":" crosses term by term; %in% with all of its right side
        requireTerms(left, right, operation);
        const products: TermSet = new Map();
        const others = operator === ":" ? [...right.values()] : [productOfAll(right, span)];
        addProducts(left.values(), others, span, scope.source, products);
        return products;
      }
    }
  }

  function power(base: TermSet, { right, span }: BinarySyntax): TermSet {
    if (right.kind !== "number" || !Number.isInteger(right.value) || right.value < 1) {
      throw formulaError(
        "formula/power",
        `terms can be raised to whole powers of at least 1, not to '${excerpt(scope.source, right.span)}'`,
        scope.source,
        right.span,
        "for arithmetic write I(x^2); (a + b)^2 means a + b + a:b",
      );
    }
    const factors = [...base.values()];
    let result: TermSet = new Map(base);
    for (let exponent = 2; exponent <= right.value; exponent++) {
      const grown: TermSet = new Map(result);
      addProducts(result.values(), factors, span, scope.source, grown);
      if (grown.size === result.size) break;
      result = grown;
    }
    return result;
  }

  function expandLeaf(node: Syntax, summand: boolean, removed: boolean): TermSet {
    if (isRandomTerm(node)) {
      if (options.randomTerms && summand) return new Map();
      throw misplacedRandomTerm(node, scope.source, options.randomTerms);
    }
    switch (node.kind) {
      case "number":
        if (node.value !== 0 && node.value !== 1) throw numberAsTerm(node, scope.source);
        intercept = (node.value === 1) !== removed;
        return new Map();
      case "string":
      case "logical":
        throw formulaError(
          "formula/constant-term",
          `'${excerpt(scope.source, node.span)}' is a constant, not a column`,
          scope.source,
          node.span,
          node.kind === "string"
            ? "names with blanks stand between backquotes: `my column`"
            : "for the intercept write 1; a column of this name stands between backquotes",
        );
      case "name":
        if (node.name === "." && !node.quoted) return expandDot(node.span);
        break;
      case "call":
        if (node.name === "offset") {
          takeOffset(node, summand);
          return new Map();
        }
        break;
      case "unary":
        if (node.operator === "-") {
          expand(node.operand, false, !removed);
          return new Map();
        }
        if (node.operator === "+") return expand(node.operand, summand, removed);
        break;
      case "binary":
        if (node.operator === "|" || node.operator === "||") throw barOutsideParentheses(node, scope.source);
        break;
    }
    // a comparison binds looser than +, so a random term may have slipped into its side
    const [slipped] = findRandomTerms(node);
    if (slipped !== undefined) throw misplacedRandomTerm(slipped, scope.source, options.randomTerms);
    return singleTerm(positionOf(toVariable(node, scope)), node.span);
  }

  function expandDot(span: SourceSpan): TermSet {
    const terms: TermSet = new Map();
    for (const name of options.dot(span)) {
      addInPlace(terms, singleTerm(positionOf(columnVariable(name, span)), span));
    }
    return terms;
  }

  function takeOffset(call: CallSyntax, summand: boolean): void {
    const only = call.arguments[0];
    if (call.arguments.length !== 1 || only!.name !== null) {
      throw formulaError(
        "formula/offset",
        "offset() has exactly one argument",
        scope.source,
        call.span,
        "write offset(log(time))",
      );
    }
    if (!summand) {
      throw formulaError(
        "formula/offset",
        "an offset can only be added to the model, not removed, multiplied or nested",
        scope.source,
        call.span,
        "write + offset(z)",
      );
    }
    const variable = toVariable(only!.value, scope);
    if (!offsets.some((other) => other.text === variable.text)) offsets.push(variable);
  }

  function requireTerms(left: TermSet, right: TermSet, operation: BinarySyntax): void {
    if (left.size > 0 && right.size > 0) return;
    const side = left.size === 0 ? operation.left : operation.right;
    throw formulaError(
      "formula/empty-operand",
      `'${excerpt(scope.source, side.span)}' has no columns, so '${operation.operator}' makes no term with it`,
      scope.source,
      side.span,
      "remove it, or name a column",
    );
  }

  if (options.first !== undefined) positionOf(options.first);
  const expanded = expand(syntax, true, false);
  const byDegree = [...expanded.values()].sort((a, b) => a.variables.length - b.variables.length);
  const terms = byDegree.map((entry): Term => {
    const own = entry.variables.map((position) => variables[position]!);
    return { text: own.map((variable) => variable.text).join(":"), variables: own, span: entry.span };
  });
  return { intercept, terms, offsets };
}

function isSum({ operator }: BinarySyntax): boolean {
  return operator === "+" || operator === "-";
}

function isTermOperator({ operator }: BinarySyntax): boolean {
  switch (operator) {
    case "+":
    case "-":
    case "*":
    case "/":
    case ":":
    case "^":
    case "%in%":
      return true;
    default:
      return false;
  }
}

function numberAsTerm(node: Syntax, source: string): Error {
  return formulaError(
    "formula/number-as-term",
    `the number ${excerpt(source, node.span)} cannot be a term`,
    source,
    node.span,
    "only 1 (with intercept) and 0 (without) are terms; arithmetic stands inside I(), as in I(2 * x)",
  );
}
