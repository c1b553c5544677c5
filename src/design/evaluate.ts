import { HendersonError, type SourceSpan } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Argument, Expression } from "../formula/expression.ts";
import { compareCodePoints, dropUnusedLevels, numberLabel, rankText } from "./levels.ts";
import { columnOf, numericFactor, rowNumber, type Scope } from "./scope.ts";
import { transforms } from "./transforms/registry.ts";
import { BadArgument, type Transform, type TransformArguments } from "./transforms/transform.ts";
import type { ConstantVector, FactorVector, LogicalVector, NumericVector, Vector } from "./vector.ts";

/**
 * Evaluates an expression over the rows of a scope with R's meaning; missing values propagate.
 *
 * @throws HendersonError `design/unknown-column`, `design/type`, `design/bad-argument`, `design/unknown-function`
 */
export function evaluate(expression: Expression, scope: Scope): Vector {
  switch (expression.kind) {
    case "number":
    case "string":
    case "logical":
      return { kind: "constant", value: expression.value };
    case "column":
      if (expression.name === "pi" && !scope.table.columns.has("pi"))
        return { kind: "constant", value: Math.PI };
      return columnOf(scope, expression.name, expression.span);
    case "unary": {
      const operand = evaluate(expression.operand, scope);
      if (expression.operator === "!") return not(truthOf(operand, expression.operand, scope));
      const sign = expression.operator === "-" ? -1 : 1;
      return mapNumbers([numbersOf(operand, expression.operand, scope)], (value) => sign * value!);
    }
    case "binary":
      return binary(expression, scope);
    case "call":
      return call(expression, scope);
  }
}

type Call = Extract<Expression, { kind: "call" }>;
type Binary = Extract<Expression, { kind: "binary" }>;

const elementwise: Readonly<Record<string, (value: number) => number>> = {
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  exp: Math.exp,
  expm1: Math.expm1,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
};

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => (b === 2 ? a * a : a ** b),
  "%%": (a, b) => a - Math.floor(a / b) * b,
};

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function call(expression: Call, scope: Scope): Vector {
  const { name } = expression;
  const transform = transforms.get(name);
  if (transform !== undefined) return transformed(transform, expression, scope);
  const simple = Object.hasOwn(elementwise, name) ? elementwise[name] : undefined;
  if (simple !== undefined) {
    const x = numbersOf(only(expression, scope), expression.arguments[0]!.value, scope);
    return mapNumbers([x], simple as (...values: number[]) => number);
  }
  switch (name) {
    case "I":
      return only(expression, scope);
    case "log": {
      const x = numericArgument(expression, 0, scope);
      if (expression.arguments.length < 2)
        return mapNumbers([x], Math.log as (...values: number[]) => number);
      return mapNumbers([x, numericArgument(expression, 1, scope)], (a, b) => Math.log(a!) / Math.log(b!));
    }
    case "pmin":
    case "pmax": {
      const parts = expression.arguments.map((_, k) => numericArgument(expression, k, scope));
      if (parts.length === 0) throw badArgument(expression, "it needs at least one argument", scope);
      return mapNumbers(parts, name === "pmin" ? Math.min : Math.max);
    }
    case "c": {
      const values = expression.arguments.flatMap((argument) => {
        const value = constantOf(argument.value, scope);
        return typeof value === "object" ? [...value] : [value];
      });
      return { kind: "constant", value: values };
    }
    case "factor":
      return factor(expression, scope);
    case "relevel":
      return relevel(expression, scope);
    default: {
      const known = [
        ...transforms.keys(),
        ...Object.keys(elementwise),
        "log",
        "I",
        "pmin",
        "pmax",
        "factor",
        "relevel",
      ];
      const closest = nearest(name, known);
      throw new HendersonError(
        "design/unknown-function",
        `'${name}' is not a function of the formula language`,
        {
          hint: closest === null ? `the functions are ${known.join(", ")}` : `did you mean '${closest}'?`,
          source: scope.source,
          span: expression.span,
        },
      );
    }
  }
}

function transformed(transform: Transform, expression: Call, scope: Scope): NumericVector {
  const [first, ...rest] = expression.arguments;
  if (first === undefined) throw badArgument(expression, "it needs a column", scope);
  const x = asColumn(numbersOf(evaluate(first.value, scope), first.value, scope), scope.rowCount);
  if (x.columns !== 1) throw badArgument(expression, "its first argument must be a single column", scope);
  const key = scope.source.slice(expression.span.start, expression.span.end);
  let constants = scope.constants[key];
  if (constants === undefined) {
    if (!scope.learning) throw badArgument(expression, "its constants are not in the recipe", scope);
    checkFinite(x.values, first.value, scope);
    try {
      constants = transform.learn(x.values, transformArguments(transform, rest, expression, scope));
    } catch (error) {
      if (error instanceof BadArgument) throw badArgument(expression, error.message, scope);
      throw error;
    }
    scope.constants[key] = constants;
  } else if (transform.range !== undefined) {
    noteOutside(x.values, transform.range(constants), key, scope);
  }
  return transform.apply(x.values, constants);
}

function transformArguments(
  transform: Transform,
  rest: readonly Argument[],
  expression: Call,
  scope: Scope,
): TransformArguments {
  const given: Record<string, number | boolean | readonly number[]> = {};
  let position = 0;
  for (const argument of rest) {
    while (argument.name === undefined && Object.hasOwn(given, transform.parameters[position] ?? ""))
      position++;
    const name = argument.name ?? transform.parameters[position++];
    if (name === undefined || !transform.parameters.includes(name)) {
      const which = name === undefined ? "too many arguments" : `no argument named '${name}'`;
      throw badArgument(
        expression,
        `there are ${which}; the arguments are x, ${transform.parameters.join(", ")}`,
        scope,
      );
    }
    const value = constantOf(argument.value, scope);
    if (
      typeof value === "string" ||
      (typeof value === "object" && value.some((part) => typeof part !== "number"))
    ) {
      throw badArgument(expression, `'${name}' must be a number or TRUE/FALSE`, scope);
    }
    given[name] = value as number | boolean | readonly number[];
  }
  return given;
}

function noteOutside(x: Float64Array, range: readonly [number, number], text: string, scope: Scope): void {
  let outside = 0;
  for (const value of x) if (value < range[0] || value > range[1]) outside++;
  if (outside === 0) return;
  scope.notes.push({
    code: "design/extrapolation",
    severity: "warning",
    message: `${outside} of ${scope.rowCount} values of ${text} lie outside the range ${range[0]} to ${range[1]} of the training data.`,
    subject: text,
  });
}

/** factor(x, levels = c(...)): levels as listed, values not listed become missing. */
function factor(expression: Call, scope: Scope): FactorVector {
  const first = expression.arguments[0];
  if (first === undefined) throw badArgument(expression, "it needs a column", scope);
  const found = factorOf(evaluate(first.value, scope), scope.rowCount);
  const listed = expression.arguments.find(
    (argument, k) => argument.name === "levels" || (k === 1 && argument.name === undefined),
  );
  for (const argument of expression.arguments) {
    if (argument.name !== undefined && argument.name !== "levels" && argument.name !== "x") {
      throw badArgument(
        expression,
        `there is no argument named '${argument.name}'; it takes x and levels`,
        scope,
      );
    }
  }
  if (listed === undefined) return found;
  const value = constantOf(listed.value, scope);
  const levels = (typeof value === "object" ? value : [value]).map(labelOf);
  const repeated = levels.find((level, k) => levels.indexOf(level) !== k);
  if (repeated !== undefined) throw badArgument(expression, `the level '${repeated}' is listed twice`, scope);
  return matchLevels(found, levels);
}

function relevel(expression: Call, scope: Scope): FactorVector {
  const first = expression.arguments[0];
  const reference = expression.arguments.find(
    (argument, k) => argument.name === "ref" || (k === 1 && argument.name === undefined),
  );
  if (first === undefined || reference === undefined) {
    throw badArgument(expression, 'it needs a factor and a level, as in relevel(x, ref = "b")', scope);
  }
  const found = factorOf(evaluate(first.value, scope), scope.rowCount);
  const value = constantOf(reference.value, scope);
  const level = labelOf(typeof value === "object" ? value[0]! : value);
  if (!scope.learning && !found.levels.includes(level)) return found;
  return withReference(found, level, expression.arguments[0]!.value, scope, expression.span);
}

/**
 * The factor with `level` first.
 *
 * @throws HendersonError `design/unknown-level`
 */
export function withReference(
  vector: FactorVector,
  level: string,
  subject: Expression | string,
  scope: Scope,
  span?: SourceSpan,
): FactorVector {
  if (!vector.levels.includes(level)) {
    const text = typeof subject === "string" ? subject : textOf(subject, scope);
    const closest = nearest(level, vector.levels);
    throw new HendersonError("design/unknown-level", `${text} has no level '${level}'`, {
      hint:
        closest === null
          ? `its levels are ${vector.levels.slice(0, 12).join(", ")}${vector.levels.length > 12 ? ", ..." : ""}`
          : `did you mean '${closest}'?`,
      ...(span === undefined ? {} : { source: scope.source, span }),
    });
  }
  return matchLevels(vector, [level, ...vector.levels.filter((other) => other !== level)]);
}

/** Codes of the same values against other levels; values not among them become missing. */
export function matchLevels(vector: FactorVector, levels: readonly string[]): FactorVector {
  const index = new Map(levels.map((level, k) => [level, k]));
  const position = Int32Array.from(vector.levels, (level) => index.get(level) ?? -1);
  const codes = vector.codes.map((code) => (code < 0 ? -1 : position[code]!));
  return { kind: "factor", codes, levels, ordered: true };
}

/** Any vector as a factor with ordered levels, used ones only. */
export function factorOf(vector: Vector, rowCount: number): FactorVector {
  switch (vector.kind) {
    case "factor": {
      const ranked = vector.ordered
        ? dropUnusedLevels(vector.codes, vector.levels)
        : rankText(vector.codes, vector.levels);
      return { kind: "factor", ...ranked, ordered: true };
    }
    case "logical": {
      const codes = Int32Array.from(vector.values, (value) => (value === 255 ? -1 : value));
      return { kind: "factor", ...dropUnusedLevels(codes, ["FALSE", "TRUE"]), ordered: true };
    }
    case "numeric":
      return numericFactor(vector.values);
    case "constant":
      return {
        kind: "factor",
        codes: new Int32Array(rowCount),
        levels: [labelOf(vector.value as string)],
        ordered: true,
      };
  }
}

function binary(expression: Binary, scope: Scope): Vector {
  const { operator } = expression;
  const left = evaluate(expression.left, scope);
  const right = evaluate(expression.right, scope);
  const operation = Object.hasOwn(arithmetic, operator) ? arithmetic[operator] : undefined;
  if (operation !== undefined) {
    const parts = [numbersOf(left, expression.left, scope), numbersOf(right, expression.right, scope)];
    return mapNumbers(parts, operation as (...values: number[]) => number);
  }
  if (Object.hasOwn(comparisons, operator)) return compare(expression, left, right, scope);
  if (operator === "&" || operator === "|") {
    const a = truthOf(left, expression.left, scope);
    const b = truthOf(right, expression.right, scope);
    // the value that decides alone: 0 for and, 1 for or
    const decisive = operator === "&" ? 0 : 1;
    const values = new Uint8Array(scope.rowCount);
    for (let i = 0; i < values.length; i++) {
      if (a[i] === decisive || b[i] === decisive) values[i] = decisive;
      else values[i] = a[i] === 255 || b[i] === 255 ? 255 : 1 - decisive;
    }
    return { kind: "logical", values };
  }
  if (operator === "%in%") return isIn(left, right, expression, scope);
  if (left.kind === "constant" && right.kind === "constant") return sequence(left, right, expression, scope);
  throw typeError(`':' joins two numbers here, it does not cross columns`, expression, scope);
}

function sequence(
  left: ConstantVector,
  right: ConstantVector,
  expression: Binary,
  scope: Scope,
): ConstantVector {
  const from = left.value;
  const to = right.value;
  if (typeof from !== "number" || typeof to !== "number" || !(Math.abs(to - from) < 1e6)) {
    throw typeError("':' needs two numbers", expression, scope);
  }
  const count = Math.floor(Math.abs(to - from) + 1e-10) + 1;
  return { kind: "constant", value: Array.from({ length: count }, (_, k) => from + (to < from ? -k : k)) };
}

function compare(expression: Binary, left: Vector, right: Vector, scope: Scope): LogicalVector {
  const holds = comparisons[expression.operator]!;
  const n = scope.rowCount;
  const values = new Uint8Array(n);
  if (isText(left) || isText(right)) {
    const a = factorOrLabels(left, n);
    const b = factorOrLabels(right, n);
    // one comparison per pair of levels
    const table = new Uint8Array(a.levels.length * b.levels.length);
    for (let k = 0; k < a.levels.length; k++) {
      for (let m = 0; m < b.levels.length; m++) {
        table[k * b.levels.length + m] = holds(compareCodePoints(a.levels[k]!, b.levels[m]!)) ? 1 : 0;
      }
    }
    for (let i = 0; i < n; i++) {
      const code = a.codes[i]!;
      const other = b.codes[i]!;
      values[i] = code < 0 || other < 0 ? 255 : table[code * b.levels.length + other]!;
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

/** x %in% c(...): a missing value is in no list. */
function isIn(left: Vector, right: Vector, expression: Binary, scope: Scope): LogicalVector {
  if (right.kind !== "constant") throw typeError("'%in%' needs c(...) on its right", expression.right, scope);
  const list = typeof right.value === "object" ? right.value : [right.value];
  const wanted = new Set(list.map(labelOf));
  const found = factorOrLabels(left, scope.rowCount);
  const member = Uint8Array.from(found.levels, (level) => (wanted.has(level) ? 1 : 0));
  return { kind: "logical", values: Uint8Array.from(found.codes, (code) => (code < 0 ? 0 : member[code]!)) };
}

function isText(vector: Vector): boolean {
  return vector.kind === "factor" || (vector.kind === "constant" && typeof vector.value === "string");
}

function factorOrLabels(vector: Vector, rowCount: number): FactorVector {
  return vector.kind === "factor" ? vector : factorOf(vector, rowCount);
}

function not(values: Uint8Array): LogicalVector {
  return { kind: "logical", values: values.map((value) => (value === 255 ? 255 : 1 - value)) };
}

/** Truth values of a logical or numeric vector, length rowCount; 255 missing. */
export function truthOf(vector: Vector, expression: Expression, scope: Scope): Uint8Array {
  if (vector.kind === "logical") return vector.values;
  if (vector.kind === "factor")
    throw typeError(`${textOf(expression, scope)} is text where TRUE or FALSE is needed`, expression, scope);
  const numbers = asColumn(numbersOf(vector, expression, scope), scope.rowCount);
  return Uint8Array.from(numbers.values, (value) => (Number.isNaN(value) ? 255 : value === 0 ? 0 : 1));
}

type Numbers = NumericVector | number;

/** Numbers of a numeric, logical or constant vector. */
function numbersOf(vector: Vector, expression: Expression, scope: Scope): Numbers {
  switch (vector.kind) {
    case "numeric":
      return vector;
    case "logical": {
      const values = Float64Array.from(vector.values, (value) => (value === 255 ? Number.NaN : value));
      return { kind: "numeric", values, columns: 1, labels: null };
    }
    case "constant":
      if (typeof vector.value === "number") return vector.value;
      if (typeof vector.value === "boolean") return vector.value ? 1 : 0;
      throw typeError(`${textOf(expression, scope)} is not a number`, expression, scope);
    case "factor":
      throw typeError(`${textOf(expression, scope)} is text, but a number is needed here`, expression, scope);
  }
}

/** Numeric vector of an evaluated expression (a response, an offset, weights), single column. */
export function numericColumn(vector: Vector, expression: Expression, scope: Scope): Float64Array {
  const numbers = asColumn(numbersOf(vector, expression, scope), scope.rowCount);
  if (numbers.columns !== 1)
    throw typeError(
      `${textOf(expression, scope)} has ${numbers.columns} columns, but one is needed`,
      expression,
      scope,
    );
  return numbers.values;
}

function asColumn(numbers: Numbers, rowCount: number): NumericVector {
  if (typeof numbers !== "number") return numbers;
  return { kind: "numeric", values: new Float64Array(rowCount).fill(numbers), columns: 1, labels: null };
}

/** Applies f element by element; constants stay constants, a missing argument gives a missing result. */
function mapNumbers(
  parts: readonly Numbers[],
  f: (...values: number[]) => number,
): NumericVector | ConstantVector {
  const shape = parts.reduce<NumericVector | null>((widest, part) => {
    if (typeof part === "number") return widest;
    return widest === null || part.values.length > widest.values.length ? part : widest;
  }, null);
  if (shape === null) return { kind: "constant", value: f(...(parts as number[])) };
  const length = shape.values.length;
  const values = new Float64Array(length);
  const [first, second] = parts;
  if (parts.length === 1) {
    const x = shape.values;
    for (let i = 0; i < length; i++) values[i] = !Number.isNaN(x[i]) ? f(x[i]!) : Number.NaN;
  } else if (parts.length === 2) {
    const a = typeof first === "number" ? Float64Array.of(first) : first!.values;
    const b = typeof second === "number" ? Float64Array.of(second) : second!.values;
    for (let i = 0; i < length; i++) {
      const x = a[i % a.length]!;
      const y = b[i % b.length]!;
      values[i] = !Number.isNaN(x) && !Number.isNaN(y) ? f(x, y) : Number.NaN;
    }
  } else {
    const arrays = parts.map((part) => (typeof part === "number" ? Float64Array.of(part) : part.values));
    for (let i = 0; i < length; i++) values[i] = f(...arrays.map((array) => array[i % array.length]!));
  }
  return { kind: "numeric", values, columns: shape.columns, labels: shape.labels };
}

function only(expression: Call, scope: Scope): Vector {
  if (expression.arguments.length !== 1) {
    throw badArgument(expression, `it takes one argument, not ${expression.arguments.length}`, scope);
  }
  return evaluate(expression.arguments[0]!.value, scope);
}

function numericArgument(expression: Call, k: number, scope: Scope): Numbers {
  const argument = expression.arguments[k];
  if (argument === undefined) throw badArgument(expression, "it needs an argument", scope);
  return numbersOf(evaluate(argument.value, scope), argument.value, scope);
}

function constantOf(expression: Expression, scope: Scope): ConstantVector["value"] {
  const vector = evaluate(expression, scope);
  if (vector.kind === "constant") return vector.value;
  throw new HendersonError(
    "design/bad-argument",
    `${textOf(expression, scope)} must be written out, it cannot be a column`,
    {
      source: scope.source,
      span: expression.span,
    },
  );
}

function labelOf(value: number | string | boolean): string {
  if (typeof value === "number") return numberLabel(value);
  return typeof value === "boolean" ? (value ? "TRUE" : "FALSE") : value;
}

/** The expression as the user wrote it. */
export function textOf(expression: Expression, scope: Scope): string {
  return scope.source.slice(expression.span.start, expression.span.end);
}

function badArgument(expression: Call, reason: string, scope: Scope): HendersonError {
  return new HendersonError("design/bad-argument", `${textOf(expression, scope)}: ${reason}`, {
    source: scope.source,
    span: expression.span,
  });
}

function typeError(message: string, expression: Expression, scope: Scope): HendersonError {
  return new HendersonError("design/type", message, { source: scope.source, span: expression.span });
}

/** @throws HendersonError `design/not-finite` naming the first infinite value */
function checkFinite(x: Float64Array, expression: Expression, scope: Scope): void {
  for (let i = 0; i < x.length; i++) {
    if (x[i] === Infinity || x[i] === -Infinity) {
      throw notFinite(textOf(expression, scope), x[i]!, rowNumber(scope, i), scope, expression.span);
    }
  }
}

/** The error for a value that is not finite though its inputs are there. */
export function notFinite(
  text: string,
  value: number,
  row: number,
  scope: Scope,
  span: SourceSpan,
): HendersonError {
  const what = Number.isNaN(value) ? "undefined as a number" : value > 0 ? "infinite" : "minus infinity";
  return new HendersonError(
    "design/not-finite",
    `${text} is ${what.replace("undefined as a number", "not a number")} in row ${row}`,
    {
      hint: "correct the value, leave the row out with a subset, or use a function that is defined there",
      source: scope.source,
      span,
    },
  );
}
