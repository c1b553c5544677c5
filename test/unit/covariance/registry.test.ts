import { describe, expect, it } from "vitest";
import { covarianceCatalogue } from "../../../src/covariance/catalogue.ts";
import { createStructure, structureNames } from "../../../src/covariance/registry.ts";
import { errorOf } from "../base/errorOf.ts";

const refusal = (name: string, size: number, rank?: number) =>
  errorOf(() => createStructure(name, size, rank));

describe("createStructure", () => {
  it("makes every structure it names", () => {
    for (const name of structureNames) expect(createStructure(name, 3, 1).name).toBe(name);
  });

  it("names the nearest structure when there is none of that name", () => {
    expect(refusal("hetar", 3)).toMatchObject({
      code: "covariance/unknown-structure",
      message: "no covariance structure is named 'hetar'",
      hint: "the closest name is 'hetar1'",
    });
    expect(refusal("exponential", 3).hint).toContain("us, diag");
  });

  it("does not take names of object properties for structures", () => {
    expect(refusal("constructor", 3).code).toBe("covariance/unknown-structure");
  });

  it("refuses a number of factors that is missing, zero, or larger than the term", () => {
    expect(refusal("rr", 3).message).toBe("a 'rr' term needs the number of its factors");
    expect(refusal("fa", 3, 4).message).toBe("a 'fa' term of 3 coefficients cannot have 4 factors");
    expect(refusal("fa", 3, 0).code).toBe("covariance/rank");
    expect(createStructure("rr", 3, 2)).toMatchObject({ rank: 2, size: 3 });
  });

  it("refuses a term without coefficients", () => {
    expect(refusal("us", 0).code).toBe("covariance/size");
  });

  it("has a catalogue entry for each of its codes", () => {
    for (const [name, size] of [
      ["xx", 1],
      ["rr", 1],
      ["us", 0],
    ] as const) {
      expect(covarianceCatalogue[refusal(name, size).code]).toBeDefined();
    }
  });
});
