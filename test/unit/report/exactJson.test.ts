import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isHendersonError } from "../../../src/base/errors.ts";
import { fromExactJson, type Json, toExactJson } from "../../../src/report/exactJson.ts";

const throughText = (value: unknown): unknown =>
  fromExactJson(JSON.parse(JSON.stringify(toExactJson(value))) as Json);
const leaf = fc.oneof(
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.float64Array(),
  fc.int32Array(),
  fc.uint8Array(),
);
const key = fc.oneof(fc.string(), fc.constantFrom("$float64", "$object", "__proto__", "constructor"));
const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("value")),
    fc.dictionary(key, tie("value"), { noNullPrototype: true }),
  ),
})).value;

describe("exact JSON", () => {
  it("gives back every plain value, numbers to the last bit", () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(isDeepStrictEqual(throughText(value), value)).toBe(true);
      }),
    );
  });

  it("refuses functions instead of losing them", () => {
    expect(() => toExactJson({ f: () => 1 })).toThrowError(
      expect.objectContaining({ code: "report/not-plain" }),
    );
  });

  it("refuses marks it does not know", () => {
    try {
      fromExactJson({ $float32: [1] });
      expect.unreachable();
    } catch (error) {
      expect(isHendersonError(error, "report/saved-fit")).toBe(true);
    }
  });
});
