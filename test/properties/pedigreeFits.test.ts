// Laws of animal models on simulated populations: what was put in comes out, and nothing depends on order or on names.
import { describe, expect, it } from "vitest";
import { randomStream } from "../../src/base/random.ts";
import { equationsEngine } from "../../src/engines/equations/equations.ts";
import { fit as fitFormula } from "../../src/fit/fit.ts";
import type { FitOptions } from "../../src/fit/options.ts";
import type { FitResult } from "../../src/fit/result.ts";
import { pedigreeRelationship } from "../../src/genetics/inverseRelationship.ts";
import { buildPedigree } from "../../src/genetics/pedigree.ts";
import { type SimulationOptions, simulatePedigree } from "../../src/genetics/simulatePedigree.ts";
import { componentTable } from "../../src/inference/componentTable.ts";
import { randomEffects } from "../../src/inference/randomEffects.ts";
import type { Relationship } from "../../src/model/relationship.ts";
import type { Table } from "../../src/table/table.ts";
import { takeRows } from "../../src/table/takeRows.ts";

const small: Omit<SimulationOptions, "seed"> = { generations: 4, animals: 60, sires: 4, dams: 20, herds: 6 };

interface Data {
  readonly records: Table;
  readonly relationship: Relationship;
}

function simulated(options: SimulationOptions): Data {
  const { pedigree, records } = simulatePedigree(options);
  return { records, relationship: pedigreeRelationship(pedigree, { name: "A" }).relationship };
}

function fitted(formula: string, { records, relationship }: Data, options: FitOptions = {}): FitResult {
  return fitFormula(formula, records, {
    relationships: { A: relationship },
    engines: [equationsEngine],
    ...options,
  });
}

function shuffled(count: number, seed: number): Int32Array {
  const random = randomStream(seed);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Predictions by component, level and trait. */
function predictions(
  result: FitResult,
): Map<string, { estimate: number; se: number; reliability: number | null }> {
  return new Map(
    randomEffects(result).map(({ component, level, trait, estimate, se, reliability }) => [
      [component, level, trait ?? ""].join("|"),
      { estimate, se: se!, reliability },
    ]),
  );
}

function expectSamePredictions(result: FitResult, other: FitResult, digits: number): void {
  const expected = predictions(result);
  const found = predictions(other);
  expect(found.size).toBe(expected.size);
  for (const [key, { estimate, se, reliability }] of expected) {
    const row = found.get(key)!;
    expect(row.estimate, key).toBeCloseTo(estimate, digits);
    expect(row.se, key).toBeCloseTo(se, digits);
    if (reliability !== null) expect(row.reliability!, key).toBeCloseTo(reliability, digits);
  }
}

const formula = "y ~ generation + (1 | herd) + (1 | gr(animal, cov = A))";

describe("an animal model does not depend on", () => {
  const data = simulated({ seed: 5, ...small });
  const result = fitted(formula, data);

  it("the order of records", () => {
    const records = takeRows(data.records, shuffled(data.records.rowCount, 1));
    const other = fitted(formula, { ...data, records });
    expect(other.logLik).toBeCloseTo(result.logLik, 7);
    expectSamePredictions(result, other, 5);
  });

  it("the order of the pedigree", () => {
    const { table } = simulatePedigree({ seed: 5, ...small });
    const pedigree = buildPedigree(takeRows(table, shuffled(table.rowCount, 2)));
    expect(pedigree.animals).not.toEqual(data.relationship.levels);
    const other = fitted(formula, {
      ...data,
      relationship: pedigreeRelationship(pedigree, { name: "A" }).relationship,
    });
    expect(other.logLik).toBeCloseTo(result.logLik, 7);
    expectSamePredictions(result, other, 5);
  });

  it("the names of its levels, which decide their order", () => {
    // last ids come first in any order: 1 -> z0999, 2 -> z0998, ...
    const renamed = (table: Table, names: readonly string[]): Table => ({
      ...table,
      columns: new Map(
        [...table.columns].map(([name, column]) => {
          if (!names.includes(name) || column.kind !== "numeric") return [name, column];
          const cells = Array.from(column.values, (id) =>
            id === 0 ? null : `z${String(999 - id).padStart(4, "0")}`,
          );
          const levels = [...new Set(cells.filter((cell) => cell !== null))].sort();
          const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : levels.indexOf(cell)));
          return [name, { kind: "text", name, levels, codes }];
        }),
      ),
    });
    const { table } = simulatePedigree({ seed: 5, ...small });
    const pedigree = buildPedigree(renamed(table, ["animal", "sire", "dam"]));
    const other = fitted(formula, {
      records: renamed(data.records, ["animal", "herd"]),
      relationship: pedigreeRelationship(pedigree, { name: "A" }).relationship,
    });
    expect(other.logLik).toBeCloseTo(result.logLik, 7);
    const back = new Map(
      [...predictions(other)].map(([key, row]) => {
        const [component, level, trait] = key.split("|");
        return [[component, 999 - Number(level!.slice(1)), trait].join("|"), row];
      }),
    );
    for (const [key, { estimate, se, reliability }] of predictions(result)) {
      expect(back.get(key)!.estimate, key).toBeCloseTo(estimate, 5);
      expect(back.get(key)!.se, key).toBeCloseTo(se, 5);
      expect(back.get(key)!.reliability!, key).toBeCloseTo(reliability!, 5);
    }
  });

  it("the order of its terms", () => {
    const other = fitted("y ~ (1 | gr(animal, cov = A)) + (1 | herd) + generation", data);
    expect(other.logLik).toBeCloseTo(result.logLik, 7);
    expectSamePredictions(result, other, 5);
  });

  it("the unit of the response, but for its scale", () => {
    const y = data.records.columns.get("y")!;
    if (y.kind !== "numeric") throw new Error("y is numeric");
    const columns = new Map(data.records.columns).set("y", {
      ...y,
      values: y.values.map((v) => 1e4 * v - 3e5),
    });
    const other = fitted(formula, { ...data, records: { ...data.records, columns } });
    const n = result.nobs - result.beta.length;
    expect(other.logLik).toBeCloseTo(result.logLik - n * Math.log(1e4), 5);
    other.covariances.forEach((sigma, t) => {
      expect(sigma.values[0]! / 1e8).toBeCloseTo(result.covariances[t]!.values[0]!, 5);
    });
  });
});

describe("relationships and engines", () => {
  const data = simulated({ seed: 8, ...small, records: 3, permanentVariance: 0.3 });
  const identity: Relationship = {
    ...data.relationship,
    inverse: {
      size: data.relationship.levels.length,
      pointers: Int32Array.from({ length: data.relationship.levels.length + 1 }, (_, i) => i),
      rows: Int32Array.from(data.relationship.levels, (_, i) => i),
      values: new Float64Array(data.relationship.levels.length).fill(1),
    },
    logDeterminant: 0,
    diagonal: new Float64Array(data.relationship.levels.length).fill(1),
  };

  it.each(["REML", "ML"] as const)("K = I is (1 | animal) of another engine: %s", (method) => {
    const related = fitted(formula, { ...data, relationship: identity }, { method });
    const plain = fitted("y ~ generation + (1 | herd) + (1 | animal)", data, { method });
    expect([related.engine, plain.engine]).toEqual(["equations", "blocked"]);
    expect(Math.abs(related.logLik - plain.logLik)).toBeLessThan(1e-6);
    // a REML deviance is no minimum: it moves with every digit of theta
    expect(Math.abs(related.deviance - plain.deviance)).toBeLessThan(1e-4);
    const same = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThan(1e-5 * Math.abs(b));
    related.beta.forEach((b, j) => {
      same(b, plain.beta[j]!);
    });
    related.covariances.forEach((sigma, t) => {
      same(sigma.values[0]!, plain.covariances[t]!.values[0]!);
    });
    same(related.sigma, plain.sigma);
    expectSamePredictions(plain, related, 5);
    const errors = componentTable(related).rows.map(({ se }) => se!);
    expect(errors.every((se) => se > 0)).toBe(true);
  });

  it("variances held at the estimates give the fit again, by factor and by iteration", () => {
    const formulaOf = "y ~ generation + (1 | herd) + (1 | gr(animal, cov = A))";
    const result = fitted(formulaOf, data);
    const components = Object.fromEntries([
      ...result.model.random.map(({ component }, t) => [component, result.covariances[t]!.values[0]!]),
      ["residual", result.sigma ** 2],
    ]) as Record<string, number>;
    const held = fitted(formulaOf, data, { components });
    expect(held.logLik).toBeCloseTo(result.logLik, 9);
    expectSamePredictions(result, held, 9);
    const iterated = fitted(formulaOf, data, { components, solver: "iteration" });
    iterated.modes.forEach((modes, t) => {
      modes.forEach((mode, i) => {
        expect(mode).toBeCloseTo(held.modes[t]![i]!, 6);
      });
    });
    iterated.beta.forEach((b, j) => {
      expect(b).toBeCloseTo(held.beta[j]!, 6);
    });
  });
});

describe("two traits with missing records", () => {
  const data = simulated({ seed: 21, ...small, traits: 2, missing: 0.15 });

  it("do not depend on the order of traits", () => {
    const result = fitted("mvbind(y1, y2) ~ generation + (1 | gr(animal, cov = A))", data);
    const other = fitted("mvbind(y2, y1) ~ generation + (1 | gr(animal, cov = A))", data);
    expect(other.logLik).toBeCloseTo(result.logLik, 6);
    const [a, b, , d] = result.covariances[0]!.values;
    const swapped = [d!, b!, b!, a!];
    other.covariances[0]!.values.forEach((value, i) => {
      expect(Math.abs(value - swapped[i]!)).toBeLessThan(1e-4);
    });
    expectSamePredictions(result, other, 4);
  });
});

describe("three traits with a model each", () => {
  const data = simulated({ seed: 4, ...small, traits: 3, missing: 0.1 });
  const models = {
    y1: "y1 ~ 1 + (1 |a| gr(animal, cov = A))",
    y2: "y2 ~ generation + (1 |a| gr(animal, cov = A)) + (1 | herd)",
    y3: "y3 ~ 0 + factor(generation) + (1 |a| gr(animal, cov = A))",
  } as const;
  const G = [
    [0.5, 0.2, 0.1],
    [0.2, 0.4, 0.05],
    [0.1, 0.05, 0.3],
  ];
  const solve = (order: readonly number[]): FitResult =>
    fitted(order.map((t) => models[`y${t + 1}` as keyof typeof models]).join("; "), data, {
      components: {
        a: order.map((i) => order.map((j) => G[i]![j]!)),
        herd: 0.2,
        residual: order.map((i) => order.map((j) => (i === j ? 0.6 : 0.1))),
      },
    });

  it("do not depend on their order", () => {
    const result = solve([0, 1, 2]);
    for (const order of [
      [2, 0, 1],
      [1, 2, 0],
    ]) {
      const other = solve(order);
      expect(other.logLik).toBeCloseTo(result.logLik, 9);
      expectSamePredictions(result, other, 9);
    }
  });
});

describe("variances over replicates", () => {
  const truth: Readonly<Record<string, number>> = { herd: 0.2, animal: 0.4, residual: 0.6 };
  const replicates = Array.from({ length: 24 }, (_, r) => {
    const data = simulated({
      seed: 100 + r,
      h2: 0.4,
      generations: 4,
      animals: 200,
      sires: 10,
      dams: 60,
      herds: 25,
    });
    return componentTable(fitted("y ~ 1 + (1 | herd) + (1 | gr(animal, cov = A))", data)).rows;
  });

  it.each(Object.keys(truth))("recover what was simulated: %s", (name) => {
    const rows = replicates.map((table) => table.find((row) => row.name === name)!);
    const deviations = rows.map(({ estimate, se }) => (estimate - truth[name]!) / se!);
    const mean = deviations.reduce((sum, z) => sum + z, 0) / rows.length;
    const square = deviations.reduce((sum, z) => sum + z * z, 0) / rows.length;
    // standard normal up to the skewness of a variance: mean within 3.5 standard errors, spread in that of chi-squared
    expect(Math.abs(mean)).toBeLessThan(3.5 / Math.sqrt(rows.length));
    expect(square).toBeGreaterThan(0.35);
    expect(square).toBeLessThan(2.2);
  });

  it("are predicted in spread: true breeding values lie within their standard errors", () => {
    const options = { seed: 77, h2: 0.4, generations: 4, animals: 200, sires: 10, dams: 60, herds: 25 };
    const { breedingValues, pedigree } = simulatePedigree(options);
    const result = fitted("y ~ 1 + (1 | herd) + (1 | gr(animal, cov = A))", simulated(options), {
      components: truth,
    });
    const rows = randomEffects(result).filter(({ component }) => component === "animal");
    expect(rows.map(({ level }) => level)).toEqual(pedigree.animals);
    const scaled = rows.map(({ estimate, se }, i) => (breedingValues[0]![i]! - estimate) / se!);
    const spread = scaled.reduce((sum, z) => sum + z * z, 0) / rows.length;
    expect(spread).toBeGreaterThan(0.8);
    expect(spread).toBeLessThan(1.2);
  });
});
