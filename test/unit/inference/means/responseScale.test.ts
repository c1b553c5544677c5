import { describe, expect, it } from "vitest";
import { fit as fitFormula } from "../../../../src/fit/fit.ts";
import { responseScale } from "../../../../src/inference/means/responseScale.ts";
import { toTable } from "../../../../src/table/fromObjects.ts";

const y = Array.from({ length: 12 }, (_, i) => 2 + Math.sin(3 * i) + 0.1 * i);
const table = toTable({ y, g: Array.from({ length: 12 }, (_, i) => "abc"[i % 3]!) });
const scaleOf = (response: string) => responseScale(fitFormula(`${response} ~ g`, table).design!);

describe("responseScale", () => {
  const forward: Readonly<Record<string, (x: number) => number>> = {
    "log(y)": Math.log,
    "log2(y)": Math.log2,
    "log10(y)": Math.log10,
    "log(y, 3)": (x) => Math.log(x) / Math.log(3),
    "log1p(y)": Math.log1p,
    "log(y + 1)": (x) => Math.log(x + 1),
    "log(10 * y)": (x) => Math.log(10 * x),
    "sqrt(y)": Math.sqrt,
    "2 * sqrt(y + 3)": (x) => 2 * Math.sqrt(x + 3),
    "I(1/y)": (x) => 1 / x,
    "I(y^2)": (x) => x * x,
    "I(y^-0.5)": (x) => x ** -0.5,
    "I(5 - log(y))": (x) => 5 - Math.log(x),
    "exp(y)": Math.exp,
    "expm1(y)": Math.expm1,
    "-sqrt(y)": (x) => -Math.sqrt(x),
  };
  for (const [text, transform] of Object.entries(forward)) {
    it(`undoes ${text} with its derivatives`, () => {
      const scale = scaleOf(text)!;
      expect(scale.response).toBe("y");
      for (const value of [0.8, 2.5]) {
        const eta = transform(value);
        const h = 1e-5;
        const { value: back, first, second } = scale.inverse(eta);
        expect(back).toBeCloseTo(value, 12);
        const at = (x: number): number => scale.inverse(x).value;
        expect(first).toBeCloseTo((at(eta + h) - at(eta - h)) / (2 * h), 6);
        expect(second).toBeCloseTo(
          (scale.inverse(eta + h).first - scale.inverse(eta - h).first) / (2 * h),
          6,
        );
        expect(scale.increasing).toBe(first > 0);
      }
    });
  }

  it("knows logarithms, whose differences are ratios", () => {
    expect(scaleOf("log(y)")!.ratioBase).toBe(Math.E);
    expect(scaleOf("log2(y + 1)")!.ratioBase).toBe(2);
    expect(scaleOf("log1p(y)")!.ratioBase).toBeNull();
    expect(scaleOf("sqrt(y)")!.ratioBase).toBeNull();
  });

  it("leaves a response alone that is not transformed, or has several columns", () => {
    expect(scaleOf("y")).toBeNull();
    expect(scaleOf("I(y / 10)")).toBeNull();
    expect(scaleOf("I(y + 2 * y)")).toBeNull();
  });

  it("ends an interval of a square root at zero", () => {
    const scale = scaleOf("sqrt(y)")!;
    expect(scale.limit(-0.5)).toBe(0);
    expect(scale.limit(2)).toBe(4);
    expect(scale.inverse(-0.5).value).toBeNaN();
  });
});
