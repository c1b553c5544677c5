// What a fit must not depend on, and how it must follow when the data are changed in a known way.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../src/fit/fit.ts";
import type { FitOptions } from "../../src/fit/options.ts";
import type { FitResult } from "../../src/fit/result.ts";
import { coefficientTable } from "../../src/inference/coefficients.ts";
import { randomEffects } from "../../src/inference/randomEffects.ts";
import { typescriptKernels } from "../../src/linalg/typescript/typescriptKernels.ts";
import { wasmKernels } from "../../src/linalg/wasm/loadKernels.ts";
import { fittedValues } from "../../src/predict/fittedValues.ts";
import { predict } from "../../src/predict/predict.ts";
import { loadFit, saveFit } from "../../src/report/fitFile.ts";
import { toTable } from "../../src/table/fromObjects.ts";
import { readDelimited } from "../../src/table/readDelimited.ts";
import { writeCsv } from "../../src/table/writeCsv.ts";

interface Row {
  readonly y: number;
  readonly x: number;
  readonly z: number;
  readonly f: string;
  readonly l: boolean;
  readonly g: string;
  readonly h: string;
  readonly w: number;
}

const mixed = [
  "y ~ x + f + (x | g)",
  "y ~ x * f + (1 | g) + (1 | h)",
  "y ~ z + l + (1 | g) + (1 | g:h)",
  "y ~ f + z + (l | g)",
] as const;

const awkward = ["é", "a b", "1e3", "01", "日本", "O'Neil", "x:y", "(Intercept)", "A", "a", "#", "~", "100%"];

/** Unbalanced crossed data with known seeds: groups differ in level and slope, far beyond the noise. */
function rowsOf(seed: number): Row[] {
  let state = (seed * 7919 + 12345) % 2147483647;
  const uniform = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const n = 60 + Math.floor(100 * uniform());
  const groups = 6 + Math.floor(7 * uniform());
  const effects = Array.from({ length: groups }, () => [2 * normal(), 0.7 * normal(), normal()] as const);
  const others = Array.from({ length: 5 }, () => 1.5 * normal());
  const cells = Array.from({ length: 5 * groups }, () => normal());
  return Array.from({ length: n }, (_, i) => {
    const g = i < 2 * groups ? i % groups : Math.floor(groups * uniform() ** 1.5);
    const h = i < 10 ? i % 5 : Math.floor(5 * uniform());
    const x = Math.round(1000 * normal()) / 256;
    const l = uniform() < 0.4;
    const [level, slope, shift] = effects[g]!;
    const y = 10 + level + (0.5 + slope) * x + (l ? shift : 0) + others[h]! + cells[5 * g + h]! + normal();
    return {
      y: Math.round(4096 * y) / 4096,
      x,
      z: Math.round(100 * uniform()) / 8,
      f: "pqr"[i < 6 ? i % 3 : Math.floor(3 * uniform())]!,
      l,
      g: awkward[g]!,
      h: `h${h}`,
      w: 1 + Math.floor(3 * uniform()),
    };
  });
}

const fitRows = (formula: string, rows: readonly Row[], options: FitOptions = {}): FitResult =>
  fitFormula(formula, toTable(rows), options);

/** Runs a law on random data, the formulas in turn. */
function forAll(law: (rows: Row[], formula: string) => void, formulas: readonly string[] = mixed): void {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom(...formulas), (seed, formula) =>
      law(rowsOf(seed), formula),
    ),
    { numRuns: 16, seed: 20240601 },
  );
}

const errors = (result: FitResult): number[] =>
  Array.from(
    result.beta,
    (_, j) => result.sigma * Math.sqrt(result.unscaledCovariance.values[j * (result.beta.length + 1)]!),
  );

function expectClose(ours: number, theirs: number, size: number, limit: number, what: string): void {
  expect(Math.abs(ours - theirs) / size, what).toBeLessThan(limit);
}

/** The same estimates, up to how well a flat optimum is determined. */
function expectSameEstimates(ours: FitResult, theirs: FitResult): void {
  const se = errors(theirs);
  const place = new Map(ours.model.fixed.names.map((name, j) => [name, j]));
  theirs.model.fixed.names.forEach((name, j) => {
    const at = place.get(name)!;
    expectClose(ours.beta[at]!, theirs.beta[j]!, se[j]!, 1e-4, name);
    expectClose(errors(ours)[at]!, se[j]!, se[j]!, 1e-4, `se of ${name}`);
  });
  expectClose(ours.sigma, theirs.sigma, theirs.sigma, 1e-4, "sigma");
}

describe("a fit", () => {
  it("does not depend on the order of rows", () => {
    forAll((rows, formula) => {
      const one = fitRows(formula, rows);
      const order = rows.map((_, i) => (i * 7919 + 3) % rows.length);
      const permuted = new Set(order).size === rows.length ? order.map((i) => rows[i]!) : [...rows].reverse();
      const two = fitRows(formula, permuted);
      expectClose(two.logLik, one.logLik, 1, 1e-8, "logLik");
      expectSameEstimates(two, one);
    });
  });

  it("does not depend on what groups are called, nor on the order of their names", () => {
    forAll((rows, formula) => {
      const one = fitRows(formula, rows);
      const two = fitRows(
        formula,
        rows.map((row) => ({ ...row, g: `level ${100 - awkward.indexOf(row.g)}` })),
      );
      expectClose(two.logLik, one.logLik, 1, 1e-8, "logLik");
      expectSameEstimates(two, one);
      const effect = new Map(
        randomEffects(one).map((row) => [`${row.component}.${row.term} ${row.level}`, row]),
      );
      for (const row of randomEffects(two)) {
        const level = row.level.replace(/level (\d+)/, (_, k) => awkward[100 - Number(k)]!);
        const same = effect.get(`${row.component}.${row.term} ${level}`)!;
        expectClose(row.estimate, same.estimate, one.sigma, 1e-4, level);
        expectClose(row.se!, same.se!, one.sigma, 1e-4, `se of ${level}`);
      }
    });
  });

  it("moves its intercept only when a constant is added to y", () => {
    forAll((rows, formula) => {
      const one = fitRows(formula, rows);
      const two = fitRows(
        formula,
        rows.map((row) => ({ ...row, y: row.y + 4096 })),
      );
      expectClose(two.logLik, one.logLik, 1, 1e-7, "logLik");
      expectClose(two.beta[0]! - 4096, one.beta[0]!, errors(one)[0]!, 1e-4, "intercept");
      for (let j = 1; j < one.beta.length; j++)
        expectClose(two.beta[j]!, one.beta[j]!, errors(one)[j]!, 1e-4, one.model.fixed.names[j]!);
      expectClose(two.sigma, one.sigma, one.sigma, 1e-5, "sigma");
    });
  });

  it("multiplies its estimates when y is multiplied, and its log-likelihood by the power of n - p", () => {
    forAll((rows, formula) => {
      const one = fitRows(formula, rows);
      const two = fitRows(
        formula,
        rows.map((row) => ({ ...row, y: row.y * 1024 })),
      );
      const residual = one.nobs - one.beta.length;
      expectClose(two.logLik, one.logLik - residual * Math.log(1024), 1, 1e-7, "logLik");
      one.beta.forEach((value, j) => {
        expectClose(two.beta[j]! / 1024, value, errors(one)[j]!, 1e-4, one.model.fixed.names[j]!);
      });
      expectClose(two.sigma / 1024, one.sigma, one.sigma, 1e-5, "sigma");
      one.theta.forEach((value, a) => {
        expectClose(two.theta[a]!, value, 1 + Math.abs(value), 1e-4, `theta ${a + 1}`);
      });
    });
  });

  it("divides a slope when its column is multiplied; the REML criterion knows the unit, the likelihood does not", () => {
    forAll((rows) => {
      const scaled = rows.map((row) => ({ ...row, x: row.x * 64 }));
      const formula = "y ~ x + f + (x | g)";
      const one = fitRows(formula, rows);
      const two = fitRows(formula, scaled);
      expectClose(two.remlCriterion!, one.remlCriterion! + 2 * Math.log(64), 1, 1e-7, "REML criterion");
      expectClose(two.beta[1]! * 64, one.beta[1]!, errors(one)[1]!, 1e-4, "slope");
      expectClose(two.deviance, one.deviance, 1, 1e-4, "deviance");
      const ml = fitRows(formula, rows, { method: "ML" });
      expectClose(fitRows(formula, scaled, { method: "ML" }).logLik, ml.logLik, 1, 1e-7, "logLik");
    });
  });

  it("with correlated intercepts and slopes does not depend on where a column has its zero", () => {
    forAll((rows) => {
      const formula = "y ~ x + f + (x | g)";
      const one = fitRows(formula, rows);
      const two = fitRows(
        formula,
        rows.map((row) => ({ ...row, x: row.x - 5 })),
      );
      expectClose(two.logLik, one.logLik, 1, 1e-7, "logLik");
      expectClose(two.beta[1]!, one.beta[1]!, errors(one)[1]!, 1e-4, "slope");
      expectClose(two.beta[0]! - 5 * one.beta[1]!, one.beta[0]!, errors(one)[0]!, 1e-3, "intercept");
    });
  });

  it("has one likelihood under every coding of its factors", () => {
    forAll(
      (rows, formula) => {
        const options: FitOptions = { method: "ML" };
        const one = fitRows(formula, rows, options);
        for (const contrast of ["sum", "helmert", "poly"]) {
          if (!formula.includes("f")) continue;
          const two = fitRows(formula, rows, { ...options, contrasts: { f: contrast } });
          expectClose(two.logLik, one.logLik, 1, 1e-7, contrast);
        }
        const two = fitRows(formula.replace("~ x *", "~ 0 + x *").replace("~ f", "~ 0 + f"), rows, options);
        expectClose(two.logLik, one.logLik, 1, 1e-7, "without intercept");
      },
      ["y ~ x * f + (1 | g) + (1 | h)", "y ~ f + z + (l | g)"],
    );
  });

  it("does not depend on the order of its terms", () => {
    forAll((rows) => {
      const one = fitRows("y ~ x + z + f + (x | g) + (1 | h)", rows);
      const two = fitRows("y ~ f + (1 | h) + z + (x | g) + x", rows);
      expectClose(two.logLik, one.logLik, 1, 1e-8, "logLik");
      expectSameEstimates(two, one);
    });
  });

  it("does not depend on how nesting is written", () => {
    forAll((rows) => {
      const joined = toTable(rows.map((row) => ({ ...row, gh: `${row.g}\u0000${row.h}` })));
      const one = fitRows("y ~ z + l + (1 | g) + (1 | g:h)", rows);
      for (const formula of [
        "y ~ z + l + (1 | g/h)",
        "y ~ z + l + (1 | g) + (1 | gh)",
        "y ~ z + l + (1 | gh) + (1 | g)",
      ]) {
        const two = fitFormula(formula, joined);
        expectClose(two.logLik, one.logLik, 1, 1e-8, formula);
        expectSameEstimates(two, one);
      }
    });
  });

  it("is never worse for having one more random term", () => {
    forAll((rows) => {
      for (const method of ["ML", "REML"] as const) {
        const one = fitRows("y ~ z + f + (1 | g)", rows, { method }).logLik;
        for (const formula of [
          "y ~ z + f + (x | g)",
          "y ~ z + f + (1 | g) + (1 | h)",
          "y ~ z + f + (1 | g) + (0 + z | h)",
        ])
          expect(fitRows(formula, rows, { method }).logLik, formula).toBeGreaterThan(one - 1e-6);
      }
    });
  });

  it("is the fit without a term whose variance is estimated at zero", () => {
    let zeros = 0;
    forAll((rows) => {
      const extra = toTable(rows.map((row, i) => ({ ...row, k: `k${(i * 5) % 7}` })));
      const one = fitFormula("y ~ x + f + (x | g) + (1 | k)", extra);
      if (one.theta[3] !== 0) return;
      zeros++;
      const two = fitRows("y ~ x + f + (x | g)", rows);
      expectClose(two.logLik, one.logLik, 1, 1e-8, "logLik");
      expectSameEstimates(two, one);
      const own = one.convergence.boundary.filter(({ term }) => term === 1);
      expect(own.map(({ score }) => score > 0)).toEqual([true]);
    });
    expect(zeros).toBeGreaterThan(2);
  });

  it("of a linear model counts a row of weight 2 as two rows, but for the degrees of freedom", () => {
    forAll(
      (rows, formula) => {
        const one = fitRows(formula, rows, { weights: "w" });
        const two = fitRows(
          formula,
          rows.flatMap((row) => Array.from({ length: row.w }, () => row)),
        );
        const p = one.beta.length;
        expectClose(
          one.residualSumOfSquares,
          two.residualSumOfSquares,
          one.residualSumOfSquares,
          1e-10,
          "RSS",
        );
        const inflation = Math.sqrt((two.nobs - p) / (one.nobs - p));
        one.beta.forEach((value, j) => {
          expectClose(two.beta[j]!, value, errors(one)[j]!, 1e-9, one.model.fixed.names[j]!);
          expectClose(
            two.sigma === 0 ? 0 : errors(two)[j]! * inflation,
            errors(one)[j]!,
            errors(one)[j]!,
            1e-9,
            "se",
          );
        });
      },
      ["y ~ x * f + l", "y ~ poly(z, 2, raw = TRUE):f", "y ~ 0 + f + x"],
    );
  });

  it("does not depend on the unit of the weights", () => {
    forAll((rows, formula) => {
      const one = fitRows(formula, rows, { weights: "w" });
      const two = fitRows(formula, rows, { weights: "w * 16" });
      expectClose(two.logLik, one.logLik, 1, 1e-7, "logLik");
      one.beta.forEach((value, j) => {
        expectClose(two.beta[j]!, value, errors(one)[j]!, 1e-4, one.model.fixed.names[j]!);
      });
      expectClose(two.sigma, 4 * one.sigma, one.sigma, 1e-4, "sigma");
    });
  });

  it("predicts its own rows as it fitted them", () => {
    forAll((rows, formula) => {
      const one = fitRows(formula, rows);
      const { predictions } = predict(one, toTable(rows), { target: "group" });
      fittedValues(one).forEach((value, i) => {
        expectClose(predictions[i]!, value, one.sigma, 1e-9, `row ${i + 1}`);
      });
    });
  });

  it("has the same digits on every run, and after saving, loading and writing the data as CSV", () => {
    forAll((rows, formula) => {
      const table = toTable(rows);
      const options: FitOptions = { weights: "w", contrasts: formula.includes("f") ? { f: "sum" } : {} };
      const one = fitFormula(formula, table, options);
      const { model: _, design, ...numbers } = one;
      const again = fitFormula(formula, table, options);
      const { model: __, design: ___, ...repeated } = again;
      expect(repeated).toStrictEqual(numbers);
      const { model: loadedModel, design: loadedDesign, ...loaded } = loadFit(saveFit(one, { options }));
      expect(loaded).toStrictEqual(numbers);
      expect(loadedDesign!.recipe).toEqual(design!.recipe);
      expect(loadedModel.random.map(({ levels }) => levels)).toEqual(
        one.model.random.map(({ levels }) => levels),
      );
      const read = readDelimited(writeCsv(table), { text: ["g"] }).table;
      expect(fitFormula(formula, read, options).logLik).toBe(one.logLik);
      expect(coefficientTable(fitFormula(formula, read, options))).toStrictEqual(coefficientTable(one));
    });
  });

  it("agrees between the kernels in TypeScript and in WebAssembly", () => {
    const wasm = wasmKernels();
    expect(wasm).toBeDefined();
    forAll((rows, formula) => {
      const one = fitRows(formula, rows, { kernels: typescriptKernels });
      for (const kernels of [wasm!, wasmKernels({ deterministic: true })!]) {
        const two = fitRows(formula, rows, { kernels });
        expect(two.kernels).not.toBe(one.kernels);
        expectClose(two.logLik, one.logLik, 1, 1e-8, kernels.name);
        expectSameEstimates(two, one);
      }
    });
  });
});
