import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { linearHypothesis } from "../../../src/inference/linearHypothesis.ts";
import { jointTests } from "../../../src/inference/means/jointTests.ts";
import { means } from "../../../src/inference/means/means.ts";
import { slopes } from "../../../src/inference/means/slopes.ts";
import { toTable } from "../../../src/table/fromObjects.ts";

const table = toTable(
  Array.from({ length: 24 }, (_, i) => ({ y: (i % 4) - 1.5 + Math.sin(i), x: i, g: `g${i % 4}` })),
);
const none = fitFormula("y ~ 0 + (1 | g)", table);

describe("a model without fixed effects", () => {
  it.each([
    ["means", () => means(none, table, "~ 1")],
    ["slopes", () => slopes(none, table, "x", "~ 1")],
    ["joint tests", () => jointTests(none, table)],
    ["hypotheses", () => linearHypothesis(none, "x = 0")],
  ])("has no %s, and says so", (_what, ask) => {
    expect(ask).toThrow(expect.objectContaining({ code: "inference/no-fixed-effects" }));
  });
});
