// Estimates at the boundary of the parameter space, and variances of which the data say nothing.
import { describe, expect, it } from "vitest";
import { RESIDUAL } from "../../../../src/engines/engine.ts";
import { LARGEST_CORRELATION } from "../../../../src/engines/equations/residualStructure.ts";
import type { FitOptions } from "../../../../src/fit/options.ts";
import type { FitResult } from "../../../../src/fit/result.ts";
import { pedigreeRelationship } from "../../../../src/genetics/inverseRelationship.ts";
import { type SimulationOptions, simulatePedigree } from "../../../../src/genetics/simulatePedigree.ts";
import { anovaTable } from "../../../../src/inference/anova.ts";
import { componentTable } from "../../../../src/inference/componentTable.ts";
import type { Matrix } from "../../../../src/linalg/matrix.ts";
import { invert, multiply, transpose } from "../../../conformance/denseAlgebra.ts";
import { denseEquations } from "../../../conformance/denseEquations.ts";
import {
  denseRelationship,
  groupParts,
  modelOf,
  termOf,
  withGroups,
} from "../../../conformance/pedigreeModels.ts";
import { uniform } from "../../../conformance/randomModels.ts";
import { fit as fitFormula, fitModel } from "../../../conformance/withEquations.ts";
import { example } from "../../../lectures/printed.ts";

const twoTraits: Omit<SimulationOptions, "seed"> = {
  generations: 3,
  animals: 50,
  sires: 5,
  dams: 15,
  herds: 6,
  traits: 2,
  herdVariance: 0,
};
const formula = "mvbind(y1, y2) ~ 1 + (1 | gr(animal, cov = A))";

function fitted(text: string, simulation: SimulationOptions, options: FitOptions = {}): FitResult {
  const { pedigree, records } = simulatePedigree(simulation);
  const { relationship } = pedigreeRelationship(pedigree, { name: "A" });
  return fitFormula(text, records, { relationships: { A: relationship }, ...options });
}

const rowsOf = ({ rows, values }: Matrix): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: rows }, (__, j) => values[i + j * rows]!));
const correlation = ({ values }: Matrix): number => values[1]! / Math.sqrt(values[0]! * values[3]!);
const codesOf = (result: FitResult): string[] => result.notes.map(({ code }) => code);

describe("a residual correlation of one", () => {
  it.each([
    [4, 1],
    [6, 1],
    [1, -1],
    [5, -1],
    [6, -1],
  ])("is found, certified and told: seed %i, correlation %i", (seed, residualCorrelation) => {
    const simulation = { ...twoTraits, seed, geneticCorrelation: 0.3, residualCorrelation };
    const result = fitted(formula, simulation);
    expect(result.convergence.converged).toBe(true);
    // R0 is nearly singular there, so the likelihood has few digits and a search may stop 1e-6 before the angle of the bound
    expect(correlation(result.residualCovariance!)).toBeCloseTo(
      residualCorrelation * LARGEST_CORRELATION,
      10,
    );
    expect(result.convergence.boundary.map(({ term }) => term)).toContain(RESIDUAL);
    expect(result.convergence.boundary.every(({ score }) => score > 0)).toBe(true);
    const note = result.notes.find(({ subject }) => subject === "residual")!;
    expect(note.code).toBe("fit/boundary");
    expect(note.message).toContain(`y1 and y2 is estimated at ${residualCorrelation}`);

    const ai = fitted(formula, simulation, { algorithm: "ai" });
    expect(ai.convergence.converged).toBe(true);
    expect(Math.abs(ai.logLik - result.logLik)).toBeLessThan(1e-5);
    expect(codesOf(ai)).toContain("fit/fallback");

    if (seed !== 4 && seed !== 5) return;
    // dense, where a singular R0 is no obstacle: hardly higher at the boundary itself, lower farther inside
    const G = rowsOf(result.covariances[0]!);
    const at = (by: number): number => {
      const R0 = rowsOf(result.residualCovariance!);
      const bound = residualCorrelation * Math.sqrt(R0[0]![0]! * R0[1]![1]!);
      R0[0]![1] = by * bound;
      R0[1]![0] = by * bound;
      return -0.5 * denseEquations(result.model, [G], R0).reml;
    };
    expect(at(LARGEST_CORRELATION)).toBeCloseTo(result.logLik, 4);
    expect(Math.abs(at(1) - result.logLik)).toBeLessThan(1e-3);
    expect(at(0.999)).toBeLessThan(result.logLik);
  });

  it("beside a genetic correlation of one is two boundaries", () => {
    const result = fitted(formula, {
      ...twoTraits,
      seed: 3,
      geneticCorrelation: 0.3,
      residualCorrelation: -1,
    });
    expect(result.convergence.boundary.map(({ term }) => term)).toEqual([0, RESIDUAL]);
    expect(correlation(result.covariances[0]!)).toBeCloseTo(1, 6);
  });

  it("of a trait that is computed from others is refused by their names", () => {
    const simulation = { ...twoTraits, seed: 1 };
    for (const [text, message] of [
      ["mvbind(y1, I(3 - 2 * y1)) ~ 1 + (1 | gr(animal, cov = A))", "the traits y1 and I(3 - 2 * y1) are"],
      ["mvbind(y1, y2, y1 - y2) ~ 1 + (1 | gr(animal, cov = A))", "the traits y1, y2 and y1 - y2 are"],
    ] as const) {
      expect(() => fitted(text, simulation)).toThrow(message);
    }
  });
});

describe("a genetic correlation of one", () => {
  it.each([1, 2, 4, 5])("is found by Newton's method and by average information: seed %i", (seed) => {
    const simulation = { ...twoTraits, seed, geneticCorrelation: 1, residualCorrelation: 0.2 };
    const result = fitted(formula, simulation);
    expect(result.convergence.converged).toBe(true);
    expect(correlation(result.covariances[0]!)).toBeCloseTo(1, 8);
    expect(result.convergence.boundary).toHaveLength(1);
    const ai = fitted(formula, simulation, { algorithm: "ai" });
    expect(ai.convergence.converged).toBe(true);
    expect(Math.abs(ai.logLik - result.logLik)).toBeLessThan(1e-6);
  });
});

describe("a variance of zero", () => {
  it.each(["newton", "ai", "em"] as const)("is reached by %s, without a standard error", (algorithm) => {
    const result = fitFormula("Yield ~ 1 + (1 | Batch)", example("dyestuff2.csv"), {
      algorithm,
      components: {},
    });
    expect(result.convergence.converged).toBe(true);
    expect(codesOf(result)).toContain("fit/boundary");
    const [batch, residual] = componentTable(result).rows;
    expect(batch!.estimate).toBe(0);
    expect(batch!.se).toBeNull();
    // of a linear model: sqrt(2 / 29) of the variance
    expect(residual!.se! / residual!.estimate).toBeCloseTo(Math.sqrt(2 / 29), 8);
  });

  it("EM that was told when to stop stops there, and says that it is slow", () => {
    const result = fitFormula("Yield ~ 1 + (1 | Batch)", example("dyestuff2.csv"), {
      algorithm: "em",
      maxIterations: 40,
    });
    expect(result.convergence).toMatchObject({ converged: false, iterations: 40, optimizer: "em" });
    expect(result.notes.find(({ code }) => code === "fit/not-converged")!.hint).toContain("is slow");
  });
});

describe("a variance that the fixed effects leave nothing to learn from", () => {
  const K = Array.from({ length: 6 }, (_, i) =>
    Array.from({ length: 6 }, (__, j) => (i === j ? 1.2 : 0.3 ** Math.abs(i - j))),
  );
  const herds = { ...denseRelationship("K", K), source: "matrix" as const };
  const confounded = (text: string, options: FitOptions = {}): FitResult => {
    const { pedigree, records } = simulatePedigree({ ...twoTraits, seed: 7, herdVariance: 0.3 });
    const { relationship } = pedigreeRelationship(pedigree, { name: "A" });
    return fitFormula(text, records, { relationships: { A: relationship, K: herds }, ...options });
  };

  it("is held at zero and named, whatever the relationship", () => {
    const result = confounded("y1 ~ factor(herd) + (1 | gr(herd, cov = K)) + (1 | gr(animal, cov = A))");
    expect(result.convergence.converged).toBe(true);
    expect(result.covariances[0]!.values[0]).toBe(0);
    const notes = result.notes.filter(({ code }) => code === "fit/confounded");
    expect(notes.map(({ subject }) => subject)).toEqual(["herd"]);
    const without = confounded("y1 ~ factor(herd) + (1 | gr(animal, cov = A))");
    expect(result.logLik).toBeCloseTo(without.logLik, 8);
  });

  it("also beside held components, by average information, and in one of two traits", () => {
    const text = "y1 ~ factor(herd) + (1 | gr(animal, cov = A)) + (1 | gr(herd, cov = K))";
    const held = confounded(text, { components: { animal: 0.3 }, algorithm: "ai" });
    expect(held.covariances[1]!.values[0]).toBe(0);
    expect(held.covariances[0]!.values[0]).toBe(0.3);
    expect(held.convergence.converged).toBe(true);
    const traits = confounded(
      "y1 ~ factor(herd) + (1 |h| herd) + (1 |a| gr(animal, cov = A)); y2 ~ 1 + (1 |h| herd) + (1 |a| gr(animal, cov = A))",
    );
    const h = traits.model.random.findIndex(({ component }) => component === "h");
    expect([...traits.covariances[h]!.values.slice(0, 3)]).toEqual([0, 0, 0]);
    expect(traits.covariances[h]!.values[3]).toBeGreaterThan(0);
    expect(codesOf(traits)).toContain("fit/confounded");
  });

  it("is not so by maximum likelihood, which sees it at zero by itself", () => {
    const text = "y1 ~ factor(herd) + (1 | gr(herd, cov = K)) + (1 | gr(animal, cov = A))";
    const result = confounded(text, { method: "ML" });
    expect(codesOf(result)).not.toContain("fit/confounded");
    expect(result.covariances[0]!.values[0]).toBe(0);
  });
});

describe("terms that the data do not tell apart", () => {
  const { pedigree, records } = simulatePedigree({ ...twoTraits, traits: 1, seed: 9 });
  const { relationship: A } = pedigreeRelationship(pedigree, { name: "A" });

  it("are named: the same relationship twice", () => {
    const result = fitFormula("y ~ 1 + (1 | gr(animal, cov = A)) + (1 | gr(animal, cov = B))", records, {
      relationships: { A, B: { ...A, name: "B" } },
    });
    const flat = result.notes.find(({ code }) => code === "fit/flat")!;
    expect(flat.message).toContain("animal.A and animal.B");
    const alone = fitFormula("y ~ 1 + (1 | gr(animal, cov = A))", records, { relationships: { A } });
    expect(result.logLik).toBeCloseTo(alone.logLik, 6);
    for (const { name, se } of componentTable(result).rows.slice(0, 2)) expect(se, name).toBeNull();
    expect(componentTable(result).rows[2]!.se).toBeGreaterThan(0);
  });

  it("are named: the residual covariance of traits that no row has together", () => {
    const two = simulatePedigree({ ...twoTraits, seed: 9 });
    const columns = new Map(two.records.columns);
    ["y1", "y2"].forEach((name, t) => {
      const column = columns.get(name)!;
      if (column.kind !== "numeric") throw new Error("numeric");
      columns.set(name, { ...column, values: column.values.map((y, r) => (r % 2 === t ? y : Number.NaN)) });
    });
    const result = fitFormula(
      formula,
      { ...two.records, columns },
      { relationships: { A: pedigreeRelationship(two.pedigree, { name: "A" }).relationship } },
    );
    expect(result.convergence.converged).toBe(true);
    const note = result.notes.find(({ code }) => code === "engine/no-common-records")!;
    expect(note.message).toContain("no row has records of both y1 and y2");
    const { rows } = componentTable(result);
    expect(rows.map(({ se }) => se !== null)).toEqual([true, true, true, true, false, true]);
  });

  it("are named: one record of each of unrelated animals, beside the residual", () => {
    const q = pedigree.animals.length;
    const I = {
      ...A,
      inverse: {
        size: q,
        pointers: Int32Array.from({ length: q + 1 }, (_, i) => i),
        rows: Int32Array.from({ length: q }, (_, i) => i),
        values: new Float64Array(q).fill(1),
      },
      logDeterminant: 0,
      diagonal: new Float64Array(q).fill(1),
    };
    const result = fitFormula("y ~ 1 + (1 | gr(animal, cov = A))", records, { relationships: { A: I } });
    expect(result.notes.find(({ code }) => code === "fit/flat")!.message).toContain(
      "animal and the residual",
    );
  });
});

describe("tests of the terms of several traits", () => {
  it("are those of their coefficients, whether a trait has an intercept or not", () => {
    const result = fitted(
      "y1 ~ factor(herd) + (1 |a| gr(animal, cov = A)); y2 ~ 0 + factor(generation) + (1 |a| gr(animal, cov = A))",
      { ...twoTraits, seed: 11 },
    );
    const { rows } = anovaTable(result, { ddf: "none" });
    expect(rows.map(({ trait, term }) => [trait, term])).toEqual([
      ["y1", "factor(herd)"],
      ["y2", "factor(generation)"],
    ]);
    const C = rowsOf(result.unscaledCovariance);
    [
      [1, 2, 3, 4, 5],
      [6, 7, 8],
    ].forEach((columns, t) => {
      const { inverse } = invert(columns.map((i) => columns.map((j) => C[i]![j]!)));
      let wald = 0;
      columns.forEach((i, a) => {
        columns.forEach((j, b) => {
          wald += (result.beta[i]! * inverse[a]![b]! * result.beta[j]!) / result.sigma ** 2;
        });
      });
      expect(rows[t]!.numDF).toBe(columns.length);
      expect(rows[t]!.F! * columns.length).toBeCloseTo(wald, 6);
    });
  });
});

describe("fixed groups whose parts have to be solved for", () => {
  it("are told from the mean although rounding hides that they add up to it", () => {
    const n = 60;
    const random = uniform(n);
    const B = Array.from({ length: n }, () => Array.from({ length: 15 }, () => random()));
    const K = multiply(B, transpose(B)).map((row, i) => row.map((v, j) => v + Number(i === j) * 1e-3));
    const relationship = denseRelationship("A", K, 3, withGroups(K, groupParts(n)));
    const animal = Array.from({ length: 2 * n }, (_, i) => i % n);
    const model = modelOf(
      animal.map((a) => 20 + Math.sin(3 * a) + 2 * random()),
      animal.map((_, i) => [1, i % 2]),
      [termOf({ component: "animal", size: 1, relationship, codes: Int32Array.from(animal) })],
    );
    const result = fitModel(model, { components: { animal: 0.5, residual: 1 } });
    const groups = result.modes[0]!.slice(n);
    expect(groups[0]).toBe(0);
    for (const effect of groups) expect(Math.abs(effect)).toBeLessThan(10);
  });
});
