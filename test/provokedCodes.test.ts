// Errors and notes that are provoked nowhere else by their code, one row each: what brings them about.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Note } from "../src/base/notes.ts";
import { compareByCrossValidation } from "../src/checks/crossValidation.ts";
import { influence } from "../src/checks/influence.ts";
import { leaveGroupOut } from "../src/checks/leaveGroupOut.ts";
import { leaveOneOut } from "../src/checks/leaveOneOut.ts";
import { modelResiduals } from "../src/checks/modelResiduals.ts";
import { buildDesign } from "../src/design/buildDesign.ts";
import type { Engine } from "../src/engines/engine.ts";
import { equationsEngine } from "../src/engines/equations/equations.ts";
import { fit as fitFormula, fitModel } from "../src/fit/fit.ts";
import { parseFormula } from "../src/formula/parseFormula.ts";
import { requireDenseSize } from "../src/genetics/denseInverse.ts";
import { dominanceRelationship } from "../src/genetics/dominance.ts";
import { pedigreeRelationship } from "../src/genetics/inverseRelationship.ts";
import { inverseMatrixRelationship, matrixRelationship } from "../src/genetics/matrixRelationship.ts";
import { buildPedigree } from "../src/genetics/pedigree.ts";
import { simulatePedigree } from "../src/genetics/simulatePedigree.ts";
import { containment } from "../src/inference/containment.ts";
import { exactRatioTest } from "../src/inference/exactRatioTest.ts";
import { jointTests } from "../src/inference/means/jointTests.ts";
import { predictionTable } from "../src/inference/predictionTable.ts";
import { profileIntervals } from "../src/inference/profile/profileIntervals.ts";
import { ranova } from "../src/inference/ranova.ts";
import { stepwise } from "../src/inference/stepwise.ts";
import { varianceExplained } from "../src/inference/varianceExplained.ts";
import { chooseKernels } from "../src/linalg/chooseKernels.ts";
import { createMatrix } from "../src/linalg/matrix.ts";
import type { Relationship } from "../src/model/relationship.ts";
import { subsetRecords } from "../src/model/subsetRecords.ts";
import { curveSums } from "../src/predict/curveSums.ts";
import { choleskyTrick, glsRoute } from "../src/predict/equations/glsRoute.ts";
import { mixedModelEquations } from "../src/predict/equations/mixedModelEquations.ts";
import { predict } from "../src/predict/predict.ts";
import { refitFormula } from "../src/predict/refitFormula.ts";
import { refitWithout } from "../src/predict/refitWithout.ts";
import { nestedFits } from "../src/simulation/nestedFits.ts";
import { createRelationshipRoot } from "../src/simulation/relationshipRoot.ts";
import { replicateNotes } from "../src/simulation/replicateNotes.ts";
import { toTable } from "../src/table/fromObjects.ts";
import { readDelimited } from "../src/table/readDelimited.ts";
import type { Table } from "../src/table/table.ts";
import { takeRows } from "../src/table/takeRows.ts";
import { errorOf } from "./unit/base/errorOf.ts";

const engines = [equationsEngine];
const { table: sleep } = readDelimited(readFileSync("examples/sleepstudy.csv"));
const slopes = fitFormula("Reaction ~ Days + (Days | Subject)", sleep);
const bare = fitModel(slopes.model);

/** 24 rows: y, x from 1 to 12, six groups; a level of f and of `one` that stand alone, holes in `holes`. */
const table: Table = toTable(
  Array.from({ length: 24 }, (_, i) => ({
    y: ((i * 37) % 23) / 4 + (i % 6),
    z: ((i * 11) % 17) / 3,
    x: 1 + (i % 12),
    g: `g${i % 6}`,
    h: `h${i % 4}`,
    f: i === 0 ? "alone" : "ab"[i % 2]!,
    one: "same",
    holes: i < 3 ? null : `k${i % 3}`,
    w: i < 2 ? 0 : 1 + (i % 3),
    known: 0.1 * i,
  })),
);

/** Rows of sleepstudy without balance. */
const some = takeRows(
  sleep,
  Int32Array.from({ length: 180 }, (_, i) => i).filter((i) => (i * i) % 7 < 4),
);
const selfed = buildPedigree(
  readDelimited(
    `animal,sire,dam\n${Array.from({ length: 60 }, (_, i) => `l${i + 1},${i === 0 ? "0,0" : `l${i},l${i}`}`).join("\n")}\n`,
  ).table,
);
const founders = readDelimited(
  `animal,sire,dam\n${Array.from({ length: 6 }, (_, i) => `g${i},0,0`).join("\n")}\n`,
).table;
const A = pedigreeRelationship(buildPedigree(founders)).relationship;
const grouped = buildPedigree(readDelimited("animal,sire,dam\na,G,G\nb,G,G\nc,a,b\n").table, {
  groups: ["G"],
});
/** The same with a negative value in the inverse, which is that of no covariance. */
function spoiled(relationship: Relationship): Relationship {
  const values = relationship.inverse.values.map((value, at) => (at === 0 ? -value : value));
  const { groupParts: _, ...rest } = relationship;
  return { ...rest, inverse: { ...relationship.inverse, values } };
}
const animals = fitFormula("y ~ x + (1 | gr(g, cov = A))", table, { relationships: { A }, engines });

function matrixText(text: string): Table {
  return readDelimited(text).table;
}

describe("errors", () => {
  const cases: readonly (readonly [code: string, how: string, provoke: () => unknown])[] = [
    [
      "checks/unknown-group",
      "a group that is none",
      () => influence(slopes, { group: "Subjekt", table: sleep }),
    ],
    ["checks/needs-table", "a column without its table", () => leaveGroupOut(slopes, "Days2")],
    [
      "checks/one-group",
      "a column of one value",
      () => leaveGroupOut(fitFormula("y ~ x", table), "one", { table }),
    ],
    ["checks/one-fit", "a comparison of one", () => compareByCrossValidation([slopes])],
    [
      "checks/different-data",
      "a comparison of other responses",
      () => compareByCrossValidation([fitFormula("y ~ x", table), fitFormula("z ~ x", table)]),
    ],
    ["checks/simulations", "ranks among five", () => modelResiduals(slopes, "quantile", { n: 5 })],
    [
      "checks/too-entangled",
      "1600 records that meet",
      () => {
        const many = toTable(
          Array.from({ length: 1600 }, (_, i) => ({
            y: ((i * 7919) % 101) / 10 + (i % 40) / 8,
            a: `a${i % 40}`,
            b: `b${Math.floor(i / 40)}`,
          })),
        );
        return modelResiduals(fitFormula("y ~ 1 + (1 | a) + (1 | b)", many), "normalized-marginal");
      },
    ],
    [
      "checks/related-levels",
      "whitening of related animals",
      () => modelResiduals(animals, "normalized-marginal"),
    ],
    [
      "checks/cancelled",
      "a caller who says no",
      () => influence(slopes, { group: "Subject", onProgress: () => false }),
    ],
    [
      "engine/not-loaded",
      "a relationship without its engine",
      () => fitFormula("y ~ x + (1 | gr(g, cov = A))", table, { relationships: { A } }),
    ],
    [
      "engine/relationship-not-definite",
      "an indefinite relationship",
      () => {
        const relationships = { A: spoiled(pedigreeRelationship(grouped).relationship) };
        const rows = toTable(["a", "b", "c", "a", "b"].map((animal, i) => ({ animal, y: (i * 7) % 5 })));
        return fitFormula("y ~ 1 + (1 | gr(animal, cov = A))", rows, { relationships, engines });
      },
    ],
    [
      "fit/no-residual-variance",
      "a residual variance held at zero",
      () => influence({ ...slopes, sigma: 0 }),
    ],
    [
      "fit/too-few-rows",
      "two coefficients and two rows",
      () => fitModel(subsetRecords(slopes.model, Int32Array.of(0, 1), "met").model),
    ],
    [
      "fit/start-length",
      "four starting values for three",
      () => fitModel(slopes.model, { start: [1, 0, 1, 1] }),
    ],
    [
      "fit/anova-model",
      "Henderson's method with slopes",
      () => fitFormula("Reaction ~ Days + (Days | Subject)", sleep, { method: "ANOVA" }),
    ],
    [
      "engine/unsupported",
      "an engine that takes nothing, for what needs one",
      () => {
        const none: Engine = {
          ...equationsEngine,
          supports: () => ({ supported: false, reason: "for a test" }),
        };
        return fitFormula("y ~ x + (1 | gr(g, cov = A))", table, { relationships: { A }, engines: [none] });
      },
    ],
    [
      "predict/other-records",
      "a term whose column has holes, left out of one trait",
      () => {
        const formula = "y ~ x + holes + (1 |p| g); z ~ x + (1 |p| g)";
        return refitWithout(fitFormula(formula, table, { engines }), "holes", table, {}, 0);
      },
    ],
    [
      "genetics/missing-animal",
      "a row without an animal",
      () => buildPedigree(matrixText("animal,sire,dam\na,0,0\n0,a,0\n")),
    ],
    ["genetics/no-sampling", "sixty generations of selfing", () => pedigreeRelationship(selfed)],
    [
      "genetics/gamma",
      "a gamma of another size",
      () => pedigreeRelationship(grouped, { gamma: createMatrix(2, 2) }),
    ],
    [
      "genetics/matrix-shape",
      "a matrix that is not square",
      () => matrixRelationship(matrixText("a,b\n1,0\n0,1\n0,0\n"), { name: "K" }),
    ],
    [
      "genetics/matrix-values",
      "a hole in a matrix",
      () => matrixRelationship(matrixText("a,b\n1,NA\n0,1\n"), { name: "K" }),
    ],
    [
      "genetics/near-singular",
      "two levels that are nearly one",
      () => matrixRelationship(matrixText("a,b\n1,0.99999999999\n0.99999999999,1\n"), { name: "K" }),
    ],
    [
      "genetics/near-singular",
      "an inverse that is nearly singular",
      () => inverseMatrixRelationship(matrixText("a,b\n1,0.99999999999\n0.99999999999,1\n"), { name: "K" }),
    ],
    [
      "genetics/too-large",
      "a dense matrix of a million levels",
      () => requireDenseSize(1e6, "the matrix of 'K'"),
    ],
    [
      "genetics/simulation",
      "more parents than animals",
      () => simulatePedigree({ seed: 1, generations: 2, animals: 5, sires: 4, dams: 4 }),
    ],
    ["inference/not-contained", "containment with related levels", () => containment.apply(animals)],
    [
      "inference/no-random-terms",
      "tests of random terms of none",
      () => ranova(fitFormula("y ~ x", table), table),
    ],
    ["inference/step-alpha", "a limit of 5", () => stepwise(slopes, sleep, { alphaFixed: 5 })],
    ["inference/step-keep", "a term that is none", () => stepwise(slopes, sleep, { keep: ["Dayz"] })],
    [
      "inference/explained-model",
      "R2 of two traits",
      () => varianceExplained(fitFormula("mvbind(y, z) ~ x + (1 | g)", table, { engines })),
    ],
    ["inference/exact-ratio", "the exact test of two variances", () => exactRatioTest(slopes)],
    [
      "inference/exact-draws",
      "no draws",
      () => exactRatioTest(fitFormula("Reaction ~ Days + (1 | Subject)", sleep), { draws: 0 }),
    ],
    [
      "inference/profile-parameter",
      "a parameter that is none",
      () => profileIntervals(slopes, { parameters: ["sgma"] }),
    ],
    ["predict/no-recipe", "new rows for numbers", () => predict(bare, sleep)],
    ["predict/no-recipe", "another formula for numbers", () => refitFormula(bare, "Reaction ~ 1", sleep)],
    [
      "predict/unknown-variances",
      "equations without a variance",
      () => mixedModelEquations(slopes.model, { residual: 1 }),
    ],
    [
      "predict/fixed-groups",
      "V with fixed groups inside",
      () => {
        const relationships = { A: pedigreeRelationship(grouped).relationship };
        const rows = toTable(["a", "b", "c", "a"].map((animal, i) => ({ animal, y: (i * 7) % 5 })));
        const { model } = buildDesign(parseFormula("y ~ 1 + (1 | gr(animal, cov = A))"), rows, {
          relationships,
        });
        const components = { animal: 1, residual: 2 };
        expect(() => choleskyTrick(model, components)).toThrowError(
          expect.objectContaining({ code: "predict/fixed-groups" }),
        );
        return glsRoute(model, components);
      },
    ],
    [
      "predict/curve-sums",
      "curves of a component that is none",
      () => curveSums(slopes, { component: "Subjct", column: "Days", points: [1, 2] }),
    ],
    [
      "predict/curve-sums",
      "curves over another column",
      () => curveSums(slopes, { component: "Subject", column: "Reaction", points: [1, 2] }),
    ],
    [
      "simulation/relationship",
      "draws from an indefinite relationship",
      () => createRelationshipRoot(spoiled(A), chooseKernels()),
    ],
    [
      "simulation/no-likelihood",
      "a likelihood ratio of ANOVA estimates",
      () => {
        const anova = { ...slopes, method: "ANOVA" as const };
        return nestedFits(anova, fitFormula("Reaction ~ Days", sleep));
      },
    ],
  ];

  it.each(cases)("%s: %s", (code, _, provoke) => {
    const error = errorOf(provoke);
    expect(error.code, String(error)).toBe(code);
  });
});

describe("notes", () => {
  const boundary = fitFormula("y ~ x + (1 | h) + (1 | g)", table);
  const cases: readonly (readonly [code: string, how: string, provoke: () => readonly Note[]])[] = [
    ["checks/undetermined", "a level with one row", () => leaveOneOut(fitFormula("y ~ f", table)).notes],
    [
      "checks/undetermined",
      "a group that is a fixed effect",
      () => leaveGroupOut(fitFormula("y ~ g", table), "g", { table }).notes,
    ],
    [
      "checks/without-group",
      "rows without a group",
      () => leaveGroupOut(fitFormula("y ~ x", table), "holes", { table }).notes,
    ],
    ["design/zero-weights", "rows of weight zero", () => fitFormula("y ~ x", table, { weights: "w" }).notes],
    [
      "design/extrapolation",
      "a spline outside of its range",
      () => predict(fitFormula("y ~ bs(x, 4)", table), toTable([{ x: 40 }])).notes,
    ],
    [
      "genetics/dominance-inbreeding",
      "dominance of inbred animals",
      () =>
        dominanceRelationship(
          simulatePedigree({ seed: 2, generations: 5, animals: 20, sires: 3, dams: 10 }).pedigree,
        ).notes,
    ],
    [
      "inference/boundary-nuisance",
      "a variance of zero beside the tested one",
      () => ranova(boundary, table).notes,
    ],
    [
      "inference/refit-not-converged",
      "refits that stop at once",
      () => ranova(fitFormula(slopes.design!.formula.source, some), some, { maxIterations: 1 }).notes,
    ],
    [
      "inference/explained-offset",
      "an offset",
      () => varianceExplained(fitFormula("y ~ x + offset(known) + (1 | g)", table)).notes,
    ],
    [
      "inference/unit-weights",
      "new rows without the weights",
      () =>
        predictionTable(fitFormula("y ~ x", table, { weights: "w" }), toTable([{ x: 3 }]), {
          interval: "prediction",
        }).notes,
    ],
    [
      "inference/no-correlation",
      "the correlation of a slope without variance",
      () => {
        const rows = toTable(
          Array.from({ length: 36 }, (_, i) => ({
            g: `g${i % 6}`,
            x: Math.floor(i / 6) - 2.5,
            // the same deviations in each group, without slope
            y: (((i % 6) * 5) % 7) + [1, -1, -1, -1, -1, 1][Math.floor(i / 6)]!,
          })),
        );
        return profileIntervals(fitFormula("y ~ x + (x | g)", rows), { parameters: ["variance"] }).notes;
      },
    ],
    [
      "means/reduced",
      "an empty cell",
      () => {
        const rows = toTable(
          Array.from({ length: 30 }, (_, i) => ({
            a: `a${i % 3}`,
            b: i % 3 === 2 ? "b0" : `b${i % 2}`,
            y: ((i * 7) % 11) / 2,
          })),
        );
        return jointTests(fitFormula("y ~ a * b", rows), rows).notes;
      },
    ],
    [
      "simulation/failed-refits",
      "replicates that fail",
      () => replicateNotes({ failed: 2, notConverged: 0, boundary: 0 }, 50),
    ],
    [
      "simulation/not-converged",
      "searches that stop",
      () => replicateNotes({ failed: 0, notConverged: 3, boundary: 0 }, 50),
    ],
    [
      "table/almost-numeric",
      "one word among numbers",
      () => readDelimited("y,x\n1,1\n2,2\nthree,3\n4,4\n").notes,
    ],
  ];

  it.each(cases)("%s: %s", (code, _, provoke) => {
    const notes = provoke();
    const note = notes.find((one) => one.code === code);
    expect(note, JSON.stringify(notes)).toBeDefined();
    expect(note!.message).toMatch(/^\S.*\S$/);
    expect(note!.message).not.toMatch(/NaN|undefined/);
  });
});
