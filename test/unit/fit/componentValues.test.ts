import { describe, expect, it } from "vitest";
import { isHendersonError } from "../../../src/base/errors.ts";
import { buildDesign } from "../../../src/design/buildDesign.ts";
import { componentMatrices } from "../../../src/fit/componentValues.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import { example } from "../../lectures/printed.ts";

const { model } = buildDesign(parseFormula("Reaction ~ Days + (Days | Subject)"), example("sleepstudy.csv"));

function failure(values: Parameters<typeof componentMatrices>[1]): string {
  try {
    componentMatrices(model, values);
  } catch (error) {
    if (isHendersonError(error)) return `${error.code}: ${error.message}; ${error.hint}`;
  }
  return "nothing was thrown";
}

describe("componentMatrices", () => {
  it("takes a variance, a matrix by rows, or all entries of its triangle", () => {
    const whole = componentMatrices(model, {
      Subject: [
        [600, 10],
        [10, 35],
      ],
      residual: 650,
    });
    expect(Array.from(whole.get("Subject")!.values)).toEqual([600, 10, 10, 35]);
    expect(Array.from(whole.get("residual")!.values)).toEqual([650]);
    const entries = componentMatrices(model, { "Subject[1,1]": 600, "Subject[2,1]": 10, "Subject[2,2]": 35 });
    expect(entries.get("Subject")).toEqual(whole.get("Subject"));
  });

  it("takes one number for several coefficients only as a starting value", () => {
    expect(failure({ Subject: 5 })).toContain("is the one number 5; give a 2 x 2 matrix by rows");
    const start = componentMatrices(model, { Subject: 5 }, "starting");
    expect(Array.from(start.get("Subject")!.values)).toEqual([5, 0, 0, 5]);
  });

  it("names the nearest component and lists all", () => {
    expect(failure({ Subjct: 5 })).toBe(
      "fit/unknown-component: the model has no variance component 'Subjct'; the closest is 'Subject'; the components are Subject, residual",
    );
  });

  it("refuses a matrix of another size, a part of a matrix and entries outside", () => {
    expect(failure({ Subject: [[1]] })).toContain(
      "fit/component-value: the known value of 'Subject' is no 2 x 2",
    );
    expect(failure({ "Subject[1,1]": 5 })).toContain("but not Subject[2,1], Subject[2,2]");
    expect(failure({ "Subject[3,1]": 5 })).toContain("'Subject[3,1]' is no entry of a 2 x 2 matrix");
    expect(failure({ residual: [[1, 2]] as never })).toContain("fit/component-value");
  });
});
