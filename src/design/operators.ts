import type { BinaryOperator, Expression } from "../formula/expression.ts";
import { asColumn, factorOf, labelOf, type Numbers, numbersOf, truthOf, typeError } from "./coerce.ts";
import { compareCodePoints } from "./levels.ts";
import type { Scope } from "./scope.ts";
import type { ConstantVector, FactorVector, LogicalVector, NumericVector, Vector } from "./vector.ts";

type Binary = Extract<Expression, { kind: "binary" }>;

const arithmetic: Partial<Record<BinaryOperator, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  // squares exactly rounded, as R
  "^": (a, b) => (b === 2 ? a * a : a ** b),
  "%%": (a, b) => a - Math.floor(a / b) * b,
};

const comparisons: Partial<Record<BinaryOperator, (order: number) => boolean>> = {
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/**
 * A binary operator over two vectors with R's meaning.
 *
 * @throws HendersonError `design/type`
 */
export function applyBinary(expression: Binary, left: Vector, right: Vector, scope: Scope): Vector {
  const { operator } = expression;
  const operation = arithmetic[operator];
  if (operation !== undefined) {
    const a = numbersOf(left, expression.left, scope);
    const b = numbersOf(right, expression.right, scope);
    return mapNumbers([a, b], operation);
  }
  if (comparisons[operator] !== undefined) return compare(expression, left, right, scope);
  if (operator === "&" || operator === "|") return combineTruth(expression, left, right, scope);
  if (operator === "%in%") return isIn(left, right, expression, scope);
  return sequence(left, right, expression, scope);
}

/** `!x`. */
export function negate(values: Uint8Array): LogicalVector {
  return { kind: "logical", values: values.map((value) => (value === 255 ? 255 : 1 - value)) };
}

/** Applies f element by element; constants stay constants, a missing argument gives a missing result. */
export function mapNumbers(
  parts: readonly Numbers[],
  f: (...values: number[]) => number,
): NumericVector | ConstantVector {
  let shape: NumericVector | null = null;
  for (const part of parts) {
    if (typeof part !== "number" && (shape === null || part.values.length > shape.values.length))
      shape = part;
  }
  if (shape === null) return { kind: "constant", value: f(...(parts as number[])) };
  const { columns, labels } = shape;
  const length = shape.values.length;
  const values = new Float64Array(length);
  const arrays = parts.map((part) => (typeof part === "number" ? Float64Array.of(part) : part.values));
  const [a, b] = arrays;
  if (arrays.length === 1) {
    for (let i = 0; i < length; i++) values[i] = Number.isNaN(a![i]) ? Number.NaN : f(a![i]!);
  } else if (arrays.length === 2) {
    for (let i = 0; i < length; i++) {
      // a column meets a matrix column by column
      const x = a![i % a!.length]!;
      const y = b![i % b!.length]!;
      values[i] = Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : f(x, y);
    }
  } else {
    for (let i = 0; i < length; i++) values[i] = f(...arrays.map((array) => array[i % array.length]!));
  }
  return { kind: "numeric", values, columns, labels };
}

function compare(expression: Binary, left: Vector, right: Vector, scope: Scope): LogicalVector {
  const holds = comparisons[expression.operator]!;
  const n = scope.rowCount;
  const values = new Uint8Array(n);
  if (isText(left) || isText(right)) {
    const a = asLabels(left, n);
    const b = asLabels(right, n);
    // one comparison per pair of levels that meets, kept as 2 + answer
    const width = b.levels.length;
    const remembered = a.levels.length * width <= 1 << 22;
    const table = new Uint8Array(remembered ? a.levels.length * width : 1);
    for (let i = 0; i < n; i++) {
      const code = a.codes[i]!;
      const other = b.codes[i]!;
      if (code < 0 || other < 0) {
        values[i] = 255;
        continue;
      }
      const at = remembered ? code * width + other : 0;
      if (!remembered || table[at] === 0)
        table[at] = holds(compareCodePoints(a.levels[code]!, b.levels[other]!)) ? 3 : 2;
      values[i] = table[at]! - 2;
    }
    return { kind: "logical", values };
  }
  const a = asColumn(numbersOf(left, expression.left, scope), n).values;
  const b = asColumn(numbersOf(right, expression.right, scope), n).values;
  for (let i = 0; i < n; i++) {
    const x = a[i]!;
    const y = b[i]!;
    values[i] = Number.isNaN(x) || Number.isNaN(y) ? 255 : holds(x < y ? -1 : x > y ? 1 : 0) ? 1 : 0;
  }
  return { kind: "logical", values };
}

/** Three-valued `&` and `|`. */
function combineTruth(expression: Binary, left: Vector, right: Vector, scope: Scope): LogicalVector {
  const a = truthOf(left, expression.left, scope);
  const b = truthOf(right, expression.right, scope);
  // the value that decides alone
  const decisive = expression.operator === "&" ? 0 : 1;
  const values = new Uint8Array(scope.rowCount);
  for (let i = 0; i < values.length; i++) {
    if (a[i] === decisive || b[i] === decisive) values[i] = decisive;
    else values[i] = a[i] === 255 || b[i] === 255 ? 255 : 1 - decisive;
  }
  return { kind: "logical", values };
}

/** `x %in% c(...)`: a missing value is in no list. */
function isIn(left: Vector, right: Vector, expression: Binary, scope: Scope): LogicalVector {
  if (right.kind !== "constant") {
    throw typeError("'%in%' needs a list written as c(...) on its right", expression.right, scope);
  }
  const wanted = new Set((typeof right.value === "object" ? right.value : [right.value]).map(labelOf));
  const found = asLabels(left, scope.rowCount);
  const member = Uint8Array.from(found.levels, (level) => (wanted.has(level) ? 1 : 0));
  return { kind: "logical", values: Uint8Array.from(found.codes, (code) => (code < 0 ? 0 : member[code]!)) };
}

/** `from:to`. */
function sequence(left: Vector, right: Vector, expression: Binary, scope: Scope): ConstantVector {
  const from = left.kind === "constant" ? left.value : null;
  const to = right.kind === "constant" ? right.value : null;
  if (typeof from !== "number" || typeof to !== "number" || !(Math.abs(to - from) < 1e6)) {
    throw typeError("inside a call ':' makes a sequence from one number to another", expression, scope);
  }
  const count = Math.floor(Math.abs(to - from) + 1e-10) + 1;
  return { kind: "constant", value: Array.from({ length: count }, (_, k) => from + (to < from ? -k : k)) };
}

function isText(vector: Vector): boolean {
  return vector.kind === "factor" || (vector.kind === "constant" && typeof vector.value === "string");
}

function asLabels(vector: Vector, rowCount: number): FactorVector {
  return vector.kind === "factor" ? vector : factorOf(vector, rowCount);
}
