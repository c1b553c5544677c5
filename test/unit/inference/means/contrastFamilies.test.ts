import { describe, expect, it } from "vitest";
import {
  type ContrastFamily,
  contrastFamilies,
  customContrasts,
  type FamilyOptions,
  familyContrasts,
  familyNamed,
} from "../../../../src/inference/means/contrastFamilies.ts";
import { polynomialContrasts } from "../../../../src/inference/means/polynomialContrasts.ts";

const labels = ["A", "B", "C", "D"];
const shown = (family: ContrastFamily, options: FamilyOptions = {}): Record<string, number[]> =>
  Object.fromEntries(
    familyContrasts(family, labels, options).contrasts.map(({ name, coefficients }) => [
      name("-"),
      [...coefficients],
    ]),
  );

describe("families of contrasts", () => {
  it("compare pairs in both directions", () => {
    expect(shown("pairwise")).toEqual({
      "A - B": [1, -1, 0, 0],
      "A - C": [1, 0, -1, 0],
      "A - D": [1, 0, 0, -1],
      "B - C": [0, 1, -1, 0],
      "B - D": [0, 1, 0, -1],
      "C - D": [0, 0, 1, -1],
    });
    expect(Object.keys(shown("revpairwise"))).toEqual(["B - A", "C - A", "C - B", "D - A", "D - B", "D - C"]);
    expect(Object.keys(shown("tukey", { reverse: true }))[0]).toBe("B - A");
  });

  it("compare with a control", () => {
    expect(Object.keys(shown("trt.vs.ctrl"))).toEqual(["B - A", "C - A", "D - A"]);
    expect(Object.keys(shown("trt.vs.ctrlk"))).toEqual(["A - D", "B - D", "C - D"]);
    expect(shown("dunnett", { reference: ["B", 3] })).toEqual({
      "A - avg(B,C)": [1, -0.5, -0.5, 0],
      "D - avg(B,C)": [0, -0.5, -0.5, 1],
    });
    expect(shown("trt.vs.ctrl", { reverse: true })["A - B"]).toEqual([1, -1, 0, 0]);
  });

  it("compare neighbors and averages", () => {
    expect(shown("consec")).toEqual({
      "B - A": [-1, 1, 0, 0],
      "C - B": [0, -1, 1, 0],
      "D - C": [0, 0, -1, 1],
    });
    const change = shown("mean_chg");
    expect(Object.keys(change)).toEqual(["A|B", "B|C", "C|D"]);
    expect(change["B|C"]).toEqual([-0.5, -0.5, 0.5, 0.5]);
    expect(shown("eff")["B effect"]).toEqual([-0.25, 0.75, -0.25, -0.25]);
    expect(shown("del.eff")["B effect"]).toEqual([-1 / 3, 1, -1 / 3, -1 / 3]);
    expect(shown("helmert")).toEqual({
      "B vs earlier": [-1, 1, 0, 0],
      "C vs earlier": [-1, -1, 2, 0],
      "D vs earlier": [-1, -1, -1, 3],
    });
    expect(shown("identity")).toEqual({ A: [1, 0, 0, 0], B: [0, 1, 0, 0], C: [0, 0, 1, 0], D: [0, 0, 0, 1] });
  });

  it("leave levels out", () => {
    expect(Object.keys(shown("pairwise", { exclude: ["B"] }))).toEqual(["A - C", "A - D", "C - D"]);
    expect(shown("eff", { exclude: [2] })["A effect"]).toEqual(
      [2 / 3, 0, -1 / 3, -1 / 3].map((x) => expect.closeTo(x, 14)),
    );
    expect(familyContrasts("pairwise", labels, { exclude: ["B"] }).pairwise).toBe(3);
  });

  it("put labels with signs in parentheses", () => {
    const { contrasts } = familyContrasts("pairwise", ["a-1", "b x", "c/d"]);
    expect(contrasts.map(({ name }) => name("-"))).toEqual(["(a-1) - b x", "(a-1) - (c/d)", "b x - (c/d)"]);
    expect(contrasts[0]!.name("/")).toBe("(a-1) / b x");
  });

  it("all sum to zero, except identity", () => {
    for (const family of contrastFamilies) {
      for (const { coefficients } of familyContrasts(family, labels).contrasts) {
        const sum = coefficients.reduce((total, x) => total + x, 0);
        expect(Math.abs(sum), family).toBeLessThan(family === "identity" ? 1.5 : 1e-14);
      }
    }
  });

  it("refuse what is not there, with the nearest name", () => {
    expect(() => familyNamed("pairwse")).toThrow("'pairwse' is not a family");
    expect(() => familyContrasts("trt.vs.ctrl", ["ctrl", "new"], { reference: ["crtl"] })).toThrow("'crtl'");
    expect(() => familyContrasts("trt.vs.ctrl", labels, { reference: [5] })).toThrow("no mean number 5");
    expect(() => familyContrasts("trt.vs.ctrl", labels, { reference: ["A"], exclude: ["A"] })).toThrow(
      "at once",
    );
    expect(() => customContrasts({ c: [1, -1] }, labels)).toThrow("2 finite coefficients");
    expect(() => customContrasts({ c: [1, -1, 0, Number.NaN] }, labels)).toThrow("3 finite coefficients");
    expect(() => customContrasts({}, labels)).toThrow("no contrast is given");
  });
});

describe("polynomialContrasts", () => {
  it("are the whole numbers of the published tables", () => {
    // emmeans 1.8.4, poly.emmc(1:k)
    expect(polynomialContrasts(2, 6).map((row) => [...row])).toEqual([[-1, 1]]);
    expect(polynomialContrasts(5, 6).map((row) => [...row])).toEqual([
      [-2, -1, 0, 1, 2],
      [2, -1, -2, -1, 2],
      [-1, 2, 0, -2, 1],
      [1, -4, 6, -4, 1],
    ]);
    expect([...polynomialContrasts(12, 6)[5]!]).toEqual([11, -31, 11, 25, 4, -20, -20, 4, 25, 11, -31, 11]);
    expect([...polynomialContrasts(11, 6)[5]!]).toEqual([15, -48, 29, 36, -12, -40, -12, 36, 29, -48, 15]);
  });

  it("are orthogonal to each other and to the mean, also for many levels", () => {
    for (const k of [3, 7, 20, 41]) {
      const rows = [new Float64Array(k).fill(1), ...polynomialContrasts(k, 6)];
      for (const [i, a] of rows.entries()) {
        for (const b of rows.slice(0, i)) {
          expect(a.reduce((sum, x, j) => sum + x * b[j]!, 0)).toBe(0);
        }
      }
    }
  });
});
