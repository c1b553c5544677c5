import { describe, expect, it } from "vitest";
import { createFixedDirections } from "../../../src/checks/fixedDirections.ts";
import { createSetDeleter } from "../../../src/checks/groupDeletion.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { solvedFit } from "../../../src/fit/solvedFit.ts";
import { toTable } from "../../../src/table/fromObjects.ts";

const table = toTable({
  y: [1, 2.5, 2, 4, 3.5, 6, 5, 7.5],
  x: [1, 2, 3, 4, 5, 6, 7, 8],
  // only the sixth record has level b, only the first two have level c
  f: ["c", "c", "a", "a", "a", "b", "a", "a"],
  g: ["p", "q", "p", "q", "p", "q", "p", "q"],
});
const fitted = fitFormula("y ~ x + f + (1 | g)", table);
const solved = solvedFit(fitted, "a test");
const directions = createFixedDirections(solved);
const names = fitted.model.fixed.names;

/** Coefficients that a direction moves. */
const moved = (direction: Float64Array): string[] => {
  const size = Math.max(...direction.map(Math.abs));
  return names.filter((_, j) => Math.abs(direction[j]!) > 1e-9 * size);
};

describe("directions that the records left do not determine", () => {
  it("are the coefficient of a level that one record has", () => {
    expect([...directions.soleRecords()]).toEqual([5]);
    expect(moved(directions.soleDirection(5))).toEqual(["fb"]);
    const lost = directions.lostWithout(Int32Array.of(5));
    expect(lost.directions.map(moved)).toEqual([["fb"]]);
    expect([0, 4, 5].map(lost.reach)).toEqual([false, false, true]);
  });

  it("are none without one of two records of a level, and one without both", () => {
    expect(directions.lostWithout(Int32Array.of(0)).directions).toEqual([]);
    const lost = directions.lostWithout(Int32Array.of(0, 1));
    expect(lost.directions.map(moved)).toEqual([["fc"]]);
    expect([0, 1, 2, 5].map(lost.reach)).toEqual([true, true, false, false]);
    const both = directions.lostWithout(Int32Array.of(0, 1, 5));
    expect(both.directions).toHaveLength(2);
    expect([0, 2, 5].map(both.reach)).toEqual([true, false, true]);
  });

  it("leave the predictions of records that do not reach them, whichever way the set is left out", () => {
    const set = Int32Array.of(0, 5);
    const [dense, refactorized] = [250, 0].map((largest) => createSetDeleter(solved, largest).delete(set));
    for (const { residuals, variances } of [dense!, refactorized!]) {
      expect([residuals[1], variances[1]]).toEqual([Number.NaN, Number.NaN]);
    }
    expect(dense!.residuals[0]).toBeCloseTo(refactorized!.residuals[0]!, 12);
    expect(dense!.variances[0]).toBeCloseTo(refactorized!.variances[0]!, 12);
    expect(refactorized!.variances[0]).toBeGreaterThan(fitted.sigma ** 2);
  });
});
