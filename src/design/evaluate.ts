import type { Expression } from "../formula/expression.ts";
import { numbersOf, truthOf } from "./coerce.ts";
import { applyFunction } from "./functions.ts";
import { applyBinary, mapNumbers, negate } from "./operators.ts";
import { columnOf, type Scope } from "./scope.ts";
import type { Vector } from "./vector.ts";

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
      return columnOf(scope, expression.name, expression.span);
    case "unary": {
      const operand = evaluate(expression.operand, scope);
      if (expression.operator === "!") return negate(truthOf(operand, expression.operand, scope));
      const sign = expression.operator === "-" ? -1 : 1;
      return mapNumbers([numbersOf(operand, expression.operand, scope)], (value) => sign * value!);
    }
    case "binary":
      return applyBinary(
        expression,
        evaluate(expression.left, scope),
        evaluate(expression.right, scope),
        scope,
      );
    case "call": {
      const values = expression.arguments.map((argument) => evaluate(argument.value, scope));
      return applyFunction(expression, values, scope);
    }
  }
}
