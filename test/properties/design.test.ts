import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildDesign } from "../../src/design/buildDesign.ts";
import type { Design } from "../../src/design/design.ts";
import { encodeRows } from "../../src/design/encodeRows.ts";
import { parseFormula } from "../../src/formula/parseFormula.ts";
import { type Cell, tableOf } from "../unit/design/tables.ts";

const formulas = [
  "y ~ x + f + (x | g)",
  "y ~ 0 + f:h + x:f + (1 | g:h)",
  "y ~ poly(x, 2) * h + (f | g)",
  "y ~ f * h + ns(x, 2) + (0 + h || g)",
  "log(y + 5) ~ scale(x):f + offset(x) + (1 | h/g)",
] as const;

interface Row {
  readonly y: number;
  readonly x: number;
  readonly f: string;
  readonly h: string;
  readonly g: number;
}

const row = fc.record({
  y: fc.integer({ min: 0, max: 1000 }).map((value) => value / 8),
  x: fc.integer({ min: 0, max: 63 }),
  f: fc.constantFrom("a", "b", "c"),
  h: fc.constantFrom("u", "v"),
  g: fc.constantFrom(1, 2, 3, 4.5),
});
// the fixed head makes every factor have all its levels and every column vary
const head: Row[] = Array.from({ length: 24 }, (_, i) => ({
  y: (i * 7) % 11,
  x: (i * 5) % 17,
  f: "abc"[i % 3]!,
  h: "uv"[Math.floor(i / 3) % 2]!,
  g: [1, 2, 3, 4.5][Math.floor(i / 6)]!,
}));
const rows = fc.array(row, { maxLength: 20 }).map((extra) => [...head, ...extra]);

function designOf(formula: string, data: readonly Row[]): Design {
  const column = (name: keyof Row): Cell[] => data.map((one) => one[name]);
  const table = tableOf({ y: column("y"), x: column("x"), f: column("f"), h: column("h"), g: column("g") });
  return buildDesign(parseFormula(formula), table);
}

/** X and Z of a row in words: column name -> value, without zeros. */
function described(design: Design, i: number): Record<string, number | string> {
  const { fixed, random, response, offset } = design.model;
  const n = response.length;
  const out: Record<string, number | string> = { y: response[i]!, offset: offset?.[i] ?? 0 };
  fixed.names.forEach((name, j) => {
    out[name] = fixed.matrix.values[i + j * n]!;
  });
  for (const term of random) {
    out[`${term.component} level`] = term.levels[term.codes[i]!]!;
    term.coefficientNames.forEach((name, k) => {
      out[`${term.component} ${name}`] = term.basis[k]?.[i] ?? 1;
    });
  }
  return out;
}

function expectSame(ours: Record<string, number | string>, theirs: Record<string, number | string>): void {
  expect(Object.keys(ours)).toEqual(Object.keys(theirs));
  for (const [name, value] of Object.entries(ours)) {
    if (typeof value === "string") expect(value).toBe(theirs[name]);
    else expect(Math.abs(value - (theirs[name] as number))).toBeLessThan(1e-10);
  }
}

describe("a design", () => {
  it.each(formulas)("of %s does not depend on the order of rows", (formula) => {
    fc.assert(
      fc.property(
        rows.chain((data) =>
          fc.tuple(
            fc.constant(data),
            fc.shuffledSubarray(
              data.map((_, i) => i),
              { minLength: data.length },
            ),
          ),
        ),
        ([data, order]) => {
          const ours = designOf(formula, data);
          const theirs = designOf(
            formula,
            order.map((i) => data[i]!),
          );
          order.forEach((i, k) => {
            expectSame(described(ours, i), described(theirs, k));
          });
          expect(theirs.recipe.kept).toEqual(ours.recipe.kept);
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each(formulas)("of %s changes only names when levels are renamed in order", (formula) => {
    fc.assert(
      fc.property(rows, (data) => {
        const ours = designOf(formula, data).model;
        const renamed = data.map((one) => ({ ...one, f: `level ${one.f}`, g: one.g * 10 + 1 }));
        const theirs = designOf(formula, renamed).model;
        expect(theirs.fixed.matrix).toEqual(ours.fixed.matrix);
        ours.random.forEach((term, t) => {
          expect(theirs.random[t]!.codes).toEqual(term.codes);
        });
      }),
      { numRuns: 25 },
    );
  });

  it.each(formulas)("of %s encodes any of its rows as it did in training", (formula) => {
    fc.assert(
      fc.property(rows, fc.nat(), (data, seed) => {
        const design = designOf(formula, data);
        const chosen = data.filter((_, i) => (i * 7919 + seed) % 3 === 0);
        const column = (name: keyof Row): Cell[] => chosen.map((one) => one[name]);
        const table = tableOf({ x: column("x"), f: column("f"), h: column("h"), g: column("g") });
        const encoded = encodeRows(design.recipe, table);
        const kept = data.flatMap((_, i) => ((i * 7919 + seed) % 3 === 0 ? [i] : []));
        const p = encoded.fixed.columns;
        kept.forEach((i, k) => {
          for (let j = 0; j < p; j++) {
            const value = design.model.fixed.matrix.values[i + j * data.length]!;
            expect(encoded.fixed.values[k + j * kept.length]).toBe(value);
          }
          encoded.random.forEach((term, t) => {
            expect(term.codes[k]).toBe(design.model.random[t]!.codes[i]);
          });
        });
      }),
      { numRuns: 25 },
    );
  });

  it("has X = basis * transform and the crossproduct of the basis", () => {
    fc.assert(
      fc.property(fc.constantFrom(...formulas), rows, (formula, data) => {
        const { matrix, basis, transform, crossproduct } = designOf(formula, data).model.fixed;
        const n = matrix.rows;
        const p = matrix.columns;
        for (let j = 0; j < p; j++) {
          for (let i = 0; i < n; i++) {
            let sum = 0;
            for (let k = 0; k <= j; k++) sum += basis.values[i + k * n]! * transform.values[k + j * p]!;
            expect(Math.abs(sum - matrix.values[i + j * n]!)).toBeLessThan(1e-12);
          }
          for (let k = 0; k < p; k++) {
            let sum = 0;
            for (let i = 0; i < n; i++) sum += basis.values[i + j * n]! * basis.values[i + k * n]!;
            expect(Math.abs(sum - crossproduct.values[j + k * p]!)).toBeLessThan(1e-9 * n);
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});
