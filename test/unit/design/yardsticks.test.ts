// Worked examples of Mrode's textbook (numbers as in the file), whose solutions were computed independently in double
// precision. The design is right when best linear unbiased prediction on its numbers, here by dense matrices from the
// definition u = G Z' V^-1 (y - X b), gives those solutions.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildDesign } from "../../../src/design/buildDesign.ts";
import { parseFormula } from "../../../src/formula/parseFormula.ts";
import type { Model, RandomTerm } from "../../../src/model/model.ts";
import { kinOf } from "./kin.ts";
import { type Cell, tableOf } from "./tables.ts";

const file = new URL("../../../../shared/yardsticks/genetics.json", import.meta.url);

interface Example {
  readonly input: Record<string, never>;
  readonly checks: Record<string, { readonly computed: readonly number[] }>;
}

type Dense = number[][];

/** Numerator relationships by the tabular method (Henderson 1976); parents come before their offspring. */
function tabular(sire: readonly number[], dam: readonly number[]): Dense {
  const q = sire.length;
  const A: Dense = Array.from({ length: q }, () => new Array<number>(q).fill(0));
  for (let i = 0; i < q; i++) {
    const parents = [sire[i]! - 1, dam[i]! - 1].filter((parent) => parent >= 0);
    for (let j = 0; j < i; j++) {
      A[i]![j] = A[j]![i] = parents.reduce((sum, parent) => sum + A[j]![parent]! / 2, 0);
    }
    A[i]![i] = 1 + (parents.length === 2 ? A[parents[0]!]![parents[1]!]! / 2 : 0);
  }
  return A;
}

const identity = (q: number): Dense =>
  Array.from({ length: q }, (_, i) => Array.from({ length: q }, (_, j) => (i === j ? 1 : 0)));

function times(a: Dense, b: Dense): Dense {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)));
}

const transpose = (a: Dense): Dense => a[0]!.map((_, j) => a.map((row) => row[j]!));

/** a^-1 b by elimination with row exchanges. */
function solve(a: Dense, b: Dense): Dense {
  const n = a.length;
  const rows = a.map((row, i) => [...row, ...b[i]!]);
  for (let j = 0; j < n; j++) {
    let best = j;
    for (let i = j; i < n; i++) if (Math.abs(rows[i]![j]!) > Math.abs(rows[best]![j]!)) best = i;
    [rows[j], rows[best]] = [rows[best]!, rows[j]!];
    for (let i = 0; i < n; i++) {
      if (i === j) continue;
      const weight = rows[i]![j]! / rows[j]![j]!;
      for (let k = j; k < rows[i]!.length; k++) rows[i]![k]! -= weight * rows[j]![k]!;
    }
  }
  return rows.map((row, i) => row.slice(n).map((x) => x / row[i]!));
}

/** Z of a term, coefficients outermost. */
function incidence(term: RandomTerm, n: number): Dense {
  const q = term.levels.length;
  const layers = term.incidence ?? term.basis.map((values) => [{ codes: term.codes, values }]);
  const Z: Dense = Array.from({ length: n }, () => new Array<number>(q * layers.length).fill(0));
  layers.forEach((own, k) => {
    for (const { codes, values } of own) {
      for (let r = 0; r < n; r++)
        if (codes[r]! >= 0) Z[r]![k * q + codes[r]!]! += values === null ? 1 : values[r]!;
    }
  });
  return Z;
}

function kronecker(sigma: Dense, K: Dense): Dense {
  return sigma.flatMap((row) => K.map((inner) => row.flatMap((s) => inner.map((x) => s * x))));
}

/** Effects of every term, coefficients outermost, and the fixed coefficients. */
function predictions(
  model: Model,
  covariances: readonly Dense[],
  R0: Dense,
  A: Dense,
): { readonly b: number[]; readonly u: number[][] } {
  const n = model.response.length;
  const { matrix } = model.fixed;
  const X: Dense = Array.from({ length: n }, (_, i) =>
    Array.from({ length: matrix.columns }, (_, j) => matrix.values[i + j * n]!),
  );
  const Zs = model.random.map((term) => incidence(term, n));
  const Gs = model.random.map((term, t) =>
    kronecker(covariances[t]!, term.relationship === undefined ? identity(term.levels.length) : A),
  );
  const trait = model.traits?.trait ?? new Int32Array(n);
  const unit = model.traits?.unit ?? Int32Array.from({ length: n }, (_, i) => i);
  const V: Dense = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (unit[i] === unit[j] ? R0[trait[i]!]![trait[j]!]! : 0)),
  );
  Zs.forEach((Z, t) => {
    const part = times(times(Z, Gs[t]!), transpose(Z));
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) V[i]![j]! += part[i]![j]!;
  });
  const y = Array.from(model.response, (value) => [value]);
  const solved = solve(
    V,
    X.map((row, i) => [...row, y[i]![0]!]),
  );
  const ViX = solved.map((row) => row.slice(0, -1));
  const Viy = solved.map((row) => row.slice(-1));
  const b = solve(times(transpose(X), ViX), times(transpose(X), Viy));
  const residual = solved.map((row, i) => [
    row.at(-1)! - ViX[i]!.reduce((sum, x, k) => sum + x * b[k]![0]!, 0),
  ]);
  return {
    b: b.map(([x]) => x!),
    u: Zs.map((Z, t) => times(Gs[t]!, times(transpose(Z), residual)).map(([x]) => x!)),
  };
}

function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const size = Math.max(...expected.map(Math.abs));
  actual.forEach((value, k) => {
    expect(Math.abs(value - expected[k]!), `entry ${k}`).toBeLessThan(1e-7 * size);
  });
}

describe.skipIf(!existsSync(file))(
  "designs of worked examples give their solutions (skipped without the file)",
  () => {
    const examples: Record<string, Example> = existsSync(file)
      ? JSON.parse(readFileSync(file, "utf8")).examples
      : {};

    function fitted(
      name: string,
      formula: string,
      covariances: readonly Dense[],
      R0: Dense,
      extra: Record<string, readonly Cell[]> = {},
      inputFrom = name,
    ): ReturnType<typeof predictions> & { readonly model: Model; readonly checks: Example["checks"] } {
      const input = examples[inputFrom]!.input as unknown as Record<string, number[]>;
      const records = (input.y ?? input.animal)!.length;
      const columns = Object.entries(input).filter(
        ([key, value]) => Array.isArray(value) && value.length === records && !["sire", "dam"].includes(key),
      );
      const sire = input.sire!;
      const dam = input.dam!;
      const A = kinOf(
        "A",
        sire.map((_, i) => i + 1),
      );
      const table = tableOf({ ...Object.fromEntries(columns), ...extra });
      const { model } = buildDesign(parseFormula(formula), table, {
        relationships: { A },
        held: ["residual"],
      });
      return {
        ...predictions(model, covariances, R0, tabular(sire, dam)),
        model,
        checks: examples[name]!.checks,
      };
    }

    const scalar = (value: number): Dense => [[value]];

    it("M3.1, an animal model", () => {
      const { b, u, checks } = fitted(
        "M3.1",
        "y ~ 0 + sex + (1 | gr(animal, cov = A))",
        [scalar(20)],
        scalar(40),
      );
      const [male, female, ...animals] = checks["b,u"]!.computed;
      expectNear([b[1]!, b[0]!], [male!, female!]);
      expectNear(u[0]!, animals);
    });

    it("M4.1, repeated records with a permanent environment", () => {
      const { u, model, checks } = fitted(
        "M4.1",
        "y ~ factor(parity) + factor(hys) + (1 | gr(cow, cov = A)) + (1 | cow)",
        [scalar(20), scalar(12)],
        scalar(28),
      );
      expect(model.random.map(({ component }) => component)).toEqual(["cow.A", "cow"]);
      expectNear(u[0]!, checks.u!.computed);
      expectNear(u[1]!, checks.pe!.computed);
    });

    for (const name of ["M5.1", "M5.2"]) {
      it(`${name}, two traits${name === "M5.2" ? " with missing records" : ""}`, () => {
        const input = examples[name]!.input as unknown as { Y: (number | "NA")[][]; G0: Dense; R0: Dense };
        const column = (t: number): Cell[] => input.Y.map((row) => (row[t] === "NA" ? null : row[t]!));
        const columns = { wwg: column(0), pwg: column(1) };
        const formulas = [
          "mvbind(wwg, pwg) ~ 0 + sex + (1 | gr(animal, cov = A))",
          "wwg ~ 0 + sex + (1 |a| gr(animal, cov = A)); pwg ~ 0 + sex + (1 |a| gr(animal, cov = A))",
        ];
        for (const formula of formulas) {
          const { b, u, checks } = fitted(name, formula, [input.G0], input.R0, columns);
          expectNear([b[1]!, b[0]!, b[3]!, b[2]!], checks.b!.computed);
          expectNear(u[0]!, [...checks["u WWG"]!.computed, ...checks["u PWG"]!.computed]);
        }
      });
    }

    it("M7.1, direct and maternal effects, the dam of each calf from the pedigree", () => {
      const input = examples["M7.1"]!.input as unknown as { calf: number[]; dam: number[]; G0: Dense };
      const dams = input.calf.map((calf) => input.dam[calf - 1]!);
      const { u, model, checks } = fitted(
        "M7.1",
        "y ~ factor(herd) + factor(pen) + (1 |p| gr(calf, cov = A)) + (1 |p| gr(dam, cov = A)) + (1 | dam)",
        [input.G0, scalar(40)],
        scalar(350),
        { dam: dams },
      );
      expect(model.random[1]!.levels).toEqual(["2", "5", "6", "7"]);
      expectNear(u[0]!, [...checks.direct!.computed, ...checks.maternal!.computed]);
      expectNear(u[1]!, checks["mpe dams 2,5,6,7"]!.computed);
    });

    it("M9.2, random regressions on Legendre polynomials", () => {
      const { G, P, ve } = examples["M9.2"]!.input as unknown as { G: Dense; P: Dense; ve: number };
      const basis = "0 + legendre(dim, 2, from = 4, to = 310)";
      const { u, checks } = fitted(
        "M9.2",
        `y ~ 0 + factor(htd) + legendre(dim, 4, from = 4, to = 310) + (${basis} | gr(cow, cov = A)) + (${basis} | cow)`,
        [G, P],
        scalar(ve),
        {},
        "M9.1",
      );
      expectNear(u[0]!, checks["u coef (a0 x8,a1 x8,a2 x8)"]!.computed);
      expectNear(u[1]!, checks["pe coef"]!.computed);
    });
  },
);
