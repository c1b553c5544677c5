import { HendersonError, type SourceSpan } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Expression } from "../formula/expression.ts";
import { parseExpression } from "../formula/parseExpression.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { combined, type Dual, deltaVariance, mapped } from "./dualNumbers.ts";

/** A variance or covariance: `animal`, `p[2,1]`, `residual`. */
export interface ComponentEstimate {
  readonly name: string;
  readonly estimate: number;
}

/** A function of the variance components. */
export interface DerivedQuantity {
  readonly name: string;
  /** the text after the equals sign */
  readonly expression: string;
  /** null where it is not defined at the estimates (a ratio to zero, the root of a negative number) */
  readonly estimate: number | null;
  /** by the delta method; null where the covariance of the components is not known */
  readonly se: number | null;
}

/**
 * Functions of variance components with standard errors by the delta method: the gradient is exact, the covariance
 * of the components that of the average information (held components have none: their rows are zero).
 *
 * @param definitions `h2 = animal / (animal + residual)`; a later one may use the name of an earlier one
 * @param components  every entry by name, in the order of `covariance`
 * @param covariance  asymptotic covariance of the components, m x m; null where not known
 * @throws HendersonError inference/derive, inference/derive-name, and those of the formula
 */
export function deriveQuantities(
  definitions: readonly string[],
  components: readonly ComponentEstimate[],
  covariance: Matrix | null,
): DerivedQuantity[] {
  const derived = derivedFunctions(
    definitions,
    components.map(({ name }) => name),
  );
  const duals = derived.at(components.map(({ estimate }) => estimate));
  return derived.definitions.map(({ name, expression }, d) => {
    const dual = duals[d]!;
    if (!Number.isFinite(dual.value)) return { name, expression, estimate: null, se: null };
    const variance = covariance === null ? Number.NaN : deltaVariance(dual, covariance.values);
    const se = Math.sqrt(Math.max(0, variance));
    return { name, expression, estimate: dual.value, se: Number.isFinite(se) ? se : null };
  });
}

/** Functions of variance components, parsed once. */
interface DerivedFunctions {
  readonly definitions: readonly { readonly name: string; readonly expression: string }[];
  /** value and gradient of each at values of the components, in the order of their names */
  at(values: ArrayLike<number>): readonly Dual[];
}

/** @throws HendersonError inference/derive; names that are not there are found when values come */
export function derivedFunctions(definitions: readonly string[], names: readonly string[]): DerivedFunctions {
  const split = definitions.map((definition) => splitDefinition(definition, names));
  const expressions = split.map(({ expression }) => parseExpression(expression, { componentNames: true }));
  return {
    definitions: split,
    at(values) {
      const known = new Map<string, Dual>();
      names.forEach((name, i) => {
        const gradient = new Float64Array(names.length);
        gradient[i] = 1;
        known.set(name, { value: values[i]!, gradient });
      });
      return split.map(({ name, expression }, d) => {
        const scope: Scope = { source: expression, known, size: names.length, names: [...known.keys()] };
        const dual = evaluate(expressions[d]!, scope);
        known.set(name, dual);
        return dual;
      });
    },
  };
}

/** `name = expression`; the first equals sign that is not part of a comparison. */
function splitDefinition(
  definition: string,
  components: readonly string[],
): { name: string; expression: string } {
  const [, name = "", expression = ""] = /^\s*([^=<>!]*?)\s*=(?!=)\s*(.*)$/s.exec(definition) ?? [];
  if (!/^[\p{L}_.][\p{L}\p{N}_.]*$/u.test(name) || expression.trim() === "") {
    throw new HendersonError("inference/derive", `'${definition}' is not NAME = EXPRESSION`, {
      hint: "write it as h2 = animal / (animal + residual), quoted for the shell",
    });
  }
  if (components.includes(name)) {
    throw new HendersonError("inference/derive", `'${name}' is the name of a variance component already`, {
      hint: "choose another name for the derived quantity",
    });
  }
  return { name, expression: expression.trim() };
}

interface Scope {
  readonly source: string;
  readonly known: ReadonlyMap<string, Dual>;
  readonly names: readonly string[];
  /** number of components m */
  readonly size: number;
}

function evaluate(expression: Expression, scope: Scope): Dual {
  switch (expression.kind) {
    case "number":
      return { value: expression.value, gradient: new Float64Array(scope.size) };
    case "column":
      return component(expression.name, expression.span, scope);
    case "unary": {
      const a = evaluate(expression.operand, scope);
      if (expression.operator === "+") return a;
      if (expression.operator === "-") return mapped(a, -a.value, -1);
      throw notArithmetic("!", expression.span, scope);
    }
    case "binary": {
      const rule = OPERATORS[expression.operator];
      if (rule === undefined) throw notArithmetic(expression.operator, expression.span, scope);
      return rule(evaluate(expression.left, scope), evaluate(expression.right, scope));
    }
    case "call": {
      const rule = FUNCTIONS[expression.name];
      if (rule === undefined) throw notArithmetic(`${expression.name}()`, expression.span, scope);
      return rule(expression.arguments.map(({ value }) => evaluate(value, scope)));
    }
    default:
      throw notArithmetic("a text or a truth value", expression.span, scope);
  }
}

/** `p[1,2]` is `p[2,1]`; `dam[1,1]` is `dam` where it has one coefficient. */
function component(name: string, span: SourceSpan, { known, names, source }: Scope): Dual {
  const [, base, i, j] = /^(.*)\[\s*(\d+)\s*,\s*(\d+)\s*\]$/.exec(name) ?? [];
  const candidates = base === undefined ? [name] : [`${base}[${i},${j}]`, `${base}[${j},${i}]`];
  if (base !== undefined && i === "1" && j === "1") candidates.push(base);
  for (const candidate of candidates) {
    const found = known.get(candidate);
    if (found !== undefined) return found;
  }
  const entries = names.filter((each) => each.startsWith(`${base ?? name}[`));
  const close = nearest(name, names);
  const list = `there are ${names.join(", ")}`;
  throw new HendersonError(
    "inference/derive-name",
    entries.length > 0 && base === undefined
      ? `'${name}' is a matrix; its entries are ${entries.join(", ")}`
      : `there is no variance component '${name}'`,
    {
      source,
      span,
      hint: close === null || entries.length > 0 ? list : `the closest is '${close}'; ${list}`,
    },
  );
}

function notArithmetic(what: string, span: SourceSpan, { source }: Scope): HendersonError {
  return new HendersonError("inference/derive", `${what} cannot stand in a function of variance components`, {
    source,
    span,
    hint: `use + - * / ^ and ${Object.keys(FUNCTIONS)
      .filter((name) => name !== "I")
      .join(", ")}`,
  });
}

const OPERATORS: Readonly<Partial<Record<string, (a: Dual, b: Dual) => Dual>>> = {
  "+": (a, b) => combined(a, b, a.value + b.value, 1, 1),
  "-": (a, b) => combined(a, b, a.value - b.value, 1, -1),
  "*": (a, b) => combined(a, b, a.value * b.value, b.value, a.value),
  "/": (a, b) => combined(a, b, a.value / b.value, 1 / b.value, -a.value / (b.value * b.value)),
  "^": (a, b) => {
    const value = a.value ** b.value;
    return combined(a, b, value, b.value * a.value ** (b.value - 1), value * Math.log(a.value));
  },
};

type Rule = (operands: readonly Dual[]) => Dual;

function elementwise(f: (x: number) => number, derivative: (x: number, value: number) => number): Rule {
  return ([a]) => {
    const value = f(a!.value);
    return mapped(a!, value, derivative(a!.value, value));
  };
}

const FUNCTIONS: Readonly<Partial<Record<string, Rule>>> = {
  I: ([a]) => a!,
  log: ([a, base]) => {
    const natural = (x: Dual): Dual => mapped(x, Math.log(x.value), 1 / x.value);
    return base === undefined ? natural(a!) : OPERATORS["/"]!(natural(a!), natural(base));
  },
  log2: elementwise(Math.log2, (x) => Math.LOG2E / x),
  log10: elementwise(Math.log10, (x) => Math.LOG10E / x),
  log1p: elementwise(Math.log1p, (x) => 1 / (1 + x)),
  exp: elementwise(Math.exp, (_, value) => value),
  expm1: elementwise(Math.expm1, (_, value) => value + 1),
  sqrt: elementwise(Math.sqrt, (_, value) => 0.5 / value),
  abs: elementwise(Math.abs, (x) => Math.sign(x)),
  sin: elementwise(Math.sin, Math.cos),
  cos: elementwise(Math.cos, (x) => -Math.sin(x)),
  tan: elementwise(Math.tan, (_, value) => 1 + value * value),
  pmin: (operands) => operands.reduce((best, each) => (each.value < best.value ? each : best)),
  pmax: (operands) => operands.reduce((best, each) => (each.value > best.value ? each : best)),
};
