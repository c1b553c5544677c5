import { describe, expect, it } from "vitest";
import { isHendersonError } from "../../../src/base/errors.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import type { FitOptions } from "../../../src/fit/options.ts";
import { requireOptions } from "../../../src/fit/requireOptions.ts";
import { toTable } from "../../../src/table/fromObjects.ts";

const table = toTable({ y: [1, 3, 2, 5, 4], x: [1, 2, 3, 4, 5], w: [1, 2, 1, 2, 1] });

/** Code, message and hint of what a program without types gets. */
function refusal(options: Readonly<Record<string, unknown>>): readonly (string | undefined)[] {
  try {
    fitFormula("y ~ x", table, options as FitOptions);
  } catch (error) {
    if (isHendersonError(error)) return [error.code, error.message, error.hint];
    throw error;
  }
  return [];
}

describe("options of a fit", () => {
  it("that are misspelled are refused with the nearest name", () => {
    expect(refusal({ wieghts: "w" })).toEqual([
      "fit/unknown-option",
      "there is no option 'wieghts'",
      "did you mean 'weights'?",
    ]);
    expect(refusal({ zzzzzzzz: 1 })[2]).toContain("weights, contrasts");
  });

  it("with an unknown word are refused with the words there are", () => {
    expect(refusal({ method: "ml" })).toEqual([
      "fit/option-value",
      "the option method cannot be 'ml'",
      "did you mean 'ML'? it is one of REML, ML, ANOVA",
    ]);
    expect(refusal({ missing: false })[1]).toBe("the option missing cannot be a boolean");
    expect(refusal({ algorithm: "nelder-mead" })[0]).toBe("fit/option-value");
    expect(refusal({ solver: "magic" })[0]).toBe("fit/option-value");
  });

  it("that are known, or absent, pass", () => {
    expect(refusal({ weights: "w", method: "ML", algorithm: undefined })).toEqual([]);
    expect(() => requireOptions({})).not.toThrow();
  });
});
