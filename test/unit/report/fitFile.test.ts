import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../src/fit/fit.ts";
import { fittedValues } from "../../../src/predict/fittedValues.ts";
import { predict } from "../../../src/predict/predict.ts";
import { loadFit, readFitFile, saveFit } from "../../../src/report/fitFile.ts";
import { summarize } from "../../../src/report/summary.ts";
import { summaryText } from "../../../src/report/summaryText.ts";
import { readDelimited } from "../../../src/table/readDelimited.ts";

const { table } = readDelimited(
  readFileSync(new URL("../../../examples/sleepstudy.csv", import.meta.url), "utf8"),
);
const source = { path: "sleepstudy.csv", sha256: "00ff" };

const models = [
  ["Reaction ~ Days + (Days | Subject)", {}],
  ["Reaction ~ poly(Days, 2) + (Days || Subject)", { method: "ML" }],
  ["log(Reaction) ~ ns(Days, 3) + factor(Days > 4) + offset(Days / 100) + (1 | Subject)", {}],
  ["Reaction ~ Days + I(2 * Days) + (1 | Subject)", { weights: "Days + 1", subset: "Days > 1" }],
  ["Reaction ~ Days + ar1(0 + factor(Days) | Subject)", {}],
  ["Reaction ~ . ", {}],
] as const;

describe.each(models)("a saved fit of %s", (formula, options) => {
  const original = fitFormula(formula, table, options);
  const text = saveFit(original, { source, options });

  it("gives back every number", () => {
    const { model, design, ...numbers } = loadFit(text);
    const { model: _, design: __, ...expected } = original;
    expect(numbers).toStrictEqual(expected);
    expect(design!.recipe).toEqual(original.design!.recipe);
    expect(design!.coefficients).toEqual(original.design!.coefficients);
    expect(model.random.map(({ levels }) => levels)).toEqual(
      original.model.random.map(({ levels }) => levels),
    );
  });

  it("predicts without its data as the original does", () => {
    const target = original.model.random.length > 0 ? "group" : "mean";
    expect(predict(loadFit(text), table, { target })).toEqual(predict(original, table, { target }));
  });

  it("is whole again with its table", () => {
    const loaded = loadFit(text, { table, sha256: "00ff" });
    expect(fittedValues(loaded)).toEqual(fittedValues(original));
    expect(summaryText(summarize(loaded))).toBe(summaryText(summarize(original)));
  });

  it("says that it needs the rows where it does", () => {
    expect(() => fittedValues(loadFit(text))).toThrowError(
      expect.objectContaining({ code: "fit/needs-data" }),
    );
  });
});

describe("a FIT file", () => {
  const original = fitFormula("Reaction ~ Days + (1 | Subject)", table);

  it("is refused with other bytes, or a table that gives another model", () => {
    const text = saveFit(original, { source });
    const otherData = expect.objectContaining({ code: "report/other-data" });
    expect(() => loadFit(text, { table, sha256: "beef" })).toThrowError(otherData);
    const fewer = readDelimited("Reaction,Days,Subject\n1,1,a\n2,2,a\n4,1,b\n3,2,b\n5,1,c\n9,2,c\n").table;
    expect(() => loadFit(text, { table: fewer })).toThrowError(otherData);
  });

  it.each([
    ["no JSON", "{"],
    ["other JSON", '{"a":1}'],
    ["null", "null"],
    ["a later schema", '{"schema":"henderson/fit@2"}'],
    ["the report of a fit", '{"schema":"henderson/fit@1"}'],
    ["another version", '{"schema":"henderson/fit@1","saved":{"version":99}}'],
  ])("that is %s is refused", (_, text) => {
    expect(() => loadFit(text)).toThrowError(expect.objectContaining({ code: "report/saved-fit" }));
  });

  it("that is cut off is told from a file that never was one", () => {
    const whole = saveFit(original, { source });
    expect(() => loadFit(whole.slice(0, whole.length / 2))).toThrowError(/cut off/);
    expect(() => loadFit("y,x\n1,2\n")).toThrowError(/not a FIT file/);
  });

  it("remembers weights, factors, contrasts and references by itself", () => {
    const options = {
      weights: "sqrt(Reaction)",
      factors: ["Days"],
      contrasts: { Days: "sum" },
      reference: { Days: "3" },
    };
    const coded = fitFormula("Reaction ~ Days + (1 | Subject)", table, options);
    const loaded = loadFit(saveFit(coded), { table });
    expect(loaded.model.fixed.names).toEqual(coded.model.fixed.names);
    expect(fittedValues(loaded)).toEqual(fittedValues(coded));
    const subset = fitFormula("Reaction ~ Days + (1 | Subject)", table, { subset: "Days > 2" });
    expect(() => loadFit(saveFit(subset), { table })).toThrowError(
      expect.objectContaining({ code: "report/other-data" }),
    );
  });

  it("tells its source and options", () => {
    const file = readFitFile(saveFit(original, { source, options: { method: "REML", trace: true } }));
    expect(file).toMatchObject({ source, options: { method: "REML", trace: true } });
  });
});
