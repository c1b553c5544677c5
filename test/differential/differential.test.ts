// Random models of random data: every number of lme4, lmerTest and lm that we have too.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { DifferentialCase } from "./differentialCase.ts";
import { disagreements } from "./disagreements.ts";

const folder = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const hashOf = (path: string): string =>
  createHash("sha256")
    .update(readFileSync(folder(path)))
    .digest("hex");
const cases = readdirSync(folder("cases"))
  .sort()
  .map((file) => JSON.parse(readFileSync(folder(`cases/${file}`), "utf8")) as DifferentialCase);

describe("random models agree with lme4, lmerTest and lm", () => {
  it.each(cases.map((reference) => [reference.name, reference.formula, reference] as const))(
    "%s: %s",
    (_name, _formula, reference) => {
      expect(disagreements(reference)).toEqual([]);
    },
  );
});

describe("the random cases", () => {
  it("are those that the generator keeps, and come from the committed scripts", () => {
    const seeds = readFileSync(folder("generate/kept.txt"), "utf8").trim().split(/\s+/);
    expect(cases.map(({ name }) => name)).toEqual(seeds.map((seed) => `random-${seed}`));
    for (const { name, source } of cases) {
      expect(source.script, name).toEqual({
        "random.R": hashOf("generate/random.R"),
        "writeCase.R": hashOf("../reference/generate/writeCase.R"),
      });
    }
  });

  it("have what random data rarely lack and people often have", () => {
    const having = (what: (reference: DifferentialCase) => boolean): number => cases.filter(what).length;
    const holes = ({ data }: DifferentialCase): boolean =>
      Object.values(data).some((column) => column.includes(null));
    expect(having(holes)).toBeGreaterThan(5);
    expect(having(({ aliased }) => aliased.length > 0)).toBeGreaterThan(3);
    expect(having(({ singular }) => singular === true)).toBeGreaterThan(5);
    expect(having(({ options }) => options.weights !== undefined)).toBeGreaterThan(5);
    expect(having(({ options }) => options.subset !== undefined)).toBeGreaterThan(2);
    expect(having(({ drop }) => drop !== undefined)).toBeGreaterThan(5);
    expect(having(({ predictGroup }) => predictGroup !== undefined)).toBeGreaterThan(20);
  });

  // a comparison that could not fail would prove nothing
  it.each([
    ["an estimate", "estimate of", (one: DifferentialCase) => scaled(one, "fixed", "estimates")],
    [
      "a fitted value",
      "fitted",
      (one: DifferentialCase) => ({ ...one, fitted: one.fitted.map((v) => v * 1.01) }),
    ],
    [
      "the criterion",
      "objective at their theta",
      (one: DifferentialCase) => ({ ...one, objective: one.objective! + 1e-5 }),
    ],
    [
      "a prediction",
      "prediction (mean)",
      (one: DifferentialCase) => ({ ...one, predictMean: one.predictMean!.map((v) => v! + one.sigma / 50) }),
    ],
  ] as const)("would tell that %s is wrong", (_what, sentence, change) => {
    const one = cases.find(
      ({ linear, singular, predictMean }) => !linear && singular === false && predictMean,
    )!;
    expect(disagreements(change(one)).join("\n")).toContain(sentence);
  });
});

function scaled(one: DifferentialCase, part: "fixed", member: "estimates"): DifferentialCase {
  const changed = {
    ...one[part],
    [member]: one[part][member].map((value) => value * 1.001 + 1e-3 * one.sigma),
  };
  return { ...one, [part]: changed };
}
