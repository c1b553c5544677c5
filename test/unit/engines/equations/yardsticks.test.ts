// Worked examples of the textbooks with models made by hand: known variances, and REML iterate by iterate.
// Provenance of the values: the yardstick file holds what the books print and the same solved independently.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { EquationsSolution } from "../../../../src/engines/engine.ts";
import {
  averageInformationReml,
  expectationMaximizationReml,
} from "../../../../src/fit/classicIterations.ts";
import { componentEstimates } from "../../../../src/fit/componentEstimates.ts";
import type { ComponentValues } from "../../../../src/fit/componentValues.ts";
import { problemOf } from "../../../../src/fit/precision.ts";
import type { IncidenceLayer, Model } from "../../../../src/model/model.ts";
import {
  denseRelationship,
  modelOf,
  tabularRelationship,
  termOf,
  withGroups,
} from "../../../conformance/pedigreeModels.ts";
import { fitModel, prepareProblem } from "../../../conformance/withEquations.ts";

const file = new URL("../../../../../shared/yardsticks/genetics.json", import.meta.url);
const present = existsSync(file);

interface Example {
  // biome-ignore lint/suspicious/noExplicitAny: every example has inputs of its own
  readonly input: any;
  readonly checks: Readonly<Record<string, { readonly computed: readonly number[] }>>;
}
const examples: Readonly<Record<string, Example>> = present
  ? JSON.parse(readFileSync(file, "utf8")).examples
  : {};

function pedigree({ sire, dam }: { sire: number[]; dam: number[] }): number[][] {
  return tabularRelationship(
    sire.map((s) => s - 1),
    dam.map((d) => d - 1),
  );
}

/** Cell means: a column for every level in order. */
function indicators(values: readonly unknown[], levels: readonly unknown[]): number[][] {
  return values.map((v) => levels.map((l) => Number(v === l)));
}

function codes(values: readonly number[]): Int32Array {
  return Int32Array.from(values, (v) => v - 1);
}

function layer(values: readonly number[]): IncidenceLayer {
  return { codes: Int32Array.from(values), values: null };
}

function solved(model: Model, components: ComponentValues): EquationsSolution {
  const fit = fitModel(model, { components });
  expect(fit.engine).toBe("equations");
  expect(fit.theta.length).toBe(0);
  expect(fit.convergence.converged).toBe(true);
  return problemOf(fit).equations!(fit.theta);
}

function close(values: ArrayLike<number>, expected: readonly number[]): void {
  expect(values.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(values[i]! - expected[i]!)).toBeLessThan(1e-7 * Math.max(1, Math.abs(expected[i]!)));
  }
}

const coefficient = (solution: EquationsSolution, c: number, k: number, a: number): number[] =>
  Array.from(solution.components[c]!.effects).filter((_, i) => i % k === a);

describe.skipIf(!present)("worked examples (skipped without the yardsticks)", () => {
  it("M3.1: an animal model, prediction error variances and reliabilities", () => {
    const { input, checks } = examples["M3.1"]!;
    const A = pedigree(input);
    const model = modelOf(input.y, indicators(input.sex, ["M", "F"]), [
      termOf({
        component: "animal",
        size: 1,
        relationship: denseRelationship("A", A),
        codes: codes(input.animal),
      }),
    ]);
    const solution = solved(model, { animal: input.va, residual: input.ve });
    const { effects, predictionErrors } = solution.components[0]!;
    close([...solution.beta, ...effects], checks["b,u"]!.computed);
    const errors = [
      solution.fixedCovariance.values[0]!,
      solution.fixedCovariance.values[3]!,
      ...predictionErrors,
    ];
    close(errors.map(Math.sqrt), checks["SEP BLUPF90 8 digits (sqrt diag Cinv)"]!.computed);
    close(
      predictionErrors.map((pev, i) => 1 - pev / (input.va * A[i]![i]!)),
      checks.reliability!.computed,
    );
  });

  it("M3.2: a sire model", () => {
    const { input, checks } = examples["M3.2"]!;
    const position = new Map([1, 3, 4].map((sire, i) => [sire, i]));
    const relationship = denseRelationship("A", tabularRelationship([-1, -1, 0], [-1, -1, -1]));
    const model = modelOf(input.y, indicators(input.sex, ["M", "F"]), [
      termOf({
        component: "sire",
        size: 1,
        relationship,
        codes: Int32Array.from(input.sire_of_record as number[], (s) => position.get(s)!),
      }),
    ]);
    const solution = solved(model, { sire: input.vs, residual: input.ve });
    close([...solution.beta, ...solution.components[0]!.effects], checks["b,s"]!.computed);
  });

  it("M3.4: fixed groups of unknown parents, the first of them the reference", () => {
    const { input, checks } = examples["M3.4"]!;
    const base = (ids: number[]): number[] => ids.map((id) => Math.max(0, id));
    const A = pedigree({ sire: base(input.sire), dam: base(input.dam) });
    const Q: number[][] = [];
    input.sire.forEach((s: number, i: number) => {
      const parts = (id: number): number[] => (id < 0 ? [Number(id === -1), Number(id === -2)] : Q[id - 1]!);
      const d = parts(input.dam[i]);
      Q.push(parts(s).map((v, g) => 0.5 * (v + d[g]!)));
    });
    const relationship = denseRelationship("A", A, 2, withGroups(A, Q));
    const model = modelOf(input.y, indicators(input.sex, ["M", "F"]), [
      termOf({ component: "animal", size: 1, relationship, codes: codes(input.animal) }),
    ]);
    const solution = solved(model, { animal: input.va, residual: input.ve });
    close([...solution.beta, ...solution.components[0]!.effects], checks["b,u*,g (G1=0)"]!.computed);
    expect([...solution.components[0]!.confounded]).toEqual([8]);
  });

  it("M4.1: repeatability", () => {
    const { input, checks } = examples["M4.1"]!;
    const X = (input.hys as number[]).map((h, i) => [
      Number(input.parity[i] === 1),
      Number(input.parity[i] === 2),
      ...[2, 4].map((l) => Number(h === l)),
    ]);
    const model = modelOf(input.y, X, [
      termOf({
        component: "cow.A",
        size: 1,
        relationship: denseRelationship("A", pedigree(input)),
        codes: codes(input.cow),
      }),
      termOf({
        component: "cow",
        size: 1,
        levels: ["4", "5", "6", "7", "8"],
        codes: Int32Array.from(input.cow as number[], (c) => c - 4),
      }),
    ]);
    const solution = solved(model, { "cow.A": input.va, cow: input.vpe, residual: input.ve });
    const [p1, p2, h2, h4] = solution.beta;
    close([0, h2!, 0, h4!, p1!, p2!], checks["HYS(1,3=0),parity"]!.computed);
    close(solution.components[0]!.effects, checks.u!.computed);
    close(solution.components[1]!.effects, checks.pe!.computed);
  });

  it.each(["M5.1", "M5.2"])("%s: two traits", (name) => {
    const { input, checks } = examples[name]!;
    const model = twoTraits(input);
    const solution = solved(model, { animal: input.G0, residual: input.R0 });
    close(solution.beta, checks.b!.computed);
    close(coefficient(solution, 0, 2, 0), checks["u WWG"]!.computed);
    close(coefficient(solution, 0, 2, 1), checks["u PWG"]!.computed);
    if (!checks.PEV) return;
    const { predictionErrors } = solution.components[0]!;
    const diagonal = (a: number): number[] => Array.from(predictionErrors).filter((_, i) => i % 4 === 3 * a);
    close([...diagonal(0), ...diagonal(1)], checks.PEV.computed);
  });

  it("M7.1: direct and maternal effects with a covariance", () => {
    const { input, checks } = examples["M7.1"]!;
    const relationship = denseRelationship("A", pedigree(input));
    const mothers = (input.calf as number[]).map((c) => input.dam[c - 1]! as number);
    const X = (input.herd as number[]).map((h, i) => [
      ...[1, 2].map((l) => Number(input.pen[i] === l)),
      ...[2, 3].map((l) => Number(h === l)),
    ]);
    const damLevels = [2, 5, 6, 7];
    const model = modelOf(input.y, X, [
      termOf({
        component: "p",
        size: 2,
        relationship,
        incidence: [[layer([...codes(input.calf)])], [layer(mothers.map((m) => m - 1))]],
      }),
      termOf({
        component: "dam",
        size: 1,
        levels: damLevels.map(String),
        codes: Int32Array.from(mothers, (m) => damLevels.indexOf(m)),
      }),
    ]);
    const solution = solved(model, { p: input.G0, dam: input.vpe, residual: input.ve });
    const [pen1, pen2, herd2, herd3] = solution.beta;
    close([0, herd2!, herd3!, pen1!, pen2!], checks["herd(1=0),pen"]!.computed);
    close(coefficient(solution, 0, 2, 0), checks.direct!.computed);
    close(coefficient(solution, 0, 2, 1), checks.maternal!.computed);
    close(solution.components[1]!.effects, checks["mpe dams 2,5,6,7"]!.computed);
  });

  it("M9.2: random regression", () => {
    const data = examples["M9.1"]!.input;
    const { input, checks } = examples["M9.2"]!;
    const dim = data.dim as number[];
    const polynomials = dim.map((d) => legendre(-1 + (2 * (d - 4)) / 306, 4));
    const X = (data.htd as number[]).map((h, i) => [
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((l) => Number(h === l)),
      ...polynomials[i]!,
    ]);
    const columns = [0, 1, 2].map((k) => Float64Array.from(polynomials, (row) => row[k]!));
    const model = modelOf(data.y, X, [
      termOf({
        component: "cow.A",
        size: 3,
        relationship: denseRelationship("A", pedigree(data)),
        codes: codes(data.cow),
        basis: columns,
      }),
      termOf({
        component: "cow",
        size: 3,
        levels: ["4", "5", "6", "7", "8"],
        codes: Int32Array.from(data.cow as number[], (c) => c - 4),
        basis: columns,
      }),
    ]);
    const solution = solved(model, { "cow.A": input.G, cow: input.P, residual: input.ve });
    close([...solution.beta.slice(0, 9), 0], checks["HTD(10=0)"]!.computed);
    close(solution.beta.slice(9), checks.beta!.computed);
    const all = (c: number): number[] => [0, 1, 2].flatMap((a) => coefficient(solution, c, 3, a));
    close(all(0), checks["u coef (a0 x8,a1 x8,a2 x8)"]!.computed);
    close(all(1), checks["pe coef"]!.computed);
  });

  describe("M17.7: REML by average information and by EM", () => {
    const example = examples["M17.7"];
    const model = (): Model =>
      modelOf(example!.input.y, indicators(example!.input.sex, ["M", "F"]), [
        termOf({
          component: "animal",
          size: 1,
          relationship: denseRelationship("A", pedigree(example!.input)),
          codes: codes(example!.input.animal),
        }),
      ]);

    it("reproduces the iterates of average information and their likelihoods", () => {
      const { input, checks } = example!;
      const problem = prepareProblem(model(), "REML");
      const [ve, va] = input.start;
      const { iterations, values, reason } = averageInformationReml(
        problem.natural!,
        Float64Array.of(va, ve),
      );
      expect(reason).toBe("converged");
      const first = iterations.slice(0, 6);
      close(
        first.map((r) => r.values[1]!),
        checks["AI ve iterates"]!.computed,
      );
      close(
        first.map((r) => r.values[0]!),
        checks["AI va iterates"]!.computed,
      );
      // the book leaves (n - p) log 2 pi out: n = 5, p = 2
      close(
        first.map((r) => -0.5 * (r.objective - 3 * Math.log(2 * Math.PI))),
        checks.logL!.computed,
      );
      const { information } = problem.natural!.evaluate(Float64Array.from(values), true);
      const [aa, ae, , ee] = information.values;
      const determinant = aa! * ee! - ae! * ae!;
      // the book's inverse, in the order residual, animal, is of the information at its rounded estimates
      close(
        [aa! / determinant, -ae! / determinant, -ae! / determinant, ee! / determinant].map(
          (v) => Math.round(v * 1e3) / 1e3,
        ),
        checks["AI inverse at convergence"]!.computed.map((v) => Math.round(v * 1e3) / 1e3),
      );
    });

    it("reproduces EM", () => {
      const { input, checks } = example!;
      const problem = prepareProblem(model(), "REML");
      const [ve, va] = input.start;
      const { iterations } = expectationMaximizationReml(problem.natural!, Float64Array.of(va, ve), {
        maxIterations: 1000,
      });
      const ordered = (i: number): number[] => [iterations[i]!.values[1]!, iterations[i]!.values[0]!];
      close(ordered(1), checks["first EM iterate (ve,va) [ve=y'e/(n-r)]"]!.computed);
      close(ordered(1000), checks["EM after 1000"]!.computed);
    });

    it("finds the same maximum by Newton's method, with standard errors of the components", () => {
      const fit = fitModel(model());
      expect(fit.convergence.converged).toBe(true);
      const { rows } = componentEstimates(fit);
      expect(rows.map((r) => r.name)).toEqual(["animal", "residual"]);
      expect(rows[0]!.estimate).toBeCloseTo(0.5513555857741, 6);
      expect(rows[1]!.estimate).toBeCloseTo(0.4835105036096, 6);
      expect(rows[0]!.se!).toBeCloseTo(Math.sqrt(5.347780923305), 4);
      expect(rows[1]!.se!).toBeCloseTo(Math.sqrt(2.443497580276), 4);
    });
  });
});

function twoTraits(input: {
  sire: number[];
  dam: number[];
  animal: number[];
  sex: string[];
  Y: (number | string)[][];
}): Model {
  const rows = input.Y.flatMap((values, unit) =>
    values.flatMap((y, trait) =>
      typeof y === "number"
        ? [{ y, trait, unit, animal: input.animal[unit]! - 1, male: Number(input.sex[unit] === "M") }]
        : [],
    ),
  );
  return modelOf(
    rows.map((r) => r.y),
    rows.map((r) => [0, 1].flatMap((t) => (r.trait === t ? [r.male, 1 - r.male] : [0, 0]))),
    [
      termOf({
        component: "animal",
        size: 2,
        relationship: denseRelationship("A", pedigree(input)),
        incidence: [0, 1].map((t) => [layer(rows.map((r) => (r.trait === t ? r.animal : -1)))]),
        coefficientTrait: Int32Array.of(0, 1),
      }),
    ],
    {
      traits: {
        names: ["WWG", "PWG"],
        trait: Int32Array.from(rows, (r) => r.trait),
        unit: Int32Array.from(rows, (r) => r.unit),
        unitCount: input.Y.length,
        fixedTrait: Int32Array.of(0, 0, 1, 1),
      },
    },
  );
}

/** Normalized Legendre polynomials of degree 0 .. degree at t in [-1, 1]. */
function legendre(t: number, degree: number): number[] {
  const p = [1, t];
  for (let k = 2; k <= degree; k++) p.push(((2 * k - 1) * t * p[k - 1]! - (k - 1) * p[k - 2]!) / k);
  return p.slice(0, degree + 1).map((v, k) => v * Math.sqrt((2 * k + 1) / 2));
}
