import { expect, it } from "vitest";
import { isDeviation } from "../../../src/covariance/isDeviation.ts";
import { createStructure } from "../../../src/covariance/registry.ts";

it.each([
  ["us", ["L[1,1]", "L[2,2]", "L[3,3]"]],
  ["diag", ["sd[1]", "sd[2]", "sd[3]"]],
  ["cs", ["sqrt(sd[1])", "sqrt(sd[2])", "sqrt(sd[3])"]],
  ["ar1", ["sd"]],
])("the deviations of %s are %j: loadings and correlations are none", (name, labels) => {
  const { parameters } = createStructure(name, 3);
  expect(parameters.filter(isDeviation).map(({ label }) => label)).toEqual(labels);
});
