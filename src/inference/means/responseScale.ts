import type { Design } from "../../design/design.ts";
import { deparse } from "../../formula/deparse.ts";
import type { Expression } from "../../formula/expression.ts";
import { columnsOf } from "../../formula/variable.ts";

/** The way back from the scale of the model, log(y) say, to that of y. */
export interface ResponseScale {
  /** the response of the formula, `log(conc)` */
  readonly transformation: string;
  /** what comes back, `conc` */
  readonly response: string;
  /** value, first and second derivative of y at a point of the model's scale; NaN where there is none */
  inverse(eta: number): Curve;
  /** y of a limit: where it lies beyond the points that have a y, the y at their end */
  limit(eta: number): number;
  /** whether larger values of the model's scale are larger y */
  readonly increasing: boolean;
  /** base of the logarithm when differences are logarithms of ratios; else null */
  readonly ratioBase: number | null;
}

interface Curve {
  readonly value: number;
  readonly first: number;
  readonly second: number;
}

/** One function undone. */
interface Step {
  readonly inverse: (x: number) => Curve;
  /** the points that it can be undone at */
  readonly domain: readonly [number, number];
  readonly increasing: boolean;
  readonly inner: Expression;
  /** whether it is more than a change of unit */
  readonly curved: boolean;
}

const everywhere: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const notNegative: readonly [number, number] = [0, Number.POSITIVE_INFINITY];

/**
 * The transformation of the response in a formula, such as `log(y)`, `log2(y + 1)`, `sqrt(y)`, `1/y` or
 * `2 * sqrt(y + 3)`, as far as it can be undone; null where the response is not transformed.
 */
export function responseScale({ formula }: Design): ResponseScale | null {
  const [trait] = formula.traits;
  if (formula.traits.length !== 1 || trait === undefined || trait.response.kind !== "single") return null;
  const whole = trait.response.variable.expression;
  const steps: Step[] = [];
  let inner = whole;
  for (let step = undo(inner); step !== null; step = undo(inner)) {
    steps.push(step);
    inner = step.inner;
  }
  // a change of unit, y / 10, is a response in its own right
  while (steps.length > 0 && !steps.some(({ curved }) => curved)) steps.pop();
  if (steps.length === 0) return null;
  return {
    transformation: deparse(whole),
    response: deparse(inner),
    inverse: (eta) => chain(steps, eta, false),
    limit: (eta) => chain(steps, eta, true).value,
    increasing: steps.reduce((up, step) => up === step.increasing, true),
    ratioBase: logarithmBase(whole),
  };
}

function chain(steps: readonly Step[], eta: number, clamped: boolean): Curve {
  let at: Curve = { value: eta, first: 1, second: 0 };
  for (const { inverse, domain } of steps) {
    const inside = Math.min(Math.max(at.value, domain[0]), domain[1]);
    if (inside !== at.value && !clamped) return { value: Number.NaN, first: Number.NaN, second: Number.NaN };
    const { value, first, second } = inverse(inside);
    at = { value, first: first * at.first, second: second * at.first ** 2 + first * at.second };
  }
  return at;
}

/** The outermost function of an expression undone; null where it is a column or has no inverse. */
function undo(expression: Expression): Step | null {
  switch (expression.kind) {
    case "unary":
      if (expression.operator === "!") return null;
      return linear(expression.operator === "-" ? -1 : 1, 0, expression.operand);
    case "binary":
      return undoBinary(expression);
    case "call":
      return undoCall(expression);
    default:
      return null;
  }
}

function undoCall(call: Extract<Expression, { kind: "call" }>): Step | null {
  const argument = call.arguments[0]?.value;
  if (argument === undefined || columnsOf(argument).size === 0) return null;
  const base = logarithmBase(call);
  if (base !== null) {
    const factor = Math.log(base);
    return curved(
      argument,
      (x) => {
        const value = Math.exp(factor * x);
        return { value, first: factor * value, second: factor * factor * value };
      },
      everywhere,
    );
  }
  switch (call.name) {
    case "I":
      return call.arguments.length === 1 ? linear(1, 0, argument) : null;
    case "log1p":
      return curved(
        argument,
        (x) => ({ value: Math.expm1(x), first: Math.exp(x), second: Math.exp(x) }),
        everywhere,
      );
    case "exp":
      return curved(
        argument,
        (x) => ({ value: Math.log(x), first: 1 / x, second: -1 / (x * x) }),
        notNegative,
      );
    case "expm1":
      return curved(
        argument,
        (x) => ({ value: Math.log1p(x), first: 1 / (1 + x), second: -1 / (1 + x) ** 2 }),
        [-1, Number.POSITIVE_INFINITY],
      );
    case "sqrt":
      return curved(argument, (x) => ({ value: x * x, first: 2 * x, second: 2 }), notNegative);
    default:
      return null;
  }
}

function undoBinary(expression: Extract<Expression, { kind: "binary" }>): Step | null {
  const { operator, left, right } = expression;
  const a = constantOf(left);
  const b = constantOf(right);
  if ((a === null) === (b === null)) return null;
  switch (operator) {
    case "+":
      return a === null ? linear(1, b!, left) : linear(1, a, right);
    case "-":
      return a === null ? linear(1, -b!, left) : linear(-1, a, right);
    case "*":
      return a === null ? linear(b!, 0, left) : linear(a, 0, right);
    case "/":
      return a === null ? linear(1 / b!, 0, left) : reciprocal(a, right);
    case "^":
      return a === null ? power(b!, left) : null;
    default:
      return null;
  }
}

/** x = factor y + shift. */
function linear(factor: number, shift: number, inner: Expression): Step | null {
  if (!Number.isFinite(factor) || factor === 0) return null;
  return {
    inner,
    domain: everywhere,
    increasing: factor > 0,
    curved: false,
    inverse: (x) => ({ value: (x - shift) / factor, first: 1 / factor, second: 0 }),
  };
}

/** x = a / y, for y of one sign. */
function reciprocal(a: number, inner: Expression): Step | null {
  if (a === 0) return null;
  return {
    inner,
    domain: a > 0 ? notNegative : [Number.NEGATIVE_INFINITY, 0],
    increasing: a < 0,
    curved: true,
    inverse: (x) => ({ value: a / x, first: -a / (x * x), second: (2 * a) / (x * x * x) }),
  };
}

/** x = y^k for positive y. */
function power(k: number, inner: Expression): Step | null {
  if (k === 0 || !Number.isFinite(k)) return null;
  const e = 1 / k;
  return {
    inner,
    domain: notNegative,
    increasing: k > 0,
    curved: k !== 1,
    inverse: (x) => ({
      value: x ** e,
      first: e * x ** (e - 1),
      second: e * (e - 1) * x ** (e - 2),
    }),
  };
}

function curved(inner: Expression, inverse: Step["inverse"], domain: readonly [number, number]): Step {
  return { inner, inverse, domain, increasing: true, curved: true };
}

/** The base of `log(y)`, `log2(y)`, `log(y, 10)`; null for other expressions. */
function logarithmBase(expression: Expression): number | null {
  if (expression.kind !== "call") return null;
  if (expression.name === "log2") return 2;
  if (expression.name === "log10") return 10;
  if (expression.name !== "log") return null;
  const given = expression.arguments[1];
  if (given === undefined) return Math.E;
  const base = constantOf(given.value);
  return base !== null && base > 0 && base !== 1 ? base : null;
}

/** The value of an expression without columns; null where it has some, or is no arithmetic. */
function constantOf(expression: Expression): number | null {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "unary": {
      const value = constantOf(expression.operand);
      if (value === null || expression.operator === "!") return null;
      return expression.operator === "-" ? -value : value;
    }
    case "binary": {
      const a = constantOf(expression.left);
      const b = constantOf(expression.right);
      if (a === null || b === null) return null;
      switch (expression.operator) {
        case "+":
          return a + b;
        case "-":
          return a - b;
        case "*":
          return a * b;
        case "/":
          return a / b;
        case "^":
          return a ** b;
        default:
          return null;
      }
    }
    default:
      return null;
  }
}
