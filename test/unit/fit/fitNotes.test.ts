import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { randomStream } from "../../../src/base/random.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import type { FitResult } from "../../../src/fit/result.ts";
import { componentTable } from "../../../src/inference/componentTable.ts";
import { chooseKernels } from "../../../src/linalg/chooseKernels.ts";
import { varianceComponents } from "../../../src/report/varianceComponents.ts";
import { varianceText } from "../../../src/report/varianceText.ts";
import { toTable } from "../../../src/table/fromObjects.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import type { Table } from "../../../src/table/table.ts";

const { table: sleepstudy } = readDelimited(
  readFileSync(new URL("../../../examples/sleepstudy.csv", import.meta.url), "utf8"),
);
const codesOf = (fit: FitResult): string[] => fit.notes.map((note) => note.code);

describe("a random slope far from its zero", () => {
  const shifted = (by: number): FitResult =>
    fitFormula(`Reaction ~ I(Days + ${by}) + (I(Days + ${by}) | Subject)`, sleepstudy);

  it("is said to be so, instead of a boundary or a flat likelihood, and the fit is right", () => {
    const near = fitFormula("Reaction ~ Days + (Days | Subject)", sleepstudy);
    for (const by of [1e4, 1e5, 1e7]) {
      const far = shifted(by);
      expect(far.convergence.converged).toBe(true);
      expect(codesOf(far)).toEqual(["fit/far-from-zero"]);
      expect(far.notes[0]!.hint).toContain("- m) | group)");
      expect(Math.abs(far.logLik - near.logLik)).toBeLessThan(1e-7);
      expect(far.beta[1]).toBeCloseTo(near.beta[1]!, 8);
    }
  });

  it("is not said of years", () => {
    expect(codesOf(shifted(2020))).toEqual([]);
  });
});

describe("terms that group the rows in the same way", () => {
  it("are a flat likelihood, however many there are", () => {
    const stream = randomStream(11);
    for (let seed = 0; seed < 4; seed++) {
      const rows = Array.from({ length: 75 }, (_, i) => Math.floor(i / 3));
      const effects = Array.from({ length: 25 }, () => 2 * stream.normal());
      const table = toTable({
        y: rows.map((g) => 10 + effects[g]! + stream.normal()),
        f: rows.map((_, i) => "abc"[i % 3]!),
        a: rows.map((g) => `a${g}`),
        b: rows.map((g) => `b${g}`),
        c: rows.map((g) => `c${g}`),
      });
      for (const formula of [
        "y ~ f + (1 | a) + (1 | b)",
        "y ~ f + (1 | a) + (1 | b) + (1 | c)",
        "y ~ f + (0 + f | a) + (0 + f | b) + (1 | c)",
      ]) {
        const fit = fitFormula(formula, table);
        expect([formula, fit.convergence.converged, codesOf(fit)]).toEqual([formula, true, ["fit/flat"]]);
      }
    }
  });
});

describe("a term with an effect for every record", () => {
  /** one record of every f in every g, with standard deviations from 0.01 to 900 */
  function cells(seed: number): Table {
    const stream = randomStream(seed);
    const scale = [0.01, 1, 30, 900];
    const common = Array.from({ length: 25 }, () => stream.normal());
    return toTable({
      y: Array.from({ length: 100 }, (_, i) => scale[i % 4]! * (common[i >> 2]! + stream.normal())),
      f: Array.from({ length: 100 }, (_, i) => "abcd"[i % 4]!),
      g: Array.from({ length: 100 }, (_, i) => `g${i >> 2}`),
    });
  }

  it("is named as what takes the place of the residual, with a remedy that is one", () => {
    const ends = [1, 2, 3, 4].map((seed) => fitFormula("y ~ f + cs(0 + f | g)", cells(seed)));
    const open = ends.filter((fit) => !fit.convergence.converged);
    expect(open.length).toBeGreaterThan(0);
    for (const fit of open) {
      const note = fit.notes.find(({ code }) => code === "fit/no-residual")!;
      expect(note.message).toContain("an effect for every single record");
      expect(note.hint).toContain("several records per level");
      expect(note.hint).not.toContain("constant within groups");
    }
  });
});

describe("what a fit says of itself", () => {
  it("names the kernels that ran, not those whose memory would not do", () => {
    const table = toTable({
      y: Array.from({ length: 120 }, (_, i) => Math.sin(i * i)),
      a: Array.from({ length: 120 }, (_, i) => `a${i % 12}`),
      b: Array.from({ length: 120 }, (_, i) => `b${(i * 7) % 10}`),
    });
    const fastest = chooseKernels();
    const formula = "y ~ 1 + (1 | a) + (1 | b)";
    expect(fitFormula(formula, table, { kernels: fastest }).kernels).toBe(fastest.name);
    const small = { ...fastest, maximumBytes: 1000 };
    expect(fitFormula(formula, table, { kernels: small }).kernels).toBe("typescript");
  });

  it("has the standard error of the residual variance of a linear model", () => {
    const unbiased = fitFormula("Reaction ~ Days", sleepstudy);
    const [row] = componentTable(unbiased).rows;
    expect(row!.se).toBeCloseTo(Math.sqrt(2 / 178) * unbiased.sigma ** 2, 8);
    const likelihood = fitFormula("Reaction ~ Days", sleepstudy, { method: "ML" });
    expect(componentTable(likelihood).rows[0]!.se).toBeCloseTo(Math.sqrt(2 / 180) * likelihood.sigma ** 2, 8);
  });

  it("shows correlations of zero, not missing ones, where diag has a variance of zero", () => {
    const stream = randomStream(5);
    const table = toTable({
      y: Array.from({ length: 72 }, () => 10 + stream.normal()),
      x: Array.from({ length: 72 }, (_, i) => (i % 6) - 2.5),
      g: Array.from({ length: 72 }, (_, i) => `g${Math.floor(i / 6)}`),
    });
    const fit = fitFormula("y ~ x + diag(1 + x | g)", table);
    const components = varianceComponents(fit);
    expect(Math.min(...components[0]!.sd)).toBe(0);
    expect(components[0]!.corr[1]![0]).toBe(0);
    expect(varianceText(components, 4).join("\n")).not.toContain("NA");
  });
});
