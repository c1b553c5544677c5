import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { influence } from "../../../src/checks/influence.ts";
import { equationsEngine } from "../../../src/engines/equations/equations.ts";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { pedigreeRelationship } from "../../../src/genetics/inverseRelationship.ts";
import { buildPedigree } from "../../../src/genetics/pedigree.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import type { Column, Table } from "../../../src/table/table.ts";
import { checksCases, fitCase, referenceTable } from "./checksReference.ts";

describe.each(checksCases)("%s", (_, reference) => {
  const { fit } = fitCase(reference);
  const group = reference.group;
  const p = fit.beta.length;
  /** change of every coefficient in lme4's refits */
  const refitted = reference.deleted.map(({ fixed }) => fixed.map((b, j) => fit.beta[j]! - b));

  test("refits without each group are lme4's", () => {
    const { changes, deletedErrors, dfbetas, labels, components } = influence(fit, {
      group,
      update: "refit",
    });
    expect(labels).toEqual(reference.deleted.map(({ level }) => level));
    expect(components!.notConverged).toEqual([]);
    reference.deleted.forEach(({ se, components: theirs }, u) => {
      for (let j = 0; j < p; j++) {
        const at = u * p + j;
        expect(Math.abs(changes[at]! - refitted[u]![j]!)).toBeLessThan(2e-5 * se[j]!);
        expect(Math.abs(deletedErrors[at]! / se[j]! - 1)).toBeLessThan(2e-5);
        expect(dfbetas[at]!).toBeCloseTo(changes[at]! / deletedErrors[at]!, 12);
      }
      // variances first and then covariances, term by term in another order: compare as sorted lists
      const c = components!.names.length;
      const ours = [...components!.values.subarray(u * c, (u + 1) * c)].sort((a, b) => a - b);
      const wanted = [...theirs].sort((a, b) => a - b);
      const scale = Math.max(...wanted);
      ours.forEach((value, i) => {
        expect(Math.abs(value - wanted[i]!)).toBeLessThan(2e-4 * scale);
      });
    });
  });

  test.skipIf(reference.cooksGroup === null)(
    "Cook's distances of lme4's influence() have a factor (m - p) / m for m groups",
    () => {
      const { cooksDistance } = influence(fit, { group, update: "refit" });
      const m = reference.deleted.length;
      const factor = (m - p) / m;
      cooksDistance.forEach((d, u) => {
        expect(Math.abs(factor * d - reference.cooksGroup![u]!)).toBeLessThan(2e-3 * (0.01 + d));
      });
    },
  );

  test("one step of the variances brings the coefficients closer to refits", () => {
    const held = influence(fit, { group });
    const step = influence(fit, { group, update: "one-step" });
    const exact = influence(fit, { group, update: "refit" });
    const distance = (a: Float64Array): number =>
      Math.sqrt(a.reduce((sum, v, e) => sum + ((v - exact.changes[e]!) / exact.deletedErrors[e]!) ** 2, 0));
    const away = (a: Float64Array): number =>
      Math.sqrt(a.reduce((sum, v, e) => sum + (v - exact.components!.values[e]!) ** 2, 0));
    const whole = step.components!.values.map(
      (_, e) => step.components!.estimates[e % step.components!.names.length]!,
    );
    expect(away(step.components!.values)).toBeLessThan(0.75 * away(whole) + 1e-6);
    expect(distance(step.changes)).toBeLessThan(0.75 * distance(held.changes) + 1e-6);
  });
});

describe("measures", () => {
  const table = referenceTable("sleepstudy");
  const fit = fitFormula("Reaction ~ Days + (Days | Subject)", table);
  const V = fit.unscaledCovariance.values.map((v) => v * fit.sigma ** 2);

  test("Cook's distance, MDFFITS, ratio and trace are what their definitions say", () => {
    const result = influence(fit, { group: "Subject" });
    const determinant = V[0]! * V[3]! - V[1]! * V[2]!;
    const [a, b] = [result.changes[0]!, result.changes[1]!];
    const quadratic = (V[3]! * a * a - 2 * V[1]! * a * b + V[0]! * b * b) / determinant;
    expect(result.cooksDistance[0]).toBeCloseTo(quadratic / 2, 12);
    expect(result.covarianceRatio.every((r) => r > 1)).toBe(true);
    expect(result.covarianceTrace.every((t) => t > 0)).toBe(true);
    // a larger Var(b) makes the same change less remarkable
    result.mdffits.forEach((m, u) => {
      expect(m).toBeLessThan(result.cooksDistance[u]!);
    });
  });

  test("a linear model has the Cook's distances of R's lm", () => {
    const linear = fitFormula("Reaction ~ Days", table);
    const { cooksDistance } = influence(linear);
    // cooks.distance(lm(Reaction ~ Days, sleepstudy))[c(1, 57, 180)], R 4.2.2
    expect([cooksDistance[0], cooksDistance[56], cooksDistance[179]]).toEqual([
      expect.closeTo(1.491618241e-5, 13),
      expect.closeTo(3.085008508e-2, 10),
      expect.closeTo(1.501638883e-3, 11),
    ]);
  });

  test("records one at a time agree with groups of one record", () => {
    const rows = influence(fit);
    const row: Column = {
      kind: "numeric",
      name: "row",
      values: Float64Array.from({ length: 180 }, (_, i) => i),
    };
    const columns = new Map([...table.columns, ["row", row] as const]);
    const groups = influence(fit, { group: "row", table: { ...table, columns } });
    for (const measure of ["changes", "dfbetas", "cooksDistance", "mdffits", "covarianceRatio"] as const) {
      rows[measure].forEach((v, e) => {
        expect(Math.abs(v - groups[measure][e]!)).toBeLessThan(1e-9 * (1 + Math.abs(v)));
      });
    }
  });

  test("fits with held variances are refitted with them", () => {
    const known = fitFormula("Reaction ~ Days + (1 | Subject)", table, {
      components: { Subject: 1400, residual: 960 },
      engines: [equationsEngine],
    });
    const held = influence(known, { group: "Subject" });
    const again = influence(known, { group: "Subject", update: "refit" });
    held.changes.forEach((v, e) => {
      expect(again.changes[e]).toBeCloseTo(v, 8);
    });
    held.cooksDistance.forEach((v, u) => {
      expect(again.cooksDistance[u]).toBeCloseTo(v, 8);
    });
  });
});

describe("single records with an update", () => {
  const table = referenceTable("Penicillin");
  const fit = fitFormula("diameter ~ 1 + (1 | plate) + (1 | sample)", table);

  test("one step for every row at once is closer to refits than held variances", () => {
    const held = influence(fit);
    const step = influence(fit, { update: "one-step" });
    const exact = influence(fit, { update: "refit" });
    const away = (a: Float64Array): number =>
      Math.sqrt(a.reduce((sum, v, e) => sum + (v - exact.changes[e]!) ** 2, 0));
    expect(away(step.changes)).toBeLessThan(0.5 * away(held.changes));
    const c = step.components!.names.length;
    const far = (a: Float64Array): number =>
      Math.sqrt(a.reduce((sum, v, e) => sum + (v - exact.components!.values[e]!) ** 2, 0));
    const whole = step.components!.values.map((_, e) => step.components!.estimates[e % c]!);
    expect(far(step.components!.values)).toBeLessThan(0.2 * far(whole));
  });
});

describe("several traits", () => {
  const read = (name: string): Table =>
    readDelimited(readFileSync(new URL(`../../../examples/genetics/${name}`, import.meta.url)), {}).table;
  const { relationship } = pedigreeRelationship(buildPedigree(read("calves-missing-pedigree.csv")));
  const fit = fitFormula("mvbind(wwg, pwg) ~ 0 + sex + (1 | gr(calf, cov = A))", read("calves-missing.csv"), {
    engines: [equationsEngine],
    relationships: { A: relationship },
    components: {
      calf: [
        [20, 18],
        [18, 40],
      ],
      residual: [
        [40, 11],
        [11, 30],
      ],
    },
  });

  test("records and coefficients are told apart by their trait, and refits agree with deletion", () => {
    const held = influence(fit);
    expect(held.coefficients).toEqual(["wwg:sexF", "wwg:sexM", "pwg:sexF", "pwg:sexM"]);
    expect(new Set(held.labels).size).toBe(fit.nobs);
    expect(held.labels[0]).toBe("1:wwg");
    const again = influence(fit, { update: "refit" });
    held.changes.forEach((v, e) => {
      expect(again.changes[e]).toBeCloseTo(v, 8);
    });
    held.mdffits.forEach((v, e) => {
      expect(again.mdffits[e]).toBeCloseTo(v, 8);
    });
  });

  test("a sex that is left out takes its coefficients of both traits along", () => {
    const { lost, changes, labels } = influence(fit, { group: "sex", table: read("calves-missing.csv") });
    expect(lost.get("F")).toEqual(["wwg:sexF", "pwg:sexF"]);
    const own = labels.indexOf("F") * 4;
    expect([0, 1, 2, 3].map((j) => Number.isNaN(changes[own + j]!))).toEqual([true, false, true, false]);
  });
});

describe("without fixed effects", () => {
  const { table } = readDelimited(readFileSync("examples/sleepstudy.csv"));
  const y = (table.columns.get("Reaction") as { readonly values: Float64Array }).values;
  const fit = fitFormula("Reaction ~ 0 + (1 | Subject)", table);
  const sigma2 = fit.sigma ** 2;
  const tau2 = fit.covariances[0]!.values[0]!;
  /** rows of a subject stand together, ten of each */
  const of = (u: number): number[] => [...y.subarray(10 * u, 10 * u + 10)];
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

  test("groups are judged by y' V^-1 y, as the others predict nothing of them", () => {
    const { chiSquared, chiSquaredP, cooksDistance, notes } = influence(fit, { group: "Subject" });
    chiSquared.forEach((x, u) => {
      const values = of(u);
      const expected =
        (sum(values.map((v) => v * v)) - (tau2 * sum(values) ** 2) / (sigma2 + 10 * tau2)) / sigma2;
      expect(Math.abs(x / expected - 1)).toBeLessThan(1e-10);
    });
    // with even df the tail is exp(-x / 2) sum_{k < df / 2} (x / 2)^k / k!
    chiSquaredP.forEach((p, u) => {
      const half = chiSquared[u]! / 2;
      let term = Math.exp(-half);
      let tail = 0;
      for (let k = 0; k < 5; k++) {
        tail += term;
        term *= half / (k + 1);
      }
      expect(Math.abs(p / tail - 1)).toBeLessThan(1e-12);
    });
    expect([...cooksDistance].every(Number.isNaN)).toBe(true);
    expect(notes.map(({ code }) => code)).toEqual(["checks/no-fixed-effects"]);
  });

  test("rows are judged by their prediction from the other rows of their group", () => {
    const { chiSquared } = influence(fit);
    chiSquared.forEach((x, r) => {
      const others = of(Math.floor(r / 10));
      others.splice(r % 10, 1);
      const mean = (tau2 * sum(others)) / (sigma2 + 9 * tau2);
      const variance = sigma2 + (tau2 * sigma2) / (sigma2 + 9 * tau2);
      expect(Math.abs(x - (y[r]! - mean) ** 2 / variance)).toBeLessThan(1e-9);
    });
  });

  test("refits tell the variances without each group", () => {
    const { components } = influence(fit, { group: "Subject", update: "refit" });
    const rest = fitFormula("Reaction ~ 0 + (1 | Subject)", table, { subset: "Subject != 308" });
    expect(components!.values[0]! / rest.covariances[0]!.values[0]!).toBeCloseTo(1, 8);
    expect(components!.values[1]! / rest.sigma ** 2).toBeCloseTo(1, 8);
  });
});
