// Terms whose margins are not in the model, and bases in units far apart.
import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { anovaTable } from "../../../src/inference/anova.ts";
import { waldTest } from "../../../src/inference/waldTest.ts";
import { toTable } from "../../../src/table/fromObjects.ts";

const rows = Array.from({ length: 72 }, (_, i) => ({
  y: ((i * 37) % 23) + (i % 3) * 2 + 0.01 * i,
  x: 1000 + ((i * 17) % 29),
  a: "ABC"[i % 3]!,
  l: (i * 7) % 5 < 2,
  g: `g${(i * 5) % 8}`,
}));
const table = toTable(rows);

describe("a term without its margin", () => {
  // R codes l:a by contrasts of a because x:l holds l's place, though l itself was taken out
  const formula = "y ~ (x + l + a)^2 - l + (1 | g)";

  it("is tested, with a note that the tests depend on the coding", () => {
    const result = fitFormula(formula, table);
    for (const type of ["I", "II", "III"] as const) {
      const { rows: tests, notes } = anovaTable(result, { type });
      expect(tests.map(({ term }) => term)).toEqual(["x", "a", "x:l", "x:a", "l:a"]);
      for (const { F, numDF } of tests.slice(2)) {
        expect(F).toBeGreaterThanOrEqual(0);
        expect(numDF).toBeGreaterThan(0);
      }
      expect(notes.some(({ code }) => code === "inference/no-margin")).toBe(type !== "I");
    }
  });

  it("has the same last test in all three types: nothing contains it", () => {
    const result = fitFormula(formula, table);
    const last = (["I", "II", "III"] as const).map((type) => anovaTable(result, { type }).rows.at(-1)!.F!);
    expect(last[1]).toBeCloseTo(last[0]!, 8);
    expect(last[2]).toBeCloseTo(last[0]!, 8);
  });
});

describe("a basis in units far apart", () => {
  it("keeps its degrees of freedom and its F: raw powers of a column far from zero as orthogonal ones", () => {
    const raw = fitFormula("y ~ poly(x, 2, raw = TRUE):a + (1 | g)", table);
    const centered = fitFormula("y ~ poly(x, 2):a + (1 | g)", table);
    for (const type of ["I", "II", "III"] as const) {
      const theirs = anovaTable(centered, { type }).rows[0]!;
      const ours = anovaTable(raw, { type }).rows[0]!;
      expect(ours.numDF).toBe(6);
      expect(ours.numDF).toBe(theirs.numDF);
    }
    const ours = anovaTable(fitFormula("y ~ poly(x, 2, raw = TRUE) + (1 | g)", table)).rows[0]!;
    const theirs = anovaTable(fitFormula("y ~ poly(x, 2) + (1 | g)", table)).rows[0]!;
    expect(ours.numDF).toBe(2);
    expect(ours.F! / theirs.F!).toBeCloseTo(1, 5);
  });

  it("does not count a row twice when it is given in two units", () => {
    const result = fitFormula("y ~ x + a + (1 | g)", table);
    const row = [0, 1, 0, 0];
    expect(waldTest(result, [row, row.map((v) => v * 1e6)]).df).toBe(1);
  });
});
