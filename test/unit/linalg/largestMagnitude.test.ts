import { expect, it } from "vitest";
import { largestMagnitude } from "../../../src/linalg/largestMagnitude.ts";

it("the largest magnitude is that of an entry between start and end, whatever its sign", () => {
  const x = Float64Array.of(1, -7, 3, -2, 9);
  expect(largestMagnitude(x)).toBe(9);
  expect(largestMagnitude(x, 0, 3)).toBe(7);
  expect(largestMagnitude(x, 2, 4)).toBe(3);
  expect(largestMagnitude(x, 2, 2)).toBe(0);
});
