import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Expression } from "../formula/expression.ts";
import {
  asColumn,
  factorOf,
  labelOf,
  matchLevels,
  notFinite,
  numbersOf,
  textOf,
  withReference,
} from "./coerce.ts";
import { mapNumbers } from "./operators.ts";
import { rowNumber, type Scope } from "./scope.ts";
import { transforms } from "./transforms/registry.ts";
import { BadArgument, type Transform, type TransformArguments } from "./transforms/transform.ts";
import type { ConstantVector, FactorVector, NumericVector, Vector } from "./vector.ts";

type Call = Extract<Expression, { kind: "call" }>;

const elementwise: ReadonlyMap<string, (value: number) => number> = new Map([
  ["log2", Math.log2],
  ["log10", Math.log10],
  ["log1p", Math.log1p],
  ["exp", Math.exp],
  ["expm1", Math.expm1],
  ["sqrt", Math.sqrt],
  ["abs", Math.abs],
  ["sin", Math.sin],
  ["cos", Math.cos],
  ["tan", Math.tan],
]);

const others: readonly string[] = ["log", "I", "pmin", "pmax", "factor", "relevel", "c"];

/**
 * A function of the formula language applied to evaluated arguments.
 *
 * @throws HendersonError `design/bad-argument`, `design/type`, `design/unknown-function`, `design/unknown-level`
 */
export function applyFunction(call: Call, values: readonly Vector[], scope: Scope): Vector {
  const { name } = call;
  const transform = transforms.get(name);
  if (transform !== undefined) return applyTransform(transform, call, values, scope);
  const operand = (k: number): ReturnType<typeof numbersOf> =>
    numbersOf(values[k]!, call.arguments[k]!.value, scope);
  if (values.length === 0) throw badArgument(call, "it needs an argument", scope);
  const simple = elementwise.get(name);
  if (simple !== undefined) {
    if (values.length > 1) throw badArgument(call, `it takes one argument, not ${values.length}`, scope);
    return mapNumbers([operand(0)], (value) => simple(value!));
  }
  switch (name) {
    case "I":
      return values[0]!;
    case "log":
      if (values.length === 1) return mapNumbers([operand(0)], (value) => Math.log(value!));
      return mapNumbers([operand(0), operand(1)], (value, base) => Math.log(value!) / Math.log(base!));
    case "pmin":
    case "pmax":
      return mapNumbers(
        values.map((_, k) => operand(k)),
        name === "pmin" ? Math.min : Math.max,
      );
    case "c":
      return {
        kind: "constant",
        value: values.flatMap((value, k) => {
          const constant = constantOf(value, call.arguments[k]!.value, scope);
          return typeof constant === "object" ? [...constant] : [constant];
        }),
      };
    case "factor":
      return factor(call, values, scope);
    case "relevel":
      return relevel(call, values, scope);
    default: {
      const known = [...transforms.keys(), ...elementwise.keys(), ...others];
      const closest = nearest(name, known);
      throw new HendersonError(
        "design/unknown-function",
        `'${name}' is not a function of the formula language`,
        {
          hint: closest === null ? `the functions are ${known.join(", ")}` : `did you mean '${closest}'?`,
          source: scope.source,
          span: call.span,
        },
      );
    }
  }
}

function applyTransform(
  transform: Transform,
  call: Call,
  values: readonly Vector[],
  scope: Scope,
): NumericVector {
  const first = call.arguments[0];
  if (first === undefined) throw badArgument(call, "it needs a column", scope);
  const x = asColumn(numbersOf(values[0]!, first.value, scope), scope.rowCount);
  if (x.columns !== 1) throw badArgument(call, "its first argument must be a single column", scope);
  const key = textOf(call, scope);
  let constants = scope.constants[key];
  if (constants === undefined) {
    if (!scope.learning) throw badArgument(call, "its constants are not in the recipe", scope);
    refuseInfinite(x.values, first.value, scope);
    try {
      constants = transform.learn(x.values, transformArguments(transform, call, values, scope));
    } catch (error) {
      if (error instanceof BadArgument) throw badArgument(call, error.message, scope);
      throw error;
    }
    scope.constants[key] = constants;
  } else if (transform.range !== undefined && !scope.learning) {
    noteOutside(x.values, transform.range(constants), key, scope);
  }
  return transform.apply(x.values, constants);
}

function transformArguments(
  transform: Transform,
  call: Call,
  values: readonly Vector[],
  scope: Scope,
): TransformArguments {
  const given: Record<string, number | boolean | readonly number[]> = {};
  const free = transform.parameters.filter(
    (name) => !call.arguments.some((argument) => argument.name === name),
  );
  for (let k = 1; k < call.arguments.length; k++) {
    const argument = call.arguments[k]!;
    const name = argument.name ?? free.shift();
    if (name === undefined || !transform.parameters.includes(name)) {
      const which = name === undefined ? "too many arguments" : `no argument named '${name}'`;
      throw badArgument(
        call,
        `there are ${which}; the arguments are x, ${transform.parameters.join(", ")}`,
        scope,
      );
    }
    const value = constantOf(values[k]!, argument.value, scope);
    const numeric = (part: unknown): boolean => typeof part === "number";
    if (typeof value === "string" || (typeof value === "object" && !value.every(numeric))) {
      throw badArgument(call, `'${name}' must be a number or TRUE/FALSE`, scope);
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
    message: `${outside} of ${x.length} values in ${text} ${outside === 1 ? "lies" : "lie"} outside ${range[0]} to ${range[1]}, the range of the training data.`,
    subject: text,
  });
}

/** factor(x, levels = c(...)): levels as listed, values not listed become missing. */
function factor(call: Call, values: readonly Vector[], scope: Scope): FactorVector {
  const found = factorOf(values[0]!, scope.rowCount);
  const at = secondArgument(call, "levels", scope);
  if (at < 0) return found;
  const value = constantOf(values[at]!, call.arguments[at]!.value, scope);
  const levels = (typeof value === "object" ? value : [value]).map(labelOf);
  const repeated = levels.find((level, k) => levels.indexOf(level) !== k);
  if (repeated !== undefined) throw badArgument(call, `the level '${repeated}' is listed twice`, scope);
  return matchLevels(found, levels);
}

/** relevel(x, ref = "b"): the factor with that level first. */
function relevel(call: Call, values: readonly Vector[], scope: Scope): FactorVector {
  const at = secondArgument(call, "ref", scope);
  if (at < 0) throw badArgument(call, 'it needs a level, as in relevel(x, ref = "b")', scope);
  const found = factorOf(values[0]!, scope.rowCount);
  const value = constantOf(values[at]!, call.arguments[at]!.value, scope);
  const level = labelOf(typeof value === "object" ? value[0]! : value);
  // new rows are matched to the training levels anyway and may lack the reference
  if (!scope.learning && !found.levels.includes(level)) return found;
  return withReference(found, level, textOf(call.arguments[0]!.value, scope), {
    source: scope.source,
    span: call.arguments[at]!.value.span,
  });
}

/** Index of the only other argument, which may be named; -1 where absent. */
function secondArgument(call: Call, name: string, scope: Scope): number {
  for (let k = 1; k < call.arguments.length; k++) {
    const given = call.arguments[k]!.name;
    if (k > 1 || (given !== undefined && given !== name)) {
      throw badArgument(call, `it takes a column and ${name} = ...`, scope);
    }
  }
  return call.arguments.length > 1 ? 1 : -1;
}

function constantOf(vector: Vector, expression: Expression, scope: Scope): ConstantVector["value"] {
  if (vector.kind === "constant") return vector.value;
  throw new HendersonError(
    "design/bad-argument",
    `${textOf(expression, scope)} is a column, but a fixed value must be written here`,
    { source: scope.source, span: expression.span },
  );
}

/** @throws HendersonError `design/not-finite` naming the first infinite value */
function refuseInfinite(x: Float64Array, expression: Expression, scope: Scope): void {
  const at = x.findIndex((value) => value === Infinity || value === -Infinity);
  if (at < 0) return;
  const place = { source: scope.source, span: expression.span };
  throw notFinite(textOf(expression, scope), x[at]!, rowNumber(scope, at), place);
}

function badArgument(call: Call, reason: string, scope: Scope): HendersonError {
  return new HendersonError("design/bad-argument", `${textOf(call, scope)}: ${reason}`, {
    source: scope.source,
    span: call.span,
  });
}
