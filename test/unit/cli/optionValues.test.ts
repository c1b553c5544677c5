import { describe, expect, it } from "vitest";
import { assignments, nameList, oneOf, probability, wholeNumber } from "../../../src/cli/optionValues.ts";

describe("values of options", () => {
  it("assignments may be joined with commas or repeated, and a comma may belong to a value", () => {
    expect(assignments("a=sum,b=helmert", undefined)).toEqual({ a: "sum", b: "helmert" });
    expect(assignments("c=x", { a: "1" })).toEqual({ a: "1", c: "x" });
    expect(assignments("g=Smith, John,h=b", undefined)).toEqual({ g: "Smith, John", h: "b" });
    expect(assignments("g=a=b", undefined)).toEqual({ g: "a=b" });
    expect(() => assignments("a", undefined)).toThrowError(/NAME=VALUE/);
    expect(() => assignments("=a", undefined)).toThrowError(/NAME=VALUE/);
  });

  it("names may be joined with commas or repeated", () => {
    expect(nameList("a, b", ["c"])).toEqual(["c", "a", "b"]);
  });

  it("words are found whatever their case, and the nearest is named", () => {
    const choose = oneOf(["wald", "profile"]);
    expect(choose("Wald")).toBe("wald");
    expect(() => choose("profil")).toThrowError(/Did you mean profile/);
    expect(() => choose("x")).toThrowError(/Choose one of wald, profile/);
  });

  it.each(["0", "1", "2", "-0.5", "", " ", "x", "NaN"])("%j is no coverage", (text) => {
    expect(() => probability(text)).toThrowError(/between 0 and 1/);
  });

  it.each(["0", "1.5", "", "x", "101", "Infinity"])("%j is no whole number from 1 to 100", (text) => {
    expect(() => wholeNumber(1, 100)(text)).toThrowError(/whole number from 1 to 100/);
  });

  it("numbers in range are taken", () => {
    expect([probability("0.95"), wholeNumber(1, 100)("100")]).toEqual([0.95, 100]);
  });
});
