import fc from "fast-check";
import { expect, it } from "vitest";
import { isHendersonError } from "../../src/base/errors.ts";
import { buildDesign } from "../../src/design/buildDesign.ts";
import { designCatalogue } from "../../src/design/catalogue.ts";
import type { Design } from "../../src/design/design.ts";
import type { DesignOptions } from "../../src/design/options.ts";
import { parseFormula } from "../../src/formula/parseFormula.ts";
import { kinOf } from "../unit/design/kin.ts";
import { type Cell, tableOf } from "../unit/design/tables.ts";

const relationships = { A: kinOf("A", [1, 2, 3, 4, 5, 6, 7, 8, 9]), B: kinOf("B", ["a", "b", "c"]) };

const formulas = [
  "y ~ x + f + (x | g)",
  "y ~ 0 + (1 | g)",
  "y ~ 0 + f:h + log(x) + (1 | g:f)",
  "y ~ poly(x, 2) * h + (f || g)",
  "y ~ ns(x, 3) + bs(x, 4) + scale(x) + legendre(x, 2)",
  "sqrt(y) ~ I(x / g) + factor(g) + offset(x) + (0 + h | f)",
  "y ~ x:g + I(x^2) + I(exp(x)) + h",
  "f ~ x",
  "h ~ x %in% c(1, 2) + (1 | x)",
  'y ~ relevel(f, ref = "b") + factor(h, levels = c(TRUE, FALSE))',
  "y ~ x + (x | gr(g, cov = A)) + (1 | gr(f, cov = B)) + (1 | g)",
  "y ~ 1 + (1 |p| gr(g, cov = A)) + (0 + legendre(w, 1) |p| gr(x, cov = A)) + fa(f, 1 | g)",
  "y ~ h + (1 | mm(g, w, cov = A, scale = TRUE)) + (x || mm(f, h)) + rr(0 + f, 2 | g)",
  "mvbind(y, x) ~ f + (1 | gr(g, cov = A)) + (1 | f)",
  "mvbind(y, x, w) ~ h + (f || g) + offset(x)",
  "y ~ x + (1 |a| gr(g, cov = A)); w ~ poly(x, 2) + f + (h |a| gr(g, cov = A)) + (1 | mm(f, h))",
  "y ~ 0 + (1 |a| f); log(x) ~ f + (1 |a| h)",
] as const;

const number = fc.oneof(
  { weight: 120, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 1, arbitrary: fc.integer({ min: -2, max: 0 }) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Infinity, -Infinity, 1e300, 1e-300, -0) },
  { weight: 4, arbitrary: fc.constant(null) },
);
const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b") },
  fc.constantFrom("c", "", "NA ", null),
);
const truth = fc.constantFrom(true, false, true, false, null);

const columns = fc
  .oneof(
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 6 }) },
    { weight: 4, arbitrary: fc.integer({ min: 12, max: 40 }) },
  )
  .chain((n) => {
    const of = (cell: fc.Arbitrary<Cell>): fc.Arbitrary<Cell[]> =>
      fc.array(cell, { minLength: n, maxLength: n });
    return fc.record({
      y: of(number),
      x: of(number),
      g: of(number),
      w: of(number),
      f: of(text),
      h: of(truth),
    });
  });
const someOptions: fc.Arbitrary<DesignOptions> = fc.record(
  {
    weights: fc.constantFrom("w", "1 / w", "abs(w) + 1"),
    subset: fc.constantFrom("x > 0", 'f == "a" | h', "!h"),
    contrasts: fc.constantFrom({ f: "sum" }, { f: "poly", h: "helmert" }, { h: "sum" }),
    reference: fc.constantFrom({ f: "b" }, { h: "TRUE" }),
    factors: fc.constantFrom(["g"], ["g", "f"], ["q"]),
    missing: fc.constantFrom("omit", "fail"),
  },
  { requiredKeys: [] },
);

const options: fc.Arbitrary<DesignOptions> = fc.oneof(fc.constant({}), someOptions);

function check(design: Design): void {
  const { response, fixed, random, weights, offset } = design.model;
  const n = response.length;
  expect(design.keptRows.length).toBe(n);
  for (const values of [
    response,
    fixed.matrix.values,
    fixed.basis.values,
    fixed.transform.values,
    weights,
    offset,
  ]) {
    expect(values?.every(Number.isFinite) ?? true).toBe(true);
  }
  expect(fixed.matrix.values.length).toBe(n * fixed.names.length);
  for (const term of random) {
    const k = term.coefficientNames.length;
    expect([term.basis.length, term.covariance.size, term.incidence?.length ?? k]).toEqual([k, k, k]);
    for (const column of term.basis) expect(column?.every(Number.isFinite) ?? true).toBe(true);
    const met = new Set(term.codes);
    for (const { codes, values } of term.incidence?.flat() ?? []) {
      expect([codes.length, values?.length ?? n]).toEqual([n, n]);
      expect(values?.every(Number.isFinite) ?? true).toBe(true);
      for (const code of codes) met.add(code);
    }
    if (term.incidence !== undefined) met.delete(-1);
    const last = Math.max(...met);
    expect(Math.min(...met)).toBeGreaterThanOrEqual(0);
    if (term.relationship !== undefined) expect(last).toBeLessThan(term.levels.length);
    else expect([met.size, last]).toEqual([term.levels.length, term.levels.length - 1]);
  }
  const { traits } = design.model;
  if (traits !== undefined) {
    expect([traits.trait.length, traits.unit.length, traits.fixedTrait.length]).toEqual([
      n,
      n,
      fixed.names.length,
    ]);
    expect(new Set(traits.unit).size).toBe(traits.unitCount);
  }
}

it("gives a finite model or an error with a catalogued code, whatever the table", () => {
  let built = 0;
  fc.assert(
    fc.property(fc.constantFrom(...formulas), columns, options, (formula, cells, given) => {
      try {
        check(buildDesign(parseFormula(formula), tableOf(cells), { ...given, relationships }));
        built++;
      } catch (error) {
        if (!isHendersonError(error)) throw error;
        expect(error.code.startsWith("formula/") || Object.hasOwn(designCatalogue, error.code)).toBe(true);
        expect(`${error.message} ${error.hint ?? ""}`).not.toMatch(/NaN|undefined/);
      }
    }),
    { numRuns: 2500 },
  );
  expect(built).toBeGreaterThan(150);
});
